//! One word of a shell, with its quotes.

use crate::text::quote::quote;

/// How a value is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Quotes {
    /// As bare as the value allows.
    Bare,
    Single,
    Double,
}

impl Quotes {
    /// `value` (without NUL) written like this, whatever is in it.
    pub(super) fn apply(self, value: &str) -> String {
        match self {
            Self::Single => format!("'{}'", value.replace('\'', r"'\''")),
            Self::Double => {
                let mut text = String::from("\"");
                for c in value.chars() {
                    if "\\\"$`".contains(c) {
                        text.push('\\');
                    }
                    text.push(c);
                }
                text + "\""
            }
            Self::Bare if value.is_empty() => String::new(),
            // Only a NUL cannot be quoted, and the caller has refused it.
            Self::Bare => quote(value).unwrap_or_default(),
        }
    }
}

/// The word at the start of a text.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Word {
    /// Without quotes; expansions as written.
    pub(super) value: String,
    /// How many bytes of the text it takes.
    pub(super) len: usize,
    /// The quotes it starts with.
    pub(super) quotes: Quotes,
    /// A shell would expand it.
    pub(super) expands: bool,
    /// All its quotes are closed on this line.
    pub(super) closed: bool,
}

impl Word {
    pub(super) fn new(text: &str) -> Self {
        let quotes = match text.chars().next() {
            Some('\'') => Quotes::Single,
            Some('"') => Quotes::Double,
            _ => Quotes::Bare,
        };
        let len = text.len();
        let mut word = Self { value: String::new(), len, quotes, expands: false, closed: true };
        let mut open = Quotes::Bare;
        let mut chars = text.char_indices();
        while let Some((at, c)) = chars.next() {
            match (open, c) {
                (Quotes::Single, '\'') | (Quotes::Double, '"') => open = Quotes::Bare,
                (Quotes::Single, _) => word.value.push(c),
                (Quotes::Bare, '\'') => open = Quotes::Single,
                (Quotes::Bare, '"') => open = Quotes::Double,
                (_, '\\') => word.escape(open, chars.next().map(|(_, next)| next)),
                (Quotes::Bare, ' ' | '\t' | ';' | '&' | '|' | '<' | '>' | '(' | ')') => {
                    word.len = at;
                    break;
                }
                _ => {
                    word.expands |=
                        "$`".contains(c) || (open == Quotes::Bare && "~*?[".contains(c));
                    word.value.push(c);
                }
            }
        }
        word.closed &= open == Quotes::Bare;
        word
    }

    fn escape(&mut self, open: Quotes, next: Option<char>) {
        let Some(next) = next else {
            self.closed = false;
            return;
        };
        if open == Quotes::Double && !"\\\"$`".contains(next) {
            self.value.push('\\');
        }
        self.value.push(next);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_read_as_a_shell_reads_them() {
        for (text, value, len) in [
            ("a b", "a", 1),
            ("'a b'c;d", "a bc", 6),
            (r#""a\"\b\$"#, "a\"\\b$", 8),
            (r"'it'\''s' # x", "it's", 9),
            ("", "", 0),
        ] {
            let word = Word::new(text);
            assert_eq!((&*word.value, word.len), (value, len), "{text}");
        }
        assert!(Word::new("\"$HOME\"").expands && Word::new("~/x").expands);
        assert!(!Word::new("'$HOME'").expands && !Word::new("\"\\$x~\"").expands);
        assert!(!Word::new("'a").closed && !Word::new("a\\").closed && Word::new("'a'").closed);
    }
}
