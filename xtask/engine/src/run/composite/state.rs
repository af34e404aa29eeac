//! The state of a run: its hosts, and the parts that are done.

use std::cell::RefCell;
use std::collections::BTreeMap;

use anyhow::Result;
use jiff::Timestamp;

use super::input::Selected as _;
use super::past::Past;
use super::{Args, Composite, Given, Platform, Stage, Table, Turn};
use crate::data::fault::Fault;
use crate::run::Context;

/// A run of a composite.
pub(super) struct Run<'a> {
    pub(super) table: &'static Table,
    pub(super) cx: &'a Context,
    pub(super) args: &'a Args,
    pub(super) given: Given<'a>,
    pub(super) book: Box<dyn Composite>,
    pub(super) past: RefCell<Past>,
    /// Reads the record.
    pub(super) look_back: &'a dyn Fn(&Context) -> Result<Past>,
    /// The present time.
    pub(super) now: &'a dyn Fn() -> Timestamp,
    /// The finished parts, and the seconds that each took.
    pub(super) done: RefCell<BTreeMap<String, f64>>,
}

impl std::fmt::Debug for Run<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Run").field("done", &self.done).finish_non_exhaustive()
    }
}

impl<'a> Run<'a> {
    pub(super) fn new(
        cx: &'a Context,
        args: &'a Args,
        given: Given<'a>,
        book: Box<dyn Composite>,
        look_back: &'a dyn Fn(&Context) -> Result<Past>,
        now: &'a dyn Fn() -> Timestamp,
    ) -> Result<Self> {
        let table = args.table;
        if let Some(only) = &args.only
            && !book.turns().iter().any(|turn| turn.host == only.as_str())
        {
            let runbook = table.name.split(' ').next().unwrap_or_default();
            let hosts: Vec<&str> = book.turns().iter().map(|turn| turn.host.as_str()).collect();
            let fault = Fault::usage(format!("{only} is not a {runbook} {}", table.host));
            return Err(fault.detail("there are", hosts.join(", ")).into());
        }
        let (past, done) = (RefCell::default(), RefCell::default());
        Ok(Self { table, cx, args, given, book, past, look_back, now, done })
    }

    /// The chosen hosts that were not finished at the start.
    pub(super) fn ahead(&self) -> impl Iterator<Item = &Turn> {
        let wanted =
            |turn: &&Turn| self.args.only.as_ref().is_none_or(|only| only.as_str() == turn.host);
        self.book.turns().iter().filter(wanted).filter(|turn| turn.begins.is_some())
    }

    /// Those of them that are before their first point of no return.
    pub(super) fn early(&self) -> impl Iterator<Item = &Turn> {
        let wall = self.table.of_turns().find(|stage| self.table.is_no_return(stage));
        let wall = wall.and_then(|wall| self.table.place(wall.name));
        self.ahead().filter(move |turn| {
            wall.is_none_or(|wall| {
                turn.begins.and_then(|begins| self.table.place(begins)).is_some_and(|at| at < wall)
            })
        })
    }

    pub(super) fn is_finished(&self, host: &str) -> bool {
        let last = self.table.of_turns().last();
        let then = |turn: &Turn| turn.host == host && turn.begins.is_none();
        let now = last.is_some_and(|last| self.done.borrow().contains_key(&last.part(Some(host))));
        now || self.book.turns().iter().any(then)
    }

    /// Whether the record has a stage that is done once as finished in the upgrade that the hosts show.
    pub(super) fn is_recorded(&self, stage: &Stage) -> bool {
        match self.book.platform() {
            Platform::Ahead => false,
            Platform::Recorded => self.past.borrow().times.contains_key(stage.name),
            Platform::These(stages) => stages.contains(stage.name),
            Platform::Done => true,
        }
    }

    pub(super) fn has_worked(&self) -> bool {
        !self.done.borrow().is_empty()
    }

    /// The selected stages that a host still needs. `--from` applies to the first host.
    pub(super) fn stages_of(
        &self,
        turn: &Turn,
        first: bool,
    ) -> impl Iterator<Item = &'static Stage> {
        let selection = &self.args.selection;
        let asked = move |stage: &&Stage| {
            if first { selection.has(stage.name) } else { !selection.is_only() }
        };
        let begins = turn.begins.and_then(|begins| self.table.place(begins));
        let ahead =
            move |stage: &&Stage| begins.is_some_and(|at| self.table.place(stage.name) >= Some(at));
        self.table.of_turns().filter(asked).filter(ahead)
    }
}
