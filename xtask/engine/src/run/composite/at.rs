//! A stage at its place: its values, its words, its work.

use std::any::Any;

use anyhow::Result;

use super::line::{Filling, Line};
use super::stage::When;
use super::state::Run;
use super::{Composite, Given, Scope, Stage, Turn};
use crate::data::fault::Fault;
use crate::run::Context;

/// A stage of the platform, or of one host.
#[derive(Debug)]
pub struct At<'a> {
    /// The run.
    pub cx: &'a Context,
    /// The values of the environment.
    pub given: Given<'a>,
    /// The host; none for a stage that is done once.
    pub turn: Option<&'a Turn>,
    pub(super) run: &'a Run<'a>,
    pub(super) stage: &'a Stage,
}

impl<'a> At<'a> {
    /// Runs the step of this stage.
    ///
    /// # Errors
    /// Those of the step; a value that cannot be read.
    pub fn step(&self) -> Result<()> {
        if self.stage.line.0.is_empty() {
            return Ok(());
        }
        (self.run.table.steps.run)(self.cx, &self.fill(self.stage.line)?)
    }

    /// A line with the values of this place.
    pub(super) fn fill(&self, line: Line) -> Result<Vec<String>> {
        line.fill(|name| Ok(self.value(name)?.into()))
    }

    /// The value of a name: a fact, the host, or a value of the environment.
    ///
    /// # Errors
    /// What cannot be read.
    pub fn value(&self, name: &str) -> Result<Option<String>> {
        let host = self.turn.map(|turn| turn.host.as_str());
        if name == self.run.table.host {
            return Ok(host.map(str::to_owned));
        }
        if self.run.table.fact(name).is_some() {
            return self.run.book.fact(self, name);
        }
        self.given.value(name, host)
    }

    /// The runbook at the start of the run.
    ///
    /// # Panics
    /// For a stage of another table than that whose `look` gives a `C`.
    pub fn of<C: Composite>(&self) -> &'a C {
        let book: &dyn Any = &*self.run.book;
        book.downcast_ref().expect("the table looks with this type")
    }

    /// The chosen hosts that were not finished at the start, in the order of their turns.
    pub fn ahead(&self) -> impl Iterator<Item = &'a Turn> {
        self.run.ahead()
    }

    /// Those of them that are before their first point of no return.
    pub fn early(&self) -> impl Iterator<Item = &'a Turn> {
        self.run.early()
    }

    /// Whether the stages run in the order of the document.
    pub fn in_doc_order(&self) -> bool {
        self.run.args.doc_order
    }

    /// The name of the stage.
    pub fn name(&self) -> &'static str {
        self.stage.name
    }

    /// Whether the stage comes after that of this name.
    pub fn is_after(&self, stage: &str) -> bool {
        self.run.table.place(self.stage.name) > self.run.table.place(stage)
    }

    /// The command line of another stage that is done once; none when its condition does not hold.
    ///
    /// # Errors
    /// Those of [`Self::value`].
    pub fn line_of(&self, stage: &str) -> Result<Option<Vec<String>>> {
        let Some(stage) = self.run.table.stage(stage) else { return Ok(None) };
        let at = At { stage, turn: None, ..*self };
        if at.skips()?.is_some() { Ok(None) } else { Ok(Some(at.fill(stage.line)?)) }
    }

    /// The finished hosts: `a,b`; none without one.
    pub fn finished(&self) -> Option<String> {
        let hosts = self.run.book.turns().iter().map(|turn| turn.host.as_str());
        let hosts: Vec<&str> = hosts.filter(|host| self.is_finished(host)).collect();
        (!hosts.is_empty()).then(|| hosts.join(","))
    }

    /// Whether a host was finished at the start, or its turn is over.
    pub fn is_finished(&self, host: &str) -> bool {
        self.run.is_finished(host)
    }

    /// The whole stage: skipped when its condition does not hold.
    pub(super) fn work(&self) -> Result<()> {
        if let Some(reason) = self.skips()? {
            self.cx.note(reason);
            return Ok(());
        }
        if self.stage.scope == Scope::All && self.turn.is_none() {
            return self.run.early().try_for_each(|turn| {
                At { turn: Some(turn), given: self.given, ..*self }.own_or_step()
            });
        }
        self.own_or_step()
    }

    /// The reason to skip the stage, if a condition does not hold.
    fn skips(&self) -> Result<Option<&'static str>> {
        for When { name, is, reason } in self.stage.when.into_iter().flatten() {
            if !holds(self.value(name)?.as_deref(), is) {
                return Ok(Some(reason));
            }
        }
        Ok(None)
    }

    fn own_or_step(&self) -> Result<()> {
        match self.stage.own {
            Some(own) => own(self),
            None => self.step(),
        }
    }
}

fn holds(value: Option<&str>, is: Option<&str>) -> bool {
    is.map_or(value.is_some(), |is| value == Some(is))
}

/// Whether a condition of a stage is known not to hold, before any host is touched.
pub(super) fn is_skipped(stage: &Stage, given: &Given<'_>) -> Result<bool> {
    for When { name, is, .. } in stage.when.into_iter().flatten() {
        if given.table.input(name).is_some() && !holds(given.value(name, None)?.as_deref(), is) {
            return Ok(true);
        }
    }
    Ok(false)
}

/// Reads the command line of every selected stage, as far as its values are known before any host is touched.
pub(super) fn check_lines(given: &Given<'_>) -> Result<()> {
    for stage in given.table.stages.iter().filter(|stage| given.wants(&[stage.name])) {
        if stage.line.0.is_empty() || is_skipped(stage, given)? {
            continue;
        }
        let words = known(stage.line, given)?;
        let open = stage.line.words_with(|name| comes_later(name, given));
        (given.table.steps.check)(&words, &open)
            .map_err(|fault| at_its_place(fault, stage.line, given))?;
    }
    Ok(())
}

/// The words whose values are given: those of facts and of a host come later.
fn known(line: Line, given: &Given<'_>) -> Result<Vec<String>> {
    let needed: Vec<&str> =
        line.names().filter(|(_, needed)| *needed).map(|(name, _)| name).collect();
    line.fill(|name| {
        if comes_later(name, given) {
            return Ok(Filling::Later);
        }
        if needed.contains(&name) {
            return Ok(Filling::Text(given.need(name, None)?));
        }
        Ok(given.value(name, None)?.into())
    })
}

/// Whether a value is known only at the stage: a fact, the host, a value of each host.
fn comes_later(name: &str, given: &Given<'_>) -> bool {
    let table = given.table;
    let is_of_host = || table.input(name).is_some_and(super::Input::is_of_host);
    name == table.host || table.fact(name).is_some() || is_of_host()
}

/// Names the variables whose values are in a line that cannot be read.
fn at_its_place(fault: Fault, line: Line, given: &Given<'_>) -> Fault {
    let variables: Vec<&str> = line
        .names()
        .filter(|(name, _)| given.flag(name, None).is_none())
        .filter_map(|(name, _)| given.table.input(name))
        .filter(|input| fault.message.contains(&input.flag_of_step(line)))
        .map(|input| input.variable)
        .filter(|variable| !variable.is_empty())
        .collect();
    let file = given.cx.inventory.path.as_str();
    match variables[..] {
        // The value was typed, and the fault has it.
        [] => fault,
        _ => fault
            .detail("variable", variables.join(", "))
            .detail("in", file)
            .hint("correct it there"),
    }
}
