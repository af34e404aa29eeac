//! The place of a value in nested data: `spec.template.spec.containers[name=web].image`.

use std::fmt;
use std::str::FromStr;

use super::fault::Fault;
use super::spanned_error::SpannedError;

/// A path through the maps and lists of a JSON or YAML document.
///
/// Keys are separated by dots; a leading dot is allowed. A list member is selected by its index from 0
/// (`[0]`), by a key of it (`[name=web]`, `[metadata.name=web]`), or by its own value (`[=80]`). A word
/// with other characters than letters, digits, `_`, `-`, `/` goes into double quotes: `data."app.conf"`.
/// In quotes, `\"` and `\\` are a quote and a backslash.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct KeyPath {
    text: String,
    steps: Vec<Step>,
}

/// One step of a path.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Step {
    /// Into the value of this key of a map.
    Key(String),
    /// Into this member of a list, from 0.
    Index(usize),
    /// Into the only member of a list whose value at these keys is this text. No keys: the member itself.
    Member(Vec<String>, String),
}

impl KeyPath {
    /// The steps, at least one.
    pub fn steps(&self) -> &[Step] {
        &self.steps
    }

    /// The path of the first `count` steps, for messages; the whole document for none.
    pub fn start(&self, count: usize) -> String {
        match &self.steps[..count] {
            [] => "the document".into(),
            steps => shown(steps),
        }
    }
}

impl fmt::Display for KeyPath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl FromStr for KeyPath {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        let mut reader = Reader { text, at: 0 };
        reader.path().map(|steps| Self { text: shown(&steps), steps }).map_err(|error| {
            error.into_fault("path", text).hint(
                "write a path such as `spec.containers[name=web].image` or `data.\"app.conf\"`",
            )
        })
    }
}

impl TryFrom<&str> for KeyPath {
    type Error = Fault;

    fn try_from(text: &str) -> Result<Self, Fault> {
        text.parse()
    }
}

impl TryFrom<String> for KeyPath {
    type Error = Fault;

    fn try_from(text: String) -> Result<Self, Fault> {
        text.parse()
    }
}

// A path in place of the text of one is always right.
impl From<std::convert::Infallible> for Fault {
    fn from(never: std::convert::Infallible) -> Self {
        match never {}
    }
}

impl From<&KeyPath> for KeyPath {
    fn from(path: &KeyPath) -> Self {
        path.clone()
    }
}

fn shown(steps: &[Step]) -> String {
    let mut text = String::new();
    for step in steps {
        match step {
            Step::Key(key) if text.is_empty() => text += &word(key),
            Step::Key(key) => text += &format!(".{}", word(key)),
            Step::Index(index) => text += &format!("[{index}]"),
            Step::Member(keys, value) => {
                let keys: Vec<String> = keys.iter().map(|key| word(key)).collect();
                text += &format!("[{}={}]", keys.join("."), word(value));
            }
        }
    }
    text
}

fn is_bare(c: char) -> bool {
    c.is_alphanumeric() || "_-/".contains(c)
}

/// A key or value as it stands in a path.
fn word(text: &str) -> String {
    if !text.is_empty() && text.chars().all(is_bare) {
        return text.to_owned();
    }
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""))
}

struct Reader<'a> {
    text: &'a str,
    at: usize,
}

impl Reader<'_> {
    fn path(&mut self) -> Result<Vec<Step>, SpannedError> {
        self.take('.');
        let mut steps = Vec::new();
        while steps.is_empty() || self.at < self.text.len() {
            if self.take('[') {
                steps.push(self.member()?);
            } else if steps.is_empty() || self.take('.') {
                steps.push(Step::Key(self.word(is_bare, "a key")?));
            } else {
                return Err(self.wrong("a `.` or `[` is missing here"));
            }
        }
        Ok(steps)
    }

    /// The inside of `[…]`.
    fn member(&mut self) -> Result<Step, SpannedError> {
        let rest = &self.text[self.at..];
        let digits = rest.bytes().take_while(u8::is_ascii_digit).count();
        if digits > 0 && rest[digits..].starts_with(']') {
            let index = rest[..digits].parse().map_err(|_| self.wrong("the index is too large"))?;
            self.at += digits + 1;
            return Ok(Step::Index(index));
        }
        let mut keys = Vec::new();
        if !self.take('=') {
            keys.push(self.word(is_bare, "an index or a key")?);
            while self.take('.') {
                keys.push(self.word(is_bare, "a key")?);
            }
            if !self.take('=') {
                return Err(self.wrong("a `=` is missing here"));
            }
        }
        let value = self.word(|c| is_bare(c) || ".:@".contains(c), "a value")?;
        if !self.take(']') {
            return Err(self.wrong("a `]` is missing here"));
        }
        Ok(Step::Member(keys, value))
    }

    /// A word of `good` characters, or any text in quotes.
    fn word(&mut self, good: impl Fn(char) -> bool, what: &str) -> Result<String, SpannedError> {
        if self.take('"') {
            return self.quoted();
        }
        let rest = &self.text[self.at..];
        let end = rest.find(|c| !good(c)).unwrap_or(rest.len());
        if end == 0 {
            return Err(self.wrong(format!("{what} is missing here")));
        }
        self.at += end;
        Ok(rest[..end].to_owned())
    }

    /// The rest of a text in quotes.
    fn quoted(&mut self) -> Result<String, SpannedError> {
        let (start, mut text) = (self.at, String::new());
        let mut chars = self.text[start..].char_indices();
        while let Some((at, c)) = chars.next() {
            match c {
                '"' => {
                    self.at = start + at + 1;
                    return Ok(text);
                }
                '\\' => match chars.next() {
                    Some((_, c @ ('"' | '\\'))) => text.push(c),
                    _ => {
                        self.at = start + at;
                        return Err(self.wrong("a backslash stands before a quote or a backslash"));
                    }
                },
                c => text.push(c),
            }
        }
        self.at = start - 1;
        Err(self.wrong("the quote is never closed"))
    }

    fn take(&mut self, c: char) -> bool {
        let found = self.text[self.at..].starts_with(c);
        self.at += if found { c.len_utf8() } else { 0 };
        found
    }

    fn wrong(&self, message: impl Into<String>) -> SpannedError {
        let end = self.text[self.at..].chars().next().map_or(0, char::len_utf8);
        SpannedError::new(self.at..self.at + end, message)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn a_path_has_its_steps() {
        let path: KeyPath =
            ".spec.containers[name=web].ports[0].\"a.b\"[=1.5][m.n=\"x y\"]".parse().unwrap();
        let (key, strings) = (
            |it: &str| Step::Key(it.into()),
            |it: &[&str]| it.iter().map(|&it| it.to_owned()).collect::<Vec<_>>(),
        );
        assert_eq!(
            path.steps(),
            [
                key("spec"),
                key("containers"),
                Step::Member(strings(&["name"]), "web".into()),
                key("ports"),
                Step::Index(0),
                key("a.b"),
                Step::Member(vec![], "1.5".into()),
                Step::Member(strings(&["m", "n"]), "x y".into()),
            ]
        );
        assert_eq!(path.start(0), "the document");
        assert_eq!(path.start(3), "spec.containers[name=web]");
    }

    #[test]
    fn a_mistake_in_a_path_is_shown_with_its_place() {
        for (text, at, why) in [
            ("", 0, "a key is missing here"),
            ("a..b", 2, "a key is missing here"),
            ("a b", 1, "a `.` or `[` is missing here"),
            ("a[", 2, "an index or a key is missing here"),
            ("a[b]", 3, "a `=` is missing here"),
            ("a[b=]", 4, "a value is missing here"),
            ("a[b=c", 5, "a `]` is missing here"),
            ("a[99999999999999999999]", 2, "the index is too large"),
            ("a.\"b", 2, "the quote is never closed"),
            ("a.\"\\b\"", 3, "a backslash stands before a quote or a backslash"),
        ] {
            let error = Reader { text, at: 0 }.path().unwrap_err();
            assert_eq!((error.at.start, error.message.as_str()), (at, why), "{text}");
        }
    }

    proptest! {
        #[test]
        fn a_shown_path_is_read_back(keys in proptest::collection::vec("[a-z.\\\\\"\\[\\]= é]{1,4}", 1..5)) {
            let steps: Vec<Step> = keys.iter().enumerate().map(|(at, key)| match at % 2 {
                0 => Step::Key(key.clone()),
                _ => Step::Member(vec![key.clone()], key.clone()),
            }).collect();
            let text = shown(&steps);
            let path: KeyPath = text.parse().unwrap();
            prop_assert_eq!(path.steps(), &steps[..], "{}", text);
        }

        #[test]
        fn any_text_is_a_path_or_an_error(text in "[a.\\[\\]=\"\\\\0é ]{0,12}") {
            drop(text.parse::<KeyPath>());
        }
    }
}
