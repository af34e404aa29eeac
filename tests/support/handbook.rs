//! The README of a runbook, made of what the program says of itself: the help, the first comment of each step's
//! file, the table of steps in the README of the project, the traps.

use std::fmt::Write as _;

use serde_json::Value;

use super::{Xtask, scratch};
use crate::tidy::read;

/// A runbook, and what the program and the documents say of its steps.
pub(crate) struct Handbook {
    runbook: &'static str,
    /// With what the name of a record begins: `WS-`.
    records: &'static str,
    list: Vec<Value>,
    traps: Vec<Value>,
}

fn asked(words: &[&str]) -> String {
    let state = scratch();
    let outcome = Xtask::new(state.path(), words).env("COLUMNS", "100").run();
    assert_eq!((outcome.code, outcome.stderr.as_str()), (0, ""), "{words:?}");
    outcome.stdout
}

pub(crate) fn rows(words: &[&str], field: &str) -> Vec<Value> {
    let document: Value = serde_json::from_str(&asked(words)).expect("JSON");
    document[field].as_array().expect("a list").clone()
}

pub(crate) fn word<'a>(value: &'a Value, field: &str) -> &'a str {
    value[field].as_str().unwrap_or_else(|| panic!("{field} of {value}"))
}

/// Whether a trap names the step among those that answer it.
fn answers(trap: &Value, step: &str) -> bool {
    trap["steps"].as_array().expect("a list").iter().any(|named| named == step)
}

/// The first comment of a step's file.
struct Place {
    /// `WS-16, document section 备份管理节点, line 116`.
    document: String,
    /// The commands there, as a block; empty when the document has none.
    original: String,
    asks: bool,
    reads: bool,
}

impl Place {
    fn of(runbook: &str, records: &str, step: &str) -> Self {
        let path = format!("tasks/{runbook}/{step}.rs").replace('-', "_");
        let text = read(&path);
        let mut lines = text.lines().map_while(|line| line.strip_prefix("//!"));
        let first =
            lines.next().unwrap_or_else(|| panic!("{path} opens with `//! {records}...`")).trim();
        assert!(first.starts_with(records), "{path}: {first}");
        let reads = first.ends_with(". Changes nothing.");
        let (document, _) =
            first.split_once(". ").unwrap_or_else(|| panic!("{path}: more sentences than one"));
        let original: String = lines
            .skip_while(|line| !line.starts_with(" ```"))
            .map(|line| format!("{}\n", line.strip_prefix(' ').unwrap_or(line)))
            .collect();
        Self {
            document: document.to_owned(),
            original,
            asks: ["cx.confirm(", "cx.can_confirm("].iter().any(|asks| text.contains(asks)),
            reads,
        }
    }
}

/// The parts of a step's help: its sentences, its examples, its own options.
fn help(runbook: &str, step: &str) -> [String; 3] {
    let help = asked(&[runbook, step, "--help"]);
    let (about, rest) = help.split_once("\n\nExamples:\n").expect("examples");
    let (examples, rest) = rest.split_once("\n\nUsage: ").expect("a usage");
    let options = rest.split_once("\nOptions:\n").map_or("", |(_, options)| options);
    let options = options.split("\nCommon options:\n").next().unwrap_or_default();
    let options = options.split("  -h, --help\n").next().unwrap_or_default();
    // The help breaks a long example in two.
    let examples = examples.split("\n  cargo ");
    let examples = examples.map(|line| line.split_whitespace().collect::<Vec<_>>().join(" "));
    let examples = examples.collect::<Vec<_>>().join("\ncargo ");
    [about.split_once("\n\n").map_or("", |(_, more)| more).to_owned(), examples, options.to_owned()]
}

/// The options as a table; the help spreads each over several lines.
fn options(text: &str) -> String {
    let mut all = "| option | meaning |\n|---|---|\n".to_owned();
    let mut rows: Vec<(String, String)> = Vec::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        match rows.last_mut() {
            Some((_, meaning)) if !line.starts_with('-') || line.starts_with("- ") => {
                meaning.push(' ');
                meaning.push_str(line);
            }
            _ => rows.push((line.to_owned(), String::new())),
        }
    }
    for (option, meaning) in rows {
        // Of the possible values the names are enough.
        let meaning = match meaning.split_once(" Possible values: - ") {
            Some((meaning, values)) => {
                let (values, rest) =
                    values.split_once(" [").map_or((values, String::new()), |(values, rest)| {
                        (values, format!(" [{rest}"))
                    });
                let names = values.split(" - ").filter_map(|value| value.split(':').next());
                format!("{meaning}: {}{rest}", names.collect::<Vec<_>>().join(", "))
            }
            None => meaning,
        };
        let escaped = |text: &str| text.replace('|', "\\|");
        let _ = writeln!(all, "| `{}` |{} |", escaped(&option), escaped(&meaning));
    }
    all
}

/// Hosts, changes, proof and undo of a step, as the README of the project has them.
fn row(runbook: &str, step: &str) -> [String; 4] {
    let text = read("README.md");
    let name = format!("`{runbook} {step}` |");
    let row = text.lines().find(|line| line.starts_with("| `") && line.contains(&name));
    let row = row.unwrap_or_else(|| panic!("README.md has no {name}"));
    let cells: Vec<String> = row.split('|').map(|cell| cell.trim().to_owned()).collect();
    let [_, _, cells @ .., _] = &cells[..] else { panic!("{row}") };
    cells.to_vec().try_into().expect("four cells")
}

impl Handbook {
    pub(crate) fn of(runbook: &'static str, records: &'static str) -> Self {
        Self {
            runbook,
            records,
            list: rows(&["list", "--json"], "steps"),
            traps: rows(&[runbook, "traps", "--json"], "traps"),
        }
    }

    /// The steps of the runbook, in its order.
    pub(crate) fn steps(&self) -> Vec<(&str, &str)> {
        let steps = self.list.iter().filter_map(|row| {
            let name = word(row, "step").strip_prefix(self.runbook)?.strip_prefix(' ')?;
            Some((name, word(row, "help")))
        });
        steps.filter(|(name, _)| *name != "traps").collect()
    }

    fn section(&self, (step, about): (&str, &str)) -> String {
        let place = Place::of(self.runbook, self.records, step);
        let [sentences, examples, own] = help(self.runbook, step);
        let [hosts, changes, verified, undo] = row(self.runbook, step);
        let mut text = format!("\n## {step}\n\n{about}. {}.\n", place.document);
        if place.original.is_empty() {
            text.push_str("\nThe document has no command for it.\n");
        } else {
            let _ = write!(text, "\nThe document:\n\n{}", place.original);
        }
        let _ = write!(text, "\nThe program:\n\n```sh\n{examples}\n```\n\n{sentences}\n\n");
        let _ = writeln!(text, "- hosts: {hosts}");
        assert_eq!(place.reads, changes == "nothing", "{step}: README.md and its file disagree");
        let _ = writeln!(text, "- changes: {changes}");
        if place.asks {
            text.push_str("- asks before it begins; `--yes` answers\n");
        }
        let _ = writeln!(text, "- verified by: {verified}");
        match undo.strip_prefix("no:") {
            Some(instead) => {
                let _ =
                    writeln!(text, "- undo: none, it is a point of no return; instead:{instead}");
            }
            None if place.reads => {}
            None => {
                let _ = writeln!(text, "- undo: {undo}");
            }
        }
        let ids = self.traps.iter().filter(|trap| answers(trap, step)).map(|trap| word(trap, "id"));
        let ids: Vec<&str> = ids.collect();
        if !ids.is_empty() {
            let _ = writeln!(text, "- traps: {}", ids.join(", "));
        }
        let _ = write!(text, "\n{}", options(&own));
        text
    }

    /// All steps: a table, then each by itself.
    pub(crate) fn chapters(&self) -> String {
        let mut text = "\n| step | what it does | document |\n|---|---|---|\n".to_owned();
        for (step, about) in self.steps() {
            let place = Place::of(self.runbook, self.records, step);
            let _ = writeln!(text, "| [{step}](#{step}) | {about} | {} |", place.document);
        }
        for step in self.steps() {
            text.push_str(&self.section(step));
        }
        text
    }

    /// All traps as a table.
    pub(crate) fn mistakes(&self) -> String {
        let mut text =
            "| id | lines | what goes wrong | what the program does | steps |\n|---|---|---|---|---|\n"
                .to_owned();
        for trap in &self.traps {
            let steps = trap["steps"].as_array().expect("a list").iter();
            let steps: Vec<&str> = steps.map(|step| step.as_str().expect("a name")).collect();
            let steps = if steps.is_empty() { "all".to_owned() } else { steps.join(", ") };
            let of = |field| word(trap, field).replace('|', "\\|");
            let _ = writeln!(
                text,
                "| {} | {} | {} | {}: {} | {steps} |",
                of("id"),
                of("lines"),
                of("mistake"),
                of("answer"),
                of("text")
            );
        }
        text
    }
}
