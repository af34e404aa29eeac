//! All recorded runs on this machine.

use std::fs;
use std::io::{BufRead as _, BufReader, Read as _, Seek as _, Write as _};

use anyhow::{Context as _, Result};
use camino::{Utf8Path, Utf8PathBuf};
use rustix::fs::{FlockOperation, flock};
use serde::Deserialize;

use super::entry::Followed;
use super::journal::{self, Journal, is_running};
use super::place::{private, runs_dir, state_dir};
use super::summary::Summary;
use super::writer;
use crate::data::fault::Fault;
use crate::text::stamp;

/// A recorded run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Run {
    /// The name of its directory: `20261121-023311-bk-upgrade-paas`.
    pub id: String,
    /// Its directory.
    pub dir: Utf8PathBuf,
    /// Its start in UTC; empty without a readable journal.
    pub began: String,
    /// Its start; none without a readable journal.
    pub head: Option<Head>,
}

/// The first line of a journal, as far as the choice of a run needs it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Deserialize)]
pub struct Head {
    /// The time, in UTC.
    at: String,
    /// As in [`Start`](super::entry::Start), like the others.
    #[serde(default)]
    number: u64,
    /// The step, as typed.
    pub step: String,
    /// The command line.
    pub args: Vec<String>,
    /// The person.
    pub user: String,
    /// The machine.
    pub from: String,
    /// The working directory.
    pub cwd: String,
    /// The inventory; none for the sample.
    pub inventory: Option<String>,
    /// On throw-away hosts.
    pub rehearsal: bool,
    /// The saved plan that it follows.
    #[serde(default)]
    pub plan: Option<Followed>,
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
    // The clock can be wrong, and can be set back; the number only grows.
    found.sort_by(|left, right| left.key().cmp(&right.key()));
    Ok(found)
}

/// The length of the time in an id.
const STAMP: usize = "20261129-110103".len();

/// The run named `name`: an id, or the beginning or a part of one that no other has.
///
/// # Errors
/// Exit 2 when there is none, or more than one.
pub fn find(name: &str) -> Result<Run> {
    let runs = all()?;
    let missing = |message: String| Fault::usage(message).hint("see: cargo xtask runs list");
    if name.trim().is_empty() {
        return Err(missing("the name of the run is empty".to_owned()).into());
    }
    let only = |matches: &dyn Fn(&str) -> bool| {
        let mut found = runs.iter().filter(|run| matches(&run.id));
        found.next().filter(|_| found.next().is_none()).cloned()
    };
    let found = only(&|id| id == name)
        .or_else(|| only(&|id| id.starts_with(name)))
        .or_else(|| first_of_its_second(&runs, name))
        .or_else(|| only(&|id| id.contains(name)));
    if let Some(run) = found {
        return Ok(run);
    }
    let several: Vec<&str> =
        runs.iter().rev().map(|run| run.id.as_str()).filter(|id| id.contains(name)).collect();
    if several.is_empty() {
        return Err(missing(format!("no recorded run is called `{name}`")).into());
    }
    let count = several.len();
    let newest = several.into_iter().take(5).collect::<Vec<_>>().join("\n");
    let fault = Fault::usage(format!("{count} recorded runs match `{name}`"));
    Err(fault.detail("newest", newest).hint("give more of the name, or `last`").into())
}

/// The run that a time names, `20261129-110103`, where others began in the same second: the first one, when it had ended
/// before. It was shown by its time then, and the others are shown by their whole names.
fn first_of_its_second(runs: &[Run], name: &str) -> Option<Run> {
    stamp::begun(name).filter(|_| name.len() == STAMP)?;
    let mut same = runs.iter().filter(|run| run.id.starts_with(name));
    let (first, next) = (same.next()?, same.next()?);
    let ended = first.journal().ok()?.lines.last()?.at.clone();
    (ended <= next.began).then(|| first.clone())
}

impl Run {
    /// The run in `dir`.
    pub fn at(dir: &Utf8Path) -> Self {
        let id = dir.file_name().unwrap_or_default().to_owned();
        let head = first_line(dir);
        let began = head.as_ref().map(|head| head.at.clone()).unwrap_or_default();
        Self { id, dir: dir.to_owned(), began, head }
    }

    /// By number. A run of an earlier version has none, and is older; without a readable start it has only its name.
    fn key(&self) -> (u64, &str, &str) {
        let number = self.head.as_ref().map_or(0, |head| head.number);
        (number, if self.began.is_empty() { &self.id } else { &self.began }, &self.id)
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

fn first_line(dir: &Utf8Path) -> Option<Head> {
    let mut line = String::new();
    BufReader::new(fs::File::open(journal::path(dir)).ok()?).read_line(&mut line).ok()?;
    serde_json::from_str(&line).ok()
}

/// The number of the next run: one more than that of any run before, whatever the clock says. The counter is a file
/// beside the directory of runs; when it is lost, the runs themselves are counted.
pub(super) fn next_number() -> Result<u64> {
    let path = state_dir()?.join("number");
    let mut file = private().read(true).write(true).create(true).truncate(false).open(&path)?;
    flock(&file, FlockOperation::LockExclusive)?;
    let mut text = String::new();
    file.read_to_string(&mut text)?;
    let last = match text.trim().parse::<u64>() {
        Ok(last) => last,
        Err(_) => all()?.last().map_or(0, |run| run.key().0),
    };
    let number = last + 1;
    file.set_len(0)?;
    file.rewind()?;
    file.write_all(format!("{number}\n").as_bytes())?;
    Ok(number)
}
