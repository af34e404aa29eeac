//! The id of a change in a ticket system: `CHG-1234`.

use super::word::word;

/// The most characters of an id.
const LONGEST: usize = 100;

/// The id of a ticket: printable ASCII without blanks, at most 100 characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket(String);

word!(Ticket, "the id of a ticket");

impl Ticket {
    fn check(text: &str) -> Result<String, String> {
        if text.is_empty() {
            return Err("it is empty".to_owned());
        }
        if text.contains(' ') {
            return Err("an id has no blanks (a sentence is for --reason)".to_owned());
        }
        if text.len() > LONGEST {
            return Err(format!("it has {} characters, at most {LONGEST} fit", text.len()));
        }
        Ok(text.to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_id_is_one_short_word() {
        assert_eq!("CHG-1234".parse::<Ticket>().unwrap().as_str(), "CHG-1234");
        assert_eq!("https://tickets.example/7?a=b#c".parse::<Ticket>().unwrap().as_str().len(), 31);
        for (text, why) in [
            ("", "it is empty"),
            ("a b", "an id has no blanks"),
            ("a\nb", "character 2 is U+000A"),
            ("a\u{202e}b", "character 2 is U+202E"),
            (&"x".repeat(101), "it has 101 characters, at most 100 fit"),
        ] {
            let fault = text.parse::<Ticket>().unwrap_err();
            assert!(fault.message.contains(why), "{}", fault.message);
        }
    }
}
