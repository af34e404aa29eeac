//! The last attempt at a step of many stages: the runs since it was finished as a whole.

use std::collections::BTreeSet;

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
        let (mut stages, mut over) = (Stages::default(), false);
        self.newest(step, |run, journal| {
            let Some(Entry::Start(start)) = journal.entries().next().filter(|_| !over) else {
                return;
            };
            let extent = extent(start);
            over = extent.is_none() || (extent == Some(Extent::Whole) && is_done(journal));
            if over || extent == Some(Extent::Nothing) || undone.contains(&run.id) {
                return;
            }
            read(journal, || false, &mut stages);
            if attempt.run.is_empty() && self.record_dir() != Some(run.dir.as_path()) {
                attempt.run.clone_from(&run.id);
            }
        })?;
        let finished = stages.times.into_keys();
        attempt.finished = finished.filter(|it| !stages.unfinished.contains_key(it)).collect();
        Ok(attempt)
    }
}

/// The last process of the run has ended well.
fn is_done(journal: &Journal) -> bool {
    let last = journal.entries().filter(|entry| !matches!(entry, Entry::Closed { .. })).last();
    matches!(last, Some(Entry::End { exit: 0, .. }))
}
