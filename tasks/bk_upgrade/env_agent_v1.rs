//! Document section 6, number 3.
//!
//! - Hosts: the control machine
//! - Changes: sets BK_GSE_AGENT_VERSION once in gse.env, cmdb.env and bknodeman.env of `bin/03-userdef`
//! - Proof: the files are read back and hold exactly this value
//! - Undo: restores the files
//!
//! ```sh
//! # 为了避免部分产品在新版本中直接对接的是 GSE Agent 2.0，在升级前先将其对接 2.0 的通道关闭
//! printf '\nBK_GSE_AGENT_VERSION=v1\n' >> bin/03-userdef/gse.env
//! printf '\nBK_GSE_AGENT_VERSION=v1\n' >> bin/03-userdef/cmdb.env
//! printf '\nBK_GSE_AGENT_VERSION=v1\n' >> bin/03-userdef/bknodeman.env
//! ```

use engine::prelude::*;

use super::common::env_value::{Pair, set};

const KEY: &str = "BK_GSE_AGENT_VERSION";
const FILES: [&str; 3] = ["gse.env", "cmdb.env", "bknodeman.env"];
const ITEM: &str = "gse-agent-v1";

/// 6.2 uses agent 2.0 by default. This keeps the products on agent 1.0 until the agents are upgraded.
/// It stays an open item, which each later run and `runs list` show (X4.72). When the agents are
/// upgraded, `--version v2` closes it: then run `sync-common`, and render and restart the products.
///
/// Examples:
///   cargo xtask bk-upgrade env-agent-v1 -n
///   cargo xtask bk-upgrade env-agent-v1
///   cargo xtask bk-upgrade env-agent-v1 --version v2
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub struct Args {
    /// The agents that the products work with
    #[arg(long, value_enum, default_value = "v1")]
    version: Version,
    /// Directory of the deploy scripts on the control machine
    #[arg(long, value_name = "DIR", default_value = "/data/install")]
    install_dir: AbsPath,
}

/// The version of the agents.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Version {
    /// Agent 1.0, during the upgrade
    V1,
    /// Agent 2.0, after the upgrade of the agents
    V2,
}

/// Sets the key in three files. The item is open from the first change to v1 until the last one to v2.
pub fn run(cx: &Context, args: &Args) -> Result<()> {
    let control = cx.one_host("control")?;
    let to = |file: &str, version: &str| {
        let path = format!("{}/bin/03-userdef/{file}", args.install_dir);
        set(path, vec![Pair { key: KEY, value: Some(version.to_owned()), hidden: false }])
    };
    match args.version {
        Version::V1 => {
            let item = item();
            for file in FILES {
                control.opens(&item, &to(file, "v1"))?;
            }
            // Another control machine may have set it.
            control.has_open(&item);
            Ok(())
        }
        Version::V2 => {
            cx.confirm(
                "lets gse, cmdb and nodeman work with agent 2.0: every agent must be upgraded",
            )?;
            let [first, second, last] = FILES;
            for file in [first, second] {
                control.ensure(&to(file, "v2"))?;
            }
            control.closes(ITEM, &to(last, "v2")).map(drop)
        }
    }
}

fn item() -> OpenItem {
    let what = "the products work with GSE agent 1.0 until the agents are upgraded";
    OpenItem::new(ITEM, what, "bk-upgrade env-agent-v1 --version v2")
}

/// The keys that this step sets, for `sync-common`: step, module and key.
pub(super) fn keys() -> impl Iterator<Item = (&'static str, &'static str, &'static str)> {
    let module = |file: &'static str| file.strip_suffix(".env").unwrap_or(file);
    FILES.into_iter().map(move |file| ("env-agent-v1", module(file), KEY))
}
