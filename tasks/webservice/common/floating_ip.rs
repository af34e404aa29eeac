//! The floating IP of the webservice nodes. The platform's version decides the file.

use std::net::Ipv4Addr;

use engine::prelude::*;
use engine::text::edit::tree::{self, Format, Value};

use super::platform::Platform;

const KEY: &str = "webservice_floating_ip";

/// Reads the floating IP on firstbox; `None` when there is none.
///
/// From installer version 4.3.0 on, compared by number, it is a key of variables.yaml; before, a file per
/// zone (X0.18).
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
            return Ok(match tree::get(Format::Yaml, text, &KEY.parse()?)? {
                None | Some(Value::Null) => None,
                Some(value) => Some(value.to_string()).filter(|value| !value.is_empty()),
            });
        }
        Ok(text.lines().next().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()))
    })?;
    let Some(text) = text else { return Ok(None) };
    let ip = text.parse().map_err(|_| {
        Fault::refused(format!("webservice_floating_ip in {dir} is no address: {text}"))
    })?;
    Ok(Some(ip))
}
