//! The day of the backup that a running upgrade started with.

use engine::prelude::*;
use engine::text::edit::env;

use super::settings::Settings;
use super::temporary_address::Reservation;

const HOST: &str = "physical_host";
/// File on firstbox that names the backup of the state before the upgrade. Otherwise a second run on another day
/// would use that day's backup, and swap the physical hosts back (X0.10).
const REMEMBERED: &str = "/var/lib/xtask/webservice-upgrade";

/// Writes it down on firstbox.
pub(crate) fn remember(firstbox: &Host<'_>, stamp: &str) -> Result<()> {
    firstbox.ensure(&Directory::present("/var/lib/xtask").stays())?;
    firstbox.ensure(&FileContent::new(REMEMBERED, format!("stamp={stamp}\n"))).map(drop)
}

/// The day of the backup of `dir`, and whether it exists. `typed` is the day that a person gave.
///
/// # Errors
/// Refuses another day than that of an upgrade in progress, and a backup of today that is none.
pub(crate) fn find(cx: &Context, dir: &str, typed: Option<&str>) -> Result<(String, bool)> {
    let (today, typed) = (cx.date8(), typed.map(str::to_owned));
    cx.one_host("firstbox")?.look("look for the backup of the settings", |reader| {
        let now = Settings::read(reader, dir)?;
        let read = |stamp: &str| Settings::read(reader, &format!("{dir}.{stamp}"));
        let differs = |before: &Settings| before.clone().at(dir) != now;
        let mut remembered = match reader.read(REMEMBERED.into())? {
            Entry::File(file) => env::get(file.text(REMEMBERED.into())?, "stamp")?,
            _ => None,
        };
        // A rollback ends the upgrade: another day starts a new one.
        if let Some(then) = remembered.clone().filter(|then| *then != today) {
            let before = read(&then)?;
            let home = |node: &&str| before.get(node, HOST) == now.get(node, HOST);
            if differs(&before) && now.peers("").iter().all(home) {
                remembered = None;
            }
        }
        if let (Some(typed), Some(then)) = (&typed, &remembered)
            && typed != then
            && is_under_way(reader, &now, &read(then)?)?
        {
            let what = format!("the upgrade that started with {dir}.{then} is in progress");
            return Err(Fault::refused(what).hint("leave --stamp out to continue it").into());
        }
        let known = typed.or(remembered);
        let stamp = known.clone().unwrap_or(today);
        let before = read(&stamp)?;
        if known.is_none() && !before.is_empty() && differs(&before) {
            let what = format!("{dir}.{stamp} exists, and differs from the present settings");
            return Err(Fault::refused(what)
                .hint(format!("if it is the state before the upgrade: --stamp {stamp}"))
                .hint("if not, move it aside")
                .into());
        }
        Ok((stamp, !before.is_empty()))
    })
}

/// A node has a temporary address, or only one of the two has moved.
fn is_under_way(reader: &Reader<'_>, now: &Settings, before: &Settings) -> Result<bool> {
    let nodes = now.peers("");
    for node in &nodes {
        if Reservation::read(reader, node)?.is_some() {
            return Ok(true);
        }
    }
    let moved = nodes.iter().filter(|node| now.get(node, HOST) != before.get(node, HOST)).count();
    Ok(moved > 0 && moved < nodes.len())
}
