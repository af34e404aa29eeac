//! Where a node answers: between its launch and the end of `restore-mgmt-ip` at its temporary address.

use std::net::Ipv4Addr;

use engine::prelude::*;

use super::temporary_address::Reservation;

const AT: Snippet = snippet!("webservice/node_address");

/// The node, at the address that it has now (X0.6).
///
/// While firstbox keeps a temporary address for it, firstbox is asked who answers there: nobody does before
/// the launch, and nobody any more when the node has its original address back. A node that was never launched
/// from firstbox is not looked for there.
pub(crate) fn node<'a>(cx: &'a Context, name: &str) -> Result<Host<'a>> {
    let (firstbox, node) = (cx.one_host("firstbox")?, cx.one_host(name)?);
    let temporary = match now(&firstbox, node.name())? {
        Some((both, true)) => Some(both.temporary.to_string()),
        _ => None,
    };
    cx.moved(node.name(), temporary.as_deref())?;
    Ok(node)
}

/// Where firstbox itself reaches a node that keeps its old VM until later, although a temporary address is
/// reserved: from `gen-node-list` on it may know the name with that one.
pub(crate) fn original(firstbox: &Host<'_>, name: &str) -> Result<Option<Ipv4Addr>> {
    Ok(now(firstbox, name)?.filter(|(_, there)| !there).map(|(both, _)| both.original))
}

/// Both addresses of a node that has two, and whether it answers at the temporary one.
fn now(firstbox: &Host<'_>, name: &str) -> Result<Option<(Reservation, bool)>> {
    firstbox.look("look where the node answers", |reader| {
        let Some(both) = Reservation::read(reader, name)? else { return Ok(None) };
        let values = [("NODE", name.into()), ("ADDRESS", both.temporary.to_string().into())];
        Ok(Some((both, reader.kept(AT, values)?)))
    })
}
