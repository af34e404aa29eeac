//! A script that runs once.

use std::time::Duration;

use anyhow::Result;

use super::action::{Action, Stdin};
use super::builders::{poll_builder, run_builders};
use super::reader::{Reader, hash};
use super::{Detached, Op, Poll, State, Undo};
use crate::data::fault::Fault;
use crate::snippet;
use crate::text::snippet::{Function, Snippet, Value};

const SCRIPT: Snippet = snippet!("/../../snippets/", "ops/script");
/// The directory of the markers.
const MARKERS: &str = "/var/lib/xtask";

/// The `change` of a snippet, run once on a host: an installer, a migration.
///
/// The `probe` of the snippet decides; the marker is then only a note. Without a `probe` the marker
/// decides: it holds a hash of script, values and standard input, so other inputs run it again. A secret on standard
/// input does not count.
#[derive(Debug, Clone)]
pub struct Script {
    name: String,
    snippet: Snippet,
    values: Vec<(&'static str, Value)>,
    stdin: Option<Stdin>,
    timeout: Option<Duration>,
    detached: Option<Detached>,
    poll: Poll,
    codes: Vec<String>,
    judge: Option<Action>,
    markers: String,
}

run_builders!(Script);
poll_builder!(Script);

impl Script {
    /// `name` is that of the marker: letters, digits, `-`, `_` and `.`.
    pub fn new(
        name: impl Into<String>,
        snippet: Snippet,
        values: impl Into<Vec<(&'static str, Value)>>,
    ) -> Self {
        Self {
            name: name.into(),
            snippet,
            values: values.into(),
            stdin: None,
            timeout: None,
            detached: None,
            poll: Poll::NONE,
            codes: vec!["0".to_owned()],
            judge: None,
            markers: MARKERS.to_owned(),
        }
    }

    /// The exit codes that count as success, instead of 0.
    #[must_use]
    pub fn accepts(mut self, codes: &[u8]) -> Self {
        self.codes = codes.iter().map(u8::to_string).collect();
        self
    }

    /// For a script with a meaningless exit code: the `probe` of `snippet` judges its output. It reads both streams
    /// on standard input; exit 0 means success.
    #[must_use]
    pub fn judged_by(
        mut self,
        snippet: Snippet,
        values: impl Into<Vec<(&'static str, Value)>>,
    ) -> Self {
        self.judge = Some(Action::probe(snippet, values));
        self
    }

    /// The directory of the markers, instead of `/var/lib/xtask`.
    #[must_use]
    pub fn markers_in(mut self, directory: impl Into<String>) -> Self {
        self.markers = directory.into();
        self
    }

    fn values(&self) -> Result<Vec<(&'static str, Value)>> {
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        if self.name.is_empty() || self.name.starts_with('.') || !self.name.chars().all(plain) {
            let what = format!("{:?} is not a valid marker name", self.name);
            return Err(Fault::usage(what).hint("use letters, digits, - and _").into());
        }
        let script = self.snippet.script(Function::Change, &self.values)?;
        let judge = self.judge.as_ref().map_or(Ok(String::new()), Action::script)?;
        let mut inputs = script.clone().into_bytes();
        // The hash is recorded, and would confirm a guess.
        let stdin = self.stdin.iter().filter(|stdin| !stdin.secret);
        inputs.extend(stdin.flat_map(|stdin| &stdin.bytes));
        Ok(vec![
            ("FOLDER", self.markers.as_str().into()),
            ("NAME", self.name.as_str().into()),
            ("HASH", hash(&inputs).into()),
            ("SCRIPT", script.into()),
            ("CODES", Value::List(self.codes.clone())),
            ("JUDGE", judge.into()),
        ])
    }
}

impl Op for Script {
    fn describe(&self) -> String {
        format!("run {} once", self.name)
    }

    fn probe(&self, host: &Reader<'_>) -> Result<State> {
        let values = self.values()?;
        if self.snippet.has(Function::Probe) {
            let (holds, said) = host.answer(&Action::probe(self.snippet, self.values.clone()))?;
            return Ok(if holds { State::Kept } else { State::needed(said) });
        }
        let wanted = values.iter().find(|(name, _)| *name == "HASH").map(|(_, hash)| hash.clone());
        let found = host.ask(SCRIPT, values)?;
        let why = match found.as_str() {
            "never" => "has not run here",
            _ if wanted == Some(Value::Text(found.clone())) => return Ok(State::Kept),
            _ => "ran with other inputs",
        };
        Ok(State::needed(format!("{}: {why}\n", self.name)))
    }

    fn change(&self, _: &Reader<'_>) -> Result<Vec<Action>> {
        let (stdin, detached) = (self.stdin.clone(), self.detached.clone());
        let action = Action::change(SCRIPT, self.values()?);
        Ok(vec![Action { stdin, detached, timeout: self.timeout, ..action }])
    }

    /// The snippet's own `undo`; without one the script is irreversible.
    fn undo(&self, _: &Reader<'_>) -> Result<Option<Vec<Undo>>> {
        if !self.snippet.has(Function::Undo) {
            return Ok(None);
        }
        let own = Action::undo(self.snippet, self.values.clone());
        let own = Action { timeout: self.timeout, ..own };
        let (values, marker) = (self.values()?, format!("{}/{}", self.markers, self.name));
        let own = if self.snippet.has(Function::Undone) || self.snippet.has(Function::Probe) {
            Undo::new(&*self.name, own)
        } else {
            // The marker answers for it, and is removed after it.
            Undo::checked_by(&*self.name, Action::undone(SCRIPT, values.clone()), own)
        };
        Ok(Some(vec![own, Undo::new(marker, Action::undo(SCRIPT, values))]))
    }

    fn detached(&self) -> Option<&Detached> {
        self.detached.as_ref()
    }

    fn poll(&self) -> Poll {
        self.poll
    }
}
