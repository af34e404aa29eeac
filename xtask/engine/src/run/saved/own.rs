//! What earlier runs of a plan have done.

use std::collections::BTreeMap;

use anyhow::Result;

use super::plan::Planned;
use crate::data::outcome::Outcome;
use crate::run::record::entry::Entry;
use crate::run::record::store;

/// How far an operation of the plan is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Progress {
    /// It was begun, and has failed or was cut off: a part of it may be done.
    Begun,
    /// It was done.
    Done,
}

/// Operations by host and description, each with its stage: several stages may have an operation with the same
/// description. Each has passed the comparison with the plan.
#[derive(Debug, Default)]
pub(super) struct Own(BTreeMap<(String, String), Vec<(String, Progress)>>);

impl Own {
    /// Of all runs on this machine that follow the plan with this hash.
    pub(super) fn of(sha256: &str) -> Result<Self> {
        let mut own = Self::default();
        for run in store::all()? {
            let follows =
                |head: &store::Head| head.plan.as_ref().is_some_and(|it| it.sha256 == sha256);
            if run.head.as_ref().is_some_and(follows) {
                let mut stage = String::new();
                run.journal()?.entries().for_each(|entry| own.add(entry, &mut stage));
            }
        }
        Ok(own)
    }

    /// Adds an entry of a journal; `stage` is the present one in it.
    fn add(&mut self, entry: &Entry, stage: &mut String) {
        match entry {
            Entry::Stage { name, .. } => stage.clone_from(name),
            // It begins with the first stage again.
            Entry::Resume(_) => stage.clear(),
            Entry::Intent(intent) => self.set(stage, &intent.host, &intent.what, Progress::Begun),
            Entry::Result(done) if done.outcome == Outcome::Changed.word() => {
                self.set(stage, &done.host, &done.what, Progress::Done);
            }
            _ => {}
        }
    }

    fn set(&mut self, stage: &str, host: &str, what: &str, progress: Progress) {
        let known = self.0.entry((host.to_owned(), what.to_owned())).or_default();
        match known.iter_mut().find(|(name, _)| name == stage) {
            Some((_, last)) => *last = progress,
            None => known.push((stage.to_owned(), progress)),
        }
    }

    /// How far they have come with an operation; none when they have not begun it.
    pub(super) fn progress(&self, host: &str, planned: &Planned) -> Option<Progress> {
        let known = self.0.get(&(host.to_owned(), planned.what.clone()))?;
        // A journal does not say where a part of a stage ends: what comes behind it has its name there.
        let is_in = |stage: &str| {
            let rest = stage.strip_prefix(planned.stage.as_str());
            rest.is_some_and(|rest| {
                planned.stage.is_empty() || rest.is_empty() || rest.starts_with('/')
            })
        };
        let exact = known.iter().find(|(stage, _)| *stage == planned.stage);
        let found = exact.or_else(|| known.iter().find(|(stage, _)| is_in(stage)));
        found.map(|(_, progress)| *progress)
    }
}
