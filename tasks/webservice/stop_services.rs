//! Document section 备份管理节点.
//!
//! - Hosts: one node; its peer is read
//! - Changes: stops every program of supervisor
//! - Proof: every program is STOPPED or EXITED
//! - Undo: starts the programs again
//!
//! ```sh
//! # 连接到管理节点，停止所有服务, 然后关机
//! supervisorctl stop all
//! ```

use engine::prelude::*;

use super::common::args::{Node, VariablesDir};
use super::common::order::Order;
use super::common::{floating_ip, node_address, node_files, services};
use crate::common::args::WaitTimeout;

/// Waits until every program is down: `stop all` succeeds even if a program ignores it (X0.11). Refuses
/// unless another node serves; the holder of the floating IP is the last (X0.20). Refuses without a
/// backup of the node's own files (X0.5).
///
/// Examples:
///   cargo xtask webservice stop-services --node webservice0 -n
///   cargo xtask webservice stop-services --node webservice0 --yes
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub struct Args {
    #[command(flatten)]
    node: Node,
    #[command(flatten)]
    wait: WaitTimeout<120>,
    /// Backup directory of the node's files on firstbox [default: /root/NODE-bak]
    #[arg(long, value_name = "DIR")]
    src: Option<AbsPath>,
    #[command(flatten)]
    variables_dir: VariablesDir,
    /// Continue even if the node holds the floating IP
    #[arg(long)]
    out_of_turn: bool,
    /// Continue even if no other webservice node serves
    #[arg(long)]
    without_peer: bool,
}

/// Checks all nodes, then stops the programs on this one.
pub fn run(cx: &Context, args: &Args) -> Result<()> {
    let (firstbox, node) = (cx.one_host("firstbox")?, node_address::node(cx, args.node.as_str())?);
    let stopped = services::stopped(args.wait.poll());
    if !node.look("look at the services", |reader| {
        reader.kept(services::SERVICES, services::values("stopped", &[]))
    })? {
        let src = node_files::place(args.src.as_ref(), &args.node);
        let backup = node_files::backup(&firstbox, &src, &args.node)?;
        firstbox.proven(&backup, &Demand::default()).map(drop)?;
        if !args.without_peer {
            peers_serve(cx, &node)?;
        }
        args.check_turn(cx, &firstbox, &node)?;
        cx.confirm(&format!("takes {} out of service", args.node))?;
    }
    node.ensure(&stopped).map(drop)
}

/// Another node serves: stopping both nodes stops the whole service (X0.20).
fn peers_serve(cx: &Context, node: &Host<'_>) -> Result<()> {
    let nodes = cx.all_hosts("@webservice")?;
    for peer in nodes.iter().filter(|peer| peer.name() != node.name()) {
        let what = format!("{} does not serve", peer.name());
        let serves = Assert::new(services::SERVICES, services::values("running", &[]), what)
            .hint("one node at a time; --without-peer if the service is down anyway");
        node_address::node(cx, peer.name())?.ensure(&serves)?;
    }
    Ok(())
}

impl Args {
    /// The holder of the floating IP is the last: stopping it moves the address (X0.20).
    fn check_turn(&self, cx: &Context, firstbox: &Host<'_>, node: &Host<'_>) -> Result<()> {
        let vip = floating_ip::read(cx, firstbox, self.variables_dir.as_str())?;
        // A dry run that would release the address before still finds it.
        if cx.is_pending() {
            return Ok(());
        }
        let order = Order::find(&cx.all_hosts("@webservice")?, vip)?;
        if self.out_of_turn || order.holder != Some(node.name()) {
            return Ok(());
        }
        let what = format!("{} holds the floating IP: upgrade the other node first", node.name());
        let hint = "after the upgrade of the others, stop keepalived here to move the address; or --out-of-turn";
        Err(Fault::refused(what).detail("order", order.line(vip)).hint(hint).into())
    }
}
