//! A mistake at a known place in one line of text. The caller adds the file or flag.

use std::ops::Range;

use super::fault::Fault;
use super::unseen::is_unseen;

/// A mistake in a line of text: its place in bytes, a message and a hint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SpannedError {
    /// The bytes of the line that are wrong; may be empty at the end of the line.
    pub at: Range<usize>,
    /// Lowercase sentence without a final period.
    pub message: String,
    /// A hint, if there is one.
    pub hint: Option<String>,
}

impl SpannedError {
    /// A mistake at `at`.
    pub fn new(at: Range<usize>, message: impl Into<String>) -> Self {
        Self { at, message: message.into(), hint: None }
    }

    /// Adds a hint.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// The same mistake, `bytes` further to the right.
    #[must_use]
    pub fn shifted(mut self, bytes: usize) -> Self {
        self.at = self.at.start + bytes..self.at.end + bytes;
        self
    }

    /// A usage fault that shows `text` under `label`, with the mistake marked.
    pub fn into_fault(self, label: &str, text: &str) -> Fault {
        // `detail` leaves out empty text; marks below nothing would say nothing.
        let marks = if text.is_empty() { String::new() } else { marks(text, &self.at) };
        let fault = Fault::usage(self.message).detail(label, printable(text)).detail("", marks);
        self.hint.into_iter().fold(fault, Fault::hint)
    }
}

/// `line` as one line of a report: tabs, line breaks and what a terminal obeys or hides become one space each, so that
/// marks below the line stay in their columns.
pub fn printable(line: &str) -> String {
    line.chars().map(|c| if is_unseen(c) { ' ' } else { c }).collect()
}

/// A line that marks the bytes `at` of `line` with `^`, at least one, in screen columns.
pub fn marks(line: &str, at: &Range<usize>) -> String {
    let between = |range: Range<usize>| -> usize {
        line.char_indices().filter(|(i, _)| range.contains(i)).map(|(_, c)| columns(c)).sum()
    };
    let before = between(0..at.start);
    format!("{}{}", " ".repeat(before), "^".repeat(between(at.clone()).max(1)))
}

/// Screen columns of a character: full-width forms and CJK take two. The marks below such a line
/// then point at the right place.
pub const fn columns(c: char) -> usize {
    match c as u32 {
        0x1100..=0x115F
        | 0x2E80..=0xA4CF
        | 0xAC00..=0xD7A3
        | 0xF900..=0xFAFF
        | 0xFE30..=0xFE6F
        | 0xFF00..=0xFF60
        | 0xFFE0..=0xFFE6
        | 0x1_F300..=0x1_FAFF
        | 0x2_0000..=0x3_FFFD => 2,
        _ => 1,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_stand_below_what_they_mark() {
        for (line, at, want) in [
            ("web1,wbe2", 5..9, "     ^^^^"),
            ("web1,", 5..5, "     ^"),
            ("A，C", 1..4, " ^^"),
            ("甲，C", 6..7, "    ^"),
        ] {
            assert_eq!(marks(line, &at), want, "{line}");
        }
    }

    #[test]
    fn a_slip_becomes_a_usage_fault_that_shows_the_text() {
        let fault = SpannedError::new(4..7, "no host `bbb`").hint("did you mean `abb`?").shifted(1);
        let fault = fault.into_fault("target", "aaaa,bbb");
        assert_eq!(fault.message, "no host `bbb`");
        assert_eq!(fault.details[0], ("target".into(), "aaaa,bbb".into()));
        assert_eq!(fault.details[1], (String::new(), "     ^^^".into()));
        assert_eq!(fault.hints, ["did you mean `abb`?"]);
    }
}
