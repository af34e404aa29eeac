//! `runs show`: one run at a glance, the failure first.

pub(super) mod operations;

use std::collections::BTreeMap;

use anyhow::Result;
use engine::data::range::fold;
use engine::run::Options;
use engine::run::options::Output;
use engine::run::record::entry::Again;
use engine::run::record::store::Run;
use engine::run::record::summary::{Operation, Summary, local};
use engine::run::report::Report;
use engine::run::report::failure::at_home;
use engine::run::report::style::Style;
use serde_json::json;

use self::operations::{groups, what};
use super::next::{self, Next};
use super::{counted, is_good, state};
use crate::commands::form::document;
use crate::commands::past::command;

/// The number of last lines of a failed command without `-v`.
const LAST: usize = 12;

/// One run being shown.
struct Page<'a> {
    options: &'a Options,
    style: Style,
    run: &'a Run,
    summary: &'a Summary,
    text: String,
}

pub(crate) fn run(options: &Options, report: &Report, run: &Run) -> Result<u8> {
    let summary = run.summary()?;
    if options.form() != Output::Text {
        document(options, "run", &json!(summary))?;
        return Ok(0);
    }
    let style = report.style();
    let mut page = Page { options, style, run, summary: &summary, text: String::new() };
    page.head();
    page.trouble();
    page.operations();
    page.next();
    report.long(&page.text);
    Ok(0)
}

impl Page<'_> {
    fn line(&mut self, text: &str) {
        self.text.push_str(text.trim_end());
        self.text.push('\n');
    }

    fn field(&mut self, name: &str, value: &str) {
        if !value.is_empty() {
            self.line(&format!("  {name:8}{value}"));
        }
    }

    /// User, time, step and arguments.
    fn head(&mut self) {
        let run = self.summary;
        let exit = run.exit.filter(|exit| *exit != 0).map(|exit| format!(", exit {exit}"));
        let state = self.style.bold(&format!("{}{}", state(run), exit.unwrap_or_default()));
        self.line(&format!("{}: {state}", run.id));
        if let Some(start) = &run.start {
            let rehearsal = if start.rehearsal { "   (throw-away hosts)" } else { "" };
            let alias = start.alias.as_ref().map(|name| format!("   (alias {name})"));
            let alias = alias.unwrap_or_default();
            self.field("ran", &format!("{}{alias}{rehearsal}", command(&start.args)));
            self.field("who", &format!("{} on {}", start.user, start.from));
            self.field("ticket", start.ticket.as_deref().unwrap_or_default());
            self.field("reason", start.reason.as_deref().unwrap_or_default());
            let plan = start.plan.as_ref().map(|plan| plan.path.as_str());
            self.field("plan", plan.unwrap_or_default());
            self.field("undoes", start.undoes.as_deref().unwrap_or_default());
        }
        self.field("when", &format!("{}, for {:.1} s", local(&run.began), run.seconds));
        for again in &run.resumed {
            let word = match again.kind {
                Again::Resume => "resumed",
                Again::Retry => "retried",
            };
            let only = again.only.as_ref().map(|only| format!(", only {}", fold(only)));
            let only = only.unwrap_or_default();
            let text = format!("{} by {} on {}{only}", local(&again.at), again.user, again.from);
            self.field(word, &text);
            self.field("ticket", again.ticket.as_deref().unwrap_or_default());
            self.field("reason", again.reason.as_deref().unwrap_or_default());
        }
        for (at, what, answer) in &run.answers {
            self.field("asked", &format!("{}  {what}: {answer}", local(at)));
        }
        self.field("undone", &run.undone_by.join(", "));
        for backup in &run.backups {
            let text = format!(
                "{}, {}:{}, made {}, manifest {}: {}",
                backup.thing,
                backup.host,
                backup.place,
                local(&backup.made),
                backup.manifest.get(..12).unwrap_or_default(),
                backup.checks.join(", ")
            );
            self.field("backup", &text);
        }
        for item in &run.items {
            let text = format!("{} (on {}, since {})", item.what, item.host, local(&item.since));
            self.field("open", &text);
        }
        for finding in &run.findings {
            let text = finding.line();
            let mut lines = text.lines();
            self.field("found", lines.next().unwrap_or_default());
            let rest: Vec<&str> = lines.collect();
            if self.options.verbose || finding.about.is_none() {
                rest.iter().for_each(|line| self.line(&format!("          {line}")));
            }
        }
        self.field("hosts", &counted(&run.hosts));
        self.field("work", &work(&run.operations));
        let record = self.style.link(&self.run.dir, &at_home(&self.run.dir));
        self.field("record", &record);
        for (line, what) in &run.damage {
            let text = format!("line {line} of the journal {what}");
            let text = self.style.red(&text);
            self.field("damage", &text);
        }
    }

    /// The failures, before everything else.
    fn trouble(&mut self) {
        if let Some(error) = &self.summary.error {
            let text = format!("{} {error}", self.style.red("error:"));
            self.line(&text);
        }
        let last = self.summary.operations.iter().map(|one| one.process).max();
        let summary = self.summary;
        let bad = |one: &&Operation| {
            Some(one.process) == last && one.outcome != "at work" && !is_good(&one.outcome)
        };
        for group in groups(summary.operations.iter().filter(bad), false, false) {
            let one = group.first;
            let hosts = self.style.bold(&fold(&group.hosts));
            let word = self.style.red(&one.outcome);
            let said = match &one.error {
                // The failure names the operation itself.
                Some(error) if error.contains(&one.what) => error.clone(),
                Some(error) => format!("{}: {error}", what(one)),
                None if one.seconds.is_none() => {
                    format!("{}: it started, and its end is unknown", what(one))
                }
                None => what(one).to_owned(),
            };
            let text = format!("{hosts}: {word}  {said}");
            self.line(&text);
            if !self.options.verbose {
                self.printed(one, LAST);
            }
        }
    }

    /// The last lines that the commands of an operation printed, with the stream before each.
    fn printed(&mut self, one: &Operation, most: usize) {
        for name in &one.outputs {
            for ending in ["out", "err"] {
                let path = self.run.dir.join(format!("outputs/{name}.{ending}"));
                let Ok(bytes) = std::fs::read(path) else { continue };
                let text = String::from_utf8_lossy(&bytes);
                let lines: Vec<&str> = text.lines().collect();
                for line in &lines[lines.len().saturating_sub(most)..] {
                    self.line(&format!("    {ending}  {line}"));
                }
            }
        }
    }

    /// The next commands.
    fn next(&mut self) {
        for Next { aim, command } in next::of(self.summary) {
            let text = format!("{} {aim}:  {command}", self.style.cyan("next:"));
            self.line(&text);
        }
    }
}

/// `12 operations: 8 changed, 4 kept`.
fn work(operations: &[Operation]) -> String {
    let mut counts: BTreeMap<(bool, &str), usize> = BTreeMap::new();
    for one in operations {
        *counts.entry((is_good(&one.outcome), &one.outcome)).or_default() += 1;
    }
    let parts: Vec<String> =
        counts.iter().map(|((_, word), count)| format!("{count} {word}")).collect();
    match operations.len() {
        0 => String::new(),
        1 => format!("1 operation: {}", parts.concat()),
        all => format!("{all} operations: {}", parts.join(", ")),
    }
}
