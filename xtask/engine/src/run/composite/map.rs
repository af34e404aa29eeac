//! The map: finished parts, the next part, irreversible parts, and the duration of each part.

use anyhow::Result;

use super::at;
use super::input::Selected as _;
use super::state::Run;
use super::table::{ByHand, has_turns, is_no_return, place};
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

    fn map(&self, style: Style) -> Result<String> {
        let mut open = !has_turns::<C>() || self.ahead().next().is_some();
        let mut lines = Vec::new();
        let once = self.args.selection.order::<C>().filter(|stage| stage.scope != Scope::Each);
        for (number, stage) in once.enumerate() {
            if number == 0 {
                let whom = if has_turns::<C>() { "for the platform" } else { "" };
                lines.push(style.bold(format!("{:<31}{whom}", C::NAME).trim_end()));
            }
            let mark = first(self.mark(stage)?, &mut open);
            lines.push(line(stage, &[(mark, self.seconds(stage.name))], style));
        }
        if has_turns::<C>() {
            self.columns(&mut lines, &mut open, style);
        }
        let is_open = !has_turns::<C>() || self.ahead().next().is_some();
        if is_open {
            lines.extend(self.by_hand()?);
        }
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
            lines.push(line(stage, &cells, style));
        }
    }

    /// The stages to come that wait for a person, and the flags that answer before.
    fn by_hand(&self) -> Result<Vec<String>> {
        let mut lines = Vec::new();
        for stage in self.args.selection.order::<C>() {
            let Some(by_hand) = &stage.by_hand else { continue };
            if self.is_to_come(stage)? && !self.is_answered(by_hand)? {
                lines.push(format!(
                    "  {:<width$}{}",
                    stage.name,
                    answers::<C>(by_hand),
                    width = width::<C>()
                ));
            }
        }
        if !lines.is_empty() {
            lines.insert(
                0,
                "waits for a person, unless one of these flags answers before:".to_owned(),
            );
        }
        Ok(lines)
    }

    fn is_to_come(&self, stage: &Stage<C>) -> Result<bool> {
        let is_ahead = |mark| matches!(mark, Mark::Next | Mark::ToCome);
        Ok(match stage.scope {
            Scope::Each => self.ahead().any(|turn| is_ahead(self.mark_of(stage, turn))),
            Scope::Once | Scope::All => is_ahead(self.mark(stage)?),
        })
    }

    fn is_answered(&self, by_hand: &ByHand) -> Result<bool> {
        let acks = self.cx.options.acks();
        let is_acked = acks.iter().any(|(name, _)| Some(name.as_str()) == by_hand.ack);
        let Some((input, wanted)) = by_hand.input else { return Ok(is_acked) };
        let value = self.given.value(input, None)?;
        Ok(is_acked || value.is_some_and(|value| wanted.is_none_or(|wanted| value == wanted)))
    }

    fn seconds(&self, part: &str) -> Option<f64> {
        self.past.borrow().times.get(part).map(|time| time.seconds)
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

/// The flags that answer before: `--topo-mode api, or --ack topo-delete-sets=TEXT`.
fn answers<C: Composite>(by_hand: &ByHand) -> String {
    let input = by_hand.input.and_then(|(name, value)| {
        let input = C::INPUTS.iter().find(|input| input.name == name)?;
        Some(format!("--{} {}", input.flag(), value.unwrap_or(input.shows)))
    });
    let ack = by_hand.ack.map(|name| format!("--ack {name}=TEXT"));
    input.into_iter().chain(ack).collect::<Vec<_>>().join(", or ")
}

/// The first part that is not done is the next one.
fn first(mark: Mark, open: &mut bool) -> Mark {
    if mark == Mark::ToCome && std::mem::take(open) { Mark::Next } else { mark }
}

/// The column of the names: the longest has a blank behind it.
fn width<C: Composite>() -> usize {
    C::STAGES.iter().map(|stage| stage.name.len() + 1).max().unwrap_or(0).max(19)
}

fn line<C: Composite>(stage: &Stage<C>, cells: &[Cell], style: Style) -> String {
    let last = if is_no_return(&stage) { "no return" } else { "" };
    let width = width::<C>();
    let mut text = format!("  {:<width$}{}", stage.name, style.yellow(&format!("{last:<10}")));
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
