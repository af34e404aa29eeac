//! How the record of a run begins: anew, or in the journal of an earlier one.

use std::collections::BTreeMap;

use anyhow::{Context as _, Result};
use camino::Utf8PathBuf;
use jiff::Zoned;

use super::entry::{Again, Entry};
use super::journal::Journal;
use crate::data::inventory::Inventory;
use crate::text::stamp;

/// What a new run is.
#[derive(Debug)]
pub struct New<'a> {
    /// The step, as typed.
    pub step: &'a str,
    /// When it begins.
    pub begun: &'a Zoned,
    /// The command line behind the program's name, with what the environment adds.
    pub words: Vec<String>,
    /// Gives a hash of each snippet by its name.
    pub snippets: fn() -> BTreeMap<String, String>,
    /// What it works on.
    pub inventory: &'a Inventory,
    /// On throw-away hosts.
    pub rehearsal: bool,
}

/// How a run is recorded.
#[derive(Debug, Default)]
pub enum Opening {
    /// As a run of its own.
    #[default]
    New,
    /// As a run of its own that takes another back: its id.
    Undo(String),
    /// In the journal of an earlier run, which goes on.
    Again {
        /// The directory of that run.
        dir: Utf8PathBuf,
        /// With what aim.
        kind: Again,
        /// The hosts it is about now; none for all of the run.
        only: Option<Vec<String>>,
    },
}

impl Opening {
    /// When the run begins, or began: what goes on bears the names of the beginning.
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
