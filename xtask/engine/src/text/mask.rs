//! Hides secrets in shown text: diffs, plans, output.

use std::ops::Range;

use self::base64::{run_after, run_before};
use self::forms::SHORT;
use self::needle::Needle;

mod base64;
pub mod forms;
mod hit;
mod needle;

/// The replacement of a secret.
const STARS: &[u8] = b"****";

/// The secrets to hide: values anywhere, and the rest of lines that start with a key word.
#[derive(Clone, Default)]
pub struct Mask {
    needles: Vec<Needle>,
    /// By the byte at a place of a text: the needles that may begin there.
    starts: Vec<Vec<usize>>,
    longest: usize,
    words: Vec<String>,
}

// Written by hand: a derived form would print the secrets.
impl std::fmt::Debug for Mask {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Mask").field("words", &self.words).finish_non_exhaustive()
    }
}

/// The secrets in a text.
#[derive(Default)]
struct Finds {
    /// Where they are, in order; they may overlap.
    ranges: Vec<Range<usize>>,
    /// From here on the text may hold the beginning of another one, which its end cuts off.
    open: Option<usize>,
}

impl Mask {
    /// Nothing to hide.
    pub fn new() -> Self {
        Self::default()
    }

    /// Hides `value` too, in each of the [`forms::FORMS`]. The lines of a longer value (a key file) are hidden one by
    /// one too.
    #[must_use]
    pub fn value(mut self, value: impl AsRef<[u8]>) -> Self {
        let value = value.as_ref();
        let value = value.strip_suffix(b"\n").unwrap_or(value);
        if value.contains(&b'\n') {
            let lines = value.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii);
            self = lines.filter(|line| line.len() >= 2 * SHORT).fold(self, Self::value);
        }
        if !value.is_empty() {
            self.starts.resize(256, Vec::new());
            self.longest = self.longest.max(value.len());
            for needle in Needle::of(value) {
                for start in needle.starts() {
                    self.starts[usize::from(start)].push(self.needles.len());
                }
                self.needles.push(needle);
            }
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
        self.needles.is_empty() && self.words.is_empty()
    }

    /// `text` with `****` for every secret.
    pub fn text(&self, text: &str) -> String {
        String::from_utf8_lossy(&self.bytes(text.as_bytes())).into_owned()
    }

    /// `bytes` with `****` for every secret.
    pub fn bytes(&self, bytes: &[u8]) -> Vec<u8> {
        render(bytes, &self.find(bytes).ranges)
    }

    /// The last `limit` bytes of `bytes` as text, masked. A secret that stands across the cut is left
    /// out as a whole; `bytes` should begin [`Mask::reach`] before it.
    pub fn last(&self, bytes: &[u8], limit: usize) -> String {
        let ranges = self.find(bytes).ranges;
        let mut cut = bytes.len().saturating_sub(limit);
        while let Some(range) = ranges.iter().find(|range| range.start < cut && cut < range.end) {
            cut = range.end;
        }
        let after = ranges.iter().filter(|range| range.start >= cut);
        let after: Vec<_> = after.map(|range| range.start - cut..range.end - cut).collect();
        String::from_utf8_lossy(&render(&bytes[cut..], &after)).into_owned()
    }

    /// Whether a secret is in `bytes`.
    pub fn finds(&self, bytes: &[u8]) -> bool {
        !self.find(bytes).ranges.is_empty()
    }

    /// The masked beginning of a longer text, and the number of `bytes` in it. The caller passes
    /// the rest again, with more behind it: a secret may begin there. With `end` no more follows.
    pub fn part(&self, bytes: &[u8], end: bool) -> (Vec<u8>, usize) {
        let Finds { mut ranges, open } = self.find(bytes);
        if end || self.is_empty() {
            return (render(bytes, &ranges), bytes.len());
        }
        // The rest of a word may turn it into base64. Key words stand at the start of a line.
        let mut cut = run_before(bytes, bytes.len()).min(open.unwrap_or(bytes.len()));
        if !self.words.is_empty() {
            let line = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
            cut = cut.min(line);
        }
        while let Some(range) = ranges.iter().find(|range| range.start < cut && cut < range.end) {
            cut = range.start;
        }
        ranges.retain(|range| range.end <= cut);
        (render(&bytes[..cut], &ranges), cut)
    }

    /// No secret, however it is written, takes more bytes than this.
    pub fn reach(&self) -> usize {
        forms::LONGEST * self.longest + 2 * base64::RUN
    }

    fn find(&self, bytes: &[u8]) -> Finds {
        let mut finds = Finds::default();
        let mut done = vec![0; self.needles.len()];
        let scanned = if self.needles.is_empty() { [].as_slice() } else { bytes };
        for (at, byte) in scanned.iter().enumerate() {
            for &number in &self.starts[usize::from(*byte)] {
                if at < done[number] {
                    continue;
                }
                let needle = &self.needles[number];
                let hit = needle.find(bytes, at);
                if hit.open {
                    let open = run_before(bytes, at);
                    finds.open = Some(finds.open.map_or(open, |first| first.min(open)));
                }
                let Some(end) = hit.end else { continue };
                done[number] = end;
                match needle {
                    Needle::Spelled(value) if value.len() < SHORT && is_inside(bytes, at, end) => {}
                    // The characters around it depend on it, too.
                    Needle::Base64(_) => {
                        done[number] = run_after(bytes, end);
                        finds.ranges.push(run_before(bytes, at)..done[number]);
                    }
                    _ => finds.ranges.push(at..end),
                }
            }
        }
        if !self.words.is_empty() {
            self.keyed(bytes, &mut finds.ranges);
        }
        finds.ranges.sort_by_key(|range| (range.start, range.end));
        finds
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

/// Whether `start..end` is only a part of a word.
fn is_inside(bytes: &[u8], start: usize, end: usize) -> bool {
    let word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    bytes[..start].last().is_some_and(word) || bytes.get(end).is_some_and(word)
}

#[cfg(test)]
mod tests;
