//! A condition that must hold before a step continues.

use anyhow::Result;

use super::action::Action;
use super::reader::Reader;
use super::{Op, State, Undo};
use crate::data::fault::Fault;
use crate::text::snippet::{Snippet, Value};

/// A snippet's `probe` must say yes (exit 0); nothing is ever changed.
#[derive(Debug, Clone)]
pub struct Assert {
    snippet: Snippet,
    action: Action,
    message: String,
    hints: Vec<String>,
}

impl Assert {
    /// Refuses the step with `message` otherwise: `node1 still has a keepalived address`.
    pub fn new(
        snippet: Snippet,
        values: impl Into<Vec<(&'static str, Value)>>,
        message: impl Into<String>,
    ) -> Self {
        let action = Action::probe(snippet, values);
        Self { snippet, action, message: message.into(), hints: Vec::new() }
    }

    /// The remedy when it does not hold.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }
}

impl Op for Assert {
    fn describe(&self) -> String {
        let line = self.snippet.describe().trim_end_matches('.');
        match line.strip_prefix("Check that ") {
            Some(condition) => format!("check that {condition}"),
            None => format!("check: {}", if line.is_empty() { self.snippet.name } else { line }),
        }
    }

    fn probe(&self, host: &Reader<'_>) -> Result<State> {
        let (holds, said) = host.answer(&self.action)?;
        if holds {
            return Ok(State::Kept);
        }
        if let Some(pending) = host.pending() {
            return Ok(State::Unknown(format!("{}, before: {pending}", self.message)));
        }
        let fault = Fault::refused(&self.message)
            .detail("found", said.trim_end())
            .detail("asked", host.mask().text(&self.action.name()));
        Err(self.hints.iter().fold(fault, |fault, hint| fault.hint(hint)).into())
    }

    fn change(&self, _: &Reader<'_>) -> Result<Vec<Action>> {
        Ok(Vec::new())
    }

    fn undo(&self, _: &Reader<'_>) -> Result<Option<Vec<Undo>>> {
        Ok(Some(Vec::new()))
    }
}
