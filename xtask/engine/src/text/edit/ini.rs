//! `key = value` in sections: ini files. Comments, order and the spacing around `=` stay.
//!
//! A comment is a line that starts with `#` or `;`. The value reaches to the end of the line:
//! programs differ on comments behind a value.

use std::ops::Range;

use super::lines::Lines;
use crate::data::fault::Fault;

/// The value of `key` in `section` (`None`: before the first section), without blanks around it.
///
/// # Errors
/// The key is there more than once, or its value spans several lines.
pub fn get(text: &str, section: Option<&str>, key: &str) -> Result<Option<String>, Fault> {
    let lines = Lines::new(text);
    let at = find(&lines, section, key)?;
    Ok(at.and_then(|at| Entry::new(lines.get(at))).map(|entry| entry.value.trim().to_owned()))
}

/// `text` with `key` of `section` set to `value`.
///
/// A missing key goes behind its commented-out form, else behind the last key of the section, in the
/// spacing used there; a missing section goes to the end of the file.
///
/// # Errors
/// As [`get`], and a section, key or value that the format cannot hold.
pub fn set(text: &str, section: Option<&str>, key: &str, value: &str) -> Result<String, Fault> {
    check(section, key, value)?;
    let mut lines = Lines::new(text);
    if let Some(at) = find(&lines, section, key)? {
        let line = lines.get(at).to_owned();
        let Some(entry) = Entry::new(&line) else { return Ok(text.to_owned()) };
        if entry.value.trim() == value {
            return Ok(text.to_owned());
        }
        let blank = entry.blank();
        lines.replace(at, format!("{}{}{blank}{value}", entry.indent, entry.key_and_sign()));
        return Ok(lines.to_string());
    }
    let ranges = ranges(&lines, section);
    if ranges.is_empty() {
        if lines.len() > 0 && !lines.get(lines.len() - 1).trim().is_empty() {
            lines.insert(lines.len(), "");
        }
        lines.insert(lines.len(), format!("[{}]", section.unwrap_or_default()));
    }
    let line = like(&lines, ranges.first(), key, value);
    let mut at = ranges.first().map_or(lines.len(), |range| gap(&lines, range, key));
    // A line indented deeper must not become the rest of the new value.
    while at < lines.len() && goes_on(&line, lines.get(at)) {
        at += 1;
    }
    lines.insert(at, line);
    Ok(lines.to_string())
}

/// `text` without `key` of `section`.
///
/// # Errors
/// As [`get`].
pub fn remove(text: &str, section: Option<&str>, key: &str) -> Result<String, Fault> {
    let mut lines = Lines::new(text);
    let Some(at) = find(&lines, section, key)? else { return Ok(text.to_owned()) };
    lines.remove(at..at + 1);
    Ok(lines.to_string())
}

/// One `key = value` line.
struct Entry<'a> {
    indent: &'a str,
    /// With the blanks behind it.
    key: &'a str,
    /// With the blanks before it.
    value: &'a str,
}

impl<'a> Entry<'a> {
    fn new(line: &'a str) -> Option<Self> {
        let body = line.trim_start();
        let (key, value) = body.split_once('=')?;
        let none = body.starts_with(['#', ';', '[']) || key.trim().is_empty();
        (!none).then_some(Self { indent: &line[..line.len() - body.len()], key, value })
    }

    fn key_and_sign(&self) -> String {
        format!("{}=", self.key)
    }

    /// The blanks between `=` and the value.
    fn blank(&self) -> &str {
        let blank = &self.value[..self.value.len() - self.value.trim_start().len()];
        // `key =` without a value says nothing about the far side: as before the sign.
        if self.value.trim().is_empty() { self.spaces() } else { blank }
    }

    /// The blanks between the key and `=`.
    fn spaces(&self) -> &'a str {
        &self.key[self.key.trim_end().len()..]
    }
}

/// The name in a `[section]` line.
fn header(line: &str) -> Option<&str> {
    let (name, rest) = line.trim().strip_prefix('[')?.split_once(']')?;
    (rest.trim().is_empty() || rest.trim_start().starts_with(['#', ';'])).then_some(name.trim())
}

/// The lines of `section` without its header; a section may come more than once.
fn ranges(lines: &Lines<'_>, section: Option<&str>) -> Vec<Range<usize>> {
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
fn find(lines: &Lines<'_>, section: Option<&str>, key: &str) -> Result<Option<usize>, Fault> {
    let all = ranges(lines, section).into_iter().flatten();
    let is = |at: &usize| Entry::new(lines.get(*at)).is_some_and(|entry| entry.key.trim() == key);
    let found: Vec<_> = all.filter(is).collect();
    let place = |at: usize| format!("line {}", at + 1);
    match found[..] {
        [] => Ok(None),
        [at] if continued(lines, at) => {
            Err(Fault::failed(format!("the value of {key} spans several lines"))
                .detail(place(at), lines.get(at))
                .hint("write it on one line by hand, then rerun the step"))
        }
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

/// Whether the value of line `at` continues in the next one: indented deeper, no comment, no
/// section.
fn continued(lines: &Lines<'_>, at: usize) -> bool {
    at + 1 < lines.len() && goes_on(lines.get(at), lines.get(at + 1))
}

fn goes_on(line: &str, next: &str) -> bool {
    let indent = |line: &str| line.len() - line.trim_start().len();
    let own = next.trim().is_empty() || next.trim_start().starts_with(['#', ';', '[']);
    !own && indent(next) > indent(line)
}

/// Where a missing `key` goes in the section at `range`.
fn gap(lines: &Lines<'_>, range: &Range<usize>, key: &str) -> usize {
    let commented = |at: &usize| {
        let body = lines.get(*at).trim_start();
        let bare = body.trim_start_matches(['#', ';']);
        bare.len() < body.len() && Entry::new(bare).is_some_and(|entry| entry.key.trim() == key)
    };
    let entry = |at: &usize| Entry::new(lines.get(*at)).is_some();
    let last = range.clone().rfind(commented).or_else(|| range.clone().rfind(entry));
    let Some(at) = last else { return range.start };
    let more = (at + 1..range.end).take_while(|&next| goes_on(lines.get(at), lines.get(next)));
    at + 1 + more.count()
}

/// A line for `key` in the spacing of the section, else of the file.
fn like(lines: &Lines<'_>, range: Option<&Range<usize>>, key: &str, value: &str) -> String {
    let near = range.and_then(|range| range.clone().rev().find_map(|at| Entry::new(lines.get(at))));
    let (indent, spaces) = match near.or_else(|| lines.iter().find_map(Entry::new)) {
        Some(entry) => (entry.indent, entry.spaces()),
        None => ("", " "),
    };
    // Aligned columns are not continued: one blank stands for them.
    let spaces = if spaces.is_empty() { "" } else { " " };
    format!("{indent}{key}{spaces}={spaces}{value}")
}

fn check(section: Option<&str>, key: &str, value: &str) -> Result<(), Fault> {
    let refuse = |what: &str, text: &str| {
        Err(Fault::usage(format!("{text:?} cannot be {what} of an ini file")))
    };
    let breaks = |text: &str| text.contains(['\n', '\r', '\0']) || text.trim() != text;
    if section.is_some_and(|name| breaks(name) || name.is_empty() || name.contains(']')) {
        return refuse("a section", section.unwrap_or_default());
    }
    if breaks(key) || key.is_empty() || key.contains('=') || key.starts_with(['#', ';', '[']) {
        return refuse("a key", key);
    }
    if breaks(value) { refuse("a value", value) } else { Ok(()) }
}

#[cfg(test)]
mod tests;
