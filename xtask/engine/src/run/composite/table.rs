//! The table of a composite: its stages, the values of their lines, and its steps.

use super::line::Line;
use super::waits::Waits;
use super::{Composite, Own};
use crate::data::fault::Fault;
use crate::run::Context;

/// How often a stage is done.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Scope {
    /// Once, before the turns of the hosts.
    Once,
    /// Once for each host that is before its first point of no return; before the turns.
    All,
    /// In the turn of each host.
    Each,
}

/// A stage: one row of the table.
#[derive(Debug)]
pub struct Stage<C: Composite> {
    /// Its name on the command line and in the record.
    pub name: &'static str,
    /// Its line of help.
    pub help: &'static str,
    /// How often it is done.
    pub scope: Scope,
    /// The command line of its step.
    pub line: Line,
    /// The next host starts only after it.
    pub gate: bool,
    pub(super) reversible: bool,
    pub(super) record: &'static str,
    pub(super) asks: bool,
    pub(super) waits: Option<Waits>,
    pub(super) own: Option<Own<C>>,
    pub(super) when: [Option<When>; 2],
    pub(super) until: Option<Line>,
    pub(super) minutes: Option<u32>,
}

/// The condition of a stage: a value is given, or is this one.
#[derive(Debug, Clone, Copy)]
pub(super) struct When {
    pub(super) name: &'static str,
    pub(super) is: Option<&'static str>,
    pub(super) reason: &'static str,
}

impl<C: Composite> Stage<C> {
    const fn new(scope: Scope, name: &'static str, help: &'static str, line: &'static str) -> Self {
        let line = Line(line);
        Self {
            name,
            help,
            scope,
            line,
            gate: false,
            reversible: false,
            record: "",
            asks: false,
            waits: None,
            own: None,
            when: [None, None],
            until: None,
            minutes: None,
        }
    }

    /// A stage that is done once.
    pub const fn once(name: &'static str, help: &'static str, line: &'static str) -> Self {
        Self::new(Scope::Once, name, help, line)
    }

    /// A stage for all hosts, before the turns.
    pub const fn all(name: &'static str, help: &'static str, line: &'static str) -> Self {
        Self::new(Scope::All, name, help, line)
    }

    /// A stage in the turn of each host.
    pub const fn each(name: &'static str, help: &'static str, line: &'static str) -> Self {
        Self::new(Scope::Each, name, help, line)
    }

    /// A stage in the turn of each host, which must pass before the next host starts.
    pub const fn gate(name: &'static str, help: &'static str, line: &'static str) -> Self {
        Self { gate: true, ..Self::new(Scope::Each, name, help, line) }
    }

    /// A function does it, perhaps with its step.
    #[must_use]
    pub const fn own(self, own: Own<C>) -> Self {
        Self { own: Some(own), ..self }
    }

    /// Only with a value of this name; else skipped for this reason. A stage has at most two conditions.
    #[must_use]
    pub const fn given(self, name: &'static str, reason: &'static str) -> Self {
        self.also(When { name, is: None, reason })
    }

    /// Only when the value of this name is `is`; else skipped for this reason.
    #[must_use]
    pub const fn when(self, name: &'static str, is: &'static str, reason: &'static str) -> Self {
        self.also(When { name, is: Some(is), reason })
    }

    const fn also(self, when: When) -> Self {
        let when = match self.when {
            [None, _] => [Some(when), None],
            [first, None] => [first, Some(when)],
            _ => panic!("a stage has at most two conditions"),
        };
        Self { when, ..self }
    }

    /// In a script: not any more once this command has nothing to do.
    #[must_use]
    pub const fn until(self, line: &'static str) -> Self {
        Self { until: Some(Line(line)), ..self }
    }

    /// The duration that the document expects, until the record has one.
    #[must_use]
    pub const fn minutes(self, minutes: u32) -> Self {
        Self { minutes: Some(minutes), ..self }
    }

    /// Its line is a part of an irreversible step in which everything has an undo.
    #[must_use]
    pub const fn reversible(self) -> Self {
        Self { reversible: true, ..self }
    }

    /// Its own part of the document, where its step has several: `BK-36`. For the map.
    #[must_use]
    pub const fn record(self, record: &'static str) -> Self {
        Self { record, ..self }
    }

    /// Its step asks before it begins. For the map; `--yes` answers.
    #[must_use]
    pub const fn asks(self) -> Self {
        Self { asks: true, ..self }
    }

    /// A person has to do something meanwhile, and what. For the map.
    #[must_use]
    pub const fn waits(self, waits: Waits) -> Self {
        Self { waits: Some(waits), ..self }
    }

    /// Its name in the record: `web0/deploy`.
    pub fn part(&self, host: Option<&str>) -> String {
        match host.filter(|_| self.scope == Scope::Each) {
            Some(host) => format!("{host}/{}", self.name),
            None => self.name.to_owned(),
        }
    }
}

/// A value that the runbook computes from hosts, at the start or just before a stage.
#[derive(Debug, Clone, Copy)]
pub struct Fact {
    /// Its name in braces.
    pub name: &'static str,
    /// Its variable in a script.
    pub shell: &'static str,
    /// Its meaning, for a script that asks for it. Empty: the script makes it.
    pub help: &'static str,
}

impl Fact {
    /// A fact that a script asks for.
    pub const fn new(name: &'static str, shell: &'static str, help: &'static str) -> Self {
        Self { name, shell, help }
    }

    /// A fact that a script makes itself, or leaves out without a variable.
    pub const fn made(name: &'static str, shell: &'static str) -> Self {
        Self::new(name, shell, "")
    }
}

/// What the list of the program knows about the step of a line.
#[derive(Debug, Clone, Copy)]
pub struct About {
    /// The documented steps: `WS-15`.
    pub records: &'static str,
    /// It changes no host.
    pub reads: bool,
    /// `undo` stops at it.
    pub no_return: bool,
}

/// The steps of the program: a stage is a command line, and this is what reads it.
#[derive(Debug, Clone, Copy)]
pub struct Steps {
    /// What is known about the step that these words begin with.
    pub about: fn(&[&str]) -> Option<About>,
    /// Reads these words as a command line; values may still be missing.
    pub check: fn(&[String]) -> Result<(), Fault>,
    /// Runs the step.
    pub run: fn(&Context, &[String]) -> anyhow::Result<()>,
}

impl Steps {
    /// The step of a line; none for a stage without one.
    pub(super) fn of(self, line: Line) -> Option<About> {
        let words: Vec<&str> =
            line.0.split_whitespace().take_while(|word| !word.starts_with(['-', '['])).collect();
        (self.about)(&words)
    }
}

/// The way back of a host after its last point of no return.
#[derive(Debug, Clone, Copy)]
pub struct WayBack {
    /// The command: `webservice rollback-vm --node={node}`.
    pub line: Line,
    /// The duration that the document expects, until the record has one.
    pub minutes: Option<u32>,
}

impl WayBack {
    /// The way back by this command, of an unknown duration.
    pub const fn by(line: &'static str) -> Self {
        Self { line: Line(line), minutes: None }
    }
}

/// The parts of a script that no table has.
#[derive(Debug, Clone, Copy)]
pub struct Script {
    /// Its name, its purpose and an example, as lines without `#`.
    pub head: &'static str,
    /// The variable with the hosts, and what it holds.
    pub hosts: [&'static str; 2],
    /// The facts of each host, after its name: the fields of the variable.
    pub fields: &'static [&'static str],
    /// A host takes part in the stages for all hosts until this command has nothing to do.
    pub until: Line,
    /// A host is finished when none of these has anything to do, and what is said then.
    pub finished: (&'static [Line], &'static str),
}

/// Whether its hosts have turns.
pub(super) fn has_turns<C: Composite>() -> bool {
    C::STAGES.iter().any(|stage| stage.scope == Scope::Each)
}

/// The place of a stage in the table.
pub(super) fn place<C: Composite>(stage: &str) -> Option<usize> {
    C::STAGES.iter().position(|known| known.name == stage)
}

/// Whether a stage changes nothing: its step says so, or it has none.
pub(super) fn reads<C: Composite>(stage: &Stage<C>) -> bool {
    C::STEPS.of(stage.line).is_none_or(|about| about.reads)
}

/// Whether `undo` stops at a stage: its step says so, and the stage does not deny it for its part of the step.
pub(super) fn is_no_return<C: Composite>(stage: &&Stage<C>) -> bool {
    !stage.reversible && C::STEPS.of(stage.line).is_some_and(|about| about.no_return)
}

/// The part of the document that a stage does: its own, else that of its step.
pub(super) fn records<C: Composite>(stage: &Stage<C>) -> &'static str {
    match stage.record {
        "" => C::STEPS.of(stage.line).map_or("", |about| about.records),
        own => own,
    }
}
