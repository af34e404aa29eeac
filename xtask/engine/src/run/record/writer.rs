//! Appends lines to a journal: chained, whole or not at all, and by one process at a time.

use std::fs::File;
use std::io::{self, Write as _};
use std::thread::sleep;
use std::time::{Duration, Instant};

use camino::{Utf8Path, Utf8PathBuf};
use rustix::fs::{FlockOperation, flock};
use serde::Serialize;

use super::chain;
use super::entry::Entry;
use super::journal::{End, Journal, path};
use super::place::{Inode, private};
use crate::data::fault::{Fault, Kind};

/// A check whether the run is alive holds the lock for a moment.
const LOCK_TIMEOUT: Duration = Duration::from_secs(1);

/// An open journal, locked as long as this lives.
#[derive(Debug)]
pub(super) struct Writer {
    file: File,
    path: Utf8PathBuf,
    inode: Inode,
    end: End,
    /// A half line could not be removed: no line may follow it.
    broken: bool,
}

#[derive(Serialize)]
struct Line<'a> {
    line: u64,
    at: String,
    #[serde(flatten)]
    entry: &'a Entry,
}

impl Writer {
    /// Makes the journal of a new run.
    pub(super) fn create(dir: &Utf8Path) -> anyhow::Result<Self> {
        let file = private().append(true).create_new(true).open(path(dir))?;
        lock(&file, dir)?;
        Self::of(file, dir, End::default())
    }

    fn of(file: File, dir: &Utf8Path, end: End) -> anyhow::Result<Self> {
        let inode = Inode::of(&file.metadata()?);
        Ok(Self { file, path: path(dir), inode, end, broken: false })
    }

    /// Opens the journal of a run that another process started; removes a half line at its end, and gives it.
    ///
    /// # Errors
    /// [`Kind::Locked`] while the run is running, [`Kind::Refused`] when lines were changed or are missing.
    pub(super) fn reopen(dir: &Utf8Path) -> anyhow::Result<(Self, Journal)> {
        let file = private().append(true).open(path(dir))?;
        lock(&file, dir)?;
        let journal = Journal::read(dir)?;
        if let Some(damage) = journal.damage.first() {
            let message = format!("line {} of {} {}", damage.line, path(dir), damage.what);
            return Err(Fault::refused(message)
                .hint(
                    "this run cannot be resumed; run the step again, finished operations are kept",
                )
                .into());
        }
        let end = journal.end.clone();
        file.set_len(end.length)?;
        Ok((Self::of(file, dir, end)?, journal))
    }

    /// Checks that the file is still at its path: a line in a file that nobody finds again records nothing.
    pub(super) fn in_place(&self) -> io::Result<()> {
        self.inode.is_at(&self.path)
    }

    /// Adds a line; with `sync` it is on disk when this returns. After an error the journal is
    /// unchanged.
    pub(super) fn add(&mut self, entry: &Entry, sync: bool) -> io::Result<()> {
        if self.broken {
            return Err(io::Error::other("it ends in a half line"));
        }
        self.in_place()?;
        let number = self.end.line + 1;
        let at = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string();
        let json = serde_json::to_vec(&Line { line: number, at, entry })?;
        let (mut line, chain) = chain::seal(&self.end.chain, json);
        line.push(b'\n');
        if let Err(error) = self.file.write_all(&line) {
            self.broken = self.file.set_len(self.end.length).is_err();
            return Err(error);
        }
        self.end = End { length: self.end.length + line.len() as u64, line: number, chain };
        if sync { self.file.sync_data() } else { Ok(()) }
    }
}

/// No process resumes the run while the file is open.
pub(super) fn lock_to_remove(dir: &Utf8Path) -> anyhow::Result<Option<File>> {
    match File::open(path(dir)) {
        Ok(file) => lock(&file, dir).map(|()| Some(file)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error.into()),
    }
}

/// Takes the lock for as long as the file is open.
fn lock(file: &File, dir: &Utf8Path) -> anyhow::Result<()> {
    let start = Instant::now();
    while let Err(errno) = flock(file, FlockOperation::NonBlockingLockExclusive) {
        if errno != rustix::io::Errno::WOULDBLOCK {
            return Err(io::Error::from(errno).into());
        }
        if start.elapsed() > LOCK_TIMEOUT {
            return Err(held(dir).into());
        }
        sleep(Duration::from_millis(20));
    }
    Ok(())
}

/// The error for a journal with a writer, named by the journal itself.
pub(super) fn held(dir: &Utf8Path) -> Fault {
    let run = dir.file_name().unwrap_or_default();
    let fault = Fault::new(Kind::Locked, format!("run {run} is still running"));
    let journal = Journal::read(dir).unwrap_or_default();
    let last = journal.lines.iter().rev().find_map(|line| match &line.entry {
        Entry::Start(start) => Some((&start.user, &start.from, start.pid, &line.at)),
        Entry::Resume(resume) => Some((&resume.user, &resume.from, resume.pid, &line.at)),
        _ => None,
    });
    let Some((user, from, pid, at)) = last else { return fault };
    fault
        .detail("who", format!("{user} on {from}, process {pid}"))
        .detail("since", at)
        .hint("wait for it to finish, or stop it, then run this again")
}
