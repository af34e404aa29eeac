//! Keys of the environment files below `bin/03-userdef`.
//!
//! - Hosts: the control machine
//! - Changes: sets each key once, quoted for the shell; of a repeated key the last line counts
//! - Proof: the file is read back and holds exactly these values
//! - Undo: restores the file

use clap::{ArgMatches, Args as _, Command, FromArgMatches as _};
use engine::prelude::*;
use engine::text::edit::env;

use crate::list::Family;

/// Keys that belong together.
#[derive(Debug)]
pub(crate) struct EnvKeys {
    /// The keys, in order.
    pub(crate) keys: &'static [EnvKey],
    /// The details and examples of the help.
    pub(crate) details: &'static str,
}

/// One key of one file.
#[derive(Debug)]
pub(crate) struct EnvKey {
    /// The file, below the directory of the deploy scripts.
    pub(crate) file: &'static str,
    /// The key.
    pub(crate) key: &'static str,
    /// The source of its value.
    pub(crate) source: Source,
}

/// The source of a value.
#[derive(Debug, Clone, Copy)]
pub(crate) enum Source {
    /// This text.
    Value(&'static str),
    /// The value of a key of another file.
    Key(&'static str, &'static str),
    /// The same, and never shown.
    Secret(&'static str, &'static str),
}

/// BK-18.
///
/// ```sh
/// # 新增gse所需变量
/// cat >> bin/03-userdef/gse.env <<__GSE__
/// BK_GSE_REDIS_PASSWORD=$(awk -F '=' '/BK_REDIS_CLUSTER_ADMIN_PASSWORD/{print $2}' bin/01-generate/dbadmin.env)
/// BK_GSE_ZK_TOKEN=${BK_GSE_ZK_AUTH}
/// __GSE__
/// ```
pub(crate) const GSE: EnvKeys = EnvKeys {
    keys: &[
        EnvKey {
            file: "bin/03-userdef/gse.env",
            key: "BK_GSE_REDIS_PASSWORD",
            source: Source::Secret(
                "bin/01-generate/dbadmin.env",
                "BK_REDIS_CLUSTER_ADMIN_PASSWORD",
            ),
        },
        EnvKey {
            file: "bin/03-userdef/gse.env",
            key: "BK_GSE_ZK_TOKEN",
            source: Source::Secret("bin/04-final/gse.env", "BK_GSE_ZK_AUTH"),
        },
    ],
    details: "\
Copies both values from the files that hold them, whole and quoted. A value with `=`, `&` or `#`
arrives unchanged. A missing or empty value stops the step before anything is written.

Examples:
  cargo xtask bk-upgrade env-gse -n
  cargo xtask bk-upgrade env-gse",
};

/// BK-20.
///
/// ```sh
/// # 由于作业平台统一了域名(job.bktencent.com),去掉了原来的 jobapi.bktencent.com
/// sed  -i -e "\#BK_JOB_API_PUBLIC_URL#s#=.*#=\"${BK_JOB_PUBLIC_URL}\"#g" \
///      -e "\#BK_JOB_API_PUBLIC_ADDR#s#=.*#=\"${BK_JOB_PUBLIC_ADDR}\"#g" \
///      bin/03-userdef/global.env
/// ```
pub(crate) const JOB_DOMAIN: EnvKeys = EnvKeys {
    keys: &[
        EnvKey {
            file: "bin/03-userdef/global.env",
            key: "BK_JOB_API_PUBLIC_URL",
            source: Source::Key("bin/04-final/global.env", "BK_JOB_PUBLIC_URL"),
        },
        EnvKey {
            file: "bin/03-userdef/global.env",
            key: "BK_JOB_API_PUBLIC_ADDR",
            source: Source::Key("bin/04-final/global.env", "BK_JOB_PUBLIC_ADDR"),
        },
    ],
    details: "\
Adds a key that the file does not have yet; the `sed` of the document would change nothing. From
6.2 on the job platform has one domain.

Examples:
  cargo xtask bk-upgrade env-job-domain -n
  cargo xtask bk-upgrade env-job-domain",
};

/// BK-21.
///
/// ```sh
/// # 为了避免部分产品在新版本中直接对接的是 GSE Agent 2.0，在升级前先将其对接 2.0 的通道关闭
/// printf '\nBK_GSE_AGENT_VERSION=v1\n' >> bin/03-userdef/gse.env
/// printf '\nBK_GSE_AGENT_VERSION=v1\n' >> bin/03-userdef/cmdb.env
/// printf '\nBK_GSE_AGENT_VERSION=v1\n' >> bin/03-userdef/bknodeman.env
/// ```
pub(crate) const AGENT_V1: EnvKeys = EnvKeys {
    keys: &[
        agent_v1("bin/03-userdef/gse.env"),
        agent_v1("bin/03-userdef/cmdb.env"),
        agent_v1("bin/03-userdef/bknodeman.env"),
    ],
    details: "\
Keeps the products on agent 1.0 until the agents are upgraded: 6.2 uses agent 2.0 by default. Remove
the key, or set v2, after that upgrade.

Examples:
  cargo xtask bk-upgrade env-agent-v1 -n
  cargo xtask bk-upgrade env-agent-v1",
};

const fn agent_v1(file: &'static str) -> EnvKey {
    EnvKey { file, key: "BK_GSE_AGENT_VERSION", source: Source::Value("v1") }
}

/// The place of the files.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// Directory of the deploy scripts on the control machine
    #[arg(long, value_name = "DIR", default_value = "/data/install")]
    install_dir: AbsPath,
}

impl Family for EnvKeys {
    type Args = Args;

    fn arguments(&self, command: Command) -> Command {
        Args::augment_args(command).about("").long_about(self.details)
    }

    fn read(&self, matches: &ArgMatches) -> clap::error::Result<Args> {
        Args::from_arg_matches(matches)
    }

    fn run(&self, cx: &Context, args: &Args) -> Result<()> {
        let control = cx.one_host("control")?;
        // Every value is there before the first file is changed.
        let mut values = Vec::new();
        for key in self.keys {
            let value = control
                .look("read the values", |reader| key.source.value(reader, &args.install_dir))?;
            if matches!(key.source, Source::Secret(..)) {
                cx.hide(&value);
            }
            values.push(value);
        }
        for (key, value) in self.keys.iter().zip(values) {
            control.ensure(&key.set_to(value, &args.install_dir))?;
        }
        Ok(())
    }
}

impl EnvKey {
    /// Sets the key once and quoted, instead of appending or replacing by a pattern (X4.21, X4.24, X4.26, X4.28).
    fn set_to(&self, value: String, dir: &AbsPath) -> Edit {
        let path = format!("{dir}/{}", self.file);
        let what = match self.source {
            Source::Secret(..) => format!("set {} in {path}", self.key),
            Source::Value(_) | Source::Key(..) => format!("set {}={value} in {path}", self.key),
        };
        let key = self.key;
        let edit = Edit::new(path, what, move |text| env::set(text, key, &value));
        // Other lines of these files hold passwords: neither a diff nor the record may show them.
        edit.noting(move |text| env::repeated(text, key)).or_create("600").secret()
    }
}

impl Source {
    /// Reads the whole value, never an empty one (X4.22, X4.23).
    fn value(self, control: &Reader<'_>, dir: &AbsPath) -> Result<String> {
        let (file, key) = match self {
            Self::Value(value) => return Ok(value.to_owned()),
            Self::Key(file, key) | Self::Secret(file, key) => (format!("{dir}/{file}"), key),
        };
        let missing = |what: &str| {
            Fault::refused(format!("{file}: {what}"))
                .hint("generate the environment first: ./bkcli install bkenv")
        };
        let Entry::File(found) = control.read(file.as_str().into())? else {
            return Err(missing("the file does not exist").into());
        };
        let value = env::get(found.text(file.as_str().into())?, key)
            .map_err(|fault| fault.detail("in", file.as_str()))?;
        match value {
            Some(value) if !value.is_empty() => Ok(value),
            Some(_) => Err(missing(&format!("{key} is empty")).into()),
            None => Err(missing(&format!("{key} is not set")).into()),
        }
    }
}
