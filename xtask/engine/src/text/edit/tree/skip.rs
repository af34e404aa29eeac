//! Over the signs, blanks and comments of YAML.

use std::ops::Range;

/// The first byte behind anchors, tags, and the blanks, line ends and comments after them.
pub(super) fn behind_properties(text: &str, span: Range<usize>) -> usize {
    let mut at = span.start;
    while text[at..span.end].starts_with(['&', '!']) {
        let rest = &text[at..span.end];
        at += rest.find(char::is_whitespace).unwrap_or(rest.len());
        at = behind_blanks(text, at, span.end);
    }
    at
}

/// The first byte behind the colon after a key that ends here.
pub(super) fn behind_colon(text: &str, key: usize) -> Option<usize> {
    let rest = text[key..].trim_start_matches([' ', '\t']);
    rest.starts_with(':').then(|| text.len() - rest.len() + 1)
}

/// The byte behind the quote that closes the one at `at`.
pub(super) fn behind_quote(text: &str, at: usize) -> Option<usize> {
    let quote = text[at..].chars().next()?;
    let mut chars = text[at + 1..].char_indices().peekable();
    while let Some((offset, c)) = chars.next() {
        let twice = quote == '\'' && chars.peek().is_some_and(|(_, next)| *next == quote);
        if c == '\\' && quote == '"' || c == quote && twice {
            chars.next();
        } else if c == quote {
            return Some(at + 1 + offset + 1);
        }
    }
    None
}

/// The byte behind the bracket that closes after `at`; a comma may be before it.
pub(super) fn behind_bracket(text: &str, at: usize) -> Option<usize> {
    let at = behind_blanks(text, at, text.len());
    let at = if text[at..].starts_with(',') { behind_blanks(text, at + 1, text.len()) } else { at };
    text[at..].starts_with([']', '}']).then_some(at + 1)
}

/// The first byte behind blanks, line ends and comments.
pub(super) fn behind_blanks(text: &str, mut at: usize, end: usize) -> usize {
    loop {
        let rest = &text[at..end];
        at = end - rest.trim_start().len();
        let comment = at == 0 || text[..at].ends_with(char::is_whitespace);
        if !comment || !text[at..end].starts_with('#') {
            return at;
        }
        at += text[at..end].find('\n').unwrap_or(end - at);
    }
}
