//! Lines and columns of a text, and the fault of a place in it.

use crate::data::fault::Fault;

/// Longer lines are cut in messages.
const SHOWN: usize = 120;

/// The first byte of the line of `at`.
pub(super) fn line_start(text: &str, at: usize) -> usize {
    text[..at].rfind('\n').map_or(0, |end| end + 1)
}

/// The byte behind the line of `at`, before its ending.
pub(super) fn line_end(text: &str, at: usize) -> usize {
    let end = text[at..].find('\n').map_or(text.len(), |end| at + end);
    if end > at && text[..end].ends_with('\r') { end - 1 } else { end }
}

/// The byte behind the line of `at` and its ending.
pub(super) fn next_line(text: &str, at: usize) -> usize {
    text[at..].find('\n').map_or(text.len(), |end| at + end + 1)
}

/// The blanks that the line of `at` begins with.
pub(super) fn indent(text: &str, at: usize) -> &str {
    let line = &text[line_start(text, at)..];
    &line[..line.len() - line.trim_start_matches([' ', '\t']).len()]
}

/// Whether only blanks stand before `at` on its line.
pub(super) fn is_first(text: &str, at: usize) -> bool {
    text[line_start(text, at)..at]
        .trim_start_matches('\u{FEFF}')
        .trim_matches([' ', '\t'])
        .is_empty()
}

/// The ending of the lines of `text`: that of the first one.
pub(super) fn ending(text: &str) -> &'static str {
    let first = text.split_inclusive('\n').next().unwrap_or_default();
    if first.ends_with("\r\n") { "\r\n" } else { "\n" }
}

/// Line and column of a byte, both from 1; the column in characters.
pub(super) fn line_and_column(text: &str, at: usize) -> (usize, usize) {
    let at = (0..=at.min(text.len())).rev().find(|&at| text.is_char_boundary(at)).unwrap_or(0);
    let line = text[..at].matches('\n').count() + 1;
    (line, text[line_start(text, at)..at].trim_start_matches('\u{FEFF}').chars().count() + 1)
}

/// A failure at a place: `at 12:7`, and the line itself.
pub(super) fn wrong(text: &str, at: usize, what: impl Into<String>) -> Fault {
    detailed(Fault::refused(what), text, at)
}

/// The fault with one more place.
pub(super) fn detailed(fault: Fault, text: &str, at: usize) -> Fault {
    let (line, column) = line_and_column(text, at);
    let shown = text.split('\n').nth(line - 1).unwrap_or_default().trim_end();
    let short: String = shown.chars().take(SHOWN).collect();
    fault.detail(format!("line {line}:{column}"), short)
}
