//! The failures of a run with their hosts and outputs, and the next command.

use std::collections::{BTreeMap, HashMap, HashSet};
use std::fmt::Write as _;
use std::io::{self, IsTerminal as _, Write as _};

use camino::Utf8Path;

use super::again::rerun;
use super::style::{Style, written};
use crate::data::fault::{Fault, Kind};
use crate::data::range::fold;
use crate::ops::wait::awaited;
use crate::run::options::ColorWhen;
use crate::run::run_summary::RunSummary;

/// The hint for a run that stopped part-way. It names the run: `resume` alone may mean another.
pub(in crate::run) fn resume(record: Option<&Utf8Path>) -> String {
    format!("to continue where it stopped:  {}", resume_command(record))
}

/// `cargo xtask resume RUN`.
pub(in crate::run) fn resume_command(record: Option<&Utf8Path>) -> String {
    let run = record.and_then(Utf8Path::file_name).unwrap_or("last");
    format!("cargo xtask resume {run}")
}

/// The report of a run with failed hosts.
pub fn text(step: &str, summary: &RunSummary, record: Option<&Utf8Path>, style: &Style) -> String {
    let mut text = format!("{} {step}: {}\n", style.red("error:"), counts(summary));
    for ((what, fault), hosts) in grouped(summary) {
        let headline = indented(&headline(what, fault), "    ");
        let _ = writeln!(text, "  {}: {headline}", style.bold(&fold(&hosts)));
        details(&mut text, fault, "    ");
    }
    for hint in distinct(summary.failures().flat_map(|(_, _, fault)| &fault.hints)) {
        let _ = writeln!(text, "{} {}", style.cyan("hint:"), indented(hint, "  "));
    }
    // A refused operation will be refused again; its own hint names the remedy. One that waits for a person has its own
    // hint too.
    let own = |fault: &Fault| matches!(fault.kind, Kind::Refused | Kind::Stopped);
    if summary.stopped || summary.failures().any(|(_, _, fault)| !own(fault)) {
        let _ = writeln!(text, "{}", next(summary, record, style));
    }
    text
}

/// Each hint once. Of those that differ only in the host of their ssh command the first one stands for all.
pub(in crate::run) fn distinct<'a>(hints: impl IntoIterator<Item = &'a String>) -> Vec<&'a str> {
    let kind = |hint: &'a str| hint.split_once(": ssh").map_or(hint, |(kind, _)| kind);
    let mut seen = HashSet::new();
    hints.into_iter().map(String::as_str).filter(|hint| seen.insert(kind(hint))).collect()
}

/// The next command.
pub fn next(summary: &RunSummary, record: Option<&Utf8Path>, style: &Style) -> String {
    let next = if summary.interrupted && !summary.begun.is_empty() {
        resume(record)
    } else if std::env::args().any(|word| ["resume", "retry"].contains(&word.as_str())) {
        let run = record.and_then(Utf8Path::file_name).unwrap_or("last");
        format!("then continue it, finished operations are kept:  cargo xtask retry {run}")
    } else if let Some(again) = summary.again() {
        format!("then rerun only these:  {}", rerun(Some(&fold(&again)), &[]))
    } else {
        format!("then run it again, finished operations are kept:  {}", rerun(None, &[]))
    };
    format!("{} {next}", style.cyan("hint:"))
}

/// The undo command, for a run that has changed something.
pub fn back(record: Option<&Utf8Path>, style: &Style) -> String {
    let run = record.and_then(Utf8Path::file_name).unwrap_or("last");
    format!("{} or undo its changes:  cargo xtask undo {run}", style.cyan("hint:"))
}

/// An error that belongs to no host.
pub fn error(error: &anyhow::Error, style: &Style) -> String {
    let message = indented(&format!("{error:#}"), "  ");
    let mut text = format!("{} {message}\n", style.red("error:"));
    if let Some(fault) = error.downcast_ref::<Fault>() {
        details(&mut text, fault, "  ");
        for hint in &fault.hints {
            let _ = writeln!(text, "{} {}", style.cyan("hint:"), indented(hint, "  "));
        }
    }
    text
}

/// Shows an error when there is no report: before a run, or instead of one.
pub fn complain(problem: &anyhow::Error, when: ColorWhen) {
    let style = Style::choose(when, io::stderr().is_terminal());
    // Standard error may be closed.
    drop(io::stderr().lock().write_all(written(&error(problem, &style), true).as_bytes()));
}

/// Shows a line when there is no report.
pub fn aside(text: &str) {
    // Standard error may be closed.
    drop(io::stderr().lock().write_all(written(&format!("{text}\n"), true).as_bytes()));
}

/// A path below the home directory as `~/…`.
pub fn at_home(path: &Utf8Path) -> String {
    let home = std::env::var("HOME").unwrap_or_default();
    path.strip_prefix(&home)
        .ok()
        .filter(|_| home.len() > 1)
        .map_or_else(|| path.to_string(), |rest| format!("~/{rest}"))
}

/// `2 of 6 hosts failed, 3 kept, 1 changed`.
fn counts(summary: &RunSummary) -> String {
    let mut counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut total = 0;
    for (_, entry) in summary.hosts() {
        *counts.entry(entry.word()).or_default() += 1;
        total += 1;
    }
    let good = ["kept", "changed", "needed", "unknown"];
    let (mut parts, mut rest) = (Vec::new(), Vec::new());
    for (word, count) in counts {
        if good.contains(&word) {
            rest.push(format!("{count} {word}"))
        } else {
            parts.push((word, count))
        }
    }
    // Failures come before the hosts that were not reached because of them.
    parts.sort_by_key(|(word, _)| *word == "not reached");
    let bad = parts.iter().enumerate().map(|(number, (word, count))| {
        if number == 0 {
            format!("{count} of {total} host{} {word}", if total == 1 { "" } else { "s" })
        } else {
            format!("{count} {word}")
        }
    });
    bad.chain(rest).collect::<Vec<_>>().join(", ")
}

/// Equal failures, with their hosts.
fn grouped(summary: &RunSummary) -> Vec<((&str, &Fault), Vec<&str>)> {
    let mut groups: Vec<((&str, &Fault), Vec<&str>)> = Vec::new();
    let mut index = HashMap::new();
    for (host, what, fault) in summary.failures() {
        // The duration of a command differs from host to host; its output decides.
        let said = fault.details.iter().filter(|(label, _)| label != "ran").collect::<Vec<_>>();
        let key = (what, fault.kind.code(), fault.kind.word(), &fault.message, said);
        let at = *index.entry(key).or_insert_with(|| {
            groups.push(((what, fault), Vec::new()));
            groups.len() - 1
        });
        groups[at].1.push(host);
    }
    groups
}

/// Further lines are set in: a host that is quoted cannot write a hint or a result of its own.
fn indented(text: &str, indent: &str) -> String {
    text.replace('\n', &format!("\n{indent}"))
}

fn headline(what: &str, fault: &Fault) -> String {
    // A refusal and a lost host explain themselves without the operation.
    let plain = matches!(fault.kind, Kind::Refused | Kind::Unreachable | Kind::Locked);
    let at = if what.is_empty() || plain || fault.message.contains(awaited(what)) {
        String::new()
    } else {
        format!("{what}: ")
    };
    match fault.kind {
        Kind::Failed | Kind::Usage => format!("{at}{}", fault.message),
        kind if fault.message.starts_with(kind.word()) => format!("{at}{}", fault.message),
        kind => format!("{}: {at}{}", kind.word(), fault.message),
    }
}

fn details(text: &mut String, fault: &Fault, indent: &str) {
    let width = fault.details.iter().map(|(label, _)| label.len()).max().unwrap_or(0);
    for (label, detail) in &fault.details {
        let mut lines = detail.lines().rev().take(12).collect::<Vec<_>>();
        lines.reverse();
        for (number, line) in lines.into_iter().enumerate() {
            let label = if number == 0 { label.as_str() } else { "" };
            let _ = writeln!(text, "{indent}{label:width$}  {line}");
        }
    }
}

/// The failure of one host, for the text after its name: `unreachable: timed out`, with details, without hints.
pub fn of_host(fault: &Fault) -> String {
    let mut text = fault.kind.word().to_owned();
    if fault.message != text {
        let _ = write!(text, ": {}", indented(&fault.message, "    "));
    }
    text.push('\n');
    details(&mut text, fault, "    ");
    text
}
