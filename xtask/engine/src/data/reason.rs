//! Why a run is made, in the words of the person.

use std::fmt;
use std::str::FromStr;

use super::fault::Fault;
use super::unseen::is_unseen;

/// The most characters of a reason.
const LONGEST: usize = 500;

/// One line of text in any script, at most 500 characters, without characters that a terminal obeys or hides.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reason(String);

impl Reason {
    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Reason {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        let text = text.trim();
        let wrong = |why: String| Fault::usage(format!("this is not a reason: {why}"));
        if text.is_empty() {
            return Err(wrong("it is empty".to_owned()));
        }
        let count = text.chars().count();
        if count > LONGEST {
            return Err(wrong(format!("it has {count} characters, at most {LONGEST} fit")));
        }
        let hidden = |c: &char| c.is_control() || is_unseen(*c);
        match text.chars().enumerate().find(|(_, c)| hidden(c)) {
            Some((at, c)) => Err(wrong(format!(
                "character {} is U+{:04X}, and one line of plain text is needed",
                at + 1,
                c as u32
            ))),
            None => Ok(Self(text.to_owned())),
        }
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_one_line_that_a_person_can_read() {
        assert_eq!(" Wartung, 维护 ".parse::<Reason>().unwrap().as_str(), "Wartung, 维护");
        for (text, why) in [
            (" ", "it is empty"),
            ("a\nb", "character 2 is U+000A"),
            ("a\u{1b}[2J", "character 2 is U+001B"),
            ("ab\u{202e}c", "character 3 is U+202E"),
            (&"ä".repeat(501), "it has 501 characters, at most 500 fit"),
        ] {
            let fault = text.parse::<Reason>().unwrap_err();
            assert!(fault.message.contains(why), "{}", fault.message);
        }
    }
}
