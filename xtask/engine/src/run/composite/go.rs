//! The order of the work: the platform, then one host after the other.

use anyhow::Result;

use super::at::At;
use super::input::Selected as _;
use super::state::Run;
use super::table::{has_turns, is_no_return};
use super::{Composite, Scope, Stage, Turn};
use crate::data::fault::Fault;

impl<C: Composite> Run<'_, C> {
    pub(super) fn go(&self) -> Result<()> {
        if !C::FACTS.is_empty() {
            let why = format!("{} computes values of a stage after the stages before it", C::NAME);
            self.cx.is_inexact(&why)?;
        }
        let finished = self.book.turns().iter().filter(|turn| turn.begins.is_none());
        finished.for_each(|turn| self.cx.note(&turn.note));
        self.cx.expect_parts(self.count());
        if !has_turns::<C>() {
            return self.go_once();
        }
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

    /// The number of parts of this run.
    fn count(&self) -> usize {
        let chosen = |stage: &&Stage<C>| self.args.selection.has(stage.name);
        if !has_turns::<C>() {
            return self.args.selection.order::<C>().filter(chosen).count();
        }
        let platform = C::STAGES.iter().filter(|stage| stage.scope != Scope::Each).filter(chosen);
        let turns = self.ahead().enumerate();
        platform.count()
            + turns.map(|(number, turn)| self.stages_of(turn, number == 0).count()).sum::<usize>()
    }

    /// The stages of a runbook without turns. Each step asks for itself.
    fn go_once(&self) -> Result<()> {
        self.fits(None)?;
        for stage in self.args.selection.order::<C>() {
            if !self.args.selection.has(stage.name) {
                continue;
            }
            let warning = C::DOC_ORDER.iter().find(|(name, _)| *name == stage.name);
            if let Some((name, warning)) =
                warning.filter(|one| self.args.doc_order && !one.1.is_empty())
            {
                self.cx.note(&format!("{name}: {warning}"));
            }
            self.part(stage, None)?;
        }
        Ok(())
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
        self.cx.part(&name, of, || {
            if turn.is_none() && is_no_return(&stage) && !self.is_recorded(stage) {
                self.tell_of_the_wall(stage)?;
            }
            self.at(stage, turn).work()
        })?;
        // The clock may have gone back.
        let took = (self.now)().duration_since(begun).as_secs_f64().max(0.0);
        self.done.borrow_mut().insert(name, took);
        Ok(())
    }
}
