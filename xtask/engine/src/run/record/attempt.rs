//! The last attempt at a step of many stages: the runs since it was finished as a whole.

use std::collections::{BTreeMap, BTreeSet};

use anyhow::Result;

use super::entry::{Entry, Start};
use super::journal::Journal;
use super::times::{Stages, read};
use crate::run::context::Context;

/// What the runs of an attempt have finished.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(in crate::run) struct Attempt {
    /// The newest of them; empty without one.
    pub(in crate::run) run: String,
    /// The stages by name: `web1/drain`.
    pub(in crate::run) finished: BTreeSet<String>,
}

/// The part of the work that a run wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::run) enum Extent {
    /// It only looked.
    Nothing,
    /// Some stages, or some hosts.
    Part,
    /// All of it.
    Whole,
}

impl Context {
    /// The stages that the attempt at `step` has finished. It begins behind the last run that finished all, and behind the
    /// last run of another work, for which `extent` is none. A run that was undone has finished nothing.
    ///
    /// # Errors
    /// When a record cannot be read.
    pub(in crate::run) fn last_attempt(
        &self,
        step: &str,
        extent: &dyn Fn(&Start) -> Option<Extent>,
    ) -> Result<Attempt> {
        let mut attempt = Attempt::default();
        let mut undone = BTreeSet::new();
        self.newest("undo", |_, journal| {
            if let Some(Entry::Start(start)) = journal.entries().next() {
                undone.extend(start.undoes.clone());
            }
        })?;
        // The newest run that had a stage decides about it.
        let (mut decided, mut over) = (BTreeMap::new(), false);
        self.newest(step, |run, journal| {
            let Some(Entry::Start(start)) = journal.entries().next().filter(|_| !over) else {
                return;
            };
            let extent = extent(start);
            over = extent.is_none() || (extent == Some(Extent::Whole) && is_done(journal));
            if over || extent == Some(Extent::Nothing) || undone.contains(&run.id) {
                return;
            }
            let stages = finished(journal);
            if attempt.run.is_empty() && !stages.is_empty() {
                attempt.run.clone_from(&run.id);
            }
            for (name, is_finished) in stages {
                decided.entry(name).or_insert(is_finished);
            }
        })?;
        let finished = decided.into_iter().filter(|(_, is_finished)| *is_finished);
        attempt.finished = finished.map(|(name, _)| name).collect();
        Ok(attempt)
    }
}

/// The stages of a run, and whether each has finished. One that continued after a failed host (`--max-fail`) has not.
fn finished(journal: &Journal) -> BTreeMap<String, bool> {
    let mut stages = Stages::default();
    read(journal, || false, &mut stages);
    let (mut failed, mut open) = (BTreeSet::new(), "");
    for entry in journal.entries() {
        match entry {
            Entry::Stage { name, .. } => {
                failed.remove(name.as_str());
                open = name;
            }
            Entry::Result(done) if done.error.is_some() => {
                // `web1/patch/stop` is a part of `web1/patch`.
                let parts = open.match_indices('/').map(|(end, _)| &open[..end]);
                failed.extend(parts.chain([open]));
            }
            _ => {}
        }
    }
    let good =
        |name: &String| !stages.unfinished.contains_key(name) && !failed.contains(name.as_str());
    let names = stages.times.keys().chain(stages.unfinished.keys());
    names.map(|name| (name.clone(), good(name))).collect()
}

/// The last process of the run has ended well.
fn is_done(journal: &Journal) -> bool {
    let last = journal.entries().filter(|entry| !matches!(entry, Entry::Closed { .. })).last();
    matches!(last, Some(Entry::End { exit: 0, .. }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_stage_has_finished_when_its_last_try_has_and_no_host_of_it_failed() {
        let stage = |name: &str| format!("\"event\":\"stage\",\"name\":\"{name}\",\"of\":2");
        let result = |error: &str| {
            format!(
                "\"event\":\"result\",\"op\":1,\"host\":\"h\",\"what\":\"w\",\"outcome\":\"x\",\"seconds\":1.0,\"error\":{error}"
            )
        };
        let bodies = [
            stage("w/drain"),
            result("null"),
            stage("w/patch"),
            stage("w/patch/stop"),
            result("\"no\""),
            stage("w/serve"),
            stage("v/drain"),
        ];
        let line = |(number, body): (usize, &String)| {
            let number = number + 1;
            let text =
                format!("{{\"line\":{number},\"at\":\"2026-11-21T02:00:0{number}.000Z\",{body}}}");
            serde_json::from_str(&text).expect("a line")
        };
        let lines = bodies.iter().enumerate().map(line).collect();
        let found = finished(&Journal { lines, ..Journal::default() });
        let done: Vec<&str> =
            found.iter().filter(|(_, done)| **done).map(|(name, _)| name.as_str()).collect();
        assert_eq!(done, ["w/drain", "w/serve"], "{found:?}");
    }
}
