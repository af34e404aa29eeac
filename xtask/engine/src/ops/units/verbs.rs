//! Which units to stop, start, and so on, as one action.

use crate::ops::action::Action;
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
        let values = [
            ("STOP", self.stop),
            ("DISABLE", self.disable),
            ("ENABLE", self.enable),
            ("START", self.start),
            ("RESTART", self.restart),
            ("RELOAD", self.reload),
        ];
        Action::change(UNITS, values.map(|(name, units)| (name, Value::List(units))))
    }
}
