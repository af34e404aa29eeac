//! Reads a journal: its whole lines, a half line at its end, and its damage.

use std::fs::File;
use std::io::{Read as _, Seek as _, SeekFrom};

use anyhow::Result;
use camino::{Utf8Path, Utf8PathBuf};
use rustix::fs::{FlockOperation, flock};
use serde::Deserialize;

use super::chain;
use super::entry::Entry;
use crate::transport::trust;

/// Its name in the directory of a run.
pub const FILE: &str = "journal.jsonl";

/// A journal on disk.
#[derive(Debug, Default)]
pub struct Journal {
    /// The readable lines.
    pub lines: Vec<Line>,
    /// A half line at the end: its writer was killed, or the disk was full. This is no damage.
    pub torn: Option<String>,
    /// Edited lines and gaps. Empty for a journal that can be trusted.
    pub damage: Vec<Damage>,
    pub(super) end: End,
    /// The number of whole lines in the file.
    pub(super) places: usize,
}

/// One line.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct Line {
    /// Its number, from 1.
    pub line: u64,
    /// The time of writing: `2026-11-21T02:33:11.123Z`.
    pub at: String,
    /// Its content.
    #[serde(flatten)]
    pub entry: Entry,
}

/// A change to a journal that this program did not make.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Damage {
    /// The line of the file, from 1; of a missing line the number it had.
    pub line: usize,
    /// The problem.
    pub what: String,
}

/// The place where a writer continues.
#[derive(Debug, Default, Clone)]
pub(super) struct End {
    /// Length of all whole lines, in bytes.
    pub(super) length: u64,
    /// The number of the last line.
    pub(super) line: u64,
    /// Its hash.
    pub(super) chain: String,
}

impl Journal {
    /// Reads the journal of the run in `dir`.
    ///
    /// # Errors
    /// When the file cannot be read, or others may have written it. Problems inside are in [`Journal::damage`].
    pub fn read(dir: &Utf8Path) -> Result<Self> {
        Ok(Self::parse(&trust::read(&dir.join(FILE))?))
    }

    /// Reads a journal from its bytes.
    pub fn parse(bytes: &[u8]) -> Self {
        let mut journal = Self::default();
        journal.extend(bytes);
        journal
    }

    /// Reads the lines that a process has added since; whether there are any. The journal in `dir` must be the same one.
    ///
    /// # Errors
    /// As [`Journal::read`].
    pub fn follow(&mut self, dir: &Utf8Path) -> Result<bool> {
        let (mut file, before) = (trust::open(&dir.join(FILE))?, self.end.length);
        file.seek(SeekFrom::Start(before))?;
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        self.extend(&bytes);
        Ok(self.end.length > before)
    }

    /// Takes in the bytes behind its last whole line.
    fn extend(&mut self, bytes: &[u8]) {
        let whole = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |at| at + 1);
        let (lines, torn) = bytes.split_at(whole);
        self.torn = (!torn.is_empty()).then(|| String::from_utf8_lossy(torn).replace('\0', ""));
        self.end.length += whole as u64;
        let chain = std::mem::take(&mut self.end.chain);
        // The hash of the line before; none when that line has none.
        let mut previous = (self.places == 0 || !chain.is_empty()).then_some(chain.as_str());
        let lines =
            lines.split_inclusive(|byte| *byte == b'\n').map(|line| &line[..line.len() - 1]);
        for line in lines {
            self.places += 1;
            previous = self.take(self.places, line, previous);
        }
        self.end.chain = previous.unwrap_or_default().to_owned();
    }

    /// Takes one line in; gives its hash.
    fn take<'a>(
        &mut self,
        place: usize,
        line: &'a [u8],
        previous: Option<&str>,
    ) -> Option<&'a str> {
        let expected = self.end.line + 1;
        let entry = serde_json::from_slice::<Line>(line).ok();
        let (body, hash) = chain::split(line).unzip();
        let numbered = entry.as_ref().map_or(expected, |entry| entry.line);
        let linked = match (previous, body, hash) {
            (Some(previous), Some(body), Some(hash)) => chain::link(previous, body) == hash,
            // A line after one without a hash cannot be checked.
            (None, Some(_), Some(_)) => true,
            _ => false,
        };
        if entry.is_none() {
            self.damaged(place, "is not a line of a journal");
        } else if numbered > expected {
            let missing = match numbered - 1 {
                last if last == expected => "is missing".to_owned(),
                last => format!("is missing, and so are those up to line {last}"),
            };
            self.damaged(usize::try_from(expected).unwrap_or(place), missing);
        } else if !linked || numbered < expected {
            self.damaged(place, "was changed after it was written");
        }
        self.end.line = numbered;
        self.lines.extend(entry);
        hash
    }

    fn damaged(&mut self, line: usize, what: impl Into<String>) {
        self.damage.push(Damage { line, what: what.into() });
    }

    /// The entries, oldest first.
    pub fn entries(&self) -> impl Iterator<Item = &Entry> {
        self.lines.iter().map(|line| &line.entry)
    }
}

/// Whether a process writes the journal in `dir` now.
pub fn is_running(dir: &Utf8Path) -> bool {
    let Ok(file) = File::open(dir.join(FILE)) else { return false };
    // A shared lock for a moment only: a new writer waits longer than that.
    flock(&file, FlockOperation::NonBlockingLockShared) == Err(rustix::io::Errno::WOULDBLOCK)
}

/// The journal of a run.
pub(super) fn path(dir: &Utf8Path) -> Utf8PathBuf {
    dir.join(FILE)
}
