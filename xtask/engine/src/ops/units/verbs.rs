//! Units to stop, start, and so on, as one action.

use crate::ops::action::Action;
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
        Action::change(UNITS, self.values(Vec::new()))
    }

    /// As the undo of a change of `names`.
    pub(super) fn undo(self, names: &[String]) -> Undo {
        let values = self.values(Vec::new());
        let look = Action::undone(UNITS, values.clone());
        Undo::checked_by(names.join(" "), look, Action::change(UNITS, values))
    }

    /// Restarts or reloads the units that use the files `newer`, after these are back. Nothing without such a unit.
    pub(super) fn again(self, newer: &[String]) -> Option<Undo> {
        let names = [&*self.restart, &*self.reload].concat().join(" ");
        let values = self.values(newer.to_vec());
        let look = Action::undone(UNITS, values.clone());
        (!names.is_empty())
            .then(|| Undo::checked_by(names, look, Action::change(UNITS, values)).last())
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
