//! Where a node answers: between its launch and the end of `restore-mgmt-ip` at its temporary address.

use anyhow::Result;
use engine::run::{Context, Host};
use engine::snippet;
use engine::text::snippet::Snippet;

use super::address::Reservation;

const AT: Snippet = snippet!("webservice/answers_at");

/// The node, at the address that it has now (X0.6).
///
/// While firstbox keeps a temporary address for it, firstbox is asked who answers there: nobody does before
/// the launch, and nobody any more when the node has its original address back. A node that was never launched
/// from firstbox is not looked for there.
pub(super) fn node<'a>(cx: &'a Context, name: &str) -> Result<Host<'a>> {
    let (firstbox, node) = (cx.the("firstbox")?, cx.the(name)?);
    let name = node.name();
    let temporary = firstbox.look("look where the node answers", |reader| {
        let Some(both) = Reservation::read(reader, name)? else { return Ok(None) };
        let temporary = both.temporary.to_string();
        let there =
            reader.kept(AT, [("NODE", name.into()), ("ADDRESS", temporary.as_str().into())])?;
        Ok(there.then_some(temporary))
    })?;
    cx.moved(name, temporary.as_deref())?;
    Ok(node)
}
