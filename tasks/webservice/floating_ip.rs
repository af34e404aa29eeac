//! The floating IP of the webservice nodes, where the platform's version keeps it.

use std::net::Ipv4Addr;

use anyhow::Result;
use engine::data::fault::Fault;
use engine::run::{Context, Host};
use engine::snippet;
use engine::text::snippet::Snippet;

use super::platform::Platform;

const FLOATING_IP: Snippet = snippet!("webservice/floating_ip");

/// Reads the floating IP on firstbox; `None` when there is none.
///
/// X0.18: from installer version 4.3.0 on, compared by number, it is a key of variables.yaml, before
/// that a file of its own per zone.
pub fn read(cx: &Context, firstbox: &Host<'_>, dir: &str) -> Result<Option<Ipv4Addr>> {
    let platform = Platform::of(firstbox)?;
    let new = platform.is_new();
    let zone = if new {
        ""
    } else {
        platform.zone().map_err(|fault| fault.detail("in", cx.inventory.path.as_str()))?
    };
    let style = if new { "key" } else { "file" };
    let text = firstbox.look("read the floating IP", |reader| {
        reader
            .ask(FLOATING_IP, [("DIR", dir.into()), ("STYLE", style.into()), ("ZONE", zone.into())])
    })?;
    if text.is_empty() {
        return Ok(None);
    }
    let ip = text.parse().map_err(|_| {
        Fault::refused(format!("webservice_floating_ip in {dir} is no address: {text}"))
    })?;
    Ok(Some(ip))
}
