//! Units to stop, start, and so on, as one action.

use crate::data::loss::Loss;
use crate::ops::action::{Action, Work};
use crate::ops::undo::Undo;
use crate::snippet;
use crate::text::snippet::{Snippet, Value};

const UNITS: Snippet = snippet!("/../../snippets/", "ops/units");

/// Units by verb, in the order of use.
#[derive(Debug, Default)]
pub(super) struct Verbs {
    pub(super) stop: Vec<String>,
    pub(super) disable: Vec<String>,
    pub(super) enable: Vec<String>,
    pub(super) start: Vec<String>,
    pub(super) restart: Vec<String>,
    pub(super) reload: Vec<String>,
}

impl Verbs {
    pub(super) fn action(self) -> Action {
        self.change(Vec::new())
    }

    /// Stopping and restarting take units away, starting and reloading do not.
    fn change(self, newer: Vec<String>) -> Action {
        let (stopped, restarted) = (Loss::units(&self.stop), Loss::units(&self.restart));
        let (stops, restarts) = (!self.stop.is_empty(), !self.restart.is_empty());
        let mut action = Action::change(UNITS, self.values(newer));
        action.takes.extend(stops.then_some(stopped));
        action.takes.extend(restarts.then(|| restarted.for_a_time()));
        action
    }

    /// As the undo of a change of `names`.
    pub(super) fn undo(self, names: &[String]) -> Undo {
        let action = self.change(Vec::new());
        Undo::checked_by(names.join(" "), undone(&action), action)
    }

    /// Restarts or reloads the units that use the files `newer`, after these are back. Nothing without such a unit.
    pub(super) fn again(self, newer: &[String]) -> Option<Undo> {
        let names = [&*self.restart, &*self.reload].concat().join(" ");
        let action = self.change(newer.to_vec());
        (!names.is_empty()).then(|| Undo::checked_by(names, undone(&action), action).last())
    }

    fn values(self, newer: Vec<String>) -> Vec<(&'static str, Value)> {
        let values = [
            ("STOP", self.stop),
            ("DISABLE", self.disable),
            ("ENABLE", self.enable),
            ("START", self.start),
            ("RESTART", self.restart),
            ("RELOAD", self.reload),
            ("PATHS", newer),
        ];
        values.map(|(name, words)| (name, Value::List(words))).to_vec()
    }
}

/// The question whether the units are in the state of the verbs of `action`.
fn undone(action: &Action) -> Action {
    match &action.work {
        Work::Snippet { snippet, values, .. } => Action::undone(*snippet, values.clone()),
        Work::Recorded { .. } => action.clone(),
    }
}
