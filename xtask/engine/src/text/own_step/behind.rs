//! The lines behind a header: a word of the header there would be lost.

use super::line::Line;
use super::words::{ALONE, WORDS};
use crate::data::source::{Problems, Source};
use crate::text::shell::outline;

/// Reports the header's words behind it: at the left edge, and not in a string or a here-document.
pub(super) fn check(source: &Source<'_>, end: usize, problems: &mut Problems) {
    let mut found = Vec::new();
    let (mut start, mut number) = (0, 0);
    for line in source.text.split_inclusive('\n') {
        if start >= end && is_word(line) {
            found.push((number, start..start + line.trim_end().len(), is_of_snippet(line)));
        }
        start += line.len();
        number += 1;
    }
    // Most files have none.
    if found.is_empty() {
        return;
    }
    let outline = outline(source.text);
    for (number, at, is_of_snippet) in found {
        let is_text = outline.lines.get(number).is_some_and(|line| line.verbatim);
        if is_text && !is_of_snippet {
            continue;
        }
        let problem = source.problem(at, "a line with this word stands in the header only");
        let hint = "put it above the first line that is no comment, or indent it";
        problems.push(problem.hint(Some(hint.to_owned())));
    }
}

fn is_word(line: &str) -> bool {
    let Some(comment) = line.strip_prefix('#') else { return false };
    let comment = comment.trim_end();
    let plain = comment.strip_prefix(' ').unwrap_or(comment);
    let word = Line::of(0, comment).word;
    is_of_snippet(line) || WORDS.contains(&word) || ALONE.contains(&plain)
}

/// A snippet is read as a whole, also its texts.
fn is_of_snippet(line: &str) -> bool {
    ["# in:", "# with:"].iter().any(|word| line.starts_with(word))
}
