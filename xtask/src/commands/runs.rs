//! `runs`: the recorded runs, their hosts, users and results.

mod list;
mod next;
mod prune;
mod report;
mod show;
mod watch;

use std::collections::BTreeMap;

use anyhow::Result;
use engine::ops::ensure::Mode;
use engine::run::Options;
use engine::run::options::Output;
use engine::run::record::entry::SCHEMA_JSON;
use engine::run::record::store::{self, Run};
use engine::run::record::summary::{Host, State, Summary};
use engine::run::report::Report;
use serde_json::{Value, json};

use super::form::document;
use super::past::{self, Aim};

#[derive(clap::Subcommand, Debug)]
#[command(defer = true)]
pub(crate) enum Command {
    /// List the recorded runs, the newest first
    List(list::Args),
    /// Show a run: user, time, result of each host, next commands
    ///
    /// --diff adds the changes, -v the output of commands.
    Show {
        /// Its name, a part of it, or `last`
        #[arg(default_value = "last")]
        run: String,
    },
    /// Write a run as one file: a page, a ticket's text, JSON, JUnit
    Report(report::Args),
    /// Show a run in a browser while it runs
    Watch(watch::Args),
    /// Check that no journal was changed after it was written
    ///
    /// Exit 1 names the run and the line. A half line at the end is no fault: a killed process leaves one.
    Verify {
        /// The runs [default: all]
        #[arg(value_name = "RUN")]
        runs: Vec<String>,
    },
    /// Delete old runs that can be neither resumed nor undone
    Prune(prune::Args),
    /// Print the JSON Schema of a journal's lines
    Schema,
}

pub(crate) fn run(options: &Options, command: Command) -> Result<u8> {
    let report = Report::new(options, "runs".to_owned(), Mode::Run);
    let code = of(options, &report, command)?;
    Ok(report.written(code))
}

fn of(options: &Options, report: &Report, command: Command) -> Result<u8> {
    match command {
        Command::List(args) => list::run(options, report, &args),
        Command::Show { run } => show::run(options, report, &named(&run, "runs show", options)?),
        Command::Report(args) => report::run(options, report, &args),
        Command::Watch(args) => watch::run(options, report, &args),
        Command::Verify { runs } => verify(options, report, &runs),
        Command::Prune(args) => prune::run(options, report, &args),
        Command::Schema => {
            report.result(SCHEMA_JSON.trim_end());
            Ok(0)
        }
    }
}

fn named(name: &str, command: &'static str, options: &Options) -> Result<Run> {
    Ok(past::chosen(Some(name), Aim::Show(command), options)?.at)
}

/// The runs of `names`, for `command`; all without a name.
fn chosen(names: &[String], command: &'static str, options: &Options) -> Result<Vec<Run>> {
    if names.is_empty() {
        store::all()
    } else {
        names.iter().map(|name| named(name, command, options)).collect()
    }
}

/// `failed`, or `changed after it was written` for a journal that cannot be trusted.
pub(super) fn state(run: &Summary) -> String {
    let word = match run.state {
        State::Running => "running",
        State::Done => "done",
        State::Failed => "failed",
        State::Stopped => "stopped",
        State::Killed => "killed",
        State::Undone => "undone",
        State::PartlyUndone => "partly undone",
    };
    if run.damage.is_empty() { word.to_owned() } else { format!("{word}, journal damaged") }
}

/// `1 of 3 hosts failed, 2 changed`, as the report of the run says it.
fn counted(hosts: &[Host]) -> String {
    let (all, counts) = (hosts.len(), counts(hosts));
    let plural = if all == 1 { "" } else { "s" };
    let bad = hosts.iter().any(|host| !is_good(&host.outcome));
    match counts.split_once(' ') {
        Some((number, rest)) if bad => format!("{number} of {all} host{plural} {rest}"),
        Some(_) => format!("{all} host{plural}: {counts}"),
        None => String::new(),
    }
}

/// `1 failed, 2 changed`: failures first.
fn counts(hosts: &[Host]) -> String {
    let mut counts: BTreeMap<(bool, &str), usize> = BTreeMap::new();
    for host in hosts {
        *counts.entry((is_good(&host.outcome), &host.outcome)).or_default() += 1;
    }
    let parts = counts.iter().map(|((_, word), count)| format!("{count} {word}"));
    parts.collect::<Vec<_>>().join(", ")
}

/// Whether the outcome needs no attention.
fn is_good(outcome: &str) -> bool {
    ["kept", "changed", "ok", "read", "undone"].contains(&outcome)
}

fn verify(options: &Options, report: &Report, names: &[String]) -> Result<u8> {
    let mut rows = Vec::new();
    for run in chosen(names, "runs verify", options)? {
        let journal = run.journal()?;
        let damage: Vec<Value> =
            journal.damage.iter().map(|it| json!({ "line": it.line, "what": it.what })).collect();
        if options.form() == Output::Text {
            let torn = if journal.torn.is_some() { ", the last one torn off" } else { "" };
            let lines = journal.lines.len() + usize::from(journal.torn.is_some());
            if journal.damage.is_empty() {
                report.result(&format!("{}: ok, {lines} lines{torn}", run.id));
            }
            for it in &journal.damage {
                report.result(&format!("{}: line {} {}", run.id, it.line, it.what));
            }
        }
        rows.push(json!({
            "run": run.id, "lines": journal.lines.len(), "torn": journal.torn.is_some(), "damage": damage
        }));
    }
    let bad = rows.iter().any(|row| row["damage"] != json!([]));
    if options.form() != Output::Text {
        document(options, "runs", &json!(rows))?;
    } else if rows.is_empty() {
        report.inform("no run is recorded yet");
    }
    Ok(u8::from(bad))
}
