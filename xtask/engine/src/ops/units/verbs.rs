//! Which units to stop, start, and so on, as one action.

use crate::ops::action::Action;
use crate::ops::undo::Undo;
use crate::snippet;
use crate::text::snippet::{Snippet, Value};

const UNITS: Snippet = snippet!("/../../snippets/", "ops/units");

/// Units by verb, in the order in which the verbs are used.
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

    /// As what takes back a change of `names`.
    pub(super) fn undo(self, names: &[String]) -> Undo {
        let values = self.values(Vec::new());
        let look = Action::undone(UNITS, values.clone());
        Undo::told_by(names.join(" "), look, Action::change(UNITS, values))
    }

    /// What runs with one of the files `newer` starts again, or reloads, when these are back. Nothing when there is
    /// no such unit.
    pub(super) fn again(self, newer: &[String]) -> Option<Undo> {
        let names = [&*self.restart, &*self.reload].concat().join(" ");
        let values = self.values(newer.to_vec());
        let look = Action::undone(UNITS, values.clone());
        (!names.is_empty())
            .then(|| Undo::told_by(names, look, Action::change(UNITS, values)).last())
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
