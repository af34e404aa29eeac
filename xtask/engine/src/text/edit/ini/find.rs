//! The line of a key, and the lines that programs read in different ways.

use std::ops::Range;

use super::Entry;
use crate::data::fault::Fault;
use crate::text::edit::lines::Lines;

/// The name in a `[section]` line.
fn header(line: &str) -> Option<&str> {
    let (name, rest) = line.trim().strip_prefix('[')?.split_once(']')?;
    (rest.trim().is_empty() || rest.trim_start().starts_with(['#', ';'])).then_some(name.trim())
}

/// The lines of `section` without its header; a section may come more than once.
pub(super) fn ranges(lines: &Lines<'_>, section: Option<&str>) -> Vec<Range<usize>> {
    let (mut found, mut current, mut start) = (Vec::new(), None, 0);
    for at in 0..=lines.len() {
        let next = (at < lines.len()).then(|| header(lines.get(at))).flatten();
        if next.is_some() || at == lines.len() {
            if current == section {
                found.push(start..at);
            }
            (current, start) = (next, at + 1);
        }
    }
    found
}

/// The line of `key` in `section`.
pub(super) fn find(
    lines: &Lines<'_>,
    section: Option<&str>,
    key: &str,
) -> Result<Option<usize>, Fault> {
    let mut found = Vec::new();
    for range in ranges(lines, section) {
        for at in range.clone() {
            if let Some(why) = unclear(lines, &range, at, key) {
                let line = lines.get(at).trim();
                return Err(Fault::failed(format!("{key} {why}"))
                    .detail(format!("line {}", at + 1), line)
                    .hint(format!("write `{key} = …` on one line by hand, then rerun the step")));
            }
            if Entry::new(lines.get(at)).is_some_and(|entry| entry.key.trim() == key) {
                found.push(at);
            }
        }
    }
    let place = |at: usize| format!("line {}", at + 1);
    match found[..] {
        [] => Ok(None),
        [at] => Ok(Some(at)),
        [first, second, ..] => Err(Fault::failed(format!("{key} is set twice{}", named(section)))
            .detail(place(first), lines.get(first))
            .detail(place(second), lines.get(second))
            .hint("remove one of them by hand: programs differ in the one they use")),
    }
}

fn named(section: Option<&str>) -> String {
    section.map_or_else(|| " before the first section".into(), |name| format!(" in [{name}]"))
}

/// Why programs differ on whether line `at` sets `key`, or to what.
fn unclear(lines: &Lines<'_>, range: &Range<usize>, at: usize, key: &str) -> Option<&'static str> {
    let line = lines.get(at).trim();
    if is_comment(line) {
        return None;
    }
    let name = line.split(['=', ':']).next().unwrap_or_default().trim();
    if !name.eq_ignore_ascii_case(key) {
        return None;
    }
    let quoted = || {
        let value = Entry::new(line).map(|entry| entry.value.trim()).unwrap_or_default();
        let quote = value.chars().next().filter(|c| "'\"".contains(*c));
        quote.is_some_and(|quote| !value[1..].contains(quote))
    };
    if name != key {
        Some("is there in other letters: some programs take both for one key")
    } else if is_rest(lines, range.start, at) {
        Some("may be the rest of the value before it")
    } else if !line.contains('=') && !line.contains(':') {
        Some("is there without a value")
    } else if line.find(':').is_some_and(|colon| line.find('=').is_none_or(|sign| colon < sign)) {
        Some("is set with a colon, which not all programs know")
    } else if quoted() || end(lines, at, range.end) > at + 1 {
        Some("has a value of several lines")
    } else {
        None
    }
}

fn is_comment(line: &str) -> bool {
    line.trim().is_empty() || line.trim_start().starts_with(['#', ';'])
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start().len()
}

fn ends_open(line: &str) -> bool {
    line.trim_end().ends_with('\\')
}

/// The line behind everything that may belong to the value of line `at`: behind a backslash, or
/// indented deeper with nothing but blank lines and comments in between.
pub(super) fn end(lines: &Lines<'_>, at: usize, limit: usize) -> usize {
    let mut behind = at + 1;
    for next in at + 1..limit {
        let line = lines.get(next);
        let deeper = indent(line) > indent(lines.get(at)) && !line.trim_start().starts_with('[');
        if next == behind && ends_open(lines.get(next - 1)) || deeper && !is_comment(line) {
            behind = next + 1;
        } else if !is_comment(line) {
            break;
        }
    }
    behind
}

/// Whether line `at` may belong to the value of an earlier one, from line `start` on.
fn is_rest(lines: &Lines<'_>, start: usize, at: usize) -> bool {
    let mut before = (start..at).rev().map(|before| lines.get(before));
    let behind_backslash = before.clone().next().is_some_and(|it| ends_open(it) && !is_comment(it));
    let owner = before.find(|it| !is_comment(it) && indent(it) < indent(lines.get(at)));
    behind_backslash || owner.is_some_and(|line| Entry::new(line).is_some())
}
