//! The order of the work: the platform, then one host after the other.

use std::cell::RefCell;
use std::collections::BTreeMap;

use anyhow::Result;
use jiff::Timestamp;

use super::at::{self, At};
use super::budget::{Cell, Forecast};
use super::input::Selected as _;
use super::past::{Estimate, Past};
use super::{Args, Composite, Given, Scope, Stage, Turn};
use crate::data::fault::Fault;
use crate::run::Context;

/// A run of a composite.
pub(super) struct Run<'a, C: Composite> {
    pub(super) cx: &'a Context,
    pub(super) args: &'a Args<C>,
    pub(super) given: Given<'a>,
    pub(super) book: C,
    pub(super) past: RefCell<Past>,
    /// Reads the record.
    pub(super) look_back: &'a dyn Fn(&Context) -> Result<Past>,
    /// The present time.
    pub(super) now: &'a dyn Fn() -> Timestamp,
    /// The finished parts, and the seconds that each took.
    pub(super) done: RefCell<BTreeMap<String, f64>>,
}

impl<C: Composite> std::fmt::Debug for Run<'_, C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Run").field("done", &self.done).finish_non_exhaustive()
    }
}

impl<'a, C: Composite> Run<'a, C> {
    pub(super) fn new(
        cx: &'a Context,
        args: &'a Args<C>,
        given: Given<'a>,
        book: C,
        look_back: &'a dyn Fn(&Context) -> Result<Past>,
        now: &'a dyn Fn() -> Timestamp,
    ) -> Result<Self> {
        if let Some(only) = &args.only
            && !book.turns().iter().any(|turn| turn.host == only.as_str())
        {
            let runbook = C::NAME.split(' ').next().unwrap_or_default();
            let hosts: Vec<&str> = book.turns().iter().map(|turn| turn.host.as_str()).collect();
            let fault = Fault::usage(format!("{only} is not a {runbook} {}", C::HOST));
            return Err(fault.detail("there are", hosts.join(", ")).into());
        }
        let (past, done) = (RefCell::default(), RefCell::default());
        Ok(Self { cx, args, given, book, past, look_back, now, done })
    }

    pub(super) fn go(&self) -> Result<()> {
        let finished = self.book.turns().iter().filter(|turn| turn.begins.is_none());
        finished.for_each(|turn| self.cx.note(&turn.note));
        let Some(next) = self.ahead().next() else { return Ok(()) };
        // Refuse and ask before the stages of the platform change anything for this host.
        self.may_begin(next, true)?;
        for stage in C::STAGES.iter().filter(|stage| stage.scope != Scope::Each) {
            if self.args.selection.has(stage.name) {
                self.part(stage, None)?;
            }
        }
        for (number, turn) in self.ahead().enumerate() {
            let first = number == 0;
            if !first {
                self.may_begin(turn, false)?;
            }
            // The answer covers all stages of the turn.
            self.cx.preconfirmed(|| {
                self.stages_of(turn, first).try_for_each(|stage| self.part(stage, Some(turn)))
            })?;
        }
        Ok(())
    }

    /// The chosen hosts that were not finished at the start.
    pub(super) fn ahead(&self) -> impl Iterator<Item = &Turn> {
        let wanted =
            |turn: &&Turn| self.args.only.as_ref().is_none_or(|only| only.as_str() == turn.host);
        self.book.turns().iter().filter(wanted).filter(|turn| turn.begins.is_some())
    }

    /// Those of them that are before their first point of no return.
    pub(super) fn early(&self) -> impl Iterator<Item = &Turn> {
        let wall = C::STAGES.iter().filter(|stage| stage.scope == Scope::Each).find(is_no_return);
        let wall = wall.and_then(|wall| place::<C>(wall.name));
        self.ahead().filter(move |turn| {
            wall.is_none_or(|wall| turn.begins.and_then(place::<C>).is_some_and(|at| at < wall))
        })
    }

    pub(super) fn is_finished(&self, host: &str) -> bool {
        let last = C::STAGES.iter().rfind(|stage| stage.scope == Scope::Each);
        let then = |turn: &Turn| turn.host == host && turn.begins.is_none();
        let now = last.is_some_and(|last| self.done.borrow().contains_key(&last.part(Some(host))));
        now || self.book.turns().iter().any(then)
    }

    pub(super) fn has_worked(&self) -> bool {
        !self.done.borrow().is_empty()
    }

    /// The selected stages that a host still needs. `--from` applies to the first host.
    pub(super) fn stages_of(
        &self,
        turn: &Turn,
        first: bool,
    ) -> impl Iterator<Item = &'static Stage<C>> {
        let selection = &self.args.selection;
        let asked = move |stage: &&Stage<C>| {
            if first { selection.has(stage.name) } else { !selection.is_only() }
        };
        let begins = turn.begins.and_then(place::<C>);
        let ahead =
            move |stage: &&Stage<C>| begins.is_some_and(|at| place::<C>(stage.name) >= Some(at));
        C::STAGES.iter().filter(|stage| stage.scope == Scope::Each).filter(asked).filter(ahead)
    }

    /// Guards, time, and the question: before any work for a host.
    fn may_begin(&self, turn: &Turn, first: bool) -> Result<()> {
        let stages: Vec<&'static Stage<C>> = self.stages_of(turn, first).collect();
        let names: Vec<&str> = stages.iter().map(|stage| stage.name).collect();
        let Some(stage) = stages.first().copied().or(C::STAGES.first()) else { return Ok(()) };
        let at = self.at(stage, Some(turn));
        self.is_next(turn)?;
        self.book.may_begin(&at)?;
        self.fits(None)?;
        if stages.is_empty() {
            return Ok(());
        }
        let what = match stages.iter().find(|stage| is_no_return(stage)) {
            Some(wall) => format!(
                "{}; irreversible from {} on, except by {}",
                self.book.effect(turn),
                wall.name,
                self.way_back_name()
            ),
            None => format!("does {}", names.join(", ")),
        };
        self.cx.confirm(&format!("{}: {what}", turn.host))
    }

    /// One host at a time: no other one is behind its first stage and before its end.
    fn is_next(&self, turn: &Turn) -> Result<()> {
        let first = C::STAGES.iter().find(|stage| stage.scope == Scope::Each);
        let between = |other: &&Turn| {
            let begun = other.begins != first.map(|stage| stage.name);
            other.host != turn.host && !self.is_finished(&other.host) && begun
        };
        let Some(other) = self.book.turns().iter().find(between) else { return Ok(()) };
        let what = format!(
            "{} is in progress: {} is next when it is finished ({})",
            other.host,
            turn.host,
            C::ORDER
        );
        let step = C::NAME.split_whitespace().last().unwrap_or(C::NAME);
        let hint = format!("leave --only-{} out: the {step} continues with it", C::HOST);
        Err(Fault::refused(what).hint(hint).into())
    }

    /// The step of the way back: `rollback-vm`.
    fn way_back_name(&self) -> &'static str {
        C::WAY_BACK.line.0.split_whitespace().nth(1).unwrap_or(C::WAY_BACK.line.0)
    }

    pub(super) fn at<'b>(&'b self, stage: &'b Stage<C>, turn: Option<&'b Turn>) -> At<'b, C> {
        At { cx: self.cx, given: self.given, turn, run: self, stage }
    }

    /// One part, by its name in the record.
    fn part(&self, stage: &'static Stage<C>, turn: Option<&Turn>) -> Result<()> {
        let name = stage.part(turn.map(|turn| turn.host.as_str()));
        self.fits(Some(&name))?;
        let of = if self.args.selection.is_only() { 1 } else { C::STAGES.len() };
        let begun = (self.now)();
        self.cx.part(&name, of, || self.at(stage, turn).work())?;
        let took = (self.now)().duration_since(begun).as_secs_f64();
        self.done.borrow_mut().insert(name, took);
        Ok(())
    }

    /// The parts of this run in order, done ones too, as the time sees them.
    fn cells(&self) -> Result<Vec<Cell>> {
        let mut cells = Vec::new();
        for stage in C::STAGES.iter().filter(|stage| stage.scope != Scope::Each) {
            if self.args.selection.has(stage.name) && !at::is_skipped(stage, &self.given)? {
                cells.push(self.cell(stage, None));
            }
        }
        for (number, turn) in self.ahead().enumerate() {
            let (wanted, begins) =
                (self.stages_of(turn, number == 0), turn.begins.and_then(place::<C>));
            // What an earlier run did for this host is part of its way back.
            let before =
                |stage: &&Stage<C>| stage.scope == Scope::Each && place::<C>(stage.name) < begins;
            let before = C::STAGES.iter().filter(before);
            cells
                .extend(before.map(|stage| Cell { is_done: true, ..self.cell(stage, Some(turn)) }));
            cells.extend(wanted.map(|stage| self.cell(stage, Some(turn))));
        }
        Ok(cells)
    }

    fn cell(&self, stage: &Stage<C>, turn: Option<&Turn>) -> Cell {
        let host = turn.map(|turn| turn.host.as_str());
        let (part, done) = (stage.part(host), self.done.borrow());
        // A host of this run that took longer is the better measure for the next one.
        let ending = format!("/{}", stage.name);
        let slowest = done.iter().filter(|(name, _)| host.is_some() && name.ends_with(&ending));
        let slowest = slowest.map(|(_, seconds)| *seconds).reduce(f64::max);
        let estimate = self.past.borrow().estimate(stage, host);
        let slower = slowest.filter(|seconds| *seconds > estimate.seconds());
        let took = done.get(&part).copied();
        Cell {
            estimate: took.or(slower).map_or(estimate, Estimate::Measured),
            no_return: is_no_return(&stage),
            is_done: took.is_some(),
            beyond: turn.is_some_and(|turn| !self.early().any(|early| early.host == turn.host)),
            host: host.map(str::to_owned),
            part,
        }
    }

    /// The time of what is left: in the turn of a host, for that host; else for all.
    pub(super) fn forecast(&self, part: Option<&str>) -> Result<Forecast> {
        let mut cells = self.cells()?;
        let here = cells.iter().find(|cell| Some(cell.part.as_str()) == part);
        if let Some(host) = here.and_then(|cell| cell.host.clone()) {
            cells.retain(|cell| cell.host.is_none() || cell.host.as_ref() == Some(&host));
        }
        let way_back = self.past.borrow().way_back::<C>();
        Ok(Forecast::of(&cells, way_back))
    }
}

/// The place of a stage in the table.
pub(super) fn place<C: Composite>(stage: &str) -> Option<usize> {
    C::STAGES.iter().position(|known| known.name == stage)
}

/// Whether `undo` stops at a stage: its step says so.
pub(super) fn is_no_return<C: Composite>(stage: &&Stage<C>) -> bool {
    C::STEPS.of(stage.line).is_some_and(|about| about.no_return)
}
