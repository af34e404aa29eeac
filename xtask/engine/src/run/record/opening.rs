//! The start of the record of a run: a new one, or the journal of an earlier run.

use anyhow::{Context as _, Result};
use camino::Utf8PathBuf;
use jiff::Zoned;

use super::entry::{Again, Entry, Followed};
use super::journal::Journal;
use super::shells::Shells;
use crate::data::inventory::Inventory;
use crate::text::stamp;

/// The facts of a new run.
#[derive(Debug)]
pub struct New<'a> {
    /// The step, as typed.
    pub step: &'a str,
    /// Its start.
    pub begun: &'a Zoned,
    /// The command line behind the program's name, with what the environment adds.
    pub words: Vec<String>,
    /// The alias that stood for a part of it.
    pub alias: Option<String>,
    /// Gives its shell.
    pub snippets: fn() -> Shells,
    /// Its inventory.
    pub inventory: &'a Inventory,
    /// On throw-away hosts.
    pub rehearsal: bool,
    /// The ticket of the change.
    pub ticket: Option<String>,
    /// Why it is made.
    pub reason: Option<String>,
    /// The saved plan that it follows.
    pub plan: Option<Followed>,
}

/// The way to record a run.
#[derive(Debug, Default)]
pub enum Opening {
    /// As its own run.
    #[default]
    New,
    /// As its own run that undoes another: the id of the other.
    Undo(String),
    /// In the journal of an earlier run, which it resumes.
    Again {
        /// The directory of that run.
        dir: Utf8PathBuf,
        /// Its aim.
        kind: Again,
        /// Its hosts; none for all of the run.
        only: Option<Vec<String>>,
    },
}

impl Opening {
    /// The start of the run; a resumed run keeps its first start, and so its names.
    pub(in crate::run) fn begun(&self) -> Zoned {
        let id = match self {
            Self::Again { dir, .. } => dir.file_name(),
            Self::New | Self::Undo(_) => None,
        };
        id.and_then(stamp::begun).unwrap_or_else(Zoned::now)
    }

    /// The manual operations that the recorded run has acknowledged, with their evidence.
    pub(in crate::run) fn acks(&self) -> Result<Vec<(String, String)>> {
        let Self::Again { dir, .. } = self else { return Ok(Vec::new()) };
        let journal =
            Journal::read(dir).with_context(|| format!("reading the run record {dir}"))?;
        let ack = |entry: &Entry| match entry {
            Entry::Ack { name, text, .. } => Some((name.clone(), text.clone())),
            _ => None,
        };
        Ok(journal.entries().filter_map(ack).collect())
    }
}
