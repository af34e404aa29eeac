//! The floating IP of the webservice nodes, where the platform's version keeps it.

use std::net::Ipv4Addr;

use engine::prelude::*;
use engine::text::edit::yaml;

use super::platform::Platform;

const KEY: &str = "webservice_floating_ip";

/// Reads the floating IP on firstbox; `None` when there is none.
///
/// X0.18: from installer version 4.3.0 on, compared by number, it is a key of variables.yaml, before
/// that a file of its own per zone.
pub(crate) fn read(cx: &Context, firstbox: &Host<'_>, dir: &str) -> Result<Option<Ipv4Addr>> {
    let platform = Platform::of(firstbox)?;
    let new = platform.is_new();
    let path = if new {
        format!("{dir}/variables.yaml")
    } else {
        let place = |fault: Fault| fault.detail("in", cx.inventory.path.as_str());
        format!("{dir}/{KEY}.{}", platform.zone().map_err(place)?)
    };
    let text = firstbox.look("read the floating IP", |reader| {
        let path = path.as_str().into();
        let Entry::File(file) = reader.read(path)? else { return Ok(None) };
        let text = file.text(path)?;
        if new {
            return Ok(yaml::get(text, KEY)?);
        }
        Ok(text.lines().next().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()))
    })?;
    let Some(text) = text else { return Ok(None) };
    let ip = text.parse().map_err(|_| {
        Fault::refused(format!("webservice_floating_ip in {dir} is no address: {text}"))
    })?;
    Ok(Some(ip))
}
