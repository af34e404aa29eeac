//! What several tests of operations need beside a host.

use anyhow::Result;
use engine::data::fault::Fault;
use engine::ops::{Action, Op, Reader, State, Undo};

/// The same operation with something happening on the host between its probe and its change.
pub(crate) struct Meanwhile<'a>(pub(crate) &'a dyn Op, pub(crate) &'a (dyn Fn() + Sync));

impl Op for Meanwhile<'_> {
    fn describe(&self) -> String {
        self.0.describe()
    }

    fn probe(&self, host: &Reader<'_>) -> Result<State> {
        self.0.probe(host)
    }

    fn change(&self, host: &Reader<'_>) -> Result<Vec<Action>> {
        let actions = self.0.change(host);
        (self.1)();
        actions
    }

    fn undo(&self, host: &Reader<'_>) -> Result<Option<Vec<Undo>>> {
        self.0.undo(host)
    }
}

/// An error for a person: the sentence, then its details and hints.
pub(crate) fn told<T: std::fmt::Debug>(result: Result<T>) -> String {
    let error = result.unwrap_err();
    let mut text = format!("{error:#}");
    if let Some(fault) = error.downcast_ref::<Fault>() {
        for (label, detail) in &fault.details {
            text += &format!("\n{label}: {detail}");
        }
        for hint in &fault.hints {
            text += &format!("\nhint: {hint}");
        }
    }
    text
}
