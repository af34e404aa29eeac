//! A text as lines that remember how they end.

use std::borrow::Cow;
use std::ops::Range;

/// One line.
#[derive(Debug, Clone)]
struct Line<'a> {
    text: Cow<'a, str>,
    ending: &'static str,
}

/// The lines of a text, and whether the last one is ended.
#[derive(Debug, Clone)]
pub(super) struct Lines<'a> {
    lines: Vec<Line<'a>>,
    ending: &'static str,
    ended: bool,
}

impl<'a> Lines<'a> {
    /// Takes `text` apart; an empty text counts as ended.
    pub(super) fn new(text: &'a str) -> Self {
        let first = text.split_inclusive('\n').next().unwrap_or_default();
        let ending = if first.ends_with("\r\n") { "\r\n" } else { "\n" };
        let ended = text.is_empty() || text.ends_with('\n');
        let line = |line: &'a str| match (line.strip_suffix("\r\n"), line.strip_suffix('\n')) {
            (Some(text), _) => Line { text: text.into(), ending: "\r\n" },
            (None, Some(text)) => Line { text: text.into(), ending: "\n" },
            (None, None) => Line { text: line.into(), ending },
        };
        Self { lines: text.split_inclusive('\n').map(line).collect(), ending, ended }
    }

    pub(super) fn len(&self) -> usize {
        self.lines.len()
    }

    /// The text of line `at` (from 0), without its ending.
    pub(super) fn get(&self, at: usize) -> &str {
        &self.lines[at].text
    }

    pub(super) fn iter(&self) -> impl DoubleEndedIterator<Item = &str> + ExactSizeIterator {
        self.lines.iter().map(|line| &*line.text)
    }

    /// The first line that ends in a carriage return.
    pub(super) fn carriage_return(&self) -> Option<usize> {
        let ends = |line: &Line<'_>| line.ending == "\r\n" || line.text.ends_with('\r');
        self.lines.iter().position(ends)
    }

    /// Puts `text` before line `at`, ended as the first line of the file is.
    pub(super) fn insert(&mut self, at: usize, text: impl Into<String>) {
        let text = Cow::Owned(text.into());
        self.lines.insert(at, Line { text, ending: self.ending });
    }

    /// Another text for line `at`; its ending stays.
    pub(super) fn replace(&mut self, at: usize, text: impl Into<String>) {
        self.lines[at].text = Cow::Owned(text.into());
    }

    pub(super) fn remove(&mut self, range: Range<usize>) {
        self.lines.drain(range);
    }
}

impl std::fmt::Display for Lines<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let last = self.lines.len().wrapping_sub(1);
        for (index, line) in self.lines.iter().enumerate() {
            let ending = if index == last && !self.ended { "" } else { line.ending };
            write!(f, "{}{ending}", line.text)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_text_comes_back_to_the_byte(text in "([ab]|\n|\r\n|\r){0,12}") {
            prop_assert_eq!(Lines::new(&text).to_string(), text);
        }

        #[test]
        fn a_line_put_in_and_taken_out_leaves_no_trace(text in "([ab]|\n|\r\n){1,12}", at in 0_usize..9) {
            let mut lines = Lines::new(&text);
            let at = at.min(lines.len());
            lines.insert(at, "new");
            let with = lines.to_string();
            let mut again = Lines::new(&with);
            again.remove(at..at + 1);
            prop_assert_eq!(again.to_string(), text);
        }
    }
}
