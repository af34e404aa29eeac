//! Document section 备份管理节点.
//!
//! - Hosts: one node; its old physical host
//! - Changes: shuts the old VM down
//! - Proof: virsh says `shut off`
//! - Undo: starts the VM again
//!
//! ```sh
//! shutdown -h now
//! ```

use engine::prelude::*;

use super::common::args::Node;
use super::common::settings_backup::Before;
use super::common::shutdown::Off;
use super::common::{node_address, services};
use crate::common::args::WaitTimeout;

/// Sends the command to the node, then waits until virsh reports `shut off` on the old physical host.
/// The backup names that host (X0.14). The exit code of ssh does not count (X0.13). The image stays
/// untouched until the VM is off (X0.12).
///
/// Examples:
///   cargo xtask webservice shutdown-vm --node webservice0 -n
///   cargo xtask webservice shutdown-vm --node webservice0 --yes
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub struct Args {
    #[command(flatten)]
    node: Node,
    /// Its old physical host [default: the one in the backup]
    #[arg(long, value_name = "HOST")]
    physical_host: Option<NodeName>,
    #[command(flatten)]
    before: Before,
    #[command(flatten)]
    wait: WaitTimeout<300>,
    /// Switch the VM off if it still runs after this time
    #[arg(long, value_name = "SECS")]
    force_after: Option<u64>,
}

/// Sends on firstbox, waits on the old physical host.
pub fn run(cx: &Context, args: &Args) -> Result<()> {
    let firstbox = cx.one_host("firstbox")?;
    let old = args.before.host(cx, &firstbox, &args.node, args.physical_host.as_ref())?;
    let address = args.before.address(cx, &firstbox, &args.node)?;
    let off = Off {
        node: args.node.as_str(),
        address,
        old,
        poll: args.wait.seconds(),
        force_after: args.force_after,
    };
    if !off.is_off()? {
        let what = format!("services of {} still run", args.node);
        let stopped = Assert::new(services::SERVICES, services::values("stopped", &[]), what)
            .hint(format!("first: cargo xtask webservice stop-services --node {}", args.node));
        node_address::node(cx, args.node.as_str())?.ensure(&stopped)?;
        let force = args.force_after.map(|secs| format!("; switches it off after {secs} s"));
        let force = force.unwrap_or_default();
        cx.confirm(&format!("shuts {} down on {}{force}", args.node, old.name()))?;
    }
    firstbox.ensure(&off).map(drop)
}
