//! Places in a configuration file, and all the problems found in it as one fault.

use std::ops::Range;

use super::fault::Fault;
use super::spanned_error::{self, SpannedError};

/// A file as read, with the path to show.
#[derive(Debug, Clone)]
pub struct Source<'a> {
    /// The path as the user gave it.
    pub path: &'a str,
    /// The whole text.
    pub text: &'a str,
    /// The first byte of each line: counted once, for each host has a place.
    lines: Vec<usize>,
}

/// A place in a file, with the line to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The path to show.
    pub path: String,
    /// Line number from 1.
    pub line: usize,
    /// The line, without its end.
    pub text: String,
    /// The bytes of the line that are meant.
    pub at: Range<usize>,
}

/// One thing wrong in a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// The place.
    pub place: Place,
    /// The message, without the place.
    pub message: String,
    /// A hint.
    pub hint: Option<String>,
    /// Related places, each with a label: "first declared here".
    pub others: Vec<(Place, String)>,
}

/// The problems found so far.
#[derive(Debug, Default)]
pub struct Problems(Vec<Problem>);

/// The most problems of one file that are shown: a file that is wrong from end to end has one cause.
const MOST: usize = 100;

impl<'a> Source<'a> {
    /// A file.
    pub fn new(path: &'a str, text: &'a str) -> Self {
        let ends = text.match_indices('\n').map(|(end, _)| end + 1);
        Self { path, text, lines: std::iter::once(0).chain(ends).collect() }
    }

    /// The place of some bytes of the text; a place of several lines is cut to its first.
    pub fn place(&self, span: Range<usize>) -> Place {
        let start = span.start.min(self.text.len());
        let number = self.lines.partition_point(|begin| *begin <= start);
        let begin = self.lines[number - 1];
        let line = self.text[begin..].split('\n').next().unwrap_or_default();
        let line = line.trim_end_matches('\r');
        let clip = |at: usize| at.saturating_sub(begin).min(line.len());
        Place {
            path: self.path.to_owned(),
            line: number,
            text: line.to_owned(),
            at: clip(start)..clip(span.end.max(start)),
        }
    }

    /// A problem at some bytes of the text.
    pub fn problem(&self, span: Range<usize>, message: impl Into<String>) -> Problem {
        let place = self.place(span);
        Problem { place, message: message.into(), hint: None, others: Vec::new() }
    }

    /// A mistake inside of a value whose first byte is at `start`.
    pub fn problem_within(&self, start: usize, spanned: SpannedError) -> Problem {
        let SpannedError { at, message, hint } = spanned.shifted(start);
        Problem { hint, ..self.problem(at, message) }
    }
}

impl Place {
    /// `hosts.toml:7`
    pub fn name(&self) -> String {
        format!("{}:{}", self.path, self.line)
    }

    /// The line and its marks as two details; `note` stands behind the marks.
    fn shown(&self, note: &str) -> [(String, String); 2] {
        let number = self.line.to_string();
        let marks = spanned_error::marks(&self.text, &self.at);
        let blank = " ".repeat(number.len());
        [
            (format!("{number} |"), spanned_error::printable(&self.text)),
            (format!("{blank} |"), format!("{marks} {note}").trim_end().to_owned()),
        ]
    }
}

impl Problem {
    /// Adds a hint; an existing hint stays.
    #[must_use]
    pub fn hint(mut self, hint: Option<String>) -> Self {
        self.hint = self.hint.or(hint);
        self
    }

    /// Adds another place that belongs to it.
    #[must_use]
    pub fn other(mut self, place: Place, what: impl Into<String>) -> Self {
        self.others.push((place, what.into()));
        self
    }

    fn sentence(&self) -> String {
        format!("{}: {}", self.place.name(), self.message)
    }

    /// The lines to show; `note` stands behind the marks of the first.
    fn details(&self, note: &str) -> Vec<(String, String)> {
        let mut details = self.place.shown(note).to_vec();
        for (place, what) in &self.others {
            let elsewhere = place.path != self.place.path;
            let what = if elsewhere { format!("{what} ({})", place.path) } else { what.clone() };
            details.extend(place.shown(&what));
        }
        details
    }
}

impl From<Problem> for Fault {
    /// A usage fault that shows the place.
    fn from(problem: Problem) -> Self {
        let mut fault = Self::usage(problem.sentence());
        fault.details = problem.details("");
        fault.hints.extend(problem.hint);
        fault
    }
}

impl Problems {
    /// Keeps a problem, unless they are enough.
    pub fn push(&mut self, problem: Problem) {
        if !self.are_enough() {
            self.0.push(problem);
        }
    }

    /// Whether further problems are left out.
    pub const fn are_enough(&self) -> bool {
        self.0.len() >= MOST
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// Nothing, or one usage fault that shows all of them: the first in its message, the others
    /// below, in the order of the file.
    ///
    /// # Errors
    /// When there is any problem.
    pub fn into_result(mut self) -> Result<(), Fault> {
        let enough = self.are_enough();
        self.0.sort_by(|a, b| {
            let key = |p: &Problem| (p.place.line, p.place.at.start);
            a.place.path.cmp(&b.place.path).then_with(|| key(a).cmp(&key(b)))
        });
        let mut problems = self.0.into_iter();
        let Some(first) = problems.next() else { return Ok(()) };
        let mut fault = Fault::from(first);
        for problem in problems {
            fault.details.push(("also".into(), problem.sentence()));
            fault.details.extend(problem.details(problem.hint.as_deref().unwrap_or_default()));
        }
        if enough {
            fault.details.push(("also".into(), format!("others: {MOST} are shown")));
        }
        Err(fault)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_is_a_line_and_its_bytes() {
        let source = Source::new("f", "one\r\ntwo = 2\n");
        let place = source.place(9..12);
        assert_eq!((place.line, place.text.as_str(), place.at), (2, "two = 2", 4..7));
        let place = source.place(0..9);
        assert_eq!((place.line, place.text.as_str(), place.at), (1, "one", 0..3));
        let place = source.place(13..13);
        assert_eq!((place.line, place.text.as_str(), place.at), (3, "", 0..0));
    }
}
