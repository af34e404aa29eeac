//! Host-set expressions: `web[1-3],@paas!paas2&@rack1`, read from left to right.
//!
//! The signs are those of ClusterShell's `nodeset`: `,` adds, `!` removes, `&` keeps the common
//! hosts. There is no precedence. A leading `!` removes from all hosts.

use std::collections::BTreeSet;
use std::ops::Range;

use super::spanned_error::SpannedError;
use super::{plain, range};

/// The effect of a term on the hosts found so far.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sign {
    /// `,` or the first term.
    Add,
    /// `!`
    Without,
    /// `&`
    Within,
}

/// The names in a term.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Word {
    /// `@all`
    All,
    /// `@paas`, with a range `@rack[1-2]`.
    Groups(Vec<String>),
    /// `web[1-3]`
    Hosts(Vec<String>),
}

/// One step of the evaluation.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Term {
    /// Its effect.
    pub sign: Sign,
    /// The bytes of its word.
    pub at: Range<usize>,
    /// The names meant.
    pub word: Word,
}

/// Reads an expression.
///
/// # Errors
/// Points at a sign without a word, two words without a sign, a wrong range, a character
/// that a name cannot have, or an empty expression.
pub fn parse(text: &str) -> Result<Vec<Term>, SpannedError> {
    plain::check(text)?;
    let mut cursor = Cursor { text, at: 0 };
    let mut terms = Vec::new();
    cursor.skip_blanks();
    while cursor.at < text.len() {
        let sign = cursor.sign(terms.is_empty())?;
        if sign == Sign::Without && terms.is_empty() {
            terms.push(Term { sign: Sign::Add, at: 0..0, word: Word::All });
        }
        let at = cursor.word()?;
        terms.push(Term { sign, word: word(text, &at)?, at });
        cursor.skip_blanks();
    }
    if terms.is_empty() {
        return Err(SpannedError::new(0..text.len(), "the host set is empty")
            .hint("name hosts or groups, as in `web[1-3],@paas`; `@all` is every host"));
    }
    Ok(terms)
}

/// Evaluates the terms of `text` over the numbers of `all` hosts; `find` gives the hosts of a word.
///
/// # Errors
/// Those of `find`. If no host is left, the error points at the term that removed the last
/// one.
pub fn evaluate<E: From<SpannedError>>(
    text: &str,
    terms: &[Term],
    all: usize,
    mut find: impl FnMut(&Term) -> Result<BTreeSet<usize>, E>,
) -> Result<BTreeSet<usize>, E> {
    let mut found = BTreeSet::new();
    let mut emptied = SpannedError::new(0..0, "no host matches: the inventory has no hosts");
    for term in terms {
        let mut operand = if term.word == Word::All { (0..all).collect() } else { find(term)? };
        let had = !found.is_empty();
        match term.sign {
            Sign::Add => found.extend(operand),
            // The work goes by the smaller side: `@all!a!b!c` has many small terms.
            Sign::Without if operand.len() < found.len() => {
                operand.iter().for_each(|host| {
                    found.remove(host);
                });
            }
            Sign::Within if operand.len() < found.len() => {
                operand.retain(|host| found.contains(host));
                found = operand;
            }
            Sign::Without => found.retain(|host| !operand.contains(host)),
            Sign::Within => found.retain(|host| operand.contains(host)),
        }
        if had && found.is_empty() {
            let why = match term.sign {
                Sign::Within => "matches none of the hosts before it",
                _ => "removes all remaining hosts",
            };
            let message = format!("no host matches: `{}` {why}", &text[term.at.clone()]);
            emptied = SpannedError::new(term.at.clone(), message);
        }
    }
    if found.is_empty() { Err(emptied.into()) } else { Ok(found) }
}

struct Cursor<'a> {
    text: &'a str,
    at: usize,
}

impl Cursor<'_> {
    fn peek(&self) -> Option<u8> {
        self.text.as_bytes().get(self.at).copied()
    }

    fn skip_blanks(&mut self) {
        while self.peek() == Some(b' ') {
            self.at += 1;
        }
    }

    fn eat(&mut self, sign: u8) -> bool {
        let eaten = self.peek() == Some(sign);
        self.at += usize::from(eaten);
        self.skip_blanks();
        eaten
    }

    /// The sign before the next word. `,!` and `,&` mean `!` and `&`, as people write them.
    fn sign(&mut self, first: bool) -> Result<Sign, SpannedError> {
        let start = self.at;
        let comma = self.eat(b',');
        let without = self.eat(b'!');
        let within = !without && self.eat(b'&');
        if first && (comma || within) {
            return Err(SpannedError::new(
                start..start + 1,
                "a host set cannot begin with this sign",
            ));
        }
        match (comma || first, without, within) {
            (_, true, _) => Ok(Sign::Without),
            (_, _, true) => Ok(Sign::Within),
            (true, ..) => Ok(Sign::Add),
            _ => Err(SpannedError::new(start..start + 1, "a sign is missing between two names")
                .hint("`,` adds, `!` removes, `&` keeps the common hosts")),
        }
    }

    /// The bytes of a word: up to a blank or a sign outside of brackets.
    fn word(&mut self) -> Result<Range<usize>, SpannedError> {
        let start = self.at;
        let mut inside = false;
        while let Some(byte) = self.peek() {
            match byte {
                b'[' => inside = true,
                b']' => inside = false,
                b' ' | b',' | b'!' | b'&' if !inside => break,
                _ => {}
            }
            self.at += 1;
        }
        if start == self.at {
            return Err(SpannedError::new(start..start, "a name is missing here"));
        }
        Ok(start..self.at)
    }
}

/// The names that the word at `at` stands for.
fn word(text: &str, at: &Range<usize>) -> Result<Word, SpannedError> {
    let whole = &text[at.clone()];
    if whole == "@all" {
        return Ok(Word::All);
    }
    let (start, names) = match whole.strip_prefix('@') {
        Some(names) => (at.start + 1, names),
        None => (at.start, whole),
    };
    if let Some((i, c)) = odd(names, "") {
        let message = format!("a name cannot have the character `{c}`");
        let spanned = SpannedError::new(start + i..start + i + 1, message);
        return Err(match c {
            '*' | '?' => spanned
                .hint("patterns are not supported: write a range, as in `web[1-3]`, or `@all`"),
            '{' | '}' => spanned.hint("a range has brackets, as in `web[1-3]`"),
            _ => spanned,
        });
    }
    if names.is_empty() {
        return Err(SpannedError::new(at.clone(), "`@` needs the name of a group"));
    }
    let names = range::expand(names).map_err(|spanned| spanned.shifted(start))?;
    Ok(if start > at.start { Word::Groups(names) } else { Word::Hosts(names) })
}

/// The first character that names with ranges cannot have, apart from `more`; `/` is for brackets.
pub fn odd(names: &str, more: &str) -> Option<(usize, char)> {
    let mut inside = false;
    names.char_indices().find(|(_, c)| match c {
        '[' | ']' => {
            inside = *c == '[';
            false
        }
        ',' => false,
        '/' => !inside,
        c => !is_name(*c) && !more.contains(*c),
    })
}

/// Whether a host or group name may have this character.
pub const fn is_name(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '.' | '_' | '-' | ':')
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The terms as text, one sign each: `+a,b -@c &d`.
    fn shown(text: &str) -> String {
        let show = |term: &Term| {
            let sign = match term.sign {
                Sign::Add => '+',
                Sign::Without => '-',
                Sign::Within => '&',
            };
            match &term.word {
                Word::All => format!("{sign}@all"),
                Word::Groups(names) => format!("{sign}@{}", names.join("|")),
                Word::Hosts(names) => format!("{sign}{}", names.join("|")),
            }
        };
        match parse(text) {
            Ok(terms) => terms.iter().map(show).collect::<Vec<_>>().join(" "),
            Err(spanned) => format!("{:?} {}", spanned.at, spanned.message),
        }
    }

    #[test]
    fn expressions_are_read_from_left_to_right() {
        for (text, want) in [
            ("web1", "+web1"),
            ("a,b!c", "+a +b -c"),
            (" @all ! web1 ", "+@all -web1"),
            ("@paas&rack1[1-2]", "+@paas &rack11|rack12"),
            ("!x", "+@all -x"),
            ("web[1,3],b", "+web1|web3 +b"),
            ("@r[1-3/2]!web[0-10/5]", "+@r1|r3 -web0|web5|web10"),
            ("@rack[1-2]", "+@rack1|rack2"),
            ("a,!b,&c", "+a -b &c"),
            ("10.0.0.[1-2]", "+10.0.0.1|10.0.0.2"),
            ("", "0..0 the host set is empty"),
            ("a b", "2..3 a sign is missing between two names"),
            ("a,", "2..2 a name is missing here"),
            ("a,,b", "2..2 a name is missing here"),
            (",a", "0..1 a host set cannot begin with this sign"),
            ("&a", "0..1 a host set cannot begin with this sign"),
            ("a!", "2..2 a name is missing here"),
            ("a,@", "2..3 `@` needs the name of a group"),
            ("a,b/c", "3..4 a name cannot have the character `/`"),
            ("a，b", "1..4 character 2 is `，` (U+FF0C)"),
            ("a,web[3-1]", "6..9 the range `3-1` runs backwards"),
            ("web[1,", "3..6 `[` is never closed"),
        ] {
            assert_eq!(shown(text), want, "{text}");
        }
    }

    #[test]
    fn evaluation_says_which_term_left_nothing() {
        let digit = |term: &Term| -> Result<_, SpannedError> {
            match &term.word {
                Word::Hosts(names) => Ok(names.iter().flat_map(|n| n.parse::<usize>()).collect()),
                _ => Ok(BTreeSet::new()),
            }
        };
        let run = |text: &str| {
            evaluate(text, &parse(text).unwrap(), 4, digit).map_err(|s| (s.at, s.message))
        };
        assert_eq!(run("[1-3]!2"), Ok(BTreeSet::from([1, 3])));
        assert_eq!(run("!2"), Ok(BTreeSet::from([0, 1, 3])));
        assert_eq!(run("1!1,3"), Ok(BTreeSet::from([3])));
        assert_eq!(run("0,1&1"), Ok(BTreeSet::from([1])));
        let (at, message) = run("1,2![1-2]").unwrap_err();
        assert_eq!(
            (at, message.as_str()),
            (4..9, "no host matches: `[1-2]` removes all remaining hosts")
        );
        assert_eq!(run("1&2").unwrap_err().0, 2..3);
    }
}
