//! The acknowledgements of manual operations.

use std::collections::BTreeSet;
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::options::Options;

/// The acknowledgements of a run.
#[derive(Debug, Default)]
pub(super) struct Acks {
    /// From the record of the run that this process resumes.
    pub(super) recorded: BTreeSet<String>,
    /// From `--ack`.
    pub(super) given: Vec<(String, Option<String>)>,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
pub(super) struct State {
    /// Written into the record by this run.
    pub(super) taken: BTreeSet<String>,
    /// Manual operations of this run so far.
    pub(super) met: BTreeSet<String>,
}

impl Acks {
    pub(super) fn new(options: &Options, recorded: Vec<(String, String)>) -> Self {
        let recorded = recorded.into_iter().map(|(name, _)| name).collect();
        Self { recorded, given: options.acks(), state: Mutex::default() }
    }

    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
