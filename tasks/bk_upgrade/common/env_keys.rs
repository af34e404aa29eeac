//! Keys of the environment files below `bin/03-userdef`.
//!
//! - Hosts: the control machine
//! - Changes: sets each key once, quoted for the shell; of a repeated key the last line counts
//! - Proof: the file is read back and holds exactly these values
//! - Undo: restores the file

use clap::{ArgMatches, Args as _, Command, FromArgMatches as _};
use engine::prelude::*;

use super::env_flag::{Flag, Kind};
use super::env_value::{Known, Later, Pair, Source, Sources, set};
use super::site::Site;
use crate::list::Family;

/// Keys that belong together.
#[derive(Debug)]
pub(crate) struct EnvKeys {
    /// The keys, in order.
    pub(crate) keys: &'static [EnvKey],
    /// The flags that values come from.
    pub(crate) flags: &'static [Flag],
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
    flags: &[],
    details: "\
Copies both values from the files that hold them, whole and quoted. A value with `=`, `&` or `#`
arrives unchanged. A missing or empty value stops the step before anything is written.

Examples:
  cargo xtask bk-upgrade env-gse -n
  cargo xtask bk-upgrade env-gse",
};

/// BK-19.
///
/// ```sh
/// # 由于作业平台从 6.2.0 版本开始，支持轻量化部署以及完整版部署，而社区版默认是轻量化，由于存量
/// # 用户之前部署的都是完整版，所以在升级需要定义作业平台运行的模式
/// cat >> bin/03-userdef/job.env <<__JOB__
///
/// BK_JOB_RUN_MODE=stable
/// BK_JOB_MONGODB_URI=${BK_JOB_LOGSVR_MONGODB_URI}
/// BK_JOB_RABBITMQ_PASSWORD=${BK_JOB_EXECUTE_RABBITMQ_PASSWORD}
/// BK_JOB_MYSQL_PASSWORD=${BK_JOB_EXECUTE_MYSQL_PASSWORD}
/// BK_JOB_REDIS_PASSWORD=${BK_JOB_EXECUTE_REDIS_PASSWORD}
/// BK_JOB_CRONTAB_SERVER_HOST0=$BK_JOB_IP
/// __JOB__
/// ```
pub(crate) const JOB: EnvKeys = EnvKeys {
    keys: &[
        job("BK_JOB_RUN_MODE", Source::Flag("run-mode")),
        job("BK_JOB_MONGODB_URI", Source::SiteSecret("BK_JOB_LOGSVR_MONGODB_URI")),
        job("BK_JOB_RABBITMQ_PASSWORD", Source::SiteSecret("BK_JOB_EXECUTE_RABBITMQ_PASSWORD")),
        job("BK_JOB_MYSQL_PASSWORD", Source::SiteSecret("BK_JOB_EXECUTE_MYSQL_PASSWORD")),
        job("BK_JOB_REDIS_PASSWORD", Source::SiteSecret("BK_JOB_EXECUTE_REDIS_PASSWORD")),
        job("BK_JOB_CRONTAB_SERVER_HOST0", Source::FlagOr("crontab-host", "BK_JOB_IP")),
    ],
    flags: &[
        Flag {
            name: "run-mode",
            value: "MODE",
            help: "How the job platform is deployed: stable is the full one, as before",
            default: Some("stable"),
            kind: Kind::OneOf(&["stable", "lite"]),
        },
        Flag {
            name: "crontab-host",
            value: "IP",
            help: "The host of the crontab server [default: the first host of job]",
            default: None,
            kind: Kind::Address,
        },
    ],
    details: "\
Takes four secrets and the address of a job host from the variables of the site. All are read before
the file is changed: a missing or empty one stops the step. `job upgrade` needs the run mode (X4.25):
without it, the light mode would replace the full installation.

Examples:
  cargo xtask bk-upgrade env-job -n
  cargo xtask bk-upgrade env-job --crontab-host 10.0.0.13",
};

const fn job(key: &'static str, source: Source) -> EnvKey {
    EnvKey { file: "bin/03-userdef/job.env", key, source }
}

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
    flags: &[],
    details: "\
Adds a key that the file does not have yet; the `sed` of the document would change nothing. From
6.2 on the job platform has one domain.

Examples:
  cargo xtask bk-upgrade env-job-domain -n
  cargo xtask bk-upgrade env-job-domain",
};

/// BK-22. Run it again after `replace-install`, which replaces `bin/default`.
///
/// - Changes: names two keys in two files of `bin/default`, sets five values in two of `bin/03-userdef`
///
/// ```sh
/// printf '\nBK_SSM_HOST=\nBK_SSM_PORT=\n' >> bin/default/bkmonitorv3.env
/// printf '\nBK_SSM_HOST=\nBK_SSM_PORT=\n' >> bin/default/bklog.env
/// printf 'BK_MONITOR_RUN_MODE=stable\n' >> bin/03-userdef/bkmonitorv3.env
/// printf '\nBK_SSM_HOST=bkssm.service.consul\nBK_SSM_PORT=5000\n' >> bin/03-userdef/bkmonitorv3.env
/// printf '\nBK_SSM_HOST=bkssm.service.consul\nBK_SSM_PORT=5000\n' >> bin/03-userdef/bklog.env
/// ```
pub(crate) const MONITOR_LOG: EnvKeys = EnvKeys {
    keys: &[
        key("bin/default/bkmonitorv3.env", "BK_SSM_HOST", Source::Named),
        key("bin/default/bkmonitorv3.env", "BK_SSM_PORT", Source::Named),
        key("bin/default/bklog.env", "BK_SSM_HOST", Source::Named),
        key("bin/default/bklog.env", "BK_SSM_PORT", Source::Named),
        key("bin/03-userdef/bkmonitorv3.env", "BK_MONITOR_RUN_MODE", Source::Flag("run-mode")),
        key("bin/03-userdef/bkmonitorv3.env", "BK_SSM_HOST", Source::Flag("ssm-host")),
        key("bin/03-userdef/bkmonitorv3.env", "BK_SSM_PORT", Source::Flag("ssm-port")),
        key("bin/03-userdef/bklog.env", "BK_SSM_HOST", Source::Flag("ssm-host")),
        key("bin/03-userdef/bklog.env", "BK_SSM_PORT", Source::Flag("ssm-port")),
    ],
    flags: &[
        Flag {
            name: "ssm-host",
            value: "HOST",
            help: "The host of the credential service",
            default: Some("bkssm.service.consul"),
            kind: Kind::Host,
        },
        Flag {
            name: "ssm-port",
            value: "PORT",
            help: "Its port",
            default: Some("5000"),
            kind: Kind::Port,
        },
        Flag {
            name: "run-mode",
            value: "MODE",
            help: "How the monitor platform is deployed",
            default: Some("stable"),
            kind: Kind::OneOf(&["stable", "lite"]),
        },
    ],
    details: "\
Only keys that bin/default names reach the merged files (X4.27). A package that names them already,
with or without a value, stays unchanged. `replace-install` brings bin/default of the package back:
run this again after it and before `sync-common`, which refuses otherwise.

Examples:
  cargo xtask bk-upgrade env-monitor-log -n
  cargo xtask bk-upgrade env-monitor-log --ssm-host bkssm.service.consul",
};

const fn key(file: &'static str, key: &'static str, source: Source) -> EnvKey {
    EnvKey { file, key, source }
}

/// The place of the files, and the flags of the member.
#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// Directory of the deploy scripts on the control machine
    #[arg(long, value_name = "DIR", default_value = "/data/install")]
    install_dir: AbsPath,
    #[arg(skip)]
    flags: Vec<(&'static str, String)>,
}

impl Family for EnvKeys {
    type Args = Args;

    fn arguments(&self, command: Command) -> Command {
        let command = Args::augment_args(command).about("").long_about(self.details);
        self.flags.iter().fold(command, |command, flag| command.arg(flag.arg()))
    }

    fn read(&self, matches: &ArgMatches) -> clap::error::Result<Args> {
        let value = |flag: &Flag| {
            let text = matches.get_one::<String>(flag.name).cloned();
            text.map(|text| (flag.name, text))
        };
        let flags = self.flags.iter().filter_map(value).collect();
        Ok(Args { flags, ..Args::from_arg_matches(matches)? })
    }

    fn run(&self, cx: &Context, args: &Args) -> Result<()> {
        let control = cx.one_host("control")?;
        let needs_site = self.keys.iter().any(|key| key.source.needs_site(&args.flags));
        let site = needs_site.then(|| Site::read(cx, &args.install_dir)).transpose()?;
        let from = Sources {
            control: &control,
            dir: &args.install_dir,
            site: site.as_ref(),
            flags: &args.flags,
        };
        // Every value is there before the first file is changed.
        let values =
            self.keys.iter().map(|key| key.source.read(&from)).collect::<Result<Vec<_>>>()?;
        let keys: Vec<(&EnvKey, Known)> = self.keys.iter().zip(values).collect();
        for file in keys.chunk_by(|(one, _), (next, _)| one.file == next.file) {
            ensure(cx, &control, &args.install_dir, file)?;
        }
        Ok(())
    }
}

/// Sets the keys of one file.
fn ensure(
    cx: &Context,
    control: &Host<'_>,
    dir: &AbsPath,
    keys: &[(&EnvKey, Known)],
) -> Result<()> {
    let (mut path, mut pairs) = (String::new(), Vec::new());
    for (EnvKey { file, key, source }, value) in keys {
        path = format!("{dir}/{file}");
        let value = match value {
            Known::Is(_) if matches!(source, Source::Named) => None,
            Known::Is(value) => Some(value.clone()),
            Known::Later(because) => {
                let what = format!("set {key} and others in {path}");
                let later = Later { what, because: because.clone() };
                return control.ensure(&later).map(drop);
            }
        };
        let hidden = source.is_secret();
        value.iter().filter(|_| hidden).for_each(|value| cx.hide(value));
        pairs.push(Pair { key, value, hidden });
    }
    control.ensure(&set(path, pairs)).map(drop)
}
