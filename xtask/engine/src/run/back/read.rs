//! The changes of a journal that can be undone.

use std::collections::HashMap;
use std::time::Duration;

use anyhow::{Context as _, Result};
use camino::Utf8Path;

use super::{Change, Leg};
use crate::data::fault::Fault;
use crate::ops::undo::Look;
use crate::ops::{Action, Undo};
use crate::run::record::entry::{self, Entry};
use crate::run::record::files::BEFORE;
use crate::run::record::journal::Journal;
use crate::transport::trust;

/// The operations of a journal, stage by stage, from the stage `to` on.
pub(super) fn legs(dir: &Utf8Path, journal: &Journal, to: Option<&str>) -> Result<Vec<Leg>> {
    let mut legs = vec![Leg::default()];
    let mut stages: Vec<String> = Vec::new();
    let mut before = Looks::new();
    for entry in journal.entries() {
        let moved = || legs.last().map(|leg| leg.moved.clone()).unwrap_or_default();
        match entry {
            Entry::Stage { name, .. } => {
                if !stages.contains(name) {
                    stages.push(name.clone());
                }
                let moved = moved();
                legs.push(Leg { stage: Some(name.clone()), moved, ..Leg::default() });
            }
            // A process starts with the addresses of the inventory.
            Entry::Resume(_) => {
                let moved = moved().into_keys().map(|host| (host, None)).collect();
                legs.push(Leg { moved, ..Leg::default() });
            }
            Entry::Moved { host, address } => {
                let leg = legs.last_mut().expect("there is a first one");
                leg.moved.insert(host.clone(), address.clone());
            }
            Entry::Intent(intent) => {
                let leg = legs.last_mut().expect("there is a first one");
                leg.changes.push(change(dir, intent, &before)?);
                for undo in intent.undo.iter().flatten().filter(|undo| !undo.last) {
                    let looks = before.entry((&intent.host, &undo.thing)).or_default();
                    looks.extend(undo.look.as_deref());
                }
            }
            _ => {}
        }
    }
    if let Some(to) = to {
        let place = |stage: &str| stages.iter().position(|other| other == stage);
        let from = place(to).ok_or_else(|| {
            let fault = Fault::usage(format!("the run has no stage `{to}`"));
            fault.detail(
                "its stages",
                if stages.is_empty() { "none".into() } else { stages.join(", ") },
            )
        })?;
        legs.retain(|leg| leg.stage.as_deref().and_then(place).is_some_and(|at| at >= from));
    }
    legs.retain(|leg| !leg.changes.is_empty());
    Ok(legs)
}

/// The looks of the changes so far, by host and thing.
type Looks<'a> = HashMap<(&'a str, &'a str), Vec<&'a str>>;

/// One change, with the looks of those `before` it in the journal.
fn change(dir: &Utf8Path, intent: &entry::Intent, before: &Looks<'_>) -> Result<Change> {
    let earlier = |thing: &str| -> Vec<&str> {
        let looks = before.get(&(intent.host.as_str(), thing));
        looks.into_iter().flatten().rev().copied().collect()
    };
    let one = |undo: &entry::Undo| -> Result<Undo> {
        let mut action = Action::recorded(&*undo.ran, &*undo.script);
        action.timeout = undo.seconds.map(Duration::from_secs);
        action.takes.clone_from(&undo.takes);
        if let Some(name) = &undo.feed {
            let path = dir.join(BEFORE).join(name);
            let bytes = trust::read(&path).with_context(|| format!("reading {path}"))?;
            action = action.stdin(bytes, false);
        }
        let look = undo
            .look
            .as_ref()
            .map(|script| Look::recorded(&undo.ran, script, &earlier(&undo.thing)));
        Ok(Undo { thing: undo.thing.clone(), look, action, last: undo.last })
    };
    let undo = intent.undo.as_ref().map(|undo| undo.iter().map(one).collect::<Result<_>>());
    let (host, what, diff) = (intent.host.clone(), intent.what.clone(), intent.diff.clone());
    Ok(Change { op: intent.op, host, what, diff, undo: undo.transpose()? })
}
