//! A piece of shell work as a value.

use std::time::Duration;

use super::builders::run_builders;
use super::detached::Detached;
use crate::data::fault::Fault;
use crate::data::loss::Loss;
use crate::text::snippet::{Function, Snippet, Value};
use crate::transport::terminal::Terminal;

/// Some shell work: can be run, printed and recorded.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Action {
    /// The work to run.
    pub work: Work,
    /// The bytes on its standard input.
    pub stdin: Option<Stdin>,
    /// Its time limit; `None` is the run's `--timeout`.
    pub timeout: Option<Duration>,
    /// A terminal to run in, with answers instead of a standard input.
    pub terminal: Option<Terminal>,
    /// What it takes away from clusters.
    pub takes: Vec<Loss>,
    /// It continues without its session, as this job.
    pub detached: Option<Detached>,
}

/// The shell work of an action.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Work {
    /// One function of one snippet.
    Snippet {
        /// The file it comes from.
        snippet: Snippet,
        /// Which of its functions.
        function: Function,
        /// Its inputs. Never a secret: these are visible in a record.
        values: Vec<(&'static str, Value)>,
    },
    /// A whole script: recorded, so that a later version of the program runs the same text, or made of several snippets.
    Recorded {
        /// Its name in errors.
        name: String,
        /// The script.
        script: String,
    },
}

/// Bytes for a command's standard input: a file's content, a secret.
#[derive(Clone, PartialEq, Eq)]
pub struct Stdin {
    /// The bytes.
    pub bytes: Vec<u8>,
    /// Must not be shown or recorded.
    pub secret: bool,
}

impl std::fmt::Debug for Stdin {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{} bytes", self.bytes.len())
    }
}

/// The values of `ops/file` that are made from a secret content and the salt of the host.
const PROOFS: [&str; 3] = ["WAS", "HASH", "FRESH"];

run_builders!(Action);

impl Action {
    /// One function of `snippet`.
    pub fn new(
        snippet: Snippet,
        function: Function,
        values: impl Into<Vec<(&'static str, Value)>>,
    ) -> Self {
        let work = Work::Snippet { snippet, function, values: values.into() };
        Self { work, stdin: None, timeout: None, terminal: None, takes: Vec::new(), detached: None }
    }

    /// A whole script and its name.
    pub fn recorded(name: impl Into<String>, script: impl Into<String>) -> Self {
        let work = Work::Recorded { name: name.into(), script: script.into() };
        Self { work, stdin: None, timeout: None, terminal: None, takes: Vec::new(), detached: None }
    }

    /// The snippet's `change`.
    pub fn change(snippet: Snippet, values: impl Into<Vec<(&'static str, Value)>>) -> Self {
        Self::new(snippet, Function::Change, values)
    }

    /// It takes this away, too.
    #[must_use]
    pub fn taking(mut self, loss: Loss) -> Self {
        self.takes.push(loss);
        self
    }

    /// The snippet's `probe`.
    pub fn probe(snippet: Snippet, values: impl Into<Vec<(&'static str, Value)>>) -> Self {
        Self::new(snippet, Function::Probe, values)
    }

    /// The snippet's `undo`.
    pub fn undo(snippet: Snippet, values: impl Into<Vec<(&'static str, Value)>>) -> Self {
        Self::new(snippet, Function::Undo, values)
    }

    /// The snippet's `undone`.
    pub fn undone(snippet: Snippet, values: impl Into<Vec<(&'static str, Value)>>) -> Self {
        Self::new(snippet, Function::Undone, values)
    }

    /// The same without what vouches for a secret: a dry run does not know it, and a plan must not have it.
    #[must_use]
    pub fn without_proof(&self) -> Self {
        let mut action = self.clone();
        if let (Work::Snippet { values, .. }, Some(Stdin { secret: true, .. })) =
            (&mut action.work, &self.stdin)
        {
            let proofs = values.iter_mut().filter(|(name, _)| PROOFS.contains(name));
            proofs.for_each(|(_, value)| *value = "".into());
        }
        action
    }

    /// The work with comments and indentation, for a person to read.
    pub fn readable(&self) -> Result<String, Fault> {
        match &self.work {
            Work::Snippet { snippet, function, values } => snippet.readable(*function, values),
            Work::Recorded { script, .. } => Ok(script.clone()),
        }
    }

    /// The script for the wire, detached or not.
    pub fn script(&self) -> Result<String, Fault> {
        match &self.work {
            Work::Snippet { snippet, function, values } => snippet.script(*function, values),
            Work::Recorded { script, .. } => Ok(script.clone()),
        }
    }

    /// Its name in errors: `ops/units change STOP=a.service`, without empty values and hashes.
    pub fn name(&self) -> String {
        let (snippet, function, values) = match &self.work {
            Work::Snippet { snippet, function, values } => (snippet, function, values),
            Work::Recorded { name, .. } => return name.clone(),
        };
        let values = values.iter().map(|(name, value)| match value {
            Value::Text(text) => (name, text.clone()),
            Value::List(words) => (name, words.join(" ")),
        });
        let helps = |text: &str| {
            let hash = text.len() == 64 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
            !text.is_empty() && !hash
        };
        let values =
            values.filter(|(_, text)| helps(text)).map(|(name, text)| format!("{name}={text}"));
        let short = values.map(|text| short(text.lines().next().unwrap_or_default()));
        format!("{} {} {}", snippet.name, function.name(), short.collect::<Vec<_>>().join("  "))
    }
}

/// The beginning of a long value; the record has all of it.
fn short(text: &str) -> String {
    const MOST: usize = 70;
    if text.chars().count() <= MOST {
        return text.to_owned();
    }
    text.chars().take(MOST - 1).chain(['…']).collect()
}
