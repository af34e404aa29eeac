//! `KEY=value` and `export KEY="value"`: files that a shell or systemd reads.
//!
//! A value keeps the quotes its line has, is always safe inside them, and keeps the comment behind it.

mod find;
mod word;

use self::find::{find, gap};
use self::word::{Quotes, Word};
use super::lines::Lines;
use crate::data::fault::Fault;
use crate::text::quote::is_name;

/// The value of `key`, without its quotes; expansions stay as written. Of several assignments the
/// last one counts, as for every program that sources the file.
///
/// # Errors
/// The last assignment is in an `if` or another construct, behind the end of the file's commands,
/// together with others on one line, or over several lines; or the file cannot be followed.
pub fn get(text: &str, key: &str) -> Result<Option<String>, Fault> {
    let lines = Lines::new(text);
    let Some(&at) = find(&lines, key)?.last() else { return Ok(None) };
    Ok(Entry::new(lines.get(at)).map(|entry| Word::new(entry.rest).value))
}

/// `text` with `key` assigned `value`, literally. The last assignment is changed, earlier ones stay.
///
/// A missing key goes behind its commented-out form, else to the end, in the style of the last
/// assignment of the file; always before a statement that ends the file.
///
/// # Errors
/// As [`get`], and a key that is no name or a value with a line break or NUL.
pub fn set(text: &str, key: &str, value: &str) -> Result<String, Fault> {
    if !is_name(key) {
        return Err(Fault::usage(format!("{key:?} is not the name of a variable")));
    }
    if value.contains(['\n', '\r', '\0']) {
        return Err(Fault::usage(format!("the value of {key} is more than one line")));
    }
    let mut lines = Lines::new(text);
    if let Some(&at) = find(&lines, key)?.last() {
        let line = lines.get(at).to_owned();
        let Some(entry) = Entry::new(&line) else { return Ok(text.to_owned()) };
        let word = Word::new(entry.rest);
        if word.value == value && !word.expands {
            return Ok(text.to_owned());
        }
        let quoted = word.quotes.apply(value);
        lines.replace(at, format!("{}{key}={quoted}{}", entry.lead, &entry.rest[word.len..]));
        return Ok(lines.to_string());
    }
    let at = gap(&lines, key)?;
    let last = lines.iter().rev().find_map(Entry::new);
    let (lead, quotes) = match &last {
        Some(entry) => (entry.lead.trim(), Word::new(entry.rest).quotes),
        None => ("", Quotes::Bare),
    };
    let export = if lead.is_empty() { "" } else { "export " };
    lines.insert(at, format!("{export}{key}={}", quotes.apply(value)));
    Ok(lines.to_string())
}

/// `text` without any assignment of `key`.
///
/// # Errors
/// As [`get`], for each assignment.
pub fn remove(text: &str, key: &str) -> Result<String, Fault> {
    let mut lines = Lines::new(text);
    let found = find(&lines, key)?;
    for &at in found.iter().rev() {
        lines.remove(at..at + 1);
    }
    // One in an `if` that the removed ones overrode would count from now on.
    find(&lines, key)?;
    Ok(lines.to_string())
}

/// For the reader of a plan: the lines that assign `key`, when there are several.
pub fn repeated(text: &str, key: &str) -> Option<String> {
    let lines = Lines::new(text);
    let found = find(&lines, key).ok().filter(|found| found.len() > 1)?;
    let (last, first) = found.split_last()?;
    let first: Vec<String> = first.iter().map(|at| (at + 1).to_string()).collect();
    let s = if first.len() == 1 { "" } else { "s" };
    Some(format!(
        "{key} is also assigned in line{s} {}: line {} counts",
        first.join(", "),
        last + 1
    ))
}

/// One line that assigns.
struct Entry<'a> {
    /// Indentation and `export `.
    lead: &'a str,
    key: &'a str,
    /// The text after the `=`.
    rest: &'a str,
}

impl<'a> Entry<'a> {
    fn new(line: &'a str) -> Option<Self> {
        let body = line.trim_start();
        let body = body.strip_prefix("export ").map_or(body, str::trim_start);
        let (key, rest) = body.split_once('=')?;
        let lead = &line[..line.len() - body.len()];
        is_name(key).then_some(Self { lead, key, rest })
    }
}

/// The key of a `#KEY=value` line.
fn commented_key(line: &str) -> Option<&str> {
    Entry::new(line.trim_start_matches(['#', ' '])).map(|entry| entry.key)
}

#[cfg(test)]
mod tests;
