//! The run record on this machine: the intents of a run and their results.
//!
//! `$XDG_STATE_HOME/xtask/runs/<id>/`, mode 0700:
//! - `journal.jsonl`: one JSON object a line ([`entry`]), chained by hashes. An intent is on
//!   disk before its operation changes anything.
//! - `outputs/NNNN.HOST.out` and `.err`: the output of each action, secrets masked.
//! - `before/NNNN`: bytes that an undo needs; the intent names them.
//! - `inventory.toml`: a copy of the inventory.
//! - `own/HASH`: the text of each file of one's own that a process of the run has read.

use std::fs;
use std::io::Write as _;
use std::os::unix::fs::DirBuilderExt as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use anyhow::{Context as _, Result};
use camino::{Utf8Path, Utf8PathBuf};

use self::cause::cause;
use self::entry::{Again, Entry, Resume, SCHEMA, Start};
use self::files::Files;
use self::place::{private, runs_dir};
use self::writer::Writer;
use crate::data::fault::{Fault, Kind};
use crate::ops::reader;
use crate::text::mask::Mask;
use crate::text::stamp;
use crate::transport::interrupt::Interrupt;
use crate::transport::spool::Spool;
use crate::transport::trust;

pub(in crate::run) mod attempt;
pub mod backed;
mod cause;
mod chain;
pub mod course;
pub mod entry;
pub(super) mod files;
pub mod finding;
pub(super) mod intent;
pub mod item;
pub mod items;
pub mod journal;
mod opening;
pub mod origin;
mod place;
pub mod prune;
mod shells;
mod standing;
mod start;
pub mod store;
pub mod summary;
pub mod times;
mod writer;

pub use opening::{New, Opening};
pub use place::state_dir;
pub use shells::{Shells, kept};

/// The inventory's text in the directory of a run.
pub const INVENTORY: &str = "inventory.toml";
/// Its hosts, where imports have a say in them: `Inventory::resolved`.
pub const HOSTS: &str = "hosts.jsonl";

/// One run, being written.
#[derive(Debug)]
pub struct Record {
    dir: Utf8PathBuf,
    journal: Mutex<Writer>,
    operations: AtomicU64,
    files: Files,
}

impl Record {
    /// Starts the record of a run, or resumes one.
    ///
    /// # Errors
    /// When it cannot be written: nothing is changed without a record. Resuming also fails with [`Kind::Locked`] while
    /// another process writes the record, and with [`Kind::Refused`] when it was edited.
    pub fn open(opening: Opening, new: New<'_>, mask: &Mask) -> Result<Self> {
        match opening {
            Opening::New => Self::start(new, None, mask),
            Opening::Undo(of) => Self::start(new, Some(of), mask),
            Opening::Again { dir, kind, only } => {
                let shells = new.snippets;
                let record = Self::reopen(&dir, kind, only, new, mask)?;
                shells().keep(&dir).map_err(|error| record.unwritable(&error))?;
                Ok(record)
            }
        }
    }

    fn start(new: New<'_>, undoes: Option<String>, mask: &Mask) -> Result<Self> {
        let runs = runs_dir()?;
        let id = stamp::run_id(new.begun, new.step);
        let dir = make_dir(&runs, &id).map_err(|error| no_record(&runs, &error))?;
        // Its parents may have been made just now, by somebody else.
        trust::look(&dir)?;
        let number = store::next_number();
        let begun = number.and_then(|number| Self::begin(&dir, number, new, undoes, mask));
        begun.map_err(|error| {
            // An empty record is useless; the error says why there is none.
            drop(fs::remove_dir_all(&dir));
            no_record(&dir, &format_args!("{error:#}")).into()
        })
    }

    fn begin(
        dir: &Utf8Path,
        number: u64,
        new: New<'_>,
        undoes: Option<String>,
        mask: &Mask,
    ) -> Result<Self> {
        let record = Self {
            dir: dir.to_owned(),
            journal: Mutex::new(Writer::create(dir)?),
            operations: AtomicU64::new(1),
            files: Files::of(dir),
        };
        let text = new.inventory.text.as_bytes();
        let resolved = new.inventory.resolved();
        for (name, bytes) in
            [(INVENTORY, Some(text)), (HOSTS, resolved.as_deref().map(str::as_bytes))]
        {
            let Some(bytes) = bytes else { continue };
            private().write(true).create_new(true).open(dir.join(name))?.write_all(bytes)?;
        }
        let shells = (new.snippets)();
        shells.keep(dir)?;
        let inventory = origin::inventory(new.inventory);
        let cwd = std::env::current_dir().unwrap_or_default().to_string_lossy().into_owned();
        record.add(
            &Entry::Start(Start {
                schema: SCHEMA,
                run: dir.file_name().unwrap_or_default().to_owned(),
                number,
                step: new.step.to_owned(),
                args: masked(new.words, mask),
                alias: new.alias,
                snippets: shells.hashes,
                user: origin::user(),
                from: origin::from(),
                pid: std::process::id(),
                program: env!("CARGO_PKG_VERSION").to_owned(),
                cwd,
                inventory,
                inventory_sha256: reader::hash(text),
                rehearsal: new.rehearsal,
                undoes,
                ticket: new.ticket.map(|text| mask.text(&text)),
                reason: new.reason.map(|text| mask.text(&text)),
                plan: new.plan,
            }),
            true,
        )?;
        Ok(record)
    }

    fn reopen(
        dir: &Utf8Path,
        kind: Again,
        only: Option<Vec<String>>,
        new: New<'_>,
        mask: &Mask,
    ) -> Result<Self> {
        let (journal, before) =
            Writer::reopen(dir).with_context(|| format!("resuming the run record {dir}"))?;
        let last = before.entries().filter_map(Entry::operation).max().unwrap_or(0);
        let record = Self {
            dir: dir.to_owned(),
            journal: Mutex::new(journal),
            operations: AtomicU64::new(last + 1),
            files: Files::of(dir),
        };
        let (ticket, reason) = cause(&before);
        let other = |now: Option<String>, then: Option<String>| {
            now.map(|text| mask.text(&text)).filter(|text| Some(text) != then.as_ref())
        };
        let resume = Resume {
            kind,
            args: masked(new.words, mask),
            user: origin::user(),
            from: origin::from(),
            pid: std::process::id(),
            only,
            torn: before.torn.clone(),
            ticket: other(new.ticket, ticket),
            reason: other(new.reason, reason),
        };
        record.write(&Entry::Resume(resume), true)?;
        Ok(record)
    }

    /// The directory of this run.
    pub fn dir(&self) -> &Utf8Path {
        &self.dir
    }

    /// A number for an operation, unique in the journal.
    pub fn operation(&self) -> u64 {
        self.operations.fetch_add(1, Ordering::Relaxed)
    }

    /// Adds a line; with `sync` it is on disk when this returns.
    ///
    /// # Errors
    /// [`Kind::Stopped`]: nothing is changed without a record.
    pub fn write(&self, entry: &Entry, sync: bool) -> Result<()> {
        Ok(self.add(entry, sync).map_err(|error| self.unwritable(&error))?)
    }

    /// Checks that the journal is still at its place.
    ///
    /// # Errors
    /// [`Kind::Stopped`] when it was deleted, moved or replaced.
    pub fn in_place(&self) -> Result<(), Fault> {
        let journal = self.journal.lock().unwrap_or_else(PoisonError::into_inner);
        journal.in_place().map_err(|error| self.unwritable(&error))
    }

    fn add(&self, entry: &Entry, sync: bool) -> std::io::Result<()> {
        self.journal.lock().unwrap_or_else(PoisonError::into_inner).add(entry, sync)
    }

    fn unwritable(&self, error: &dyn std::fmt::Display) -> Fault {
        Fault::new(Kind::Stopped, format!("cannot write the run record {}: {error}", self.dir))
            .hint("nothing is changed without a record: make room there, or restore it, then run it again")
    }

    /// Keeps the output of a command, masked, up to a stop; gives its name in the record, none for empty output.
    pub fn output(
        &self,
        host: &str,
        out: &mut Spool,
        err: &mut Spool,
        mask: &Mask,
        interrupt: &Interrupt,
    ) -> Result<Option<String>> {
        let kept = self.files.output(host, [out, err], mask, interrupt);
        Ok(kept.map_err(|error| self.unwritable(&error))?)
    }
}

/// The error of a run without a record.
fn no_record(dir: &Utf8Path, error: &dyn std::fmt::Display) -> Fault {
    Fault::usage(format!("starting a run record in {dir}: {error}")).hint(
        "nothing is done without a record: make the directory writable, or name another place: XDG_STATE_HOME=DIR",
    )
}

fn masked(words: Vec<String>, mask: &Mask) -> Vec<String> {
    words.into_iter().map(|word| mask.text(&word)).collect()
}

/// Checks that no process writes the record in `dir` now.
///
/// # Errors
/// [`Kind::Locked`], with the writer.
pub fn at_rest(dir: &Utf8Path) -> Result<(), Fault> {
    if journal::is_running(dir) { Err(writer::held(dir)) } else { Ok(()) }
}

/// Adds a line to the journal of another, finished run.
///
/// # Errors
/// As [`Record::open`] when it resumes a run.
pub fn append(dir: &Utf8Path, entry: &Entry) -> Result<()> {
    let (mut journal, _) =
        Writer::reopen(dir).with_context(|| format!("writing the run record {dir}"))?;
    journal.add(entry, true).with_context(|| format!("writing the run record {dir}"))
}

/// Makes `runs/<id>`, with a number after the id when the name is taken.
fn make_dir(runs: &Utf8Path, id: &str) -> std::io::Result<Utf8PathBuf> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(runs)?;
    for number in 1.. {
        let name = if number == 1 { id.to_owned() } else { format!("{id}-{number}") };
        let dir = runs.join(name);
        match fs::DirBuilder::new().mode(0o700).create(&dir) {
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            made => return made.map(|()| dir),
        }
    }
    unreachable!("one of the numbers is free")
}

#[cfg(test)]
mod tests;
