//! `runs show`: one run at a glance, the failure first.

use std::collections::HashMap;

use anyhow::Result;
use engine::data::range::fold;
use engine::run::Options;
use engine::run::options::Output;
use engine::run::record::entry::Again;
use engine::run::record::store::Run;
use engine::run::record::summary::{NOT_REACHED, NOT_RECORDED, Operation, Summary, local};
use engine::run::report::Report;
use engine::run::report::failure::at_home;
use engine::run::report::style::Style;
use engine::text::visible::visible;
use serde_json::json;

use super::{counts, is_good, state};
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
            self.field("ran", &format!("{}{rehearsal}", command(&start.args)));
            self.field("who", &format!("{} on {}", start.user, start.from));
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
        self.field("hosts", &counts(&run.hosts));
        self.field("record", &at_home(&self.run.dir));
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
        for group in groups(summary.operations.iter().filter(bad), false) {
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

    /// The operations on each host, stage by stage; equal lines of several hosts once.
    fn operations(&mut self) {
        let apart = self.options.verbose;
        let summary = self.summary;
        let (mut stage, mut process) = ("", 0);
        for group in groups(summary.operations.iter(), apart) {
            let one = group.first;
            if one.process != process {
                let text = self.style.bold("-- resumed");
                self.line(&text);
            }
            if one.stage != stage || one.process != process && !one.stage.is_empty() {
                let text = self.style.bold(&format!("== {}", one.stage));
                self.line(&text);
            }
            (stage, process) = (&one.stage, one.process);
            self.operation(&group);
        }
        for word in [NOT_REACHED, NOT_RECORDED] {
            let open = summary.hosts.iter().filter(|host| host.outcome == word);
            let open: Vec<&str> = open.map(|host| host.host.as_str()).collect();
            if !open.is_empty() {
                let text = format!("{}: {}", fold(&open), self.style.word(word));
                self.line(&text);
            }
        }
    }

    fn operation(&mut self, group: &Group<'_>) {
        let one = group.first;
        let took = group.seconds.map(|took| format!("   {took:.1} s")).unwrap_or_default();
        let mut marks = String::new();
        if one.undone {
            marks = "   (undone)".to_owned();
        } else if one.changed && !one.undo {
            marks = "   (no undo)".to_owned();
        }
        let (word, marks) = (self.style.word(&one.outcome), self.style.dim(&marks));
        let text = format!("{}: {word}  {}{took}{marks}", fold(&group.hosts), what(one));
        self.line(&text);
        if self.options.diff || self.options.verbose {
            for line in one.diff.split_terminator('\n') {
                let text = format!("    {}", self.style.diff(&visible(line)));
                self.line(&text);
            }
        }
        if self.options.verbose {
            if let Some(error) = &one.error {
                let text = format!("    {} {error}", self.style.red("error:"));
                self.line(&text);
            }
            self.printed(one, usize::MAX);
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
        let run = self.summary;
        let mut commands = Vec::new();
        if run.resumable {
            commands.push(("continue", "resume"));
        }
        if run.resumable && run.narrow {
            commands.push(("only the open hosts", "retry"));
        }
        if run.undoable {
            commands.push(("undo it", "undo"));
        }
        for item in &run.items {
            let text =
                format!("{} close what is open:  {}", self.style.cyan("next:"), item.command());
            self.line(&text);
        }
        for (aim, word) in commands {
            let text =
                format!("{} {aim}:  cargo xtask {word} {}", self.style.cyan("next:"), run.id);
            self.line(&text);
        }
    }
}

/// The operation, or its place.
fn what(one: &Operation) -> &str {
    if one.what.is_empty() { "outside any operation" } else { &one.what }
}

/// Operations that read alike, with their hosts.
struct Group<'a> {
    first: &'a Operation,
    hosts: Vec<&'a str>,
    seconds: Option<f64>,
}

fn groups<'a>(operations: impl Iterator<Item = &'a Operation>, apart: bool) -> Vec<Group<'a>> {
    let mut groups: Vec<Group<'a>> = Vec::new();
    // The groups of operations that read alike; a host is in the first of them once, and so on.
    let mut alike: HashMap<_, (Vec<usize>, HashMap<&str, usize>)> = HashMap::new();
    for one in operations {
        let read = (&one.what, &one.stage, &one.outcome, &one.diff, &one.error);
        let alone = apart.then_some(groups.len());
        let (places, counts) =
            alike.entry((read, one.process, one.undo, one.undone, alone)).or_default();
        let count = counts.entry(&one.host).or_default();
        match places.get(*count) {
            Some(&place) => {
                let group = &mut groups[place];
                group.hosts.push(&one.host);
                group.seconds = group.seconds.into_iter().chain(one.seconds).reduce(f64::max);
            }
            None => {
                places.push(groups.len());
                groups.push(Group { first: one, hosts: vec![&one.host], seconds: one.seconds });
            }
        }
        *count += 1;
    }
    groups
}
