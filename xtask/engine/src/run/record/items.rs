//! Open items: the things that runs have left open on purpose.
//!
//! The truth is the journal of the run that opened an item: [`Entry::Opened`] before its change, [`Entry::Closed`] after
//! the closing change was verified. A run with open items has the file `open` in its directory, so that a step need
//! not read every journal at its begin.

use std::fs;

use anyhow::{Context as _, Result};
use camino::Utf8Path;

use super::append;
use super::entry::Entry;
use super::item::{Item, of};
use super::journal::{FILE, Journal};
use super::place::{private, runs_dir};
use super::store::Run;

/// The file in the directory of a run that has, or had, open items.
const MARK: &str = "open";

/// The hosts that an item belongs to: names mean the same only within one inventory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Scope {
    /// The path of the inventory; none for the sample.
    pub inventory: Option<String>,
    /// On throw-away hosts.
    pub rehearsal: bool,
}

/// Every run with open items in this scope, oldest first.
///
/// # Errors
/// When the directory of runs or a journal cannot be read.
fn runs(scope: &Scope) -> Result<Vec<(Run, Vec<Item>)>> {
    let runs = runs_dir()?;
    let entries = match runs.read_dir_utf8() {
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(Vec::new()),
        entries => entries.with_context(|| format!("reading {runs}"))?,
    };
    let marked = entries.flatten().filter(|entry| !entry.file_name().starts_with('.'));
    let marked = marked.filter(|entry| entry.path().join(MARK).exists());
    let mut found = Vec::new();
    for entry in marked {
        let run = Run::at(entry.path());
        let head = run.head.clone().unwrap_or_default();
        let own = Scope { inventory: head.inventory, rehearsal: head.rehearsal };
        if own != *scope || !run.dir.join(FILE).exists() {
            continue;
        }
        let items = of(&run.id, &run.journal()?);
        if !items.is_empty() {
            found.push((run, items));
        }
    }
    found.sort_by(|(left, _), (right, _)| left.began.cmp(&right.began));
    Ok(found)
}

/// The open items of this scope, each once, oldest first.
///
/// # Errors
/// When the directory of runs or a journal cannot be read.
pub fn open(scope: &Scope) -> Result<Vec<Item>> {
    let mut found: Vec<Item> = Vec::new();
    for item in runs(scope)?.into_iter().flat_map(|(_, items)| items) {
        if !found.iter().any(|other| other.is(&item.host, &item.name)) {
            found.push(item);
        }
    }
    Ok(found)
}

/// The runs of this scope in which an item is open.
///
/// # Errors
/// When the directory of runs or a journal cannot be read.
pub(in crate::run) fn openers(scope: &Scope, host: &str, name: &str) -> Result<Vec<Run>> {
    let has = |items: &[Item]| items.iter().any(|item| item.is(host, name));
    Ok(runs(scope)?.into_iter().filter(|(_, items)| has(items)).map(|(run, _)| run).collect())
}

/// Whether the run may have open items; its journal says which.
pub fn may_have(run: &Run) -> bool {
    run.dir.join(MARK).exists()
}

/// Marks the run in `dir` as one with open items. On disk when this returns.
pub(in crate::run) fn mark(dir: &Utf8Path) -> Result<()> {
    let marked = private().write(true).create(true).truncate(false).open(dir.join(MARK));
    let synced =
        marked.and_then(|file| file.sync_all()).and_then(|()| fs::File::open(dir)?.sync_all());
    synced.with_context(|| format!("writing the run record {dir}"))
}

/// Takes the mark away when the run in `dir` has no open item any more.
pub(in crate::run) fn unmark(dir: &Utf8Path) -> Result<()> {
    if !of("", &Journal::read(dir)?).is_empty() {
        return Ok(());
    }
    match fs::remove_file(dir.join(MARK)) {
        Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
        _ => Ok(()),
    }
}

/// The item of the run in `dir` is open again: the run that closed it was undone. A run that is gone has none.
pub(in crate::run) fn reopen(dir: &Utf8Path, host: &str, name: &str) -> Result<()> {
    if !dir.join(FILE).exists() {
        return Ok(());
    }
    let journal = Journal::read(dir)?;
    let is_it = |entry: &&Entry| matches!(entry, Entry::Opened { host: on, name: other, .. } if on == host && other == name);
    let opened = journal.entries().filter(is_it).last();
    let closed = of("", &journal).iter().all(|item| !item.is(host, name));
    let Some(opened) = opened.filter(|_| closed) else { return Ok(()) };
    mark(dir)?;
    append(dir, opened)
}
