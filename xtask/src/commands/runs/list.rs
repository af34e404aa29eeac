//! `runs list`: the recorded runs as a table, those that match.

mod values;

use std::collections::{BTreeSet, HashMap};

use anyhow::Result;
use camino::Utf8Path;
use engine::run::Options;
use engine::run::options::Output;
use engine::run::record::items;
use engine::run::record::store;
use engine::run::record::summary::{State, Summary, local};
use engine::run::report::Report;
use engine::run::report::style::Style;
use engine::run::report::width::{self, cut, wide};
use engine::text::quote;
use engine::text::visible::visible;
use serde_json::{Value, json};

use super::{counts, state};
use crate::commands::form::{document, table};

/// The number of runs in a list without `--all`.
const NEWEST: usize = 30;
/// The fewest columns of a command line.
const NARROW: usize = 20;
/// The columns that a narrow terminal does without, in this order. The name of a run has its time.
const LESS: [&str; 5] = ["USER", "BEGAN", "TOOK", "HOSTS", "TICKET"];

/// List the recorded runs, the newest first
///
/// Examples:
///   cargo xtask runs list --state failed --since 12h
///   cargo xtask runs list --step bk-upgrade --host paas1
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    /// All of them, not only the newest 30
    #[arg(short, long)]
    all: bool,
    /// Only runs whose command line has this text: `bk-upgrade`
    #[arg(long, value_name = "TEXT")]
    step: Option<String>,
    /// Only runs on one of these hosts: `paas1`, `paas[1-3],web1`
    #[arg(long, value_name = "HOSTS", value_parser = values::names)]
    host: Option<BTreeSet<String>>,
    /// Only runs that ended like this
    #[arg(long, value_name = "STATE")]
    state: Option<Ended>,
    /// Only runs that began later: `2w`, `3d`, `12h`, `2026-11-29`
    #[arg(long, value_name = "TIME", value_parser = values::since)]
    since: Option<jiff::Timestamp>,
}

/// The state of a run, as `--state` names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
enum Ended {
    /// A process is running it
    Running,
    /// It finished without errors
    Done,
    /// Something failed
    Failed,
    /// A person, a signal or its failure budget stopped it
    Stopped,
    /// Its process was killed, or the machine stopped
    Killed,
    /// Its changes were undone, all or on some hosts
    Undone,
    /// It has open items
    Open,
}

impl Args {
    fn is_any(&self) -> bool {
        self.step.is_some() || self.host.is_some() || self.state.is_some() || self.since.is_some()
    }

    fn takes(&self, run: &Summary) -> bool {
        let began = || run.began.parse::<jiff::Timestamp>().ok();
        self.step.as_ref().is_none_or(|text| words(run).contains(text.as_str()))
            && self
                .host
                .as_ref()
                .is_none_or(|names| run.hosts.iter().any(|it| names.contains(&it.host)))
            && self.state.is_none_or(|wanted| wanted.is_that_of(run))
            && self.since.is_none_or(|since| began().is_some_and(|began| began >= since))
    }
}

impl Ended {
    fn is_that_of(self, run: &Summary) -> bool {
        match self {
            Self::Running => run.state == State::Running,
            Self::Done => run.state == State::Done,
            Self::Failed => run.state == State::Failed,
            Self::Stopped => run.state == State::Stopped,
            Self::Killed => run.state == State::Killed,
            Self::Undone => matches!(run.state, State::Undone | State::PartlyUndone),
            Self::Open => !run.items.is_empty(),
        }
    }
}

pub(super) fn run(options: &Options, report: &Report, args: &Args) -> Result<u8> {
    let mut runs = store::all()?;
    runs.reverse();
    let before = runs.len();
    let mut place = 0;
    // A run with open items stays in sight until they are closed.
    runs.retain(|run| {
        place += 1;
        args.all || args.is_any() || place <= NEWEST || items::may_have(run)
    });
    let more = before - runs.len();
    let mut summaries = Vec::new();
    for run in &runs {
        match run.summary() {
            Ok(summary) => summaries.push(summary),
            // One bad record does not hide the others.
            Err(error) => report.note(&format!("{error:#}")),
        }
    }
    let some = !summaries.is_empty();
    summaries.retain(|run| args.takes(run));
    if options.form() != Output::Text {
        let runs: Vec<Value> = summaries.iter().map(short).collect();
        document(options, "runs", &json!(runs))?;
        return Ok(0);
    }
    if summaries.is_empty() {
        report.inform(if some { "no run matches" } else { "no run is recorded yet" });
        return Ok(0);
    }
    let tickets = summaries.iter().any(|run| run.ticket().is_some());
    let rows = std::iter::once(head()).chain(summaries.iter().map(row));
    let rows = rows.map(|mut row| {
        // Most sites have none.
        if !tickets {
            row.remove(TICKET);
        }
        row
    });
    let rows = fitted(rows.collect(), width::of_stdout());
    let rows = table(&rows);
    let dirs: HashMap<&str, &Utf8Path> =
        runs.iter().map(|run| (run.id.as_str(), run.dir.as_path())).collect();
    let linked = rows.lines().map(|line| linked(line, &dirs, report.style()) + "\n");
    let runs: String = linked.collect();
    report.long(&(runs + &open_items(&summaries)));
    if more > 0 {
        report.inform(&format!("and {more} older: cargo xtask runs list --all"));
    }
    Ok(0)
}

/// The rows with a heading, for a terminal of so many columns: the last column is cut, and others are left out where it
/// would have no room.
fn fitted(mut rows: Vec<Vec<String>>, width: Option<usize>) -> Vec<Vec<String>> {
    let Some(width) = width else { return rows };
    let room = |rows: &[Vec<String>]| {
        let last = rows[0].len() - 1;
        let column = |at: usize| rows.iter().map(|row| wide(&row[at]) + 2).max().unwrap_or(0);
        width.saturating_sub((0..last).map(column).sum())
    };
    for name in LESS {
        let at = rows[0].iter().position(|head| head == name);
        if let Some(at) = at.filter(|_| room(&rows) < NARROW) {
            rows.iter_mut().for_each(|row| drop(row.remove(at)));
        }
    }
    let room = room(&rows).max(NARROW);
    for last in rows.iter_mut().filter_map(|row| row.last_mut()) {
        *last = cut(&visible(last), room);
    }
    rows
}

/// A row whose run is a link to its record.
fn linked(line: &str, dirs: &HashMap<&str, &Utf8Path>, style: Style) -> String {
    let id = line.split(' ').next().unwrap_or_default();
    match dirs.get(id) {
        Some(dir) => style.link(dir, id) + &line[id.len()..],
        None => line.to_owned(),
    }
}

/// The place of the ticket in a row.
const TICKET: usize = 5;

fn head() -> Vec<String> {
    let head = ["RUN", "BEGAN", "STATE", "HOSTS", "USER", "TICKET", "TOOK", "CAN", "COMMAND LINE"];
    head.map(str::to_owned).to_vec()
}

fn row(run: &Summary) -> Vec<String> {
    let user = run.start.as_ref().map(|start| start.user.clone()).unwrap_or_default();
    let mut can = Vec::new();
    can.extend(run.resumable.then_some("resume"));
    can.extend(run.undoable.then_some("undo"));
    can.extend((!run.items.is_empty()).then_some("open items"));
    let took = engine::data::span::shown(run.seconds);
    let began = local(&run.began);
    vec![
        run.id.clone(),
        began.chars().take(16).collect(),
        state(run),
        counts(&run.hosts),
        user,
        run.ticket().unwrap_or_default().to_owned(),
        took,
        can.join(", "),
        words(run),
    ]
}

/// The command line: `bk-upgrade paas --from check`.
fn words(run: &Summary) -> String {
    let Some(start) = &run.start else { return String::new() };
    quote::join(&start.args).unwrap_or_else(|_| start.step.clone())
}

/// The open items of all runs, each once: the first run that opened it counts.
fn open_items(newest_first: &[Summary]) -> String {
    let mut seen = BTreeSet::new();
    let mut text = String::new();
    for run in newest_first.iter().rev() {
        let start = run.start.as_ref().map(|start| (start.rehearsal, start.inventory.clone()));
        for item in &run.items {
            if seen.insert((start.clone(), item.host.clone(), item.name.clone())) {
                text += &format!(
                    "open: {}\n  on {} since {}, by {}\n  to close it: {}\n",
                    item.what,
                    item.host,
                    local(&item.since),
                    item.run,
                    item.command()
                );
            }
        }
    }
    text
}

/// A run without its operations.
fn short(run: &Summary) -> Value {
    let mut value = json!(run);
    if let Some(fields) = value.as_object_mut() {
        fields.remove("operations");
    }
    value
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_narrow_terminal_does_without_columns_and_the_end_of_the_command_line() {
        let head = ["RUN", "BEGAN", "STATE", "HOSTS", "USER", "TOOK", "CAN", "COMMAND LINE"];
        let run = ["20261130-123446-x", "2026-11-30 12:34", "done", "3 changed", "root", "1.0 s"];
        let rows = || {
            let run = run.into_iter().chain(["undo", "upgrade --from check --yes"]);
            [head.to_vec(), run.collect()].map(|row| row.into_iter().map(str::to_owned).collect())
        };
        let at = |width| table(&fitted(rows().to_vec(), width));
        assert_eq!(at(Some(120)), at(None));
        let narrow = at(Some(88));
        assert!(!narrow.contains("USER") && narrow.contains("BEGAN"), "{narrow}");
        assert!(narrow.contains("undo  upgrade --from chec…"), "{narrow}");
        assert!(!at(Some(80)).contains("BEGAN"), "{}", at(Some(80)));
        for width in [60, 80, 90, 100] {
            let text = at(Some(width));
            assert!(text.lines().all(|line| wide(line) <= width), "{width}\n{text}");
            assert!(text.contains("20261130-123446-x") && text.contains("upgrade"), "{text}");
        }
    }
}
