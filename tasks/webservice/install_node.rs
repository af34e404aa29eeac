//! Document section 安装管理节点.
//!
//! - Hosts: firstbox
//! - Changes: installs the platform on the launched VM
//! - Proof: the script ended with 0 for this launch, and the node answers by its name
//! - Undo: no: launch the VM again
//!
//! ```sh
//! /pitrix/install/install_nodes.sh webservice0/1
//! ```

use engine::prelude::*;

use super::common::args::Node;
use super::common::login;
use crate::common::args::WaitTimeout;

const INSTALL: Snippet = snippet!("webservice/install_node");

/// Runs install_nodes.sh once for each launch of the VM. The script restarts the node; the step waits
/// until it answers by its own name. firstbox must be able to log in: the node has a new host key
/// (X0.17).
///
/// Examples:
///   cargo xtask webservice install-node --node webservice0 -n
///   cargo xtask webservice install-node --node webservice0
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub struct Args {
    #[command(flatten)]
    node: Node,
    /// The install script on firstbox
    #[arg(long, value_name = "FILE", default_value = "/pitrix/install/install_nodes.sh")]
    install: AbsPath,
    #[command(flatten)]
    wait: WaitTimeout<3600>,
}

/// Runs the script on firstbox.
pub fn run(cx: &Context, args: &Args) -> Result<()> {
    let (firstbox, node) = (cx.one_host("firstbox")?, args.node.as_str());
    firstbox.ensure(&login::possible(node).hint(format!(
        "the new VM has a new host key (X0.17): cargo xtask webservice purge-known-hosts --node {node} --accept"
    )))?;
    let values = [("NODE", node.into()), ("SCRIPT", args.install.as_str().into())];
    let installed = Script::new(format!("installed/{node}"), INSTALL, values)
        .called(format!("install the platform on {node}"))
        .outdated(format!("{node} is not installed since its launch"))
        .after_changes("it runs once for each launch of the VM")
        .within(args.wait.limit())
        .detached(Detached::job(format!("install-{node}")).rerun_when_cut())
        .poll(Poll::seconds(300));
    if firstbox.ensure(&installed)? == Outcome::Changed {
        cx.restarted(node)?;
    }
    Ok(())
}
