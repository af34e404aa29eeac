//! The output of commands, as much of it as a report takes.

use std::collections::HashSet;
use std::fs::File;
use std::hash::{DefaultHasher, Hash as _, Hasher as _};
use std::io::{Read as _, Seek as _, SeekFrom};

use camino::{Utf8Path, Utf8PathBuf};
use engine::text::visible::visible_bytes;
use serde::Serialize;

/// The most bytes of one stream of a command that succeeded, and of one that failed: its last ones.
const GOOD: u64 = 4 << 10;
const BAD: u64 = 32 << 10;
/// The most bytes of all outputs together; equal ones count once.
const ALL: usize = 6 << 20;

/// One stream of a command.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Printed {
    /// Its file in the record: `outputs/0012.paas1.out`.
    pub(crate) file: String,
    /// `out` or `err`.
    pub(crate) stream: &'static str,
    /// Its length there, in bytes.
    pub(crate) bytes: u64,
    /// Its last part, masked, with control characters written out; empty when the report has no room.
    pub(crate) text: String,
    /// The file has more.
    pub(crate) cut: bool,
}

/// Reads outputs until there is no more room.
pub(super) struct Reader {
    dir: Utf8PathBuf,
    seen: HashSet<u64>,
    left: usize,
}

impl Reader {
    /// Of the run in `dir`.
    pub(super) fn new(dir: &Utf8Path) -> Self {
        Self { dir: dir.to_owned(), seen: HashSet::new(), left: ALL }
    }

    /// The outputs of an operation. One that cannot be read is left out: the report is about the run, not about its disk.
    pub(super) fn of(&mut self, names: &[String], good: bool) -> Vec<Printed> {
        let files = names.iter().flat_map(|name| ["out", "err"].map(|stream| (name, stream)));
        files.filter_map(|(name, stream)| self.one(name, stream, good)).collect()
    }

    fn one(&mut self, name: &str, stream: &'static str, good: bool) -> Option<Printed> {
        let file = format!("outputs/{name}.{stream}");
        let mut source = File::open(self.dir.join(&file)).ok()?;
        let bytes = source.metadata().ok()?.len();
        let most = if good { GOOD } else { BAD };
        let mut last = Vec::new();
        if self.left > 0 {
            source.seek(SeekFrom::Start(bytes.saturating_sub(most))).ok()?;
            source.take(most).read_to_end(&mut last).ok()?;
        }
        if bytes > most {
            last.drain(..broken(&last));
        }
        let mut hash = DefaultHasher::new();
        last.hash(&mut hash);
        if self.seen.insert(hash.finish()) {
            self.left = self.left.saturating_sub(last.len());
        }
        let cut = (last.len() as u64) < bytes;
        Some(Printed { file, stream, bytes, text: visible_bytes(&last), cut })
    }
}

/// The length of the first line of a last part: it is a part of one. A single line stays, for there is nothing else.
fn broken(last: &[u8]) -> usize {
    let inner = &last[..last.len().saturating_sub(1)];
    inner.iter().position(|byte| *byte == b'\n').map_or(0, |at| at + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_part_of_a_line_goes_and_one_long_line_stays() {
        for (last, expected) in [("art\nb\nc\n", 4), ("art\nb", 4), ("long\n", 0), ("long", 0)] {
            assert_eq!(broken(last.as_bytes()), expected, "{last:?}");
        }
        assert_eq!((broken(b"\n"), broken(b"")), (0, 0));
    }
}
