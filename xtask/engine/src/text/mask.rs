//! Hides secrets in shown text: diffs, plans, output.

use std::ops::Range;

mod base64;

/// The replacement of a secret.
const STARS: &[u8] = b"****";

/// Secrets shorter than this are hidden only as whole words: they occur by chance.
const SHORT: usize = 4;

/// The secrets to hide: values anywhere, and the rest of lines that start with a key word.
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

    /// Hides `value` too: plain, in quotes and escapes of shell, JSON, XML and URLs, and in base64
    /// at any alignment, also broken into lines. The lines of a longer value (a key file) are
    /// hidden one by one too.
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
            self.encoded.extend((0..3).filter_map(|lead| base64::core(value, lead)));
        }
        self
    }

    /// Hides the text after `word` on lines that start with it (`auth_pass`), also after `export`
    /// and the sign of a diff line.
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
        render(bytes, &self.ranges(bytes))
    }

    /// The last `limit` bytes of `bytes` as text, masked. A secret that stands across the cut is left
    /// out as a whole; `bytes` should begin [`Mask::reach`] before it.
    pub fn last(&self, bytes: &[u8], limit: usize) -> String {
        let ranges = self.ranges(bytes);
        let mut cut = bytes.len().saturating_sub(limit);
        while let Some(range) = ranges.iter().find(|range| range.start < cut && cut < range.end) {
            cut = range.end;
        }
        let after = ranges.iter().filter(|range| range.start >= cut);
        let after: Vec<_> = after.map(|range| range.start - cut..range.end - cut).collect();
        String::from_utf8_lossy(&render(&bytes[cut..], &after)).into_owned()
    }

    /// The masked beginning of a longer text, and the number of `bytes` in it. The caller passes
    /// the rest again, with more behind it: a secret may begin there. With `end` no more follows.
    pub fn part(&self, bytes: &[u8], end: bool) -> (Vec<u8>, usize) {
        if end {
            return (self.bytes(bytes), bytes.len());
        }
        let sure = bytes.len().saturating_sub(self.reach());
        let mut ranges = self.ranges(bytes);
        let outside = |mut cut: usize| {
            while let Some(range) = ranges.iter().find(|range| range.start < cut && cut < range.end)
            {
                cut = range.start;
            }
            cut
        };
        // Whole lines, where there are any: key words stand at their start.
        let line = bytes[..sure].iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let cut = match outside(line) {
            0 => outside(sure),
            cut => cut,
        };
        ranges.retain(|range| range.end <= cut);
        (render(&bytes[..cut], &ranges), cut)
    }

    /// No secret, however it is written, takes more bytes than this.
    pub fn reach(&self) -> usize {
        // The longest escape, `&quot;`, is six bytes for one.
        let longest = self.values.iter().map(Vec::len).max().unwrap_or(0);
        6 * longest + 2 * base64::RUN
    }

    /// Where secrets are, in order; they may overlap.
    fn ranges(&self, bytes: &[u8]) -> Vec<Range<usize>> {
        let mut found: Vec<Range<usize>> = Vec::new();
        self.values.iter().for_each(|value| occurrences(bytes, value, &mut found));
        self.encoded.iter().for_each(|core| base64::occurrences(bytes, core, &mut found));
        if !self.words.is_empty() {
            self.keyed(bytes, &mut found);
        }
        found.sort_by_key(|range| (range.start, range.end));
        found
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

/// `bytes` with `****` for each of the ordered `ranges`.
fn render(bytes: &[u8], ranges: &[Range<usize>]) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len());
    let mut done = 0;
    for range in ranges {
        if range.start >= done {
            out.extend_from_slice(&bytes[done..range.start]);
            out.extend_from_slice(STARS);
        }
        done = done.max(range.end);
    }
    out.extend_from_slice(&bytes[done..]);
    out
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
        // Most bytes are letters and digits, which begin no escape.
        let may = bytes[from] == value[0] || !bytes[from].is_ascii_alphanumeric();
        let Some(end) = may.then(|| matches_at(bytes, from, value)).flatten() else {
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

#[cfg(test)]
mod tests;
