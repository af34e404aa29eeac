//! A whole line, present or absent.

use super::lines::Lines;
use crate::data::fault::Fault;

/// Which line is meant; surrounding blanks do not count.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Match {
    /// The whole line.
    Equals(String),
    /// Its beginning.
    StartsWith(String),
    /// Any part of it.
    Contains(String),
}

impl Match {
    /// Whether `line` is meant.
    pub fn is(&self, line: &str) -> bool {
        let line = line.trim();
        match self {
            Self::Equals(text) => line == text.trim(),
            Self::StartsWith(text) => line.starts_with(text.as_str()),
            Self::Contains(text) => line.contains(text.as_str()),
        }
    }
}

/// Where a missing line goes.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Place {
    /// First line of the file.
    Start,
    /// Last line of the file.
    End,
    /// After the last line that matches.
    After(Match),
    /// Before the first line that matches.
    Before(Match),
}

/// `text` with `line` in it. A line that is there already, wherever, stays where it is; one behind a
/// backslash is the rest of another line.
///
/// # Errors
/// `line` holds a line break, no line of the text is the one named by `place`, or the line before
/// that place ends in a backslash.
pub fn present(text: &str, line: &str, place: &Place) -> Result<String, Fault> {
    if line.contains(['\n', '\r']) {
        return Err(Fault::usage(format!("{line:?} is more than one line"))
            .hint("use a block for several lines"));
    }
    let mut lines = Lines::new(text);
    let is_rest = |at: usize| at > 0 && lines.get(at - 1).ends_with('\\');
    if (0..lines.len()).any(|at| lines.get(at) == line && !is_rest(at)) {
        return Ok(text.to_owned());
    }
    let found = match place {
        Place::Start => Some(0),
        Place::End => Some(lines.len()),
        Place::After(wanted) => lines.iter().rposition(|l| wanted.is(l)).map(|at| at + 1),
        Place::Before(wanted) => lines.iter().position(|l| wanted.is(l)),
    };
    let Some(at) = found else {
        return Err(Fault::failed(format!("cannot insert {line:?}: no line matches its place"))
            .detail("wanted", format!("{place:?}"))
            .hint("check the file: the step expects another version of it"));
    };
    if is_rest(at) {
        return Err(Fault::failed(format!("cannot insert {line:?} behind a backslash"))
            .detail(format!("line {at}"), lines.get(at - 1))
            .hint("end that line by hand, then rerun the step"));
    }
    lines.insert(at, line);
    Ok(lines.to_string())
}

/// `text` without any line equal to `line`.
pub fn absent(text: &str, line: &str) -> String {
    let mut lines = Lines::new(text);
    for at in (0..lines.len()).rev() {
        if lines.get(at) == line {
            lines.remove(at..at + 1);
        }
    }
    lines.to_string()
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_missing_line_goes_to_its_place() {
        let b = || Match::StartsWith("b".into());
        for (text, place, want) in [
            ("", Place::End, "x\n"),
            ("a\n", Place::End, "a\nx\n"),
            ("a", Place::End, "a\nx"),
            ("a\r\nb\r\n", Place::Start, "x\r\na\r\nb\r\n"),
            ("a\n b1\nb2\nc\n", Place::After(b()), "a\n b1\nb2\nx\nc\n"),
            ("a\n b1\nb2\nc\n", Place::Before(b()), "a\nx\n b1\nb2\nc\n"),
            ("x\nb\n", Place::After(b()), "x\nb\n"),
        ] {
            assert_eq!(present(text, "x", &place).unwrap(), want, "{text:?} {place:?}");
        }
    }

    #[test]
    fn a_line_that_cannot_be_placed_is_an_error() {
        let nowhere = Place::After(Match::Equals("q".into()));
        assert_eq!(
            present("a\n", "x", &nowhere).unwrap_err().message,
            "cannot insert \"x\": no line matches its place"
        );
        assert!(present("a\n", "x\ny", &Place::End).is_err());
        assert!(Match::Contains("b c".into()).is("a b c d"));
    }

    /// Fault E1: the rest of a continued line is no line of its own.
    #[test]
    fn a_line_behind_a_backslash_belongs_to_the_one_before() {
        assert_eq!(present("a \\\nx\nb\n", "x", &Place::End).unwrap(), "a \\\nx\nb\nx\n");
        let fault = present("a\nb \\\n", "x", &Place::End).unwrap_err();
        assert_eq!(fault.details[0], ("line 2".to_owned(), "b \\".to_owned()));
    }

    #[test]
    fn every_equal_line_goes() {
        assert_eq!(absent("x\na\nx\n x\nx", "x"), "a\n x");
        assert_eq!(absent("x", "x"), "");
    }

    proptest! {
        #[test]
        fn twice_is_once_and_taking_away_restores(text in "([abx]|\n|\r\n){0,12}") {
            let once = present(&text, "new", &Place::End).unwrap();
            prop_assert_eq!(&present(&once, "new", &Place::End).unwrap(), &once);
            prop_assert_eq!(absent(&once, "new"), text);
        }
    }
}
