//! A stage of a composite: a row of its table.

use anyhow::Result;

use super::At;
use super::line::Line;
use super::waits::Waits;

/// The own work of a stage without a step, or around its step ([`At::step`]).
pub type Own = fn(&At<'_>) -> Result<()>;

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
pub struct Stage {
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
    pub(super) own: Option<Own>,
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

impl Stage {
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
    pub const fn own(self, own: Own) -> Self {
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
