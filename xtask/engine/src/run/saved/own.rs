//! What earlier runs of a plan have done.

use std::collections::BTreeMap;

use anyhow::Result;

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

/// Operations by host and description. Each has passed the comparison with the plan.
#[derive(Debug, Default)]
pub(super) struct Own(BTreeMap<(String, String), Progress>);

impl Own {
    /// Of all runs on this machine that follow the plan with this hash.
    pub(super) fn of(sha256: &str) -> Result<Self> {
        let mut own = Self::default();
        for run in store::all()? {
            let follows =
                |head: &store::Head| head.plan.as_ref().is_some_and(|it| it.sha256 == sha256);
            if run.head.as_ref().is_some_and(follows) {
                run.journal()?.entries().for_each(|entry| own.add(entry));
            }
        }
        Ok(own)
    }

    fn add(&mut self, entry: &Entry) {
        match entry {
            Entry::Intent(intent) => {
                let key = (intent.host.clone(), intent.what.clone());
                self.0.insert(key, Progress::Begun);
            }
            Entry::Result(done) if done.outcome == Outcome::Changed.word() => {
                let key = (done.host.clone(), done.what.clone());
                self.0.insert(key, Progress::Done);
            }
            _ => {}
        }
    }

    /// How far they have come with an operation; none when they have not begun it.
    pub(super) fn progress(&self, host: &str, what: &str) -> Option<Progress> {
        self.0.get(&(host.to_owned(), what.to_owned())).copied()
    }
}
