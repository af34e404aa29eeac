//! Operations that take members of clusters away.

use anyhow::Result;

use super::action::Action;
use super::reader::Reader;
use super::{Op, Planned, Poll, State, Undo};
use crate::data::loss::Loss;

/// An operation that takes members away; see [`TakesAway::takes_away`].
#[derive(Debug, Clone)]
pub struct Taking<O> {
    op: O,
    loss: Loss,
    /// The undo takes it away, not the change.
    back: bool,
}

/// Every operation can say that it takes something away. [`Units`](super::Units) says it by itself.
pub trait TakesAway: Op + Sized {
    /// Its change takes this away. Several losses add up.
    fn takes_away(self, loss: Loss) -> Taking<Self> {
        Taking { op: self, loss, back: false }
    }

    /// Its undo takes this away: what it has started goes off again.
    fn undo_takes_away(self, loss: Loss) -> Taking<Self> {
        Taking { op: self, loss, back: true }
    }
}

impl<O: Op> TakesAway for O {}

impl<O: Op> Op for Taking<O> {
    fn describe(&self) -> String {
        self.op.describe()
    }

    fn probe(&self, host: &Reader<'_>) -> Result<State> {
        self.op.probe(host)
    }

    fn change(&self, host: &Reader<'_>) -> Result<Vec<Action>> {
        let mut actions = self.op.change(host)?;
        if let Some(first) = actions.first_mut().filter(|_| !self.back) {
            first.takes.push(self.loss.clone());
        }
        Ok(actions)
    }

    fn undo(&self, host: &Reader<'_>) -> Result<Option<Vec<Undo>>> {
        let mut undo = self.op.undo(host)?;
        if let Some(first) = undo.iter_mut().flatten().next().filter(|_| self.back) {
            first.action.takes.push(self.loss.clone());
        }
        Ok(undo)
    }

    fn leaves(&self) -> Vec<(String, Planned)> {
        self.op.leaves()
    }

    fn poll(&self) -> Poll {
        self.op.poll()
    }
}
