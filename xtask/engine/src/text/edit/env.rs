//! `KEY=value` and `export KEY="value"`: files that a shell or systemd reads.
//!
//! A value keeps the quotes its line has, is always safe inside them, and keeps the comment behind it.

mod word;

use self::word::{Quotes, Word};
use super::lines::Lines;
use crate::data::fault::Fault;
use crate::text::quote::is_name;

/// The value of `key`, without its quotes; expansions stay as written.
///
/// # Errors
/// The key is assigned more than once, together with others on one line, or over several lines.
pub fn get(text: &str, key: &str) -> Result<Option<String>, Fault> {
    let lines = Lines::new(text);
    let Some(at) = find(&lines, key)? else { return Ok(None) };
    Ok(Entry::new(lines.get(at)).map(|entry| Word::new(entry.rest).value))
}

/// `text` with `key` assigned `value`, literally.
///
/// A missing key goes behind its commented-out form, else to the end, in the style of the last
/// assignment of the file.
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
    if let Some(at) = find(&lines, key)? {
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
    let commented = |line: &str| line.starts_with('#') && commented_key(line) == Some(key);
    let at = lines.iter().rposition(commented).map_or(lines.len(), |at| at + 1);
    let last = lines.iter().rev().find_map(Entry::new);
    let (lead, quotes) = match &last {
        Some(entry) => (entry.lead.trim(), Word::new(entry.rest).quotes),
        None => ("", Quotes::Bare),
    };
    let export = if lead.is_empty() { "" } else { "export " };
    lines.insert(at, format!("{export}{key}={}", quotes.apply(value)));
    Ok(lines.to_string())
}

/// `text` without the assignment of `key`.
///
/// # Errors
/// As [`get`].
pub fn remove(text: &str, key: &str) -> Result<String, Fault> {
    let mut lines = Lines::new(text);
    let Some(at) = find(&lines, key)? else { return Ok(text.to_owned()) };
    lines.remove(at..at + 1);
    Ok(lines.to_string())
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

/// The line that assigns `key`.
fn find(lines: &Lines<'_>, key: &str) -> Result<Option<usize>, Fault> {
    let is = |at: &usize| Entry::new(lines.get(*at)).is_some_and(|entry| entry.key == key);
    let found: Vec<_> = (0..lines.len()).filter(is).collect();
    let place = |at: usize| format!("line {}", at + 1);
    match found[..] {
        [] => Ok(None),
        [at] => match Entry::new(lines.get(at)).and_then(|entry| unclear(entry.rest)) {
            None => Ok(Some(at)),
            Some(why) => Err(Fault::failed(format!("the assignment of {key} {why}"))
                .detail(place(at), lines.get(at))
                .hint("write it on one line of its own by hand, then rerun the step")),
        },
        [first, second, ..] => Err(Fault::failed(format!("{key} is assigned twice"))
            .detail(place(first), lines.get(first))
            .detail(place(second), lines.get(second))
            .hint("remove one of them by hand: most programs use the last one")),
    }
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

#[cfg(test)]
mod tests;
