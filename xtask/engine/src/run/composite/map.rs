//! The map: the state of each part, its last duration and its time, and the sum.

use anyhow::Result;

use super::at;
use super::input::Selected as _;
use super::state::Run;
use super::{Scope, Stage, Turn};
use crate::run::record::finding::Finding;
use crate::run::report::style::Style;
use crate::run::report::width;

mod data;
mod text;

/// The state of a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    Done,
    /// Another process works on it.
    AtWork,
    /// The last run ended in it.
    Failed,
    Next,
    ToCome,
    Skipped,
}

impl Mark {
    pub(super) const fn word(self) -> &'static str {
        match self {
            Self::Done => "done",
            Self::AtWork => "at work",
            Self::Failed => "failed",
            Self::Next => "next",
            Self::ToCome => "to come",
            Self::Skipped => "skipped",
        }
    }

    const fn glyph(self) -> char {
        match self {
            Self::Done => '✓',
            Self::AtWork => '▸',
            Self::Failed => '✗',
            Self::Next => '→',
            Self::ToCome => '·',
            Self::Skipped => '–',
        }
    }

    /// It is still ahead: a person who has work there will be asked.
    const fn is_ahead(self) -> bool {
        matches!(self, Self::AtWork | Self::Failed | Self::Next | Self::ToCome)
    }
}

/// One part: a stage that is done once, or a stage of the turn of a host.
pub(super) struct Part<'a> {
    stage: &'static Stage,
    host: Option<&'a str>,
    mark: Mark,
    /// Its duration in the record.
    seconds: Option<f64>,
    /// The end of its last run, in UTC.
    ended: Option<String>,
    /// What it wants of a person.
    waits: Option<String>,
}

impl Run<'_> {
    /// Prints it on standard error, or as the result with `--map`.
    pub(super) fn show_map(&self) -> Result<()> {
        let report = &self.cx.report;
        // The stages of this run are in the record, too.
        *self.past.borrow_mut() = (self.look_back)(self.cx)?;
        let parts = self.parts()?;
        if self.args.map {
            let shown = self.text(&parts, report.style(), width::of_stdout())?;
            let plain = self.text(&parts, Style::PLAIN, None)?;
            return self.cx.found_as(Finding::new("map", self.data(&parts)?, plain), &shown);
        }
        report.inform(&self.text(&parts, report.err_style(), width::of_stderr())?);
        Ok(())
    }

    /// At the end of a run. A list that is finished needs no second map: the stages stand above.
    pub(super) fn show_end(&self, finished: bool) -> Result<()> {
        if self.table.has_turns() || !finished {
            return self.show_map();
        }
        let count = self.done.borrow().len();
        let document =
            self.table.minutes.map(|minutes| format!("; the document expects {minutes} m for all"));
        let stages = if count == 1 { "stage" } else { "stages" };
        self.cx.report.closing(format!("{count} {stages}{}", document.unwrap_or_default()));
        Ok(())
    }

    /// All parts in their order: those that are done once, then host by host.
    fn parts(&self) -> Result<Vec<Part<'_>>> {
        let mut open = !self.table.has_turns() || self.ahead().next().is_some();
        let acks: Vec<String> = self.cx.options.acks().into_iter().map(|(name, _)| name).collect();
        let mut parts = Vec::new();
        let once = self.args.selection.order(self.table).filter(|stage| stage.scope != Scope::Each);
        for stage in once {
            let waits =
                stage.waits.map(|waits| waits.now(&self.given, &acks)).transpose()?.flatten();
            parts.push(self.part_of(stage, None, self.mark(stage)?, waits, &mut open));
        }
        if self.table.has_turns() {
            for turn in self.book.turns() {
                for stage in self.table.of_turns() {
                    let mark = self.mark_of(stage, turn);
                    parts.push(self.part_of(stage, Some(&turn.host), mark, None, &mut open));
                }
            }
        }
        Ok(parts)
    }

    /// With what the record has; the first part that is not done is the next one.
    fn part_of<'a>(
        &self,
        stage: &'static Stage,
        host: Option<&'a str>,
        mark: Mark,
        waits: Option<String>,
        open: &mut bool,
    ) -> Part<'a> {
        let name = stage.part(host);
        let past = self.past.borrow();
        let mark = match past.unfinished.get(&name) {
            _ if mark != Mark::ToCome => mark,
            Some(true) => Mark::AtWork,
            Some(false) => Mark::Failed,
            None => mark,
        };
        let is_first = mark.is_ahead() && std::mem::take(open);
        let mark = if is_first && mark == Mark::ToCome { Mark::Next } else { mark };
        let time = past.times.get(&name);
        // The record of the last stage of this run ends with the run.
        let now = || self.done.borrow().get(&name).copied();
        let seconds = time.map(|time| time.seconds).or_else(now);
        let ended = time.map(|time| time.ended.clone()).filter(|ended| !ended.is_empty());
        Part { stage, host, mark, seconds, ended, waits }
    }

    /// A stage of the platform. The record of the running upgrade shows whether it is done.
    fn mark(&self, stage: &Stage) -> Result<Mark> {
        let behind = self.is_recorded(stage);
        Ok(match () {
            () if at::is_skipped(stage, &self.given)? => Mark::Skipped,
            () if behind || self.done.borrow().contains_key(stage.name) => Mark::Done,
            () if !self.args.selection.has(stage.name) => Mark::Skipped,
            () => Mark::ToCome,
        })
    }

    /// A stage of a host. The record shows the stages behind its first one, if they are newer than that.
    fn mark_of(&self, stage: &Stage, turn: &Turn) -> Mark {
        let (part, at) = (stage.part(Some(&turn.host)), self.table.place(stage.name));
        let ended = |part: &str| self.past.borrow().times.get(part).map(|time| time.ended.clone());
        let begins = turn.begins.and_then(|stage| self.table.place(stage));
        let seen = turn.seen.and_then(|stage| self.table.place(stage));
        let since = || {
            let begins = turn.begins.and_then(|begins| self.table.stage(begins));
            let first = begins.and_then(|first| ended(&first.part(Some(&turn.host))));
            turn.recorded && ended(&part).is_some_and(|ended| Some(ended) >= first)
        };
        let behind = begins.is_none() || at < begins || (seen.is_some() && at <= seen);
        let (selection, only) = (&self.args.selection, self.args.only.as_ref());
        let wanted = only.is_none_or(|only| only.as_str() == turn.host);
        match () {
            () if self.done.borrow().contains_key(&part) || behind => Mark::Done,
            () if at > begins && since() => Mark::Done,
            () if !wanted || (selection.is_only() && !selection.has(stage.name)) => Mark::Skipped,
            () => Mark::ToCome,
        }
    }
}
