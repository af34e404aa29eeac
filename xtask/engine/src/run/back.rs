//! Undoes the changes of a recorded run in reverse, the last stage first.

mod former;
mod reach;
mod read;

pub use former::Former;
pub use reach::Reach;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};
use std::sync::{Mutex, PoisonError};

use anyhow::{Context as _, Result};
use camino::Utf8Path;

use super::context::Context;
use super::hosts::{Host, Hosts};
use super::hosts_failed::HostsFailed;
use super::record::entry::Entry;
use super::record::journal::Journal;
use crate::data::fault::Fault;
use crate::data::outcome::Outcome;
use crate::data::range::fold;
use crate::ops::{Op as _, Recorded, Undo};

/// The extent of an undo.
#[derive(Debug, Clone, Default)]
pub struct Extent {
    /// Everything since the start of this stage; none undoes everything.
    pub to: Option<String>,
    /// Also the changes before an irreversible operation.
    pub past: bool,
}

/// One recorded operation on one host.
#[derive(Debug)]
struct Change {
    /// Its number in the journal.
    op: u64,
    host: String,
    what: String,
    /// What it has changed; masked.
    diff: String,
    /// None: it is irreversible.
    undo: Option<Vec<Undo>>,
}

/// The changes of one process within one stage.
#[derive(Debug, Default)]
struct Leg {
    stage: Option<String>,
    changes: Vec<Change>,
    /// The places of the changes of each host.
    of_host: HashMap<String, Vec<usize>>,
    /// Hosts that were not at their address of the inventory at its end.
    moved: BTreeMap<String, Option<String>>,
}

/// Undoes the run in `dir` on the hosts that `--only` and `--exclude` leave.
///
/// A host with later changes is refused as a whole, before any change there; the others continue.
///
/// # Errors
/// Exit 2 for an unknown stage, or hosts that the inventory does not have; exit 6 when nothing can be undone;
/// otherwise as any step.
pub fn run(cx: &Context, dir: &Utf8Path, journal: &Journal, extent: &Extent) -> Result<()> {
    let mut legs = read::legs(dir, journal, extent.to.as_deref())?;
    let names = touched(&legs);
    if names.is_empty() {
        let run = dir.file_name().unwrap_or_default();
        cx.note(&format!("run {run} has changed nothing that could be taken back"));
        return Ok(());
    }
    let hosts = cx.hosts(&names.join(","))?;
    let chosen: HashSet<&str> = hosts.names().into_iter().collect();
    for leg in &mut legs {
        leg.changes.retain(|change| chosen.contains(change.host.as_str()));
    }
    let wall = stop_at_the_wall(cx, &mut legs, extent.past)?;
    legs.iter_mut().for_each(Leg::index);
    let count = legs.iter().flat_map(|leg| &leg.changes).count();
    let run = dir.file_name().unwrap_or_default();
    hosts.confirm(&format!("takes back {count} operation{} of run {run}", plural(count)))?;
    legs.last().map_or(Ok(()), |leg| leg.find_hosts(cx))?;
    cx.undoing.get_or_init(|| run.to_owned());
    if cx.is_real() {
        keep_going(hosts.each(|host| compare(host, &legs)))?;
    }
    let done = Mutex::new(BTreeSet::new());
    for leg in legs.iter().rev() {
        leg.find_hosts(cx)?;
        if let Some(stage) = &leg.stage {
            cx.report.stage(stage);
        }
        keep_going(hosts.each(|host| leg.take_back(host, &done)))?;
    }
    keep_going(hosts.each(|host| finish(host, &legs, &done)))?;
    // Before the run counts as undone: after a kill in between, nobody would come here again.
    let undone = legs.iter().flat_map(|leg| &leg.changes);
    cx.items_undone(dir, journal, &undone.map(|it| (it.host.as_str(), it.op)).collect())?;
    // Every host had its turn, and the summary has the failures.
    cx.taken_back(dir, &hosts, extent.to.clone(), wall)
}

/// The hosts with anything to undo, in the order of the journal.
fn touched(legs: &[Leg]) -> Vec<String> {
    let mut seen = HashSet::new();
    let all = legs.iter().flat_map(|leg| &leg.changes);
    all.filter(|change| seen.insert(&change.host)).map(|change| change.host.clone()).collect()
}

/// Drops the changes before the last irreversible operation, unless `past`; gives the number of that operation
/// when it ends the undo.
fn stop_at_the_wall(cx: &Context, legs: &mut Vec<Leg>, past: bool) -> Result<Option<u64>> {
    let all = legs.iter().flat_map(|leg| &leg.changes);
    let walls: Vec<(usize, &Change)> =
        all.enumerate().filter(|(_, change)| change.undo.is_none()).collect();
    let Some((last, wall)) = walls.last() else { return Ok(None) };
    let (last, op, wall) = (*last, wall.op, format!("{} on {}", wall.what, wall.host));
    if past {
        let mut hosts: Vec<(&str, Vec<&str>)> = Vec::new();
        for (_, change) in &walls {
            match hosts.iter_mut().find(|(what, _)| *what == change.what) {
                Some((_, on)) => on.push(&change.host),
                None => hosts.push((&change.what, vec![&change.host])),
            }
        }
        for (what, on) in hosts {
            cx.note(&format!("stays, because it is irreversible: {what} on {}", fold(on)));
        }
    } else {
        cx.note(&format!(
            "point of no return: {wall}; it stays with everything before it (--past undoes the changes before it)"
        ));
    }
    let mut at = 0;
    for leg in legs.iter_mut() {
        leg.changes.retain(|change| {
            at += 1;
            change.undo.is_some() && (past || at > last + 1)
        });
    }
    legs.retain(|leg| !leg.changes.is_empty());
    if !legs.is_empty() {
        return Ok((!past).then_some(op));
    }
    Err(Fault::refused(format!("no changes since the point of no return: {wall}"))
        .hint("to undo the changes before it: --past")
        .into())
}

/// Reads everything that will be undone; a later change there refuses the host.
fn compare(host: &Host<'_>, legs: &[Leg]) -> Result<()> {
    host.look("compare with the record", |reader| {
        let mut open = BTreeSet::new();
        for change in legs.iter().rev().flat_map(|leg| leg.of(host)) {
            let undo = change.undo();
            // Of several changes to one thing only the last can be compared.
            if undo.iter().any(|undo| open.contains(&undo.thing)) {
                continue;
            }
            let things: Vec<String> = undo.iter().map(|undo| undo.thing.clone()).collect();
            let recorded = Recorded::new(&*change.what, undo);
            let state = recorded.probe(reader).with_context(|| recorded.describe())?;
            if state != crate::ops::State::Kept {
                open.extend(things);
            }
        }
        Ok(())
    })
}

/// The restarts of daemons after everything else is restored.
fn finish(host: &Host<'_>, legs: &[Leg], done: &Mutex<BTreeSet<String>>) -> Result<()> {
    let touched = done.lock().unwrap_or_else(PoisonError::into_inner).contains(host.name());
    for change in legs.iter().rev().flat_map(|leg| leg.of(host)) {
        let last: Vec<Undo> = change.all().filter(|undo| undo.last).cloned().collect();
        if !last.is_empty() {
            let op = Recorded::new(&*change.what, last);
            let op = if touched { op.forced() } else { op };
            host.ensure(&op)?;
        }
    }
    Ok(())
}

impl Leg {
    /// The changes of one host, the last one first.
    fn of(&self, host: &Host<'_>) -> impl Iterator<Item = &Change> {
        let places = self.of_host.get(host.name()).into_iter().flatten().rev();
        places.map(|place| &self.changes[*place])
    }

    /// Finds the changes of each host once: every host asks for its own.
    fn index(&mut self) {
        for (place, change) in self.changes.iter().enumerate() {
            self.of_host.entry(change.host.clone()).or_default().push(place);
        }
    }

    /// Moves hosts to their address in this leg: later legs are undone already.
    fn find_hosts(&self, cx: &Context) -> Result<()> {
        self.moved.iter().try_for_each(|(host, address)| cx.moved(host, address.as_deref()))
    }

    fn take_back(&self, host: &Host<'_>, done: &Mutex<BTreeSet<String>>) -> Result<()> {
        for change in self.of(host) {
            let undo = change.undo();
            if undo.is_empty() {
                continue;
            }
            let op = Recorded::new(&*change.what, undo).showing(&change.diff);
            if host.ensure(&op)? != Outcome::Kept {
                done.lock().unwrap_or_else(PoisonError::into_inner).insert(host.name().to_owned());
            }
        }
        Ok(())
    }
}

impl Change {
    fn all(&self) -> impl Iterator<Item = &Undo> {
        self.undo.iter().flatten()
    }

    /// The part that runs in its turn.
    fn undo(&self) -> Vec<Undo> {
        self.all().filter(|undo| !undo.last).cloned().collect()
    }
}

/// The other hosts continue after a failure.
fn keep_going(result: Result<()>) -> Result<()> {
    result.or_else(|error| if error.is::<HostsFailed>() { Ok(()) } else { Err(error) })
}

fn plural(count: usize) -> &'static str {
    if count == 1 { "" } else { "s" }
}

impl Context {
    /// Notes this undo in the journal of the run in `dir`.
    fn taken_back(
        &self,
        dir: &Utf8Path,
        hosts: &Hosts<'_>,
        to: Option<String>,
        after: Option<u64>,
    ) -> Result<()> {
        let Some(by) = self.record().and_then(|record| record.dir().file_name()) else {
            return Ok(());
        };
        let done = hosts.names().into_iter().filter(|host| !self.summary().is_down(host));
        let hosts: Vec<String> = done.map(str::to_owned).collect();
        if hosts.is_empty() {
            return Ok(());
        }
        super::record::append(dir, &Entry::Undone { by: by.to_owned(), hosts, to, after })
    }
}
