//! Text that may stand in a command: no full-width punctuation (trap XX.5), no placeholder (trap
//! XX.4), no control characters.

use super::spanned_error::SpannedError;
use super::unseen::is_unseen;

/// Refuses characters outside of printable ASCII and left-over placeholders (`{{ x }}`, `<x>`).
///
/// # Errors
/// Points at the first such place; the message counts characters from 1.
pub fn check(text: &str) -> Result<(), SpannedError> {
    check_all(text, |c| matches!(c, ' '..='~'))
}

/// The same for text that a person reads: letters of any script, and nothing that is not seen.
///
/// # Errors
/// As [`check`].
pub fn check_prose(text: &str) -> Result<(), SpannedError> {
    check_all(text, |c| !is_unseen(c))
}

fn check_all(text: &str, is_good: impl Fn(char) -> bool) -> Result<(), SpannedError> {
    let foreign = text.char_indices().enumerate().find(|(_, (_, c))| !is_good(*c));
    if let Some((n, (at, c))) = foreign {
        let spanned = SpannedError::new(
            at..at + c.len_utf8(),
            format!("character {} is {}", n + 1, named(c)),
        );
        return Err(match ascii(c) {
            Some(plain) => spanned.hint(format!("write `{plain}` there")),
            None => spanned.hint("write it in plain ASCII"),
        });
    }
    match placeholder(text) {
        Some(at) => {
            let message = format!(
                "character {} begins the placeholder `{}`",
                at.start + 1,
                &text[at.clone()]
            );
            Err(SpannedError::new(at, message).hint("put the real value in its place"))
        }
        None => Ok(()),
    }
}

/// The bytes of the first `{{…}}` or `<…>`, or of a lone `{{` or `}}`.
fn placeholder(text: &str) -> Option<std::ops::Range<usize>> {
    let pair = |open: &str, close: &str| {
        let start = text.find(open)?;
        let inside = start + open.len();
        text[inside..].find(close).map(|end| start..inside + end + close.len())
    };
    let lone = |mark: &str| text.find(mark).map(|start| start..start + mark.len());
    pair("{{", "}}").or_else(|| pair("<", ">")).or_else(|| lone("{{")).or_else(|| lone("}}"))
}

/// A character as an error shows it: invisible ones by their number only.
fn named(c: char) -> String {
    if is_unseen(c) || c.is_whitespace() {
        format!("U+{:04X}", c as u32)
    } else {
        format!("`{c}` (U+{:04X})", c as u32)
    }
}

/// The ASCII character that a full-width or typographic one stands for.
fn ascii(c: char) -> Option<char> {
    match c {
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(c as u32 - 0xFEE0),
        '\u{3000}' | '\u{A0}' | '\t' => Some(' '),
        '、' => Some(','),
        '。' => Some('.'),
        '“' | '”' => Some('"'),
        '‘' | '’' => Some('\''),
        '–' | '—' => Some('-'),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn foreign_characters_and_placeholders_are_pointed_at() {
        for (text, message, hint) in [
            ("A，C", "character 2 is `，` (U+FF0C)", "write `,` there"),
            ("物理机1", "character 1 is `物` (U+7269)", "write it in plain ASCII"),
            ("a\u{3000}b", "character 2 is U+3000", "write ` ` there"),
            ("a\nb", "character 2 is U+000A", "write it in plain ASCII"),
            (
                "/x/{{ zone_id }}.yaml",
                "character 4 begins the placeholder `{{ zone_id }}`",
                "put the real value in its place",
            ),
            (
                "<ip>",
                "character 1 begins the placeholder `<ip>`",
                "put the real value in its place",
            ),
            ("a}}", "character 2 begins the placeholder `}}`", "put the real value in its place"),
        ] {
            let spanned = check(text).unwrap_err();
            assert_eq!((spanned.message.as_str(), spanned.hint.as_deref()), (message, Some(hint)));
        }
        assert_eq!(check("web[1-3],@all !x & /a/b"), Ok(()));
        assert_eq!(check_prose("物理机，für alle"), Ok(()));
        for text in ["a\nb", "a\u{202e}b", "{{ x }}"] {
            check_prose(text).unwrap_err();
        }
    }
}
