//! The hosts of a run after all of its processes: the word for each, and the open ones.

use std::collections::{BTreeMap, BTreeSet};

use super::operations::Operation;
use crate::run::record::entry::{self, Entry};
use crate::run::record::journal::Journal;

/// The hosts of a run.
#[derive(Debug, Default)]
pub(super) struct Standing {
    /// Each host with its word at the end of its last process; none when that process has no end.
    pub(super) words: BTreeMap<String, Option<String>>,
    /// Those with work left.
    pub(super) open: BTreeSet<String>,
    /// The others are done.
    pub(super) narrow: bool,
}

/// One process of a run.
#[derive(Debug, Default)]
struct Process {
    hosts: BTreeSet<String>,
    end: Option<(u8, Option<entry::Standing>)>,
}

/// From a journal, process by process: a host stays open until a process has reached it.
pub(super) fn of(journal: &Journal, operations: &[Operation]) -> Standing {
    let mut processes = vec![Process::default()];
    for entry in journal.entries() {
        let process = processes.last_mut().expect("there is a first one");
        match entry {
            Entry::Resume(_) => processes.push(Process::default()),
            Entry::Hosts { hosts } => process.hosts.extend(hosts.iter().cloned()),
            Entry::End { exit, hosts, .. } => process.end = Some((*exit, hosts.clone())),
            _ => {}
        }
    }
    for one in operations {
        processes[one.process].hosts.insert(one.host.clone());
    }
    let mut standing = Standing::default();
    processes.into_iter().for_each(|process| standing.take(process));
    standing
}

impl Standing {
    fn take(&mut self, process: Process) {
        let hosts = process.hosts;
        match process.end {
            Some((_, Some(end))) => {
                self.open.retain(|host| !hosts.contains(host));
                self.narrow = end.only && self.open.is_empty();
                self.open.extend(end.open);
                let words = end.words.into_iter().map(|(host, word)| (host, Some(word)));
                self.words.extend(words);
            }
            // Of an earlier version, or of a command that is no step.
            Some((exit, None)) => {
                self.open.retain(|host| !hosts.contains(host));
                self.narrow = false;
                self.words.extend(hosts.iter().map(|host| (host.clone(), None)));
                self.open.extend(hosts.into_iter().filter(|_| exit != 0));
            }
            // It runs, or it was killed.
            None => {
                self.narrow = false;
                self.words.extend(hosts.iter().map(|host| (host.clone(), None)));
                self.open.extend(hosts);
            }
        }
    }
}

/// The word for a host from its operations, as far as they were recorded.
pub(super) fn word(own: &[&Operation]) -> Option<String> {
    let last = own.iter().map(|one| one.process).max()?;
    let bad = own.iter().filter(|one| one.process == last).find(|one| !is_good(&one.outcome));
    bad.or(own.last()).map(|one| one.outcome.clone())
}

/// The word over all processes: a change stays one when a later process keeps it.
pub(super) fn of_run(word: String, own: &[&Operation]) -> String {
    if !is_good(&word) {
        word
    } else if own.iter().any(|one| one.changed && !one.undone) {
        "changed".to_owned()
    } else if own.iter().any(|one| one.undone) {
        "undone".to_owned()
    } else {
        word
    }
}

fn is_good(word: &str) -> bool {
    matches!(word, "kept" | "changed" | "ok" | entry::READ)
}
