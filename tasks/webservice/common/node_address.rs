//! The present address of a node: from its launch to the end of `restore-mgmt-ip` the temporary one.

use std::net::Ipv4Addr;

use engine::prelude::*;

use super::temporary_address::Reservation;

const AT: Snippet = snippet!("webservice/node_address");

/// The node, at its present address (X0.6).
///
/// While a temporary address is reserved, firstbox probes it. No host answers there before the launch, nor
/// after the node has its original address again. A node that firstbox never launched is not probed there.
pub(crate) fn node<'a>(cx: &'a Context, name: &str) -> Result<Host<'a>> {
    let (firstbox, node) = (cx.one_host("firstbox")?, cx.one_host(name)?);
    let temporary = match now(&firstbox, node.name())? {
        Some((both, true)) => Some(both.temporary.to_string()),
        _ => None,
    };
    cx.moved(node.name(), temporary.as_deref())?;
    Ok(node)
}

/// The address at which firstbox reaches a node that still has its old VM. From `gen-node-list` on, firstbox
/// may resolve the name to the reserved temporary address.
pub(crate) fn original(firstbox: &Host<'_>, name: &str) -> Result<Option<Ipv4Addr>> {
    Ok(now(firstbox, name)?.filter(|(_, there)| !there).map(|(both, _)| both.original))
}

/// Both addresses of a node, if it has two, and whether it answers at the temporary one.
fn now(firstbox: &Host<'_>, name: &str) -> Result<Option<(Reservation, bool)>> {
    firstbox.look("look up the address of the node", |reader| {
        let Some(both) = Reservation::read(reader, name)? else { return Ok(None) };
        let values = [("NODE", name.into()), ("ADDRESS", both.temporary.to_string().into())];
        Ok(Some((both, reader.kept(AT, values)?)))
    })
}
