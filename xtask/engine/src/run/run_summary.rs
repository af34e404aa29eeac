//! The result of each host in this run.

use std::collections::{BTreeMap, BTreeSet};

use crate::data::fault::{Fault, Kind};
use crate::data::outcome::Outcome;

/// Verbs of two words.
const TWO_WORDS: [&str; 3] = ["by hand", "shut down", "take back"];

/// Counts and first failures, by host.
#[derive(Debug, Default)]
pub struct RunSummary {
    hosts: BTreeMap<String, Entry>,
    narrowed: BTreeSet<String>,
    /// Hosts that have answered a look outside any operation.
    read: BTreeSet<String>,
    failed: usize,
    /// How many operations have changed something, or would in a dry run, by their verbs.
    kinds: BTreeMap<String, usize>,
    /// The failure budget was exceeded before every host had its turn.
    pub stopped: bool,
    /// A signal requested a stop.
    pub interrupted: bool,
    /// The hosts on which an operation started to change something.
    pub begun: BTreeSet<String>,
    /// Something has changed that can be undone.
    pub undoable: bool,
    /// More than one stage was selected.
    pub staged: bool,
    /// The place of the last pass over the hosts in the run.
    pub ending: Ending,
    /// The step reached its end: only hosts that failed or were not reached are open.
    pub complete: bool,
}

/// Whether the last pass of a step, [`crate::run::Hosts::ending`], has begun.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// Further work may follow.
    #[default]
    Ahead,
    /// It runs, or it has failed.
    Reached,
    /// It succeeded: no work may follow.
    Over,
}

/// One host.
#[derive(Debug, Default, Clone)]
pub struct Entry {
    /// Operations that found nothing to do.
    pub kept: usize,
    /// Operations that changed something.
    pub changed: usize,
    /// In a dry run: operations that would change something.
    pub needed: usize,
    /// In a dry run: operations with an unknown result.
    pub unknown: usize,
    /// The operation that failed first, and why.
    pub failure: Option<(String, Fault)>,
    /// It did not get its turn in some stage.
    pub left_out: bool,
}

impl RunSummary {
    /// The entry of a host, created when missing.
    pub fn entry(&mut self, host: &str) -> &mut Entry {
        self.hosts.entry(host.to_owned()).or_default()
    }

    /// `--only` can select among these hosts. Gives the new ones.
    pub fn narrowed(&mut self, hosts: &[&str]) -> Vec<String> {
        let new = hosts.iter().filter(|host| self.narrowed.insert((**host).to_owned()));
        new.map(|host| (*host).to_owned()).collect()
    }

    /// A host has answered a look outside any operation.
    pub fn read(&mut self, host: &str) {
        if !self.read.contains(host) {
            self.read.insert(host.to_owned());
        }
    }

    /// The hosts that have answered a look outside any operation.
    pub fn hosts_read(&self) -> impl Iterator<Item = &str> {
        self.read.iter().map(String::as_str)
    }

    /// The run is over. A step that ended before its end has not reached the hosts without any work.
    pub fn settle(&mut self, ok: bool) {
        self.complete = ok || self.ending != Ending::Ahead;
        if !self.complete && (self.stopped || self.failures().next().is_some()) {
            for host in self.narrowed.clone() {
                self.hosts.entry(host).or_insert(Entry { left_out: true, ..Entry::default() });
            }
        }
    }

    /// The hosts with work left, sorted: failed, unreachable, interrupted, not reached. All hosts of a step that ended before its
    /// end: nobody knows which of its later work a host needs.
    pub fn open(&self) -> Vec<&str> {
        if self.complete {
            let open = |(_, entry): &(&str, &Entry)| entry.failure.is_some() || entry.left_out;
            return self.hosts().filter(open).map(|(host, _)| host).collect();
        }
        let all: BTreeSet<&str> =
            self.hosts.keys().chain(&self.narrowed).map(String::as_str).collect();
        all.into_iter().collect()
    }

    /// The open hosts, when `--only` can select them for a rerun. It cannot for the control machine, nor when a later
    /// stage or pass is missing on the other hosts.
    pub fn again(&self) -> Option<Vec<&str>> {
        let hosts = self.open();
        let can = hosts.iter().all(|host| self.narrowed.contains(*host));
        (can && self.complete && !self.staged && !hosts.is_empty()).then_some(hosts)
    }

    /// Counts a finished operation.
    pub fn count(&mut self, host: &str, outcome: Outcome) {
        let entry = self.entry(host);
        match outcome {
            Outcome::Kept => entry.kept += 1,
            Outcome::Changed => entry.changed += 1,
            Outcome::Needed => entry.needed += 1,
            Outcome::Unknown => entry.unknown += 1,
        }
    }

    /// Counts a change, or one that a dry run found, by the verb of its operation.
    pub fn count_kind(&mut self, what: &str) {
        let two = TWO_WORDS.into_iter().find(|verb| what.starts_with(verb));
        let verb = two.or(what.split(' ').next()).unwrap_or_default();
        *self.kinds.entry(verb.to_owned()).or_default() += 1;
    }

    /// The verbs of the changes and how many each has, the most frequent first.
    pub fn kinds(&self) -> Vec<(&str, usize)> {
        let mut kinds: Vec<_> =
            self.kinds.iter().map(|(verb, count)| (verb.as_str(), *count)).collect();
        kinds.sort_by_key(|(_, count)| std::cmp::Reverse(*count));
        kinds
    }

    /// Notes a failure; the first one of a host stays.
    pub fn fail(&mut self, host: &str, what: &str, error: &anyhow::Error) {
        let fault = error.downcast_ref::<Fault>().cloned();
        let fault = fault.map(|fault| Fault { message: format!("{error:#}"), ..fault });
        let fault = fault.unwrap_or_else(|| Fault::failed(format!("{error:#}")));
        let first = self.entry(host).failure.is_none();
        self.failed += usize::from(first);
        self.entry(host).failure.get_or_insert((what.to_owned(), fault));
    }

    /// How many hosts have failed; asked before each host.
    pub const fn failed(&self) -> usize {
        self.failed
    }

    /// Whether the host has failed.
    pub fn is_down(&self, host: &str) -> bool {
        self.hosts.get(host).is_some_and(|entry| entry.failure.is_some())
    }

    /// All hosts that took part.
    pub fn hosts(&self) -> impl Iterator<Item = (&str, &Entry)> {
        self.hosts.iter().map(|(name, entry)| (name.as_str(), entry))
    }

    /// The failures.
    pub fn failures(&self) -> impl Iterator<Item = (&str, &str, &Fault)> {
        self.hosts().filter_map(|(host, entry)| {
            entry.failure.as_ref().map(|(what, fault)| (host, what.as_str(), fault))
        })
    }

    /// `2 changed, 1 failed`, in the order of the words.
    pub fn counts(&self) -> String {
        let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
        for (_, entry) in self.hosts() {
            *counts.entry(entry.word()).or_default() += 1;
        }
        counts.iter().map(|(word, count)| format!("{count} {word}")).collect::<Vec<_>>().join(", ")
    }

    /// How the run ended, seen over all hosts: the kind that decides the exit code.
    pub fn kind(&self) -> Option<Kind> {
        if self.stopped {
            return Some(Kind::Stopped);
        }
        Kind::worst(self.failures().map(|(_, _, fault)| fault.kind))
    }
}

impl Entry {
    /// One word for the host: `changed`, `kept`, `failed`, ...
    pub fn word(&self) -> &'static str {
        match &self.failure {
            Some((_, fault)) => fault.kind.word(),
            None if self.left_out => "not reached",
            None if self.changed > 0 => "changed",
            None if self.needed > 0 => "needed",
            None if self.unknown > 0 => "unknown",
            None => "kept",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn summary(kinds: &[Kind]) -> RunSummary {
        let mut summary = RunSummary::default();
        for (number, kind) in kinds.iter().enumerate() {
            summary.fail(&format!("h{number}"), "x", &Fault::new(*kind, "m").into());
        }
        summary
    }

    #[test]
    fn the_exit_code_is_that_of_the_worst_kind() {
        assert_eq!(summary(&[]).kind(), None);
        assert_eq!(
            summary(&[Kind::Unreachable, Kind::Unreachable]).kind(),
            Some(Kind::Unreachable)
        );
        assert_eq!(summary(&[Kind::Unreachable, Kind::TimedOut]).kind(), Some(Kind::TimedOut));
        assert_eq!(
            summary(&[Kind::Unreachable, Kind::Failed, Kind::Refused]).kind(),
            Some(Kind::Failed)
        );
        assert_eq!(summary(&[Kind::Failed, Kind::Interrupted]).kind(), Some(Kind::Interrupted));
    }
}
