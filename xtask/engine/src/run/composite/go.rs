//! The order of the work: the platform, then one host after the other.

use anyhow::Result;

use super::at::At;
use super::input::Selected as _;
use super::state::Run;
use super::{Scope, Stage, Turn};
use crate::data::fault::Fault;

impl Run<'_> {
    pub(super) fn go(&self) -> Result<()> {
        if !self.table.facts.is_empty() {
            let why = format!(
                "{} computes values of a stage after the stages before it",
                self.table.name
            );
            self.cx.is_inexact(&why)?;
        }
        let finished = self.book.turns().iter().filter(|turn| turn.begins.is_none());
        finished.for_each(|turn| self.cx.note(&turn.note));
        self.cx.expect_parts(self.count());
        if !self.table.has_turns() {
            return self.go_once();
        }
        let Some(next) = self.ahead().next() else { return Ok(()) };
        // Refuse and ask before the stages of the platform change anything for this host.
        self.may_begin(next, true)?;
        for stage in self.table.stages.iter().filter(|stage| stage.scope != Scope::Each) {
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
        let chosen = |stage: &&Stage| self.args.selection.has(stage.name);
        if !self.table.has_turns() {
            return self.args.selection.order(self.table).filter(chosen).count();
        }
        let platform =
            self.table.stages.iter().filter(|stage| stage.scope != Scope::Each).filter(chosen);
        let turns = self.ahead().enumerate();
        platform.count()
            + turns.map(|(number, turn)| self.stages_of(turn, number == 0).count()).sum::<usize>()
    }

    /// The stages of a runbook without turns. Each step asks for itself.
    fn go_once(&self) -> Result<()> {
        self.fits(None)?;
        for stage in self.args.selection.order(self.table) {
            if !self.args.selection.has(stage.name) {
                continue;
            }
            let warning = self.table.doc_order.iter().find(|(name, _)| *name == stage.name);
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
        let stages: Vec<&'static Stage> = self.stages_of(turn, first).collect();
        let names: Vec<&str> = stages.iter().map(|stage| stage.name).collect();
        let Some(stage) = stages.first().copied().or(self.table.stages.first()) else {
            return Ok(());
        };
        let at = self.at(stage, Some(turn));
        self.is_next(turn)?;
        self.book.may_begin(&at)?;
        self.fits(None)?;
        if stages.is_empty() {
            return Ok(());
        }
        let what = match stages.iter().find(|stage| self.table.is_no_return(stage)) {
            Some(wall) => {
                let effect = self.book.effect(turn);
                let way = self.way_back_name().map(|step| format!(", except by {step}"));
                format!("{effect}; irreversible from {} on{}", wall.name, way.unwrap_or_default())
            }
            None => format!("does {}", names.join(", ")),
        };
        self.cx.confirm(&format!("{}: {what}", turn.host))
    }

    /// One host at a time: no other one is behind its first stage and before its end.
    fn is_next(&self, turn: &Turn) -> Result<()> {
        let first = self.table.of_turns().next();
        let between = |other: &&Turn| {
            let begun = other.begins != first.map(|stage| stage.name);
            other.host != turn.host && !self.is_finished(&other.host) && begun
        };
        let Some(other) = self.book.turns().iter().find(between) else { return Ok(()) };
        // With `--fresh` there can be two of them, and one has to be the first.
        if self.table.is_recorded() && turn.begins != first.map(|stage| stage.name) {
            return Ok(());
        }
        let order = match self.table.order {
            "" => String::new(),
            order => format!(" ({order})"),
        };
        let (host, next) = (&other.host, &turn.host);
        let what = format!("{host} is in progress: {next} is next when it is finished{order}");
        let step = self.table.name.split_whitespace().last().unwrap_or(self.table.name);
        let hint = format!("leave --only-{} out: the {step} continues with it", self.table.host);
        Err(Fault::refused(what).hint(hint).into())
    }

    /// The step of the way back: `rollback-vm`.
    fn way_back_name(&self) -> Option<&'static str> {
        let line = self.table.way_back?.line.0;
        Some(line.split_whitespace().nth(1).unwrap_or(line))
    }

    pub(super) fn at<'b>(&'b self, stage: &'b Stage, turn: Option<&'b Turn>) -> At<'b> {
        At { cx: self.cx, given: self.given, turn, run: self, stage }
    }

    /// One part, by its name in the record.
    fn part(&self, stage: &'static Stage, turn: Option<&Turn>) -> Result<()> {
        let name = stage.part(turn.map(|turn| turn.host.as_str()));
        self.fits(Some(&name))?;
        let of = if self.args.selection.is_only() { 1 } else { self.table.stages.len() };
        let begun = (self.now)();
        self.cx.part(&name, of, || {
            if turn.is_none() && self.table.is_no_return(stage) && !self.is_recorded(stage) {
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
