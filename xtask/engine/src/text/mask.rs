//! Hides secrets in what is shown: diffs, plans, output.

use std::ops::Range;

/// What stands in the place of a secret.
const STARS: &[u8] = b"****";

/// Secrets shorter than this are hidden only as whole words: they occur by chance.
const SHORT: usize = 4;

const BASE64: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// What to hide: values wherever they are, and the rest of the lines that start with a key word.
#[derive(Clone, Default)]
pub struct Mask {
    values: Vec<Vec<u8>>,
    encoded: Vec<Vec<u8>>,
    words: Vec<String>,
}

// Written by hand: a derived form would print the secrets.
impl std::fmt::Debug for Mask {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mask").field("words", &self.words).finish_non_exhaustive()
    }
}

impl Mask {
    /// Nothing to hide.
    pub fn new() -> Self {
        Self::default()
    }

    /// Hides `value` too: as it is, in quotes and escapes of shell, JSON, XML and URLs, and in base64
    /// on one line, at any alignment. The lines of a longer value (a key file) are hidden one by one.
    #[must_use]
    pub fn value(mut self, value: impl AsRef<[u8]>) -> Self {
        let value = value.as_ref();
        let value = value.strip_suffix(b"\n").unwrap_or(value);
        if value.contains(&b'\n') {
            let lines = value.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii);
            self = lines.filter(|line| line.len() >= 2 * SHORT).fold(self, Self::value);
        }
        if !value.is_empty() {
            self.values.push(value.to_vec());
            self.encoded.extend((0..3).filter_map(|lead| base64_core(value, lead)));
        }
        self
    }

    /// Hides what follows `word` on lines that start with it (`auth_pass`), also after `export` and
    /// the sign of a diff line.
    #[must_use]
    pub fn word(mut self, word: impl Into<String>) -> Self {
        self.words.push(word.into());
        self
    }

    /// Whether there is nothing to hide.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty() && self.words.is_empty()
    }

    /// `text` with `****` for every secret.
    pub fn text(&self, text: &str) -> String {
        String::from_utf8_lossy(&self.bytes(text.as_bytes())).into_owned()
    }

    /// `bytes` with `****` for every secret.
    pub fn bytes(&self, bytes: &[u8]) -> Vec<u8> {
        let mut found: Vec<Range<usize>> = Vec::new();
        self.values.iter().for_each(|value| occurrences(bytes, value, &mut found));
        self.encoded.iter().for_each(|core| encoded_occurrences(bytes, core, &mut found));
        if !self.words.is_empty() {
            self.keyed(bytes, &mut found);
        }
        found.sort_by_key(|range| (range.start, range.end));
        let mut out = Vec::with_capacity(bytes.len());
        let mut done = 0;
        for range in found {
            if range.start >= done {
                out.extend_from_slice(&bytes[done..range.start]);
                out.extend_from_slice(STARS);
            }
            done = done.max(range.end);
        }
        out.extend_from_slice(&bytes[done..]);
        out
    }

    /// The values on lines that start with a key word.
    fn keyed(&self, bytes: &[u8], found: &mut Vec<Range<usize>>) {
        let mut start = 0;
        for line in bytes.split_inclusive(|&byte| byte == b'\n') {
            let end = line.trim_ascii_end().len();
            if let Some(at) = self.words.iter().find_map(|word| after_key(line, word.as_bytes()))
                && at < end
            {
                found.push(start + at..start + end);
            }
            start += line.len();
        }
    }
}

/// Where the value starts on a `line` whose first word is `word`.
fn after_key(line: &[u8], word: &[u8]) -> Option<usize> {
    let sign =
        line.strip_prefix(b"+").or(line.strip_prefix(b"-")).unwrap_or(line).trim_ascii_start();
    let plain = sign.strip_prefix(b"export ").unwrap_or(sign).trim_ascii_start();
    let plain = plain.strip_prefix(b"\"").or(plain.strip_prefix(b"'")).unwrap_or(plain);
    let rest = plain.strip_prefix(word)?;
    let parts = |byte: u8| byte.is_ascii_whitespace() || b"=:\"'".contains(&byte);
    let value = rest.iter().position(|&byte| !parts(byte))?;
    // Quotes after the separator belong to the value, that before it to the key.
    let separator =
        rest[..value].iter().rposition(|&b| b.is_ascii_whitespace() || b"=:".contains(&b));
    separator.map(|at| line.len() - rest.len() + at + 1)
}

/// Every place where `value` stands, plain or escaped.
fn occurrences(bytes: &[u8], value: &[u8], found: &mut Vec<Range<usize>>) {
    let mut from = 0;
    let word = |at: Option<&u8>| at.is_some_and(|b| b.is_ascii_alphanumeric() || *b == b'_');
    while from < bytes.len() {
        let Some(end) = matches_at(bytes, from, value) else {
            from += 1;
            continue;
        };
        let inside = word(from.checked_sub(1).and_then(|at| bytes.get(at))) || word(bytes.get(end));
        if value.len() >= SHORT || !inside {
            found.push(from..end);
        }
        from = end;
    }
}

/// The end of `value` when it stands at `at`.
fn matches_at(bytes: &[u8], at: usize, value: &[u8]) -> Option<usize> {
    forms(&bytes[at..], *value.first()?).next()?;
    // A `%` may be itself or begin an escape: all readings are followed side by side.
    let mut ends = vec![at];
    for &byte in value {
        ends =
            ends.iter().flat_map(|&end| forms(&bytes[end..], byte).map(move |n| end + n)).collect();
        ends.dedup();
        if ends.is_empty() {
            return None;
        }
    }
    ends.into_iter().max()
}

/// How long `byte` is at the start of `text`: as itself, and escaped.
fn forms(text: &[u8], byte: u8) -> impl Iterator<Item = usize> {
    let first = text.first().copied();
    let plain = first == Some(byte) || (byte == b' ' && first == Some(b'+'));
    plain.then_some(1).into_iter().chain(escaped(text, byte))
}

/// How long an escape for `byte` at the start of `text` is, in a shell, JSON, XML or a URL.
fn escaped(text: &[u8], byte: u8) -> Option<usize> {
    let hex = |digits: &[u8]| u8::from_str_radix(std::str::from_utf8(digits).ok()?, 16).ok();
    let entity = |byte| -> &[u8] {
        match byte {
            b'&' => b"&amp;",
            b'<' => b"&lt;",
            b'>' => b"&gt;",
            b'"' => b"&quot;",
            _ => b"&apos;",
        }
    };
    match text {
        [b'\'', ..] if byte == b'\'' => text.starts_with(br"'\''").then_some(4),
        [b'%', high, low, ..] => (hex(&[*high, *low])? == byte).then_some(3),
        [b'\\', b'n', ..] if byte == b'\n' => Some(2),
        [b'\\', next, ..] => (*next == byte && !byte.is_ascii_alphanumeric()).then_some(2),
        [b'&', ..] if b"&<>\"'".contains(&byte) => {
            text.starts_with(entity(byte)).then_some(entity(byte).len())
        }
        _ => None,
    }
}

/// The base64 characters that `value` alone decides when `lead` bytes stand before it.
fn base64_core(value: &[u8], lead: usize) -> Option<Vec<u8>> {
    let mut bytes = vec![0; lead];
    bytes.extend_from_slice(value);
    let (first, last) = ((lead * 8).div_ceil(6), bytes.len() * 8 / 6);
    bytes.extend([0, 0]);
    let digit = |index: usize| {
        let bit = index * 6;
        let pair = u16::from(bytes[bit / 8]) << 8 | u16::from(bytes[bit / 8 + 1]);
        BASE64[usize::from(pair >> (10 - bit % 8) & 63)]
    };
    let core: Vec<u8> = (first..last).map(digit).collect();
    (value.len() >= SHORT && core.len() >= SHORT).then_some(core)
}

/// Every run of base64 (either alphabet) that holds `core`: the characters around it tell of it too.
fn encoded_occurrences(bytes: &[u8], core: &[u8], found: &mut Vec<Range<usize>>) {
    let same =
        |byte: u8, digit: u8| byte == digit || matches!((byte, digit), (b'-', b'+') | (b'_', b'/'));
    let digit = |byte: &u8| byte.is_ascii_alphanumeric() || b"+/-_=".contains(byte);
    let mut done = 0;
    let starts = bytes.windows(core.len()).enumerate();
    for (at, window) in starts {
        if at < done || !window.iter().zip(core).all(|(&byte, &digit)| same(byte, digit)) {
            continue;
        }
        let before = bytes[..at].iter().rev().take_while(|byte| digit(byte)).count();
        let after = bytes[at..].iter().take_while(|byte| digit(byte)).count();
        found.push(at - before..at + after);
        done = at + after;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_value_is_hidden_in_every_way_it_may_be_written() {
        let mask = Mask::new().value("p@ss w'd\"&/");
        for shown in [
            "p@ss w'd\"&/",
            r#"p@ss w'\''d"&/"#,
            r#"p@ss w'd\"&/"#,
            "p%40ss%20w%27d%22%26%2f",
            "p%40ss+w%27d%22%26/",
            "p@ss w&apos;d&quot;&amp;/",
        ] {
            assert_eq!(mask.text(&format!("a={shown}; b")), "a=****; b", "{shown}");
        }
        assert_eq!(Mask::new().value("a%25\\b").text("a%25\\b a%2525\\\\b"), "**** ****");
        assert_eq!(mask.bytes(b"\xff p@ss w'd\"&/p@ss w'd\"&/ \xff"), b"\xff ******** \xff");
        assert_eq!(mask.text("p@ss w"), "p@ss w");
    }

    #[test]
    fn base64_is_hidden_at_every_alignment() {
        let mask = Mask::new().value("hunter2!");
        // The same secret after no, one, two and three bytes, then before other bytes.
        for token in ["aHVudGVyMiE=", "Omh1bnRlcjIh", "YTpodW50ZXIyIQ==", "YWI6aHVudGVyMiEhIQ=="] {
            assert_eq!(mask.text(&format!("Basic {token}\n")), "Basic ****\n", "{token}");
        }
        assert_eq!(mask.text("aHVudGVy"), "aHVudGVy");
        assert_eq!(Mask::new().value("??>>??").text("x Pz8-Pj8_"), "x ****");
    }

    #[test]
    fn short_values_are_hidden_as_whole_words_only() {
        let mask = Mask::new().value("abc").value("");
        assert_eq!(mask.text("abc abcd x_abc (abc)"), "**** abcd x_abc (****)");
    }

    #[test]
    fn the_rest_of_a_keyed_line_is_hidden() {
        let mask = Mask::new().word("auth_pass").word("PASSWORD").word("password");
        let text =
            "+    auth_pass x y\r\n-PASSWORD=\"a b\"\nexport PASSWORD='c'\n\"password\": \"d\",\n";
        let want =
            "+    auth_pass ****\r\n-PASSWORD=****\nexport PASSWORD=****\n\"password\": ****\n";
        assert_eq!(mask.text(text), want);
        let other = "auth_passes x\nauth_pass\nmy auth_pass x\n";
        assert_eq!(mask.text(other), other);
    }

    #[test]
    fn the_lines_of_a_key_file_are_hidden_one_by_one() {
        let mask = Mask::new().value("-----BEGIN KEY-----\nMIIabcdefgh\nxyz\n");
        assert_eq!(mask.text("+MIIabcdefgh\n"), "+****\n");
    }

    #[test]
    fn overlapping_secrets_are_hidden_together_and_never_printed() {
        let mask = Mask::new().value("secret-one").value("one-two");
        assert_eq!(mask.text("a secret-one-two b"), "a **** b");
        assert!(!format!("{mask:?}").contains("secret"));
    }
}
