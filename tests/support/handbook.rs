//! The README of a runbook, made of the program's own words: the list of its steps, the head of each step's
//! file, the help, the traps.

use std::fmt::Write as _;

use clap::{Arg, Command};
use serde_json::Value;
use tasks::list::{Access, Row, Runbook};

use super::{Xtask, scratch};
use crate::tidy::read;

/// A runbook, and the words of the program and its files about its steps.
pub(crate) struct Handbook {
    runbook: &'static Runbook,
    traps: Vec<Value>,
}

fn asked(words: &[&str]) -> String {
    let state = scratch();
    let outcome = Xtask::new(state.path(), words).run();
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

/// `tasks/bk_upgrade`.
pub(crate) fn folder(runbook: &Runbook) -> String {
    format!("tasks/{}", runbook.name.replace('-', "_"))
}

/// The first comment of the file that does the work of a step.
pub(crate) struct Head {
    /// `Document section 备份管理节点`.
    title: String,
    pub(crate) hosts: String,
    pub(crate) changes: String,
    pub(crate) proof: String,
    pub(crate) undo: String,
    /// The commands of the document, as a block; empty when it has none.
    original: String,
    asks: bool,
}

impl Head {
    /// That of the step's own file. A member of a family has the comment of its constant, then the head of the file
    /// where it stands, then those of the shared files that this one uses: the first of them wins.
    pub(crate) fn of(runbook: &Runbook, row: &Row) -> Self {
        let folder = folder(runbook);
        let member = row.family.and_then(|family| family.split_once("::"));
        let path = match member {
            None => format!("{folder}/{}.rs", row.module),
            Some((file, _)) => format!("{folder}/common/{file}.rs"),
        };
        let mut texts = vec![read(&path)];
        let shared = texts[0].match_indices("use crate::common::").filter(|_| member.is_some());
        let shared = shared.map(|(at, used)| &texts[0][at + used.len()..]);
        let shared = shared.filter_map(|rest| rest.split([':', ';']).next());
        let shared: Vec<String> =
            shared.map(|name| read(&format!("tasks/common/{name}.rs"))).collect();
        texts.extend(shared);
        let heads: Vec<&str> = texts.iter().flat_map(|text| comment(text.lines(), "//!")).collect();
        let title = heads.first().unwrap_or_else(|| panic!("{path} opens with `//! `, a title"));
        let rows = member.map(|(file, name)| constant(&format!("{folder}/common/{file}"), name));
        let rows = rows.unwrap_or_default();
        let own = member.map(|(_, name)| above(&rows, name)).unwrap_or_default();
        let lines: Vec<&str> = own.iter().chain(&heads).copied().collect();
        let bullet = |name: &str| {
            let start = format!("- {name}: ");
            let bullet = lines.iter().find_map(|line| line.strip_prefix(&*start));
            bullet.unwrap_or_else(|| panic!("{path}: no line `//! {start}…`")).to_owned()
        };
        let asks =
            |text: &String| [".confirm(", ".can_confirm("].iter().any(|ask| text.contains(ask));
        Self {
            title: title.trim_end_matches('.').to_owned(),
            hosts: bullet("Hosts"),
            changes: bullet("Changes"),
            proof: bullet("Proof"),
            undo: bullet("Undo"),
            original: block(&lines),
            asks: texts.iter().any(asks),
        }
    }
}

/// The first lines with this mark, without it.
fn comment<'a>(lines: impl Iterator<Item = &'a str>, mark: &str) -> Vec<&'a str> {
    let lines = lines.map_while(|line| line.strip_prefix(mark));
    lines.map(|line| line.strip_prefix(' ').unwrap_or(line)).collect()
}

/// The text of the file that has the constant: that of the family, or one below its folder.
fn constant(family: &str, name: &str) -> String {
    let named = format!("const {name}:");
    let inside = |file: &crate::tidy::File| {
        let rest = file.path.strip_prefix(family);
        rest.is_some_and(|rest| rest.starts_with(['.', '/'])) && file.text.contains(&named)
    };
    let found = crate::tidy::files().into_iter().find(inside);
    found.unwrap_or_else(|| panic!("{family}: no constant {name}")).text
}

/// The comment of a constant.
fn above<'a>(text: &'a str, constant: &str) -> Vec<&'a str> {
    let before = text.split(&format!("const {constant}:")).next().unwrap_or_default();
    let lines = before.lines().rev().skip_while(|line| !line.starts_with("///"));
    let mut comment = comment(lines, "///");
    comment.reverse();
    comment
}

/// The first fenced block.
fn block(lines: &[&str]) -> String {
    let is_fence = |line: &&&str| line.starts_with("```");
    let from = lines.iter().position(|line| is_fence(&line)).unwrap_or(lines.len());
    let to = lines.iter().skip(from + 1).position(|line| is_fence(&line));
    let block = &lines[from..to.map_or(from, |to| from + to + 2)];
    block.iter().map(|line| format!("{line}\n")).collect()
}

/// `WS-16, line 116`.
fn document(row: &Row) -> String {
    let lines = match row.lines {
        "" => String::new(),
        lines if lines.contains(['-', ',']) => format!("lines {lines}"),
        line => format!("line {line}"),
    };
    let parts = [row.records, &lines].into_iter().filter(|part| !part.is_empty());
    let parts: Vec<&str> = parts.collect();
    if parts.is_empty() { "none".to_owned() } else { parts.join(", ") }
}

/// The details of a step's help and its examples.
pub(crate) fn help(command: &Command) -> (String, Vec<String>) {
    let name = command.get_name();
    let long = command.get_long_about().unwrap_or_else(|| panic!("{name}: no details"));
    let long = long.to_string();
    let (about, examples) =
        long.split_once("\n\nExamples:\n").unwrap_or_else(|| panic!("{name}: no examples"));
    let details = about.split_once("\n\n").map_or("", |(_, details)| details);
    (details.to_owned(), examples.lines().map(|line| line.trim().to_owned()).collect())
}

/// The arguments and options of a step as a table, then the meaning of each value.
fn options(command: &Command) -> String {
    let own = command
        .get_arguments()
        .filter(|arg| !arg.is_hide_set() && !["help", "version"].contains(&arg.get_id().as_str()));
    let own: Vec<&Arg> = own.collect();
    let mut text = String::new();
    if !own.is_empty() {
        text.push_str("\n| option | meaning |\n|---|---|\n");
    }
    for arg in &own {
        let escaped = |text: &str| text.replace('|', "\\|");
        let _ = writeln!(text, "| `{}` | {} |", escaped(&arg.to_string()), escaped(&meaning(arg)));
    }
    let mut named = Vec::new();
    for arg in own {
        let values = arg.get_possible_values();
        let values = values.iter().filter(|value| !value.is_hide_set());
        let values = values.filter_map(|value| Some((value.get_name(), value.get_help()?)));
        let values = values.map(|(value, help)| format!("| `{value}` | {help} |\n"));
        let values: String = values.collect();
        let of = arg.get_value_names().and_then(|names| names.first()).map(ToString::to_string);
        if !values.is_empty() && !named.contains(&of) {
            let _ = write!(
                text,
                "\n| {} | meaning |\n|---|---|\n{values}",
                of.as_deref().unwrap_or("value")
            );
            named.push(of);
        }
    }
    text
}

/// The help of an argument, with its values and its default.
fn meaning(arg: &Arg) -> String {
    let mut text = arg.get_help().map(ToString::to_string).unwrap_or_default();
    let values = arg.get_possible_values();
    let listed = values.iter().any(|value| value.get_help().is_some());
    if arg.get_action().takes_values() && !listed && !values.is_empty() {
        let names: Vec<&str> = values.iter().map(|value| value.get_name()).collect();
        let _ = write!(text, " [possible values: {}]", names.join(", "));
    }
    let default: Vec<_> =
        arg.get_default_values().iter().map(|value| value.to_string_lossy()).collect();
    if arg.get_action().takes_values() && !default.is_empty() {
        let _ = write!(text, " [default: {}]", default.join(" "));
    }
    text
}

impl Handbook {
    pub(crate) fn of(runbook: &'static Runbook) -> Self {
        let has_traps = runbook.rows.iter().any(|row| row.module == "traps");
        let traps = has_traps.then(|| rows(&[runbook.name, "traps", "--json"], "traps"));
        Self { runbook, traps: traps.unwrap_or_default() }
    }

    fn section(&self, row: &Row) -> String {
        let (step, head) = (row.name(), Head::of(self.runbook, row));
        let mut command = row.command();
        command.build();
        let (details, examples) = help(&command);
        let place = format!("{}. {}", document(row), head.title);
        let place = place.trim_start_matches("none. ");
        let mut text = format!("\n## {step}\n\n{}. {place}.\n", row.about());
        if head.original.is_empty() {
            text.push_str("\nThe document has no command for it.\n");
        } else {
            let _ = write!(text, "\nThe document:\n\n{}", head.original);
        }
        let _ =
            write!(text, "\nThe program:\n\n```sh\n{}\n```\n\n{details}\n\n", examples.join("\n"));
        let _ = writeln!(text, "- hosts: {}\n- changes: {}", head.hosts, head.changes);
        if head.asks {
            text.push_str("- asks before it begins; `--yes` answers\n");
        }
        let _ = writeln!(text, "- proof: {}", head.proof);
        match head.undo.strip_prefix("no: ") {
            Some(instead) => {
                let _ =
                    writeln!(text, "- undo: none, it is a point of no return; instead: {instead}");
            }
            None if row.access == Access::Changes => {
                let _ = writeln!(text, "- undo: {}", head.undo);
            }
            None => {}
        }
        let traps = self.traps.iter().filter(|trap| answers(trap, &step));
        let ids: Vec<&str> = traps.map(|trap| word(trap, "id")).collect();
        if !ids.is_empty() {
            let _ = writeln!(text, "- traps: {}", ids.join(", "));
        }
        if row.on_top {
            let _ = writeln!(text, "- also without the runbook's name: `cargo xtask {step}`");
        }
        text + &options(&command)
    }

    /// All steps: a table, then each by itself.
    pub(crate) fn chapters(&self) -> String {
        let mut text = "\n| step | hosts | changes | proof | undo | document |\n".to_owned();
        text.push_str("|---|---|---|---|---|---|\n");
        for row in self.runbook.rows {
            let (step, head) = (row.name(), Head::of(self.runbook, row));
            let Head { hosts, changes, proof, undo, .. } = head;
            let cells = [hosts, changes, proof, undo, document(row)];
            let cells = cells.map(|cell| cell.replace('|', "\\|"));
            let _ = writeln!(text, "| [{step}](#{step}) | {} |", cells.join(" | "));
        }
        text.extend(self.runbook.rows.iter().map(|row| self.section(row)));
        text
    }

    /// All traps as a table; `None` for a runbook without any.
    pub(crate) fn mistakes(&self) -> Option<String> {
        let mut text =
            "| id | lines | what goes wrong | what the program does | steps |\n|---|---|---|---|---|\n"
                .to_owned();
        for trap in &self.traps {
            let steps = trap["steps"].as_array().expect("a list").iter();
            let steps: Vec<&str> = steps.map(|step| step.as_str().expect("a name")).collect();
            let steps = if steps.is_empty() { "all".to_owned() } else { steps.join(", ") };
            let of = |field| word(trap, field).replace('|', "\\|");
            let (id, lines, mistake) = (of("id"), of("lines"), of("mistake"));
            let (answer, done) = (of("answer"), of("text"));
            let _ = writeln!(text, "| {id} | {lines} | {mistake} | {answer}: {done} | {steps} |");
        }
        (!self.traps.is_empty()).then_some(text)
    }
}
