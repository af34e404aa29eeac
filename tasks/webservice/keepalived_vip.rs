//! Document section 安装管理节点.
//!
//! - Hosts: firstbox is read, one node is changed
//! - Changes: health check, block in `rc.local`, keepalived configuration; restarts a keepalived that is older than these
//! - Proof: `keepalived -t` before the file takes its place; the unit is active; exactly one node holds the address
//! - Undo: restores files and unit
//!
//! ```sh
//! rsync -azPS /pitrix/build/packages/deb/pitrix-ks-webservice-base/etc/keepalived/chk_health_webservice.sh webservice0/1:/etc/keepalived/
//! rsync -azPS /pitrix/build/packages/deb/pitrix-ks-webservice-base/etc/keepalived/rc.local.keepalived.webservice webservice0/1:/etc/keepalived/
//! rsync -azPS /pitrix/build/packages/deb/pitrix-ks-webservice-base/etc/keepalived/keepalived.conf.webservice.webservice0/1 webservice0/1:/etc/keepalived/keepalived.conf
//! ssh webservice0/1 "service keepalived restart"
//! ```

use engine::prelude::*;

use super::common::args::VariablesDir;
use super::common::vip_package::{PKG_DIR, Package};
use super::common::{floating_ip, node_address};
use crate::common::virtual_ip;

/// Copies three files of the package on firstbox to the node: the health check, the configuration,
/// and the block of rc.local. The block is there once, before any `exit`. Restarts keepalived only if
/// its configuration is newer than the daemon, and only after `keepalived -t` passes. A restart can
/// move the address.
///
/// Examples:
///   cargo xtask webservice keepalived-vip --node webservice0 -n
///   cargo xtask webservice keepalived-vip --node webservice0 --yes
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
// Both profiles are flattened into one command, where a second group named `Args` would clash.
#[group(skip)]
pub struct Args {
    /// The node; the one without the address first
    #[arg(long, value_name = "NODE")]
    node: Option<NodeName>,
    /// Directory of the package's files on firstbox
    #[arg(long, value_name = "DIR", default_value = PKG_DIR)]
    pkg_dir: AbsPath,
    #[command(flatten)]
    variables_dir: VariablesDir,
    /// Do nothing: the platform has no floating IP
    #[arg(long)]
    skip: bool,
}

/// Reads on firstbox, changes the node.
pub fn run(cx: &Context, args: &Args) -> Result<()> {
    let Some(node) = &args.node else {
        return Err(Fault::usage("no node: give --node webservice0 or --node webservice1").into());
    };
    let firstbox = cx.one_host("firstbox")?;
    let target = node_address::node(cx, node.as_str())?;
    let vip = floating_ip::read(cx, &firstbox, &args.variables_dir.to_string())?;
    // One decision, read from one place (X0.30).
    let vip = match (vip, args.skip) {
        (None, true) => {
            cx.note("no floating IP, nothing to do");
            return Ok(());
        }
        (Some(vip), false) => vip,
        (Some(vip), true) => {
            return Err(refused(
                &format!("--skip, but the floating IP is set to {vip}"),
                "leave out --skip, or remove webservice_floating_ip from the variables",
            ));
        }
        (None, false) => {
            return Err(refused(
                "no floating IP is set",
                "set webservice_floating_ip in the variables first; without a floating IP give --skip",
            ));
        }
    };
    cx.confirm(&format!(
        "starts or restarts keepalived on {node} if its files changed; {vip} can move (X0.25)"
    ))?;
    // A later restore of rc.local would remove the block; the document never restores it (X0.5).
    cx.note("restore rc.local from its backup before this step: a later restore would remove the block (X0.5)");
    Package::read(cx, &firstbox, &args.pkg_dir, node)?.apply(&target)?;
    virtual_ip::check_holder(cx, &cx.all_hosts("@webservice")?, vip)
}

fn refused(message: &str, hint: &str) -> anyhow::Error {
    Fault::refused(message).hint(hint).into()
}
