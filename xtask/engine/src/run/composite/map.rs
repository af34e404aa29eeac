//! The map: finished parts, the next part, irreversible parts, and the duration of each part.

use anyhow::Result;

use super::at;
use super::input::Selected as _;
use super::state::Run;
use super::table::{has_turns, is_no_return, place, records};
use super::{Composite, Scope, Stage, Turn};
use crate::data::span::shown;
use crate::run::report::style::Style;

/// The state of a part.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Mark {
    Done,
    Next,
    ToCome,
    Skipped,
}

/// One part of the map: its mark and its duration.
type Cell = (Mark, Option<f64>);

impl<C: Composite> Run<'_, C> {
    /// Prints it on standard error, or as the result with `--map`.
    pub(super) fn show_map(&self) -> Result<()> {
        let report = &self.cx.report;
        let alone = self.args.map && self.cx.is_alone();
        // The stages of this run are in the record, too.
        *self.past.borrow_mut() = (self.look_back)(self.cx)?;
        let text = self.map(if alone { report.style() } else { report.err_style() })?;
        if self.args.map {
            self.cx.show(&text)
        } else {
            report.inform(&text)
        }
        Ok(())
    }

    /// At the end of a run. A list that is finished needs no second map: the stages stand above.
    pub(super) fn show_end(&self, finished: bool) -> Result<()> {
        if has_turns::<C>() || !finished {
            return self.show_map();
        }
        let count = self.done.borrow().len();
        let document =
            C::MINUTES.map(|minutes| format!("; the document expects {minutes} m for all"));
        let stages = if count == 1 { "stage" } else { "stages" };
        self.cx.report.closing(format!("{count} {stages}{}", document.unwrap_or_default()));
        Ok(())
    }

    fn map(&self, style: Style) -> Result<String> {
        let mut open = !has_turns::<C>() || self.ahead().next().is_some();
        let (mut lines, mut people) = (Vec::new(), Vec::new());
        let acks: Vec<String> = self.cx.options.acks().into_iter().map(|(name, _)| name).collect();
        let once = self.args.selection.order::<C>().filter(|stage| stage.scope != Scope::Each);
        for (number, stage) in once.enumerate() {
            if number == 0 {
                let head = match has_turns::<C>() {
                    true => format!("{:<31}for the platform", C::NAME),
                    false => C::NAME.to_owned(),
                };
                lines.push(style.bold(&head));
            }
            let waits =
                stage.waits.map(|waits| waits.now::<C>(&self.given, &acks)).transpose()?.flatten();
            let mark = first(self.mark(stage)?, &mut open);
            lines.push(line(stage, waits.is_some(), &[(mark, self.seconds(stage.name))], style));
            // What is done waits for nobody.
            if matches!(mark, Mark::Next | Mark::ToCome) {
                people.extend(waits.map(|what| format!("{} waits: {what}", stage.name)));
            }
        }
        if has_turns::<C>() {
            self.columns(&mut lines, &mut open, style);
        } else if C::STAGES.iter().any(|stage| stage.asks) && self.args.map {
            lines.push("asks: it asks before it begins; --yes answers".to_owned());
        }
        lines.append(&mut people);
        let is_open = !has_turns::<C>() || self.ahead().next().is_some();
        if (self.args.map || self.args.window.is_some()) && is_open {
            lines.push(self.forecast(None)?.line());
        }
        Ok(lines.join("\n"))
    }

    /// The stages of the turns, a column for each host.
    fn columns(&self, lines: &mut Vec<String>, open: &mut bool, style: Style) {
        let turns = self.book.turns();
        let mut columns: Vec<Vec<Cell>> = Vec::new();
        for turn in turns {
            let cell = |stage: &Stage<C>| {
                let mark = first(self.mark_of(stage, turn), open);
                (mark, self.seconds(&stage.part(Some(&turn.host))))
            };
            columns.push(each::<C>().map(cell).collect());
        }
        let row = |texts: &mut dyn Iterator<Item = &String>| -> String {
            texts.map(|text| format!("{text:<22}")).collect()
        };
        let hosts = row(&mut turns.iter().map(|turn| &turn.host));
        let ways = row(&mut turns.iter().map(|turn| &turn.way));
        let head = format!("for each {}", C::HOST);
        lines.push(style.bold(format!("{head:<31}{hosts}").trim_end()));
        lines.push(style.dim(format!("{:<31}{ways}", "").trim_end()));
        for (number, stage) in each::<C>().enumerate() {
            let cells: Vec<Cell> = columns.iter().map(|column| column[number]).collect();
            lines.push(line(stage, false, &cells, style));
        }
    }

    fn seconds(&self, part: &str) -> Option<f64> {
        let recorded = self.past.borrow().times.get(part).map(|time| time.seconds);
        // The record of the last stage of this run ends with the run.
        recorded.or_else(|| self.done.borrow().get(part).copied())
    }

    /// A stage of the platform. The record of the running upgrade shows whether it is done.
    fn mark(&self, stage: &Stage<C>) -> Result<Mark> {
        let behind = self.is_recorded(stage);
        Ok(match () {
            () if at::is_skipped(stage, &self.given)? => Mark::Skipped,
            () if behind || self.done.borrow().contains_key(stage.name) => Mark::Done,
            () if !self.args.selection.has(stage.name) => Mark::Skipped,
            () => Mark::ToCome,
        })
    }

    /// A stage of a host. The record shows the stages behind its first one, if they are newer than that.
    fn mark_of(&self, stage: &Stage<C>, turn: &Turn) -> Mark {
        let (part, at) = (stage.part(Some(&turn.host)), place::<C>(stage.name));
        let ended = |part: &str| self.past.borrow().times.get(part).map(|time| time.ended.clone());
        let begins = turn.begins.and_then(place::<C>);
        let seen = turn.seen.and_then(place::<C>);
        let since = || {
            let begins = C::STAGES.iter().find(|known| Some(known.name) == turn.begins);
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

/// The stages of the turn of a host.
fn each<C: Composite>() -> impl Iterator<Item = &'static Stage<C>> {
    C::STAGES.iter().filter(|stage| stage.scope == Scope::Each)
}

/// The first part that is not done is the next one.
fn first(mark: Mark, open: &mut bool) -> Mark {
    if mark == Mark::ToCome && std::mem::take(open) { Mark::Next } else { mark }
}

/// A row: in a list also its part of the document, and what it wants of a person.
fn line<C: Composite>(stage: &Stage<C>, waits: bool, cells: &[Cell], style: Style) -> String {
    let width = |text: &dyn Fn(&Stage<C>) -> usize| C::STAGES.iter().map(text).max().unwrap_or(0);
    let names = (width(&|stage| stage.name.len()) + 1).max(19);
    let mut text = format!("  {:<names$}", stage.name);
    if !has_turns::<C>() {
        let wide = width(&|stage| records(stage).len()) + 1;
        text += &format!("{:<wide$}", records(stage));
    }
    let last = if is_no_return(&stage) { "no return" } else { "" };
    text += &style.yellow(&format!("{last:<10}"));
    if C::STAGES.iter().any(|stage| stage.asks || stage.waits.is_some()) {
        let person = match (stage.asks, waits) {
            (true, true) => "asks waits",
            (true, false) => "asks",
            (false, true) => "waits",
            (false, false) => "",
        };
        text += &format!("{person:<11}");
    }
    for (mark, seconds) in cells {
        let time = seconds.map(shown).unwrap_or_default();
        let word = match mark {
            Mark::Done => style.green("done   "),
            Mark::Next => style.bold("next   "),
            Mark::ToCome => "to come".to_owned(),
            Mark::Skipped => style.dim("skipped"),
        };
        text += &format!("{word}{time:>11}    ");
    }
    text.trim_end().to_owned()
}
