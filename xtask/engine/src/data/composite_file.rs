//! `steps/RUNBOOK/NAME.toml`: a composite of one's own, as it is written.

use std::ops::Range;

use super::fault::Fault;
use super::inventory::read;
use super::source::Source;

/// A text and its bytes in the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Written {
    /// The text.
    pub text: String,
    /// Where it stands, quotes included.
    pub span: Range<usize>,
}

/// The file. Everything in it that needs no step was checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompositeFile {
    /// The line of help.
    pub help: String,
    /// What the whole of it does to a service, for the question at the start.
    pub effect: Option<String>,
    /// The hosts that have turns.
    pub hosts: Option<String>,
    /// The command line of the way back behind a point of no return.
    pub back: Option<Written>,
    /// The values, in the order of the file.
    pub inputs: Vec<InputRow>,
    /// The stages: first those that are done before the turns.
    pub stages: Vec<StageRow>,
}

/// A value that a person gives.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputRow {
    /// Its name in braces; the flag is the same with `-` for `_`.
    pub name: Written,
    /// The line of help.
    pub help: String,
    /// The variable of hosts.toml.
    pub variable: Option<String>,
    /// The value when there is no other one.
    pub default: Option<Written>,
    /// Its type.
    pub kind: Option<Written>,
}

/// A stage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StageRow {
    /// Its name.
    pub name: Written,
    /// The line of help; else that of its step.
    pub help: Option<String>,
    /// The command line of its step.
    pub run: Written,
    /// How often it is done.
    pub scope: Turns,
    /// The next host starts only after it.
    pub gate: bool,
    /// Its expected duration.
    pub minutes: Option<u16>,
    /// Its condition: the name of a value, and what it has to be.
    pub condition: Option<(String, Option<Written>)>,
    /// Why it is skipped without the condition.
    pub reason: Option<String>,
    /// It asks before it begins.
    pub asks: bool,
    /// Its part of the step has an undo.
    pub reversible: bool,
    /// The work of a person in it, and the name of the `--ack` that answers.
    pub waits: Option<(String, Option<String>)>,
}

/// How often a stage is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Turns {
    /// Once, before the turns.
    Once,
    /// For each host, before the turns.
    All,
    /// In the turn of each host.
    Each,
}

impl CompositeFile {
    /// Reads the text of the file.
    ///
    /// # Errors
    /// One usage fault with every problem found, each with its line.
    pub fn read(source: &Source<'_>) -> Result<Self, Fault> {
        read::composite(source)
    }

    /// The line of help, from the lines above the first table.
    ///
    /// # Errors
    /// One usage fault with every problem found in them.
    pub fn help(path: &str, text: &str) -> Result<String, Fault> {
        let lines = text.split_inclusive('\n').take_while(|line| !line.starts_with('['));
        let end = lines.map(str::len).sum();
        read::composite_help(&Source::new(path, &text[..end]))
    }
}
