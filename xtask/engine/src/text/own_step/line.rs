//! One comment line of a header: a word with a value, or prose.

use std::ops::Range;

/// One line of a header.
pub(super) struct Line<'a> {
    /// `on`; for prose nothing.
    pub(super) word: &'a str,
    pub(super) value: &'a str,
    /// The bytes of the word, and of the value.
    pub(super) at: [Range<usize>; 2],
}

impl<'a> Line<'a> {
    /// A comment without its `#`, whose first byte is at `start`.
    pub(super) fn of(start: usize, comment: &'a str) -> Self {
        // An indented line is prose: an example, a list.
        let text = comment.strip_prefix(' ').unwrap_or(comment);
        let start = start + comment.len() - text.len();
        let is_word = |word: &&str| {
            let good = |c: char| c.is_ascii_lowercase() || c == '-' || c == '_';
            !word.is_empty() && word.chars().all(good)
        };
        let word = text.split_once(':').map(|(word, _)| word).filter(is_word);
        // An address, `http://…`, is prose.
        let word = word.filter(|word| !text[word.len() + 1..].starts_with("//"));
        let Some(word) = word else {
            return Self { word: "", value: text, at: [start..start + text.len(), start..start] };
        };
        let rest = &text[word.len() + 1..];
        let value = rest.trim();
        let begin = start + word.len() + 1 + rest.len() - rest.trim_start().len();
        Self { word, value, at: [start..start + word.len(), begin..begin + value.len()] }
    }

    /// The bytes of the only text of a line.
    pub(super) fn whole(&self, text: &str) -> Range<usize> {
        let start = self.at[0].start;
        start..start + text.len()
    }
}
