//! `key: value` at the left margin of a YAML file; everything else stays unchanged.
//!
//! A value is judged as a reader of YAML 1.1 or 1.2 takes it: a text stays a text, a number a number.

mod document;
mod scalar;

use self::document::{Key, keys};
use self::scalar::{Kind, Scalar, Style, is_plain};
use super::lines::Lines;
use crate::data::fault::Fault;

/// `text` with `value` as the value of `key`; spacing and the comment behind it stay.
///
/// The type of the present value stays. A text keeps its quotes, and gets some where readers would
/// take it for a number, a truth value, a date or nothing. A missing key goes to the end; it and an
/// empty one become a text.
///
/// # Errors
/// The key stands there twice or holds no single plain or quoted value; the file is no mapping at the
/// left margin, or holds several documents; the value is not of the present type, or has a line break.
pub fn set(text: &str, key: &str, value: &str) -> Result<String, Fault> {
    if !is_plain(key) {
        return Err(Fault::usage(format!("{key:?} cannot be a key of a YAML file")));
    }
    if value.contains(['\n', '\r', '\0']) {
        return Err(Fault::usage(format!("the value of {key} is more than one line")));
    }
    let mut lines = Lines::new(text);
    let Some(found) = find(&lines, key)? else {
        lines.insert(lines.len(), format!("{key}: {}", scalar::write(value, Style::Plain)));
        return Ok(lines.to_string());
    };
    let line = lines.get(found.at).to_owned();
    let now = single(&lines, &found)?;
    if now.kind() != Kind::Null && now.text == value {
        return Ok(text.to_owned());
    }
    let new = match now.kind() {
        Kind::Null | Kind::Text => scalar::write(value, now.style),
        kind if kind.takes(scalar::kind(value)) => value.to_owned(),
        kind => {
            return Err(wrong(&lines, found.at, format!("{key} is {}, not a text", kind.name()))
                .detail("wanted", value)
                .hint("put the value in quotes by hand if the program may get a text there"));
        }
    };
    let (before, behind) = (&line[..now.at.start], &line[now.at.end..]);
    let blank = if before.ends_with(':') { " " } else { "" };
    lines.replace(found.at, format!("{before}{blank}{new}{behind}"));
    Ok(lines.to_string())
}

/// The value of `key`, without quotes and comment; nothing when it is not there, empty or null.
///
/// # Errors
/// The key stands there twice or holds no single value; the file is no mapping at the left margin.
pub fn get(text: &str, key: &str) -> Result<Option<String>, Fault> {
    let lines = Lines::new(text);
    let Some(found) = find(&lines, key)? else { return Ok(None) };
    let now = single(&lines, &found)?;
    Ok(Some(now).filter(|it| it.kind() != Kind::Null && !it.text.is_empty()).map(|it| it.text))
}

/// The only line of `key`.
fn find(lines: &Lines<'_>, key: &str) -> Result<Option<Key>, Fault> {
    let (mut found, mut merged) = (Vec::new(), None);
    for it in keys(lines)? {
        match it.name.as_str() {
            name if name == key => found.push(it),
            "<<" => merged = Some(it.at),
            _ => {}
        }
    }
    match (&found[..], merged) {
        ([first, second, ..], _) => Err(wrong(lines, second.at, format!("{key} is set twice"))
            .detail(format!("line {}", first.at + 1), lines.get(first.at))
            .hint("remove one of them by hand: readers differ in the one they use")),
        ([], Some(at)) => {
            Err(wrong(lines, at, format!("{key} may come from another part of the file"))
                .hint(format!("write a line `{key}:` by hand, then rerun the step")))
        }
        _ => Ok(found.pop()),
    }
}

/// The value of a key that has one on its line.
fn single(lines: &Lines<'_>, key: &Key) -> Result<Scalar, Fault> {
    let refused = |why: &str| {
        let fault = wrong(lines, key.at, format!("{} {why}", key.name));
        Err(fault.hint("change it by hand, then rerun the step"))
    };
    let value = match Scalar::read(lines.get(key.at), key.value) {
        Ok(value) => value,
        Err(why) => return refused(why),
    };
    // A deeper line continues the value: a list, a map, or more words of a plain one.
    let filled = |line: &&str| !line.trim().is_empty() && !line.trim_start().starts_with('#');
    let next = lines.iter().skip(key.at + 1).find(filled).unwrap_or_default();
    let list = value.kind() == Kind::Null && (next == "-" || next.starts_with("- "));
    if next.starts_with([' ', '\t']) || list {
        return refused("holds more than one value");
    }
    Ok(value)
}

fn wrong(lines: &Lines<'_>, at: usize, what: String) -> Fault {
    Fault::failed(what).detail(format!("line {}", at + 1), lines.get(at))
}

#[cfg(test)]
mod tests;
