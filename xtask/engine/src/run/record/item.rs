//! An open item, and those of one journal.

use serde::Serialize;

use super::entry::Entry;
use super::journal::Journal;

/// Something that a run has left open.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Item {
    /// Its name: two runs that open the same name on one host have opened one item.
    pub name: String,
    /// The host.
    pub host: String,
    /// What is open, for a person.
    pub what: String,
    /// The step that closes it, with its flags and arguments.
    pub closes: String,
    /// Since when, in UTC.
    pub since: String,
    /// The run that opened it.
    pub run: String,
    /// The step of that run.
    pub step: String,
    /// The operation that opened it.
    pub op: u64,
}

impl Item {
    /// Whether both are the same open thing.
    pub(super) fn is(&self, host: &str, name: &str) -> bool {
        self.host == host && self.name == name
    }

    /// The command that closes it.
    pub fn command(&self) -> String {
        format!("cargo xtask {}", self.closes)
    }
}

/// The items of a journal that are still open, oldest first.
pub fn of(id: &str, journal: &Journal) -> Vec<Item> {
    let mut open: Vec<Item> = Vec::new();
    let mut step = "";
    for line in &journal.lines {
        match &line.entry {
            Entry::Start(start) => step = &start.step,
            Entry::Opened { op, host, name, what, closes } => {
                // Opened again by a resumed run: it is open since the first time.
                if let Some(item) = open.iter_mut().find(|item| item.is(host, name)) {
                    item.op = *op;
                    continue;
                }
                open.push(Item {
                    name: name.clone(),
                    host: host.clone(),
                    what: what.clone(),
                    closes: closes.clone(),
                    since: line.at.clone(),
                    run: id.to_owned(),
                    step: step.to_owned(),
                    op: *op,
                });
            }
            Entry::Closed { host, name, .. } => open.retain(|item| !item.is(host, name)),
            _ => {}
        }
    }
    open
}
