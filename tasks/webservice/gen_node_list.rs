//! Document section settings文件.
//!
//! - Hosts: firstbox
//! - Changes: refreshes the list of all nodes with the script of this installer version
//! - Proof: the script ended with 0 for the present settings; the list of `--node-list` names every node
//! - Undo: no: restore the settings and run it again
//!
//! ```text
//! + 若环境版本`installer_version >= 4.3.0`
//!   + 刷新整个云平台节点列表: `/pitrix/bin/gen_node_list.py`。
//! + 若环境版本`installer_version < 4.3.0`
//!   + 刷新整个云平台节点列表: `/pitrix/bin/gen_node_list.sh`。
//! ```

use engine::prelude::*;

use super::common::args::SettingsDir;
use super::common::platform::Platform;
use super::common::temporary_address;
use crate::common::args::WaitTimeout;

const NODE_LIST: Snippet = snippet!("webservice/gen_node_list");

/// Runs gen_node_list.py from installer version 4.3.0 on, gen_node_list.sh before (X0.18). Skips it if
/// the settings have not changed since the last run.
///
/// Examples:
///   cargo xtask webservice gen-node-list -n
///   cargo xtask webservice gen-node-list --node-list /pitrix/conf/node_list
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub struct Args {
    /// Directory of the scripts
    #[arg(long, value_name = "DIR", default_value = "/pitrix/bin")]
    bin_dir: AbsPath,
    /// Output file of the script, to check each node and its address
    #[arg(long, value_name = "FILE")]
    node_list: Option<AbsPath>,
    #[command(flatten)]
    settings_dir: SettingsDir,
    #[command(flatten)]
    wait: WaitTimeout<600>,
}

/// Runs the script of this version.
pub fn run(cx: &Context, args: &Args) -> Result<()> {
    let firstbox = cx.one_host("firstbox")?;
    let list = args.node_list.as_ref().map(ToString::to_string).unwrap_or_default();
    let op = made(&firstbox, args.bin_dir.as_str(), args.settings_dir.as_str(), &list)?;
    temporary_address::warn(cx, &firstbox)?;
    firstbox.ensure(&op.within(args.wait.limit())).map(drop)
}

/// The list is made from the present settings.
pub(super) fn made(firstbox: &Host<'_>, bin: &str, settings: &str, list: &str) -> Result<Script> {
    let script = format!("{bin}/{}", Platform::of(firstbox)?.script("gen_node_list"));
    let values =
        [("SCRIPT", script.as_str().into()), ("SETTINGS", settings.into()), ("LIST", list.into())];
    Ok(Script::new("node-list", NODE_LIST, values)
        .called(format!("refresh the list of all nodes with {script}"))
        .outdated("not made from the present settings")
        .after_changes("the settings may change before"))
}
