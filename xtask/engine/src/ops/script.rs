//! A script that runs once.

use std::time::Duration;

use anyhow::Result;

use super::action::{Action, Stdin};
use super::builders::{plan_builders, poll_builder, run_builders};
use super::reader::{Reader, hash};
use super::{Detached, Op, Planned, Poll, State, Undo};
use crate::data::fault::Fault;
use crate::snippet;
use crate::text::snippet::{Function, Snippet, Value};

const SCRIPT: Snippet = snippet!("/../../snippets/", "ops/script");
/// The directory of the markers.
const MARKERS: &str = "/var/lib/xtask";

/// The `change` of a snippet, run once on a host: an installer, a migration, a build.
///
/// A run that succeeds leaves a marker with one line (`snippets/lib/marker.sh`). The functions of the snippet decide
/// about the next run:
///
/// | the snippet has | it is done when |
/// |---|---|
/// | `change` | the marker has the hash of script, values and standard input; a secret on standard input does not count |
/// | `inputs` | the marker has the line that `inputs` prints: a hash of files, the marker of another script |
/// | `inputs`, `probe` | the same, and `probe` agrees |
/// | `probe` | `probe` says so; the marker is a note |
///
/// The hash covers the text of the script: a program with another text runs it again. `inputs` names exactly what counts.
/// So a marker never wins over a `probe`. A run that was cut short between the end of the script and its marker
/// is done again, unless `probe` alone decides. A `change` that ends with its own check has its marker after the check.
#[derive(Debug, Clone)]
pub struct Script {
    name: String,
    snippet: Snippet,
    values: Vec<(&'static str, Value)>,
    what: String,
    outdated: String,
    stdin: Option<Stdin>,
    timeout: Option<Duration>,
    detached: Option<Detached>,
    poll: Poll,
    codes: Vec<String>,
    judge: Option<Action>,
    markers: String,
    /// Further inputs that count for the marker.
    inputs: Vec<u8>,
    after: Option<String>,
    doubts: bool,
    makes: Vec<String>,
}

run_builders!(Script);
poll_builder!(Script);
plan_builders!(Script);

impl Script {
    /// `name` is that of the marker, a path below `/var/lib/xtask`: `packages`, `installed/web1`. Two scripts with one
    /// name share a marker, so the second one takes the place of the first.
    pub fn new(
        name: impl Into<String>,
        snippet: Snippet,
        values: impl Into<Vec<(&'static str, Value)>>,
    ) -> Self {
        let name = name.into();
        Self {
            what: format!("run {name} once"),
            name,
            snippet,
            values: values.into(),
            outdated: String::new(),
            stdin: None,
            timeout: None,
            detached: None,
            poll: Poll::NONE,
            codes: vec!["0".to_owned()],
            judge: None,
            markers: MARKERS.to_owned(),
            inputs: Vec::new(),
            after: None,
            doubts: false,
            makes: Vec::new(),
        }
    }

    /// The reason in the plan when the marker is missing or has another line: `not built from the present settings`.
    #[must_use]
    pub fn outdated(mut self, reason: impl Into<String>) -> Self {
        self.outdated = reason.into();
        self
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

    /// Counts `input` among those that the marker knows: with another one the script runs again.
    pub(super) fn counts(&mut self, input: &str) {
        self.inputs = input.as_bytes().to_vec();
    }

    /// Its output is read by a program, and not seen by anybody else.
    pub(super) const fn is_judged(&self) -> bool {
        self.judge.is_some()
    }

    /// The path of the marker `name`, for a step that removes or reads it.
    pub fn marker(name: &str) -> String {
        format!("{MARKERS}/{name}")
    }

    /// The call of one function of the wrapper, with the functions of the snippet that it calls.
    fn call(&self, function: Function, line: &str) -> Result<Action> {
        use Function::{Change, Inputs, Probe};
        self.check_name()?;
        let wanted: &[Function] = match function {
            Probe => &[Inputs, Probe],
            Change => &[Inputs, Change],
            _ => &[Inputs],
        };
        let (mut script, mut parts) = (String::new(), Vec::new());
        for part in wanted.iter().filter(|part| self.snippet.has(**part)) {
            script += &nested(part.name(), &self.snippet.script(*part, &self.values)?);
            parts.push(part.name());
        }
        if let Some(judge) = self.judge.as_ref().filter(|_| function == Change) {
            script += &nested("judge", &judge.script()?);
            parts.push("judge");
        }
        let values = [self.marked(line), vec![("PARTS", Value::list(parts))]].concat();
        script += &SCRIPT.script(function, &values)?;
        let own = Action::new(self.snippet, function, self.values.clone());
        Ok(Action::recorded(own.name(), script))
    }

    /// The values for the marker alone.
    fn marked(&self, line: &str) -> Vec<(&'static str, Value)> {
        vec![
            ("MARKERS", self.markers.as_str().into()),
            ("NAME", self.name.as_str().into()),
            ("LINE", line.into()),
            ("CODES", Value::List(self.codes.clone())),
            ("OUTDATED", self.outdated.as_str().into()),
        ]
    }

    fn check_name(&self) -> Result<(), Fault> {
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        let good =
            |part: &str| !part.is_empty() && !part.starts_with('.') && part.chars().all(plain);
        if self.name.split('/').all(good) && !self.name.ends_with(".begun") {
            return Ok(());
        }
        let what = format!("{:?} is not a valid marker name", self.name);
        Err(Fault::usage(what).hint("use letters, digits, - and _, with / between parts"))
    }

    /// The line of the marker that Rust knows; empty when `inputs` of the snippet prints it.
    fn hash(&self) -> Result<String> {
        if self.snippet.has(Function::Inputs) {
            return Ok(String::new());
        }
        let script = self.snippet.script(Function::Change, &self.values)?;
        let mut inputs = script.into_bytes();
        // The hash is recorded, and would confirm a guess.
        let stdin = self.stdin.iter().filter(|stdin| !stdin.secret);
        inputs.extend(stdin.flat_map(|stdin| &stdin.bytes));
        inputs.extend(&self.inputs);
        Ok(hash(&inputs))
    }

    /// The line that a run would write now.
    fn line(&self, host: &Reader<'_>) -> Result<String> {
        if !self.snippet.has(Function::Inputs) {
            return self.hash();
        }
        let bytes = host.capture(&self.call(Function::Inputs, "")?)?.out.bytes()?;
        Ok(String::from_utf8_lossy(&bytes).trim_end().to_owned())
    }
}

/// A function `script_NAME` for the wrapper: the script in a subshell, so that nothing of it reaches the wrapper.
fn nested(name: &str, script: &str) -> String {
    format!("script_{name}() (\n{script})\n")
}

impl Op for Script {
    fn describe(&self) -> String {
        self.what.clone()
    }

    fn probe(&self, host: &Reader<'_>) -> Result<State> {
        self.check_name()?;
        if let Some(because) = self.unknown(host.pending()) {
            return Ok(State::Unknown(because));
        }
        let alone = self.snippet.has(Function::Probe) && !self.snippet.has(Function::Inputs);
        let action = if alone {
            Action::probe(self.snippet, self.values.clone())
        } else {
            self.call(Function::Probe, &self.hash()?)?
        };
        let (holds, said) = host.answer(&action)?;
        Ok(if holds { self.kept(host.pending()) } else { State::needed(said) })
    }

    fn change(&self, _: &Reader<'_>) -> Result<Vec<Action>> {
        let (stdin, detached) = (self.stdin.clone(), self.detached.clone());
        let action = self.call(Function::Change, &self.hash()?)?;
        Ok(vec![Action { stdin, detached, timeout: self.timeout, ..action }])
    }

    /// The snippet's own `undo`, and then the marker goes; without one the script is irreversible.
    fn undo(&self, host: &Reader<'_>) -> Result<Option<Vec<Undo>>> {
        if !self.snippet.has(Function::Undo) {
            return Ok(None);
        }
        let own = Action::undo(self.snippet, self.values.clone());
        let own = Action { timeout: self.timeout, ..own };
        let values =
            [self.marked(&self.line(host)?), vec![("PARTS", Value::List(vec![]))]].concat();
        let marker = |function| Action::new(SCRIPT, function, values.clone());
        let own = if self.snippet.has(Function::Undone) || self.snippet.has(Function::Probe) {
            Undo::new(&*self.name, own)
        } else {
            // The marker answers for it, and is removed after it.
            Undo::checked_by(&*self.name, marker(Function::Undone), own)
        };
        let path = format!("{}/{}", self.markers, self.name);
        Ok(Some(vec![own, Undo::new(path, marker(Function::Undo))]))
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
