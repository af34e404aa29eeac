//! Open items: a change that leaves something open on purpose, until a later step closes it.

use std::collections::HashSet;

use anyhow::Result;
use camino::Utf8Path;

use super::context::Context;
use super::hosts::Host;
use super::record::entry::Entry;
use super::record::item::{self, Item};
use super::record::journal::Journal;
use super::record::{self, items};
use crate::data::outcome::Outcome;
use crate::ops::ensure::{Event, Found, Intent, Observer};
use crate::ops::quorum::{Departure, Leave, Quorum};
use crate::ops::reader::Output;
use crate::ops::{Action, Op};
use crate::text::quote;

/// Something that a step leaves open on purpose: a ban in a cluster, a temporary address.
///
/// It is tied to an operation on both sides: [`Host::opens`] records it before the change, [`Host::closes`] ends it after
/// the closing change was verified.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OpenItem {
    name: String,
    what: String,
    closed_by: String,
}

impl OpenItem {
    /// `name` is a word, the same in every run: one name on one host is one item. `what` is for a person. `closed_by` is
    /// the step that closes it, with its arguments: `webservice restore-mgmt-ip --node webservice0`.
    pub fn new(
        name: impl Into<String>,
        what: impl Into<String>,
        closed_by: impl Into<String>,
    ) -> Self {
        Self { name: name.into(), what: what.into(), closed_by: closed_by.into() }
    }
}

/// The observer of a change that opens an item.
struct Opens<'a> {
    cx: &'a Context,
    item: &'a OpenItem,
}

impl Quorum for Opens<'_> {
    fn foresee(&self, leave: &Leave<'_>) -> Result<String> {
        Quorum::foresee(self.cx, leave)
    }

    fn leave<'a>(&'a self, leave: &Leave<'_>) -> Result<Option<Box<dyn Departure + 'a>>> {
        Quorum::leave(self.cx, leave)
    }
}

impl Observer for Opens<'_> {
    fn begin(&self) -> u64 {
        self.cx.begin()
    }

    fn admit(&self, host: &str) -> Result<bool> {
        Observer::admit(self.cx, host)
    }

    fn found(&self, found: &Found<'_>) -> Result<()> {
        Observer::found(self.cx, found)
    }

    /// The item is on disk before the change. A kill between the two lines leaves an intent without a change.
    fn intent(&self, intent: &Intent<'_>) -> Result<()> {
        self.cx.intent(intent)?;
        let Some(record) = self.cx.record() else { return Ok(()) };
        items::mark(record.dir())?;
        let mask = self.cx.mask();
        let entry = Entry::Opened {
            op: intent.op,
            host: intent.host.to_owned(),
            name: mask.text(&self.item.name),
            what: mask.text(&self.item.what),
            closes: mask.text(&self.cx.closing(self.item)),
        };
        record.write(&entry, true)
    }

    fn output(&self, host: &str, action: &Action, output: &mut Output) -> Result<Option<String>> {
        self.cx.output(host, action, output)
    }

    fn done(&self, event: &Event<'_>) -> Result<()> {
        self.cx.done(event)
    }

    fn note(&self, text: &str) {
        Observer::note(self.cx, text);
    }

    fn emit(&self, what: &str, actions: &[Action]) -> Result<()> {
        Observer::emit(self.cx, what, actions)
    }
}

impl Host<'_> {
    /// Applies `op`, whose change leaves `item` open.
    ///
    /// # Errors
    /// As [`Host::ensure`]; also when the item cannot be recorded: then nothing is changed.
    pub fn opens(&self, item: &OpenItem, op: &dyn Op) -> Result<Outcome> {
        self.cx.ensure_seen_by(self.handle, op, &Opens { cx: self.cx, item })
    }

    /// Applies `op`, and closes the item of this `name` when the state is verified, in every run that has opened it. A state that is there
    /// already closes it too: the run before may have been killed between change and record.
    ///
    /// # Errors
    /// As [`Host::ensure`]; also when the record of an opener cannot be written. Then the item stays open, and the next
    /// run of the step closes it.
    pub fn closes(&self, name: &str, op: &dyn Op) -> Result<Outcome> {
        let outcome = self.cx.ensure(self.handle, op)?;
        self.cx.close_item(self.name(), name)?;
        Ok(outcome)
    }

    /// Whether a run of this control machine has opened the item of this name, and none has closed it.
    ///
    /// # Errors
    /// When the records cannot be read.
    pub fn is_open(&self, name: &str) -> Result<bool> {
        Ok(!items::openers(&self.cx.items.scope, self.name(), name)?.is_empty())
    }

    /// Shows an item that a look has found on this host: another control machine may have opened it. Shown once in
    /// a run, and not again when the run has begun with it.
    pub fn has_open(&self, item: &OpenItem) {
        if self.cx.items.first(self.name(), &item.name) {
            self.cx.note(&line(&item.what, &self.cx.closing(item)));
        }
    }
}

/// `open: WHAT; to close it: COMMAND`.
fn line(what: &str, closes: &str) -> String {
    format!("open: {what}; to close it: cargo xtask {closes}")
}

impl Context {
    /// Shows the open items of this inventory, at the begin of a step.
    pub(super) fn show_open_items(&self) {
        let found = match items::open(&self.items.scope) {
            Ok(found) => found,
            Err(error) => return self.note(&format!("open items are not known: {error:#}")),
        };
        if !found.is_empty() {
            let lines = found.iter().map(|item| line(&item.what, &item.closes));
            self.note(&lines.collect::<Vec<_>>().join("\n      "));
        }
        for Item { host, name, .. } in &found {
            self.items.first(host, name);
        }
    }

    /// The step that closes an item, for these hosts and this inventory.
    fn closing(&self, item: &OpenItem) -> String {
        let named = self.options.inventory.as_slice();
        // The full path of one, for a person who stands elsewhere; several are as typed.
        let full = self.items.scope.inventory.as_deref().filter(|_| named.len() == 1);
        let full = full.and_then(|path| quote::quote(path).ok()).map(|path| format!("-i {path} "));
        let several = || self.options.inventory_flags().trim_start().to_owned() + " ";
        let inventory = match named {
            [] => String::new(),
            _ => full.unwrap_or_else(several),
        };
        let rehearse = if self.rehearsal { "--rehearse " } else { "" };
        format!("{rehearse}{inventory}{}", item.closed_by)
    }

    fn close_item(&self, host: &str, name: &str) -> Result<()> {
        let Some(own) = self.record() else { return Ok(()) };
        let by = own.dir().file_name().unwrap_or_default();
        for run in items::openers(&self.items.scope, host, name)? {
            let (host, name, by) = (host.to_owned(), name.to_owned(), by.to_owned());
            let entry = Entry::Closed { host, name, run: run.id.clone(), by };
            // An undo of this run finds it here.
            own.write(&entry, true)?;
            if run.dir != own.dir() {
                record::append(&run.dir, &entry)?;
            }
            items::unmark(&run.dir)?;
        }
        Ok(())
    }

    /// The run in `dir` is undone, as far as these operations by host: what they had opened is closed, and what the run
    /// had closed is open again.
    pub(super) fn items_undone(
        &self,
        dir: &Utf8Path,
        journal: &Journal,
        undone: &HashSet<(&str, u64)>,
    ) -> Result<()> {
        let Some(by) = self.record().and_then(|record| record.dir().file_name()) else {
            return Ok(());
        };
        let id = dir.file_name().unwrap_or_default();
        for item in item::of(id, journal) {
            if undone.contains(&(item.host.as_str(), item.op)) && !self.is_down(&item.host) {
                let Item { host, name, run, .. } = item;
                record::append(dir, &Entry::Closed { host, name, run, by: by.to_owned() })?;
                items::unmark(dir)?;
            }
        }
        for entry in journal.entries() {
            let Entry::Closed { host, name, run, by } = entry else { continue };
            let went_back = undone.iter().any(|(other, _)| other == host);
            if by == id && run != id && went_back && !self.is_down(host) {
                items::reopen(&dir.with_file_name(run), host, name)?;
            }
        }
        Ok(())
    }

    fn is_down(&self, host: &str) -> bool {
        self.summary().is_down(host)
    }
}
