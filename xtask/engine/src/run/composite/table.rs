//! The table of a composite: its stages, the values of their lines, and its steps.

use super::line::Line;
use super::{Composite, Given, Input, Scope, Stage};
use crate::data::fault::Fault;
use crate::run::Context;

/// A runbook as one step: stages that are done once, and the turns of hosts, or only one of the two.
#[derive(Debug)]
pub struct Table {
    /// The command: `webservice upgrade`.
    pub name: &'static str,
    /// The help, with its first line and examples.
    pub help: &'static str,
    /// The word for a host of its turns: `node` gives `--only-node` and `{node}`. Empty without turns.
    pub host: &'static str,
    /// The hosts of its turns, where the record shows their progress ([`Table::recorded`]): `@web`.
    pub hosts: &'static str,
    /// What its whole work does to a service, for the question at the start.
    pub service: &'static str,
    /// The record or trap of the order of the hosts, for messages.
    pub order: &'static str,
    /// The role of the host whose variables hold for the platform; empty for those of `[vars]` alone.
    pub role: &'static str,
    /// The stages, in order: first those of the platform, then those of each host.
    pub stages: &'static [Stage],
    /// The stages in the order of the document, where that is another one, each with a warning or nothing: `--doc-order`.
    /// Only without turns.
    pub doc_order: &'static [(&'static str, &'static str)],
    /// The minutes that the document expects for all stages together, pages and dumps too. A stage that was never measured
    /// counts with its share. Only without turns.
    pub minutes: Option<u32>,
    /// The values that a person gives.
    pub inputs: &'static [Input],
    /// The values that [`Composite::fact`] computes.
    pub facts: &'static [Fact],
    /// The steps of the program.
    pub steps: Steps,
    /// The way back of a host after its last point of no return, if there is one.
    pub way_back: Option<WayBack>,
    /// The parts of its script that no table has.
    pub script: Script,
    /// Checks what no single value shows, before any host is touched.
    pub check: fn(&Given<'_>) -> anyhow::Result<()>,
    /// Looks at the hosts. The result is the runbook at the start of a run.
    pub look: fn(&Given<'_>) -> anyhow::Result<Box<dyn Composite>>,
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
    /// Reads these words as a command line. The second list has the words of its line that come later: they have no value
    /// yet.
    pub check: fn(&[String], &[&str]) -> Result<(), Fault>,
    /// Runs the step.
    pub run: fn(&Context, &[String]) -> anyhow::Result<()>,
}

impl Steps {
    /// The step of a line; none for a stage without one.
    pub(super) fn of(self, line: Line) -> Option<About> {
        (self.about)(&line.step().split(' ').collect::<Vec<_>>())
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

impl Script {
    /// Whether it has all hosts, and leaves it to each step to keep what is done.
    pub(super) fn is_plain(&self) -> bool {
        self.finished.0.is_empty()
    }

    /// The script of a list: without turns it has no hosts.
    pub const fn of_list(head: &'static str) -> Self {
        Self { head, hosts: ["", ""], fields: &[], until: Line(""), finished: (&[], "") }
    }
}

impl Table {
    /// A list without values. `look` gives the runbook at the start of a run.
    pub const fn new(
        name: &'static str,
        steps: Steps,
        look: fn(&Given<'_>) -> anyhow::Result<Box<dyn Composite>>,
    ) -> Self {
        Self {
            name,
            help: "",
            host: "",
            hosts: "",
            service: "",
            order: "",
            role: "",
            stages: &[],
            doc_order: &[],
            minutes: None,
            inputs: &[],
            facts: &[],
            steps,
            way_back: None,
            script: Script::of_list(""),
            check: |_| Ok(()),
            look,
        }
    }

    /// A table whose progress is in the record: it looks at no host. The steps of an unfinished run count as done when its
    /// values, its inventory and its snippets were those of now.
    pub const fn recorded(name: &'static str, steps: Steps) -> Self {
        Self { host: "host", ..Self::new(name, steps, super::recorded::look) }
    }

    /// Whether its progress is in the record only.
    pub(super) fn is_recorded(&self) -> bool {
        !self.hosts.is_empty()
    }

    /// Whether its hosts have turns.
    pub(super) fn has_turns(&self) -> bool {
        self.stages.iter().any(|stage| stage.scope == Scope::Each)
    }

    /// The stages of the turn of a host, in order.
    pub(super) fn of_turns(&self) -> impl Iterator<Item = &'static Stage> + use<> {
        self.stages.iter().filter(|stage| stage.scope == Scope::Each)
    }

    /// The stage of this name.
    pub(super) fn stage(&self, name: &str) -> Option<&'static Stage> {
        self.stages.iter().find(|stage| stage.name == name)
    }

    /// The place of a stage in the table.
    pub(super) fn place(&self, stage: &str) -> Option<usize> {
        self.stages.iter().position(|known| known.name == stage)
    }

    /// The input of this name.
    pub(super) fn input(&self, name: &str) -> Option<&'static Input> {
        self.inputs.iter().find(|input| input.name == name)
    }

    /// The fact of this name.
    pub(super) fn fact(&self, name: &str) -> Option<&'static Fact> {
        self.facts.iter().find(|fact| fact.name == name)
    }

    /// Whether a stage changes nothing: its step says so, or it has none.
    pub(super) fn reads(&self, stage: &Stage) -> bool {
        self.steps.of(stage.line).is_none_or(|about| about.reads)
    }

    /// Whether `undo` stops at a stage: its step says so, and the stage does not deny it for its part of the step.
    pub(super) fn is_no_return(&self, stage: &Stage) -> bool {
        !stage.reversible && self.steps.of(stage.line).is_some_and(|about| about.no_return)
    }

    /// The part of the document that a stage does: its own, else that of its step.
    pub(super) fn records(&self, stage: &Stage) -> &'static str {
        match stage.record {
            "" => self.steps.of(stage.line).map_or("", |about| about.records),
            own => own,
        }
    }
}
