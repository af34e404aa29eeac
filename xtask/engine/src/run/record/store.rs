//! All recorded runs on this machine.

use std::fs;
use std::io::{BufRead as _, BufReader};

use anyhow::{Context as _, Result};
use camino::{Utf8Path, Utf8PathBuf};

use super::journal::{self, Journal, Line, is_running};
use super::place::runs_dir;
use super::summary::Summary;
use super::writer;
use crate::data::fault::Fault;

/// A recorded run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// The name of its directory: `20261121-023311-bk-upgrade-paas`.
    pub id: String,
    /// Its directory.
    pub dir: Utf8PathBuf,
    /// Its start in UTC; empty without a readable journal.
    pub began: String,
}

/// All runs, oldest first.
///
/// # Errors
/// When the directory of runs cannot be read; a missing one is no error.
pub fn all() -> Result<Vec<Run>> {
    let runs = runs_dir()?;
    let entries = match runs.read_dir_utf8() {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.with_context(|| format!("reading {runs}"))?,
    };
    let mut found: Vec<Run> = entries
        .flatten()
        .filter(|entry| !entry.file_name().starts_with('.'))
        .filter(|entry| entry.file_type().is_ok_and(|kind| kind.is_dir()))
        .map(|entry| Run::at(entry.path()))
        .collect();
    // Names have local seconds; the journals are more precise.
    found.sort_by(|left, right| left.key().cmp(&right.key()));
    Ok(found)
}

/// The run named `name`: an id, the beginning or a part of one, or `last`.
///
/// # Errors
/// Exit 2 when there is none, or more than one.
pub fn find(name: &str) -> Result<Run> {
    let runs = all()?;
    let missing = |message: String| {
        anyhow::Error::from(Fault::usage(message).hint("see: cargo xtask runs list"))
    };
    if name == "last" {
        return runs.into_iter().last().ok_or_else(|| missing("no run is recorded yet".into()));
    }
    let only = |matches: &dyn Fn(&str) -> bool| {
        let mut found = runs.iter().filter(|run| matches(&run.id));
        found.next().filter(|_| found.next().is_none()).cloned()
    };
    let found = only(&|id| id == name)
        .or_else(|| only(&|id| id.starts_with(name)))
        .or_else(|| only(&|id| id.contains(name)));
    if let Some(run) = found {
        return Ok(run);
    }
    let several: Vec<&str> =
        runs.iter().rev().map(|run| run.id.as_str()).filter(|id| id.contains(name)).collect();
    if several.is_empty() || name.is_empty() {
        return Err(missing(format!("no recorded run is called `{name}`")));
    }
    let count = several.len();
    let newest = several.into_iter().take(5).collect::<Vec<_>>().join("\n");
    let fault = Fault::usage(format!("{count} recorded runs match `{name}`"));
    Err(fault.detail("newest", newest).hint("give more of the name, or `last`").into())
}

impl Run {
    /// The run in `dir`.
    pub fn at(dir: &Utf8Path) -> Self {
        let id = dir.file_name().unwrap_or_default().to_owned();
        let began = first_line(dir).map(|line| line.at).unwrap_or_default();
        Self { id, dir: dir.to_owned(), began }
    }

    /// A run without a readable start is sorted by its name.
    fn key(&self) -> (&str, &str) {
        (if self.began.is_empty() { &self.id } else { &self.began }, &self.id)
    }

    /// Its journal.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn journal(&self) -> Result<Journal> {
        Journal::read(&self.dir).with_context(|| format!("reading {}", journal::path(&self.dir)))
    }

    /// The run at a glance.
    ///
    /// # Errors
    /// When its journal cannot be read.
    pub fn summary(&self) -> Result<Summary> {
        // Checked first: a run that ends in between is read with its end.
        let running = is_running(&self.dir);
        Ok(Summary::new(&self.id, &self.journal()?, running))
    }

    /// Deletes the record of the run.
    ///
    /// # Errors
    /// [`crate::data::fault::Kind::Locked`] while it is running.
    pub fn remove(&self) -> Result<()> {
        let _lock = writer::lock_to_remove(&self.dir)?;
        let gone = self.dir.with_file_name(format!(".gone-{}", self.id));
        // Renamed first: a deletion that is cut short leaves no half run.
        fs::rename(&self.dir, &gone)
            .and_then(|()| fs::remove_dir_all(&gone))
            .with_context(|| format!("removing {}", self.dir))
    }
}

/// Removes the rest of a killed deletion.
pub(super) fn sweep() -> Result<()> {
    for entry in runs_dir()?.read_dir_utf8()?.flatten() {
        if entry.file_name().starts_with(".gone-") {
            // Another process may remove it too.
            drop(fs::remove_dir_all(entry.path()));
        }
    }
    Ok(())
}

fn first_line(dir: &Utf8Path) -> Option<Line> {
    let mut line = String::new();
    BufReader::new(fs::File::open(journal::path(dir)).ok()?).read_line(&mut line).ok()?;
    serde_json::from_str(&line).ok()
}
