//! Places in a configuration file, and all the problems found in it as one fault.

use std::ops::Range;
use std::sync::Arc;

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
    /// The path of all places.
    shared: Arc<str>,
    /// Whether places show their own bytes alone: the rest of the line may be a secret.
    discreet: bool,
}

/// A place in a file, with the line to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// The path to show.
    pub path: Arc<str>,
    /// Line number from 1.
    pub line: usize,
    /// The line, without its end; the part around the bytes that are meant of a long one.
    pub text: String,
    /// The bytes of `text` that are meant.
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

/// The bytes of a line that a place keeps. A document of one line has a place for each of its values.
const WIDEST: usize = 200;

impl<'a> Source<'a> {
    /// A file.
    pub fn new(path: &'a str, text: &'a str) -> Self {
        let ends = text.match_indices('\n').map(|(end, _)| end + 1);
        let lines = std::iter::once(0).chain(ends).collect();
        Self { path, text, lines, shared: path.into(), discreet: false }
    }

    /// A file whose lines may have secrets: its places show their own bytes alone.
    pub fn discreet(path: &'a str, text: &'a str) -> Self {
        Self { discreet: true, ..Self::new(path, text) }
    }

    /// The place of some bytes of the text; a place of several lines is cut to its first.
    pub fn place(&self, span: Range<usize>) -> Place {
        let start = span.start.min(self.text.len());
        let number = self.lines.partition_point(|begin| *begin <= start);
        let begin = self.lines[number - 1];
        let end = self.lines.get(number).map_or(self.text.len(), |next| next - 1);
        let line = self.text[begin..end].trim_end_matches('\r');
        let clip = |at: usize| at.saturating_sub(begin).min(line.len());
        let at = clip(start)..clip(span.end.max(start));
        let (text, at) =
            if self.discreet { part(line, at.clone(), at) } else { part(line, 0..line.len(), at) };
        Place { path: self.shared.clone(), line: number, text, at }
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

/// The bytes `shown` of a line, and where `at` is in them. Of many bytes those around the begin of `at` are left.
fn part(line: &str, shown: Range<usize>, at: Range<usize>) -> (String, Range<usize>) {
    if shown.len() <= WIDEST {
        return (line[shown.clone()].to_owned(), at.start - shown.start..at.end - shown.start);
    }
    let start = boundary(line, at.start.saturating_sub(WIDEST / 4).max(shown.start));
    let end = boundary(line, (start + WIDEST).min(shown.end));
    let before = if start > shown.start { "…" } else { "" };
    let after = if end < shown.end { "…" } else { "" };
    let within = |byte: usize| byte.clamp(start, end) - start + before.len();
    (format!("{before}{}{after}", &line[start..end]), within(at.start)..within(at.end))
}

/// The last begin of a character up to `at`.
fn boundary(text: &str, at: usize) -> usize {
    (0..=at).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

impl Place {
    /// `hosts.toml:7`
    pub fn name(&self) -> String {
        format!("{}:{}", self.path, self.line)
    }

    /// The line and its marks as two details; `note` stands behind the marks. Nothing to show needs no marks.
    fn shown(&self, note: &str) -> Vec<(String, String)> {
        let number = self.line.to_string();
        if self.text.is_empty() {
            let noted = (!note.is_empty()).then(|| (format!("{number} |"), note.to_owned()));
            return noted.into_iter().collect();
        }
        let marks = spanned_error::marks(&self.text, &self.at);
        let blank = " ".repeat(number.len());
        vec![
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
        let mut details = self.place.shown(note);
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

    /// All of them.
    pub fn into_vec(self) -> Vec<Problem> {
        self.0
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

    #[test]
    fn a_place_keeps_a_part_of_a_long_line() {
        let text = format!("{}é12345{}", "x".repeat(999), "y".repeat(2000));
        let place = Source::new("f", &text).place(1001..1006);
        assert_eq!(&place.text[place.at.clone()], "12345");
        assert!(place.text.starts_with("…x") && place.text.ends_with("y…"));
        assert!(place.text.len() < WIDEST + 10, "{}", place.text.len());
        let whole = Source::new("f", &text).place(0..text.len());
        assert_eq!((whole.at.start, whole.at.end), (0, WIDEST));
        let end = Source::new("f", &text).place(text.len()..text.len());
        assert_eq!(end.at, end.text.len()..end.text.len());
    }

    #[test]
    fn a_discreet_file_shows_what_is_marked_alone() {
        let source = Source::discreet("f", "a port=x password=hunter2\n");
        let place = source.place(2..8);
        assert_eq!((place.text.as_str(), place.at), ("port=x", 0..6));
        assert_eq!(source.place(9..9).text, "");
    }
}
