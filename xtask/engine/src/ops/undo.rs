//! The undo of a change.

use super::action::{Action, Work};
use crate::data::fault::Fault;
use crate::text::snippet::Function;

/// One thing to undo: recorded before the change, run by another run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Undo {
    /// Its subject, for example a path: of several changes to one thing the last is undone first.
    pub thing: String,
    /// The check whether it is undone; none when it only runs together with the others of its operation.
    pub look: Option<Look>,
    /// The action that undoes it.
    pub action: Action,
    /// Runs after all others of its host: a daemon restarts when its files are back.
    pub last: bool,
}

/// A question about a change, with the exit status as the answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Look {
    /// 0 = as before the change, 1 = as the change left it, anything else = changed since.
    Undone(Action),
    /// The probe of the change: 0 = as the change left it, 1 = not, anything else = unknown.
    Probe(Action),
}

impl Undo {
    /// `action` undoes `thing`; the check is `undone` of its snippet, else `probe`.
    pub fn new(thing: impl Into<String>, action: Action) -> Self {
        let Work::Snippet { snippet, values, .. } = &action.work else {
            return Self { thing: thing.into(), look: None, action, last: false };
        };
        let ask = |function| Action::new(*snippet, function, values.clone());
        let look = if snippet.has(Function::Undone) {
            Some(Look::Undone(ask(Function::Undone)))
        } else {
            snippet.has(Function::Probe).then(|| Look::Probe(ask(Function::Probe)))
        };
        Self { thing: thing.into(), look, action, last: false }
    }

    /// `action` undoes `thing`, and `look` (see [`Look::Undone`]) checks it.
    pub fn checked_by(thing: impl Into<String>, look: Action, action: Action) -> Self {
        Self { thing: thing.into(), look: Some(Look::Undone(look)), action, last: false }
    }

    /// `action` runs after the others of its operation when one of them is needed.
    pub fn then(action: Action) -> Self {
        Self { thing: String::new(), look: None, action, last: false }
    }

    /// After everything else of its host.
    #[must_use]
    pub fn last(mut self) -> Self {
        self.last = true;
        self
    }
}

impl Look {
    /// A recorded question about a thing that the same run had changed before, with its `earlier` questions.
    /// When one of those recognises the thing, this change counts as undone.
    pub fn recorded(name: &str, script: &str, earlier: &[&str]) -> Self {
        if earlier.is_empty() {
            return Self::Undone(Action::recorded(name, script));
        }
        let mut text =
            format!("(\n{script})\nlooked=$?\ncase $looked in 0 | 1) exit $looked ;; esac\n");
        for script in earlier {
            text += &format!("(\n{script}) 2>/dev/null\ncase $? in 0 | 1) exit 0 ;; esac\n");
        }
        Self::Undone(Action::recorded(name, text + "exit $looked\n"))
    }

    /// The script, with the exit status as [`Look::Undone`] has it.
    pub fn script(&self) -> Result<String, Fault> {
        match self {
            Self::Undone(action) => action.script(),
            Self::Probe(action) => Ok(format!(
                "(\n{})\ncase $? in 0) exit 1 ;; 1) exit 0 ;; *) exit 2 ;; esac\n",
                action.script()?
            )),
        }
    }
}
