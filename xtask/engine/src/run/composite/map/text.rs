//! The map for people: a row for each stage, a column for each host.

use anyhow::Result;

use super::{Mark, Part};
use crate::data::span::shown;
use crate::run::composite::state::Run;
use crate::run::composite::{Stage, Table};
use crate::run::record::summary::briefly;
use crate::run::report::style::Style;
use crate::run::report::width;

/// Columns of a mark.
const MARK: usize = 9;
/// Columns of a duration.
const TOOK: usize = 11;
/// Columns of the time of day.
const TIME: usize = 6;
/// Columns between two cells.
const GAP: usize = 2;

/// The columns of all rows.
struct Form {
    style: Style,
    /// Columns of the names.
    names: usize,
    /// Columns of the parts of the document; 0 without them.
    records: usize,
    /// A column for questions and the work of persons.
    people: bool,
    /// Durations fit.
    took: bool,
    /// And the times of day.
    times: bool,
    /// Columns of a host.
    cell: usize,
    table: &'static Table,
}

impl Run<'_> {
    /// For so many columns; for any number without a terminal.
    pub(super) fn text(
        &self,
        parts: &[Part<'_>],
        style: Style,
        room: Option<usize>,
    ) -> Result<String> {
        let heads = self.book.turns().iter().flat_map(|turn| [&turn.host, &turn.way]);
        let head = heads.map(|head| head.chars().count()).max().unwrap_or(0);
        let form = Form::of(self.table, style, [self.book.turns().len(), head], room);
        let fitting = |line: String| match room {
            Some(room) => width::fit(&line, 2, room),
            None => line,
        };
        let mut lines = Vec::new();
        let once: Vec<&Part<'_>> = parts.iter().filter(|part| part.host.is_none()).collect();
        if !once.is_empty() {
            let head = match self.table.has_turns() {
                true => format!("{:<31}for the platform", self.table.name),
                false => self.table.name.to_owned(),
            };
            lines.push(style.bold(&head));
        }
        lines.extend(once.iter().map(|part| form.row(part.stage, &[part])));
        if self.table.has_turns() {
            self.turns(parts, &form, &mut lines);
        } else if self.table.stages.iter().any(|stage| stage.asks) && self.args.map {
            lines.push("asks: it asks before it begins; --yes answers".to_owned());
        }
        // What is done waits for nobody.
        let ahead = once.iter().filter(|part| part.mark.is_ahead());
        lines.extend(ahead.filter_map(|part| {
            let what = part.waits.as_ref()?;
            Some(fitting(format!("{} waits: {what}", part.stage.name)))
        }));
        lines.push(fitting(sum(parts)));
        if (self.args.map || self.args.window.is_some()) && self.is_open() {
            let left = self.forecast(None)?;
            lines.extend((left.left > 0).then(|| fitting(left.line())));
        }
        Ok(lines.join("\n"))
    }

    /// Whether something is left to do.
    pub(super) fn is_open(&self) -> bool {
        !self.table.has_turns() || self.ahead().next().is_some()
    }

    /// The stages of the turns, a column for each host.
    fn turns(&self, parts: &[Part<'_>], form: &Form, lines: &mut Vec<String>) {
        let turns = self.book.turns();
        let wide = form.cell + GAP;
        let row = |texts: &mut dyn Iterator<Item = &String>| -> String {
            texts.map(|text| format!("{text:<wide$}")).collect()
        };
        let hosts = row(&mut turns.iter().map(|turn| &turn.host));
        let ways = row(&mut turns.iter().map(|turn| &turn.way));
        let head = format!("for each {}", self.table.host);
        lines.push(form.style.bold(format!("{head:<31}{hosts}").trim_end()));
        if !ways.trim().is_empty() {
            lines.push(form.style.dim(format!("{:<31}{ways}", "").trim_end()));
        }
        for stage in self.table.of_turns() {
            let is_it = |part: &&Part<'_>| part.host.is_some() && part.stage.name == stage.name;
            let cells: Vec<&Part<'_>> = parts.iter().filter(is_it).collect();
            lines.push(form.row(stage, &cells));
        }
    }
}

impl Form {
    /// Of so many hosts, with names of so many columns.
    fn of(
        table: &'static Table,
        style: Style,
        [hosts, head]: [usize; 2],
        room: Option<usize>,
    ) -> Self {
        let width = |text: &dyn Fn(&Stage) -> usize| table.stages.iter().map(text).max();
        let names = (width(&|stage| stage.name.len()).unwrap_or(0) + 1).max(19);
        let records = match table.has_turns() {
            true => 0,
            false => width(&|stage| table.records(stage).len()).unwrap_or(0) + 1,
        };
        let people = table.stages.iter().any(|stage| stage.asks || stage.waits.is_some());
        let left = 2 + names + records + 10 + if people { 11 } else { 0 };
        let cells = hosts.max(1);
        let cell = |took: bool, times: bool| {
            let took = if took { TOOK } else { 0 };
            (MARK + took + if times { TIME } else { 0 }).max(head)
        };
        let fits =
            |cell: usize| room.is_none_or(|room| left + cells * cell + (cells - 1) * GAP <= room);
        let (took, times) = (fits(cell(true, false)), fits(cell(true, true)));
        Self { style, names, records, people, took, times, cell: cell(took, times), table }
    }

    /// A row: in a list also its part of the document, and what it wants of a person.
    fn row(&self, stage: &Stage, cells: &[&Part<'_>]) -> String {
        let mut text = format!("  {:<wide$}", stage.name, wide = self.names);
        if self.records > 0 {
            text += &format!("{:<wide$}", self.table.records(stage), wide = self.records);
        }
        let last = if self.table.is_no_return(stage) { "no return" } else { "" };
        text += &self.style.yellow(&format!("{last:<10}"));
        if self.people {
            let waits = cells.iter().any(|part| part.waits.is_some());
            let person = match (stage.asks, waits) {
                (true, true) => "asks waits",
                (true, false) => "asks",
                (false, true) => "waits",
                (false, false) => "",
            };
            text += &format!("{person:<11}");
        }
        for part in cells {
            let (glyph, word) = (part.mark.glyph(), part.mark.word());
            let word = format!("{glyph} {word:<7}");
            let word = match part.mark {
                Mark::Done => self.style.green(&word),
                Mark::AtWork => self.style.cyan(&word),
                Mark::Failed => self.style.red(&word),
                Mark::Next => self.style.bold(&word),
                Mark::ToCome => word,
                Mark::Skipped => self.style.dim(&word),
            };
            let mut more = String::new();
            if self.took {
                let took = part.seconds.map(shown).unwrap_or_default();
                more += &format!("{took:>TOOK$}");
            }
            if self.times {
                let at = part.ended.as_deref().map(briefly).unwrap_or_default();
                more += &format!("{at:>TIME$}");
            }
            text += &format!("{word}{more:<wide$}", wide = self.cell - MARK + GAP);
        }
        text.trim_end().to_owned()
    }
}

/// `sum: 9 of 29 stages done, 1 failed, 2 skipped; the done ones took 4 m 10 s`.
fn sum(parts: &[Part<'_>]) -> String {
    let count = |mark: Mark| parts.iter().filter(|part| part.mark == mark).count();
    let mut text = format!("sum: {} of {} stages done", count(Mark::Done), parts.len());
    for mark in [Mark::AtWork, Mark::Failed, Mark::Skipped] {
        if count(mark) > 0 {
            text += &format!(", {} {}", count(mark), mark.word());
        }
    }
    if let Some(seconds) = super::data::took(parts) {
        text += &format!("; the done ones took {}", shown(seconds));
    }
    text
}
