//! `key = value` in sections: ini files. Comments, order and the spacing around `=` stay.
//!
//! A comment is a line that starts with `#` or `;`. The value reaches to the end of the line, and is
//! replaced whole: programs differ on comments behind a value. Where programs differ on what a line
//! is (a continuation, `key: value`, a key without a value), the edit is refused with the line.

mod find;

use std::ops::Range;

use self::find::{end, find, ranges};
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
    let at = ranges.first().map_or(lines.len(), |range| gap(&lines, range, key));
    lines.insert(at, &*line);
    // A line indented deeper must not become the rest of the new value.
    let behind = end(&lines, at, lines.len());
    if behind > at + 1 {
        lines.remove(at..at + 1);
        lines.insert(behind - 1, line);
    }
    find(&lines, section, key)?;
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
    end(lines, at, range.end)
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
    // A program that knows comments behind a value, or continued lines, would take another value.
    let comment = value.starts_with(['#', ';'])
        || [" #", " ;", "\t#", "\t;"].iter().any(|it| value.contains(it));
    if breaks(value) || comment || value.ends_with('\\') {
        refuse("a value", value)
    } else {
        Ok(())
    }
}

#[cfg(test)]
mod tests;
