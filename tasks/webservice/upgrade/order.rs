//! The order of the nodes: one in progress, then one without the floating IP, then the holder (X0.20).

use engine::prelude::*;

use super::config;
use crate::webservice::common::order::Order;
use crate::webservice::common::progress::{Progress, Standing};

/// The nodes in the order of their turns, the finished ones first, and the holder of the floating IP.
///
/// # Errors
/// Refuses if two nodes hold the floating IP.
pub(super) fn find(cx: &Context, nodes: [Standing; 2]) -> Result<(Vec<Standing>, Option<String>)> {
    // A node between its two systems may not answer, so it does not count as the holder.
    let settled = |node: &&Standing| match node.progress {
        Progress::Finished => true,
        Progress::Old => node.serves,
        _ => false,
    };
    let names: Vec<&str> = nodes.iter().filter(settled).map(|node| node.node.as_str()).collect();
    let mut holder = None;
    if !names.is_empty() {
        let order = Order::find(&cx.all_hosts(&names.join(","))?, config::vip(cx)?)?;
        holder = order.holder.map(str::to_owned);
    }
    let mut nodes = nodes.to_vec();
    nodes.sort_by_key(|node| match node.progress {
        Progress::Finished => 0,
        Progress::Old if node.serves && holder.as_ref() == Some(&node.node) => 3,
        Progress::Old if node.serves => 2,
        _ => 1,
    });
    Ok((nodes, holder))
}
