//! An operation that is one snippet.

use std::time::Duration;

use anyhow::Result;

use super::action::{Action, Stdin};
use super::builders::{plan_builders, poll_builder, run_builders};
use super::reader::Reader;
use super::{Detached, Op, Planned, Poll, State, Undo};
use crate::text::snippet::{Function, Snippet, Value};

/// A snippet with its values: its `probe`, its `change`, and its `undo` where it has one.
///
/// The output of a probe that answers "needed" is the diff of the plan.
#[derive(Debug, Clone)]
pub struct Shell {
    snippet: Snippet,
    values: Vec<(&'static str, Value)>,
    what: String,
    stdin: Option<Stdin>,
    timeout: Option<Duration>,
    detached: Option<Detached>,
    poll: Poll,
    after: Option<String>,
    doubts: bool,
    harmless: bool,
    undone_last: bool,
    makes: Vec<String>,
}

run_builders!(Shell);
poll_builder!(Shell);
plan_builders!(Shell);

impl Shell {
    /// The snippet describes itself: the first comment line of its file.
    pub fn new(snippet: Snippet, values: impl Into<Vec<(&'static str, Value)>>) -> Self {
        let line = snippet.describe().trim_end_matches('.');
        Self {
            snippet,
            values: values.into(),
            what: if line.is_empty() { snippet.name.to_owned() } else { lower(line) },
            stdin: None,
            timeout: None,
            detached: None,
            poll: Poll::NONE,
            after: None,
            doubts: false,
            harmless: false,
            undone_last: false,
            makes: Vec::new(),
        }
    }

    /// The change needs no undo (a restart, a reload).
    #[must_use]
    pub fn harmless(mut self) -> Self {
        self.harmless = true;
        self
    }

    /// Its undo runs after all others of its host, and sees their result.
    #[must_use]
    pub fn undone_last(mut self) -> Self {
        self.undone_last = true;
        self
    }

    fn action(&self, function: Function) -> Action {
        let change = function == Function::Change;
        let stdin = if change { self.stdin.clone() } else { None };
        let timeout = if function == Function::Probe { None } else { self.timeout };
        let detached = if change { self.detached.clone() } else { None };
        let action = Action::new(self.snippet, function, self.values.clone());
        Action { stdin, timeout, detached, ..action }
    }
}

impl Op for Shell {
    fn describe(&self) -> String {
        self.what.clone()
    }

    fn probe(&self, host: &Reader<'_>) -> Result<State> {
        if let Some(because) = self.unknown(host.pending()) {
            return Ok(State::Unknown(because));
        }
        Ok(match host.answer(&self.action(Function::Probe))? {
            (true, _) => self.kept(host.pending()),
            (false, said) => State::needed(said),
        })
    }

    fn change(&self, _: &Reader<'_>) -> Result<Vec<Action>> {
        Ok(vec![self.action(Function::Change)])
    }

    fn undo(&self, _: &Reader<'_>) -> Result<Option<Vec<Undo>>> {
        if self.harmless {
            return Ok(Some(Vec::new()));
        }
        let undo = Undo::new(&*self.what, self.action(Function::Undo));
        let undo = if self.undone_last { undo.last() } else { undo };
        Ok(self.snippet.has(Function::Undo).then(|| vec![undo]))
    }

    fn leaves(&self) -> Vec<(String, Planned)> {
        self.made()
    }

    fn doubts(&self) -> bool {
        self.doubts
    }

    fn detached(&self) -> Option<&Detached> {
        self.detached.as_ref()
    }

    fn poll(&self) -> Poll {
        self.poll
    }
}

/// A sentence for the middle of another one: `Set FOO` becomes `set FOO`, `NTP …` keeps its capitals.
fn lower(line: &str) -> String {
    let mut letters = line.chars();
    match (letters.next(), letters.clone().next()) {
        (Some(first), Some(second)) if second.is_lowercase() => {
            first.to_lowercase().chain(letters).collect()
        }
        _ => line.to_owned(),
    }
}
