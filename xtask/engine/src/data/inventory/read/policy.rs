//! `[policy]`.

use super::reader::{Reader, Root};
use crate::data::inventory::policy::{Calendar, Policy};
use crate::data::window::Window;

pub(super) const KEYS: [&str; 4] = ["require_ticket", "require_reason", "windows", "timezone"];

/// The demands of all files together.
pub(super) fn read(reader: &mut Reader<'_>, roots: &[Root<'_>]) -> Policy {
    let mut policy = Policy::default();
    for root in roots {
        reader.enter(root.file);
        let Some(table) = reader.table(root.table.get_ref(), "policy") else { continue };
        reader.keys(table, "[policy]", &KEYS);
        policy.require_ticket |= reader.truth(table, "require_ticket").unwrap_or_default();
        policy.require_reason |= reader.truth(table, "require_reason").unwrap_or_default();
        let timezone = reader.text(table, "timezone");
        let mut windows = Vec::new();
        for text in reader.list(table, "windows").unwrap_or_default() {
            match text.text.parse::<Window>() {
                Ok(window) => windows.push(window),
                Err(wrong) => reader.reject(&text, wrong),
            }
        }
        if !windows.is_empty() {
            policy.calendars.push(Calendar { windows, timezone });
        } else if let (Some(value), false) = (table.get("timezone"), table.contains_key("windows"))
        {
            reader.bad(value.span(), "`timezone` is for `windows`, and there are none");
        }
    }
    policy
}
