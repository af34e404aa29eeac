//! The state of a run: its hosts, and the parts that are done.

use std::cell::RefCell;
use std::collections::BTreeMap;

use anyhow::Result;
use jiff::Timestamp;

use super::input::Selected as _;
use super::past::Past;
use super::table::{is_no_return, place};
use super::{Args, Composite, Given, Platform, Scope, Stage, Turn};
use crate::data::fault::Fault;
use crate::run::Context;

/// A run of a composite.
pub(super) struct Run<'a, C: Composite> {
    pub(super) cx: &'a Context,
    pub(super) args: &'a Args<C>,
    pub(super) given: Given<'a>,
    pub(super) book: C,
    pub(super) past: RefCell<Past>,
    /// Reads the record.
    pub(super) look_back: &'a dyn Fn(&Context) -> Result<Past>,
    /// The present time.
    pub(super) now: &'a dyn Fn() -> Timestamp,
    /// The finished parts, and the seconds that each took.
    pub(super) done: RefCell<BTreeMap<String, f64>>,
}

impl<C: Composite> std::fmt::Debug for Run<'_, C> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Run").field("done", &self.done).finish_non_exhaustive()
    }
}

impl<'a, C: Composite> Run<'a, C> {
    pub(super) fn new(
        cx: &'a Context,
        args: &'a Args<C>,
        given: Given<'a>,
        book: C,
        look_back: &'a dyn Fn(&Context) -> Result<Past>,
        now: &'a dyn Fn() -> Timestamp,
    ) -> Result<Self> {
        if let Some(only) = &args.only
            && !book.turns().iter().any(|turn| turn.host == only.as_str())
        {
            let runbook = C::NAME.split(' ').next().unwrap_or_default();
            let hosts: Vec<&str> = book.turns().iter().map(|turn| turn.host.as_str()).collect();
            let fault = Fault::usage(format!("{only} is not a {runbook} {}", C::HOST));
            return Err(fault.detail("there are", hosts.join(", ")).into());
        }
        let (past, done) = (RefCell::default(), RefCell::default());
        Ok(Self { cx, args, given, book, past, look_back, now, done })
    }

    /// The chosen hosts that were not finished at the start.
    pub(super) fn ahead(&self) -> impl Iterator<Item = &Turn> {
        let wanted =
            |turn: &&Turn| self.args.only.as_ref().is_none_or(|only| only.as_str() == turn.host);
        self.book.turns().iter().filter(wanted).filter(|turn| turn.begins.is_some())
    }

    /// Those of them that are before their first point of no return.
    pub(super) fn early(&self) -> impl Iterator<Item = &Turn> {
        let wall = C::STAGES.iter().filter(|stage| stage.scope == Scope::Each).find(is_no_return);
        let wall = wall.and_then(|wall| place::<C>(wall.name));
        self.ahead().filter(move |turn| {
            wall.is_none_or(|wall| turn.begins.and_then(place::<C>).is_some_and(|at| at < wall))
        })
    }

    pub(super) fn is_finished(&self, host: &str) -> bool {
        let last = C::STAGES.iter().rfind(|stage| stage.scope == Scope::Each);
        let then = |turn: &Turn| turn.host == host && turn.begins.is_none();
        let now = last.is_some_and(|last| self.done.borrow().contains_key(&last.part(Some(host))));
        now || self.book.turns().iter().any(then)
    }

    /// Whether the record has a stage that is done once as finished in the upgrade that the hosts show.
    pub(super) fn is_recorded(&self, stage: &Stage<C>) -> bool {
        match self.book.platform() {
            Platform::Ahead => false,
            Platform::Recorded => self.past.borrow().times.contains_key(stage.name),
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
    ) -> impl Iterator<Item = &'static Stage<C>> {
        let selection = &self.args.selection;
        let asked = move |stage: &&Stage<C>| {
            if first { selection.has(stage.name) } else { !selection.is_only() }
        };
        let begins = turn.begins.and_then(place::<C>);
        let ahead =
            move |stage: &&Stage<C>| begins.is_some_and(|at| place::<C>(stage.name) >= Some(at));
        C::STAGES.iter().filter(|stage| stage.scope == Scope::Each).filter(asked).filter(ahead)
    }
}
