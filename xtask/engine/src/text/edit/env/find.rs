//! The assignments of a key, as a shell that sources the file finds them.

use super::word::Word;
use super::{Entry, commented_key};
use crate::data::fault::Fault;
use crate::text::edit::lines::Lines;
use crate::text::shell::{Command, Script, script};

/// The lines that assign `key` in plain sight, in order. The last one decides its value.
pub(super) fn find(lines: &Lines<'_>, key: &str) -> Result<Vec<usize>, Fault> {
    let script = followed(lines, key)?;
    let (mut found, mut last) = (Vec::new(), None);
    for command in script.commands.iter().filter(|command| assigns(command, key)) {
        let at = command.at;
        if command.function.is_some() || command.builtin == "readonly" {
            return Err(refused(lines, key, at, "is one that a later line cannot replace"));
        }
        let hidden = hidden(command, &script).or_else(|| match Entry::new(lines.get(at)) {
            _ if command.builtin == "unset" => Some("is taken back"),
            Some(entry) if entry.key == key && found.last() != Some(&at) => unclear(entry.rest),
            _ => Some("is not on a line of its own"),
        });
        if hidden.is_none() {
            found.push(at);
        }
        // An assignment counts only until the next one.
        last = hidden.map(|why| (at, why));
    }
    last.map_or(Ok(found), |(at, why)| Err(refused(lines, key, at, why)))
}

/// Where a missing `key` goes.
pub(super) fn gap(lines: &Lines<'_>, key: &str) -> Result<usize, Fault> {
    let script = followed(lines, key)?;
    let limit = script.end().map_or(lines.len(), |end| end.start);
    let commented = |line: &str| line.starts_with('#') && commented_key(line) == Some(key);
    let behind = |at: &usize| script.starts[*at] && *at <= limit;
    let found = lines.iter().rposition(commented).map(|at| at + 1).filter(behind);
    Ok(found.unwrap_or(limit))
}

fn followed(lines: &Lines<'_>, key: &str) -> Result<Script, Fault> {
    if let Some(at) = lines.carriage_return() {
        return Err(Fault::failed(format!(
            "cannot find {key}: a shell reads a carriage return as text"
        ))
        .detail(format!("line {}", at + 1), lines.get(at))
        .hint("remove them: sed -i 's/\\r$//' FILE"));
    }
    let script = script(lines.iter());
    let Some(lost) = script.lost else { return Ok(script) };
    let what = format!("cannot find {key}: the file cannot be followed from here on");
    Err(Fault::failed(what)
        .detail(format!("line {}", lost + 1), lines.get(lost))
        .hint("close its quotes and constructs by hand, then rerun the step"))
}

/// Whether the command gives `key` a value or removes it. `export KEY` alone does neither.
fn assigns(command: &Command, key: &str) -> bool {
    let Some(rest) = command.word.strip_prefix(key) else { return false };
    let sets = rest.starts_with('=') || rest.starts_with("+=");
    sets || rest.is_empty() && matches!(command.builtin, "unset" | "read" | "getopts")
}

/// Why the reader of the file may not come to this assignment.
fn hidden(command: &Command, script: &Script) -> Option<&'static str> {
    let behind = script.end().is_some_and(|end| end.start <= command.at);
    if !command.certain || !script.starts[command.at] {
        Some("depends on other commands")
    } else {
        behind.then_some("stands behind a statement that ends the file")
    }
}

fn refused(lines: &Lines<'_>, key: &str, at: usize, why: &str) -> Fault {
    Fault::failed(format!("the assignment of {key} {why}"))
        .detail(format!("line {}", at + 1), lines.get(at))
        .hint("write it on one line of its own by hand, then rerun the step")
}

/// Why the text after `KEY=` is not one word, then nothing, a comment or another command.
fn unclear(rest: &str) -> Option<&'static str> {
    let word = Word::new(rest);
    let after = &rest[word.len..];
    let blank = after.trim_start();
    if !word.closed {
        return Some("spans several lines");
    }
    let comment = blank.starts_with('#') && blank.len() < after.len();
    let alone = blank.is_empty() || blank.starts_with([';', '&', '|']) || comment;
    (!alone).then_some("holds more than one word")
}
