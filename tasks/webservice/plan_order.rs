//! Document section 操作过程.
//!
//! - Hosts: firstbox and the nodes are read
//! - Changes: nothing
//! - Proof: at most one node holds the floating IP
//! - Undo: nothing to undo
//!
//! ```text
//! + 必须逐个关停旧的`webservice`节点, 优先关闭没有`VIP`的节点，然后重新拉起虚拟机，检查无误后，重复步骤。
//! ```

use std::net::Ipv4Addr;

use engine::prelude::*;

use super::common::args::VariablesDir;
use super::common::floating_ip;
use super::common::order::Order;

/// Orders the nodes one after the other, the holder of the floating IP last (X0.20). Refuses two
/// holders: that is split brain. Changes nothing.
///
/// Examples:
///   cargo xtask webservice plan-order
///   cargo xtask webservice plan-order --vip 10.16.0.20
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub struct Args {
    /// The nodes, a host set
    #[arg(long, value_name = "HOSTSET", default_value = "@webservice")]
    nodes: String,
    /// The floating IP [default: the one in the variables]
    #[arg(long, value_name = "IP")]
    vip: Option<Ipv4Addr>,
    #[command(flatten)]
    variables_dir: VariablesDir,
}

/// Checks every node.
pub fn run(cx: &Context, args: &Args) -> Result<()> {
    let nodes = cx.all_hosts(&args.nodes)?;
    let vip = match args.vip {
        Some(vip) => Some(vip),
        None => floating_ip::read(cx, &cx.one_host("firstbox")?, &args.variables_dir.to_string())?,
    };
    let order = Order::find(&nodes, vip)?;
    cx.found(order.finding(vip))
}
