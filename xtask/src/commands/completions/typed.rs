//! A word as a person types it at a shell, with quotes and backslashes; and the same word continued.

/// A word that is typed so far.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Typed {
    /// As it stands on the command line; a backslash at the end still waits for its character, and is not there.
    raw: String,
    /// What the shell makes of it.
    pub(super) plain: String,
    /// The quote that is still open.
    open: Option<char>,
}

/// Within double quotes a backslash only stands before these.
const IN_DOUBLE: &str = "$`\"\\";

impl Typed {
    /// Of a word on a command line. Variables and commands in it stay as they are.
    pub(super) fn read(raw: &str) -> Self {
        let (mut plain, mut open, mut waits) = (String::new(), None, false);
        let mut chars = raw.chars();
        while let Some(char) = chars.next() {
            match (open, char) {
                (None, '\'' | '"') => open = Some(char),
                (Some(quote), _) if char == quote => open = None,
                (None | Some('"'), '\\') => match chars.next() {
                    Some(next) => {
                        let stays = open.is_some() && !IN_DOUBLE.contains(next);
                        plain.extend(stays.then_some('\\'));
                        plain.push(next);
                    }
                    None => waits = true,
                },
                _ => plain.push(char),
            }
        }
        let raw = if waits { &raw[..raw.len() - 1] } else { raw };
        Self { raw: raw.to_owned(), plain, open }
    }

    /// What the program gets: `~` at the start is the home directory, unless it is quoted.
    pub(super) fn expanded(&self) -> String {
        if self.raw.starts_with('~') { at_home(&self.plain) } else { self.plain.clone() }
    }

    /// The word that the shell reads as `whole`, with what is typed at its start. `None` if `whole` begins otherwise.
    pub(super) fn continued(&self, whole: &str) -> Option<String> {
        let mut word = self.raw.clone();
        for char in whole.strip_prefix(&self.plain)?.chars() {
            match self.open {
                Some('"') if IN_DOUBLE.contains(char) => word.extend(['\\', char]),
                Some('\'') if char == '\'' => word.push_str("'\\''"),
                None if !is_plain(char) => word.extend(['\\', char]),
                _ => word.push(char),
            }
        }
        Some(word)
    }
}

/// A path below `~` in the home directory.
pub(super) fn at_home(word: &str) -> String {
    match (word.strip_prefix('~'), std::env::home_dir()) {
        (Some(rest), Some(home)) if rest.is_empty() || rest.starts_with('/') => {
            format!("{}{rest}", home.display())
        }
        _ => word.to_owned(),
    }
}

/// Whether a shell takes it without a backslash.
fn is_plain(char: char) -> bool {
    char.is_alphanumeric() || "@%+=:,./_-".contains(char)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What is typed, what it means, the candidate, and the word on the line.
    const CASES: &[(&str, &str, &str, &str)] = &[
        ("", "", "my file", "my\\ file"),
        ("@w", "@w", "@web", "@web"),
        ("'@w", "@w", "@web", "'@web"),
        ("\"a,@w", "a,@w", "a,@web", "\"a,@web"),
        ("--only='a", "--only=a", "--only=a b", "--only='a b"),
        ("a','b", "a,b", "a,b;c", "a','b\\;c"),
        ("my\\ f", "my f", "my file", "my\\ file"),
        ("my\\", "my", "my file", "my\\ file"),
        ("'it", "it", "it's", "'it'\\''s"),
        ("\"a\\\"\\x", "a\"\\x", "a\"\\x$", "\"a\\\"\\x\\$"),
        ("~/f", "~/f", "~/f o", "~/f\\ o"),
    ];

    #[test]
    fn a_word_is_continued_as_it_was_begun() {
        for (raw, plain, whole, word) in CASES {
            let typed = Typed::read(raw);
            assert_eq!(typed.plain, *plain, "{raw}");
            assert_eq!(typed.continued(whole).as_deref(), Some(*word), "{raw}");
            assert_eq!(Typed::read(word).plain, *whole, "{word}");
        }
        assert_eq!(Typed::read("ab").continued("b"), None);
    }

    #[test]
    fn the_home_directory_is_meant_only_without_quotes() {
        let home = std::env::home_dir().expect("a home").display().to_string();
        assert_eq!(Typed::read("~/a\\ b").expanded(), format!("{home}/a b"));
        assert_eq!(Typed::read("~").expanded(), home);
        for word in ["'~/a'", "\\~/a", "~ann/a", "a~"] {
            assert_eq!(Typed::read(word).expanded(), Typed::read(word).plain);
        }
    }
}
