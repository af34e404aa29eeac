//! A composite of one's own: no host shows its progress, so the record does.

use std::collections::BTreeSet;

use anyhow::Result;
use clap::Args as _;

use super::{Args, At, Composite, Given, Platform, Turn, arguments};
use crate::data::fault::Fault;
use crate::ops::reader;
use crate::run::Options;
use crate::run::record::attempt::{Attempt, Extent};
use crate::run::record::entry::Start;

/// The progress of the unfinished runs.
struct Recorded {
    /// The finished stages that are done once.
    done: BTreeSet<String>,
    turns: Vec<Turn>,
}

/// The hosts in their order: finished ones first, then those that have begun.
pub(super) fn look(given: &Given<'_>) -> Result<Box<dyn Composite>> {
    let table = given.table;
    let attempt = match given.fresh {
        true => Attempt::default(),
        false => given.cx.last_attempt(table.name, &|start| extent(given, start))?,
    };
    let mut turns = Vec::new();
    if table.is_recorded() {
        let from = format!("hosts = \"{}\" of {}", table.hosts, table.name);
        let hosts =
            given.cx.hosts(table.hosts).map_err(|error| match error.downcast::<Fault>() {
                Ok(fault) => fault.detail("from", from).into(),
                Err(error) => error,
            })?;
        turns.extend(hosts.names().iter().map(|host| turn(given, host, &attempt)));
    }
    turns.sort_by_key(|turn: &Turn| {
        let begins = turn.begins.and_then(|stage| table.place(stage));
        // None is finished; among those with stages left, the one that has begun is first.
        begins.map(|place| (1, std::cmp::Reverse(place))).unwrap_or((0, std::cmp::Reverse(0)))
    });
    Ok(Box::new(Recorded { done: attempt.finished, turns }))
}

/// A host begins with its first stage that no unfinished run has finished.
fn turn(given: &Given<'_>, host: &str, attempt: &Attempt) -> Turn {
    let open = |part: String| !attempt.finished.contains(&part);
    let begins = given.table.of_turns().find(|stage| open(stage.part(Some(host))));
    let note = format!("{host} is finished, by the record of {}; skipped", attempt.run);
    Turn { host: host.to_owned(), begins: begins.map(|stage| stage.name), note, ..Turn::default() }
}

/// The part of the work that a recorded run wanted. None for other values, another inventory, other snippets.
fn extent(given: &Given<'_>, start: &Start) -> Option<Extent> {
    let table = given.table;
    let (runbook, step) = table.name.split_once(' ')?;
    let command = clap::Command::new(step);
    let command = clap::Command::new(runbook).subcommand(arguments(table, command));
    let command = Options::augment_args(clap::Command::new("xtask")).subcommand(command);
    let matches = command.no_binary_name(true).try_get_matches_from(&start.args).ok()?;
    let leaf = matches.subcommand()?.1.subcommand()?.1;
    let args = Args::read(table, leaf);
    let same = args.typed == given.typed
        && start.inventory_sha256 == reader::hash(given.cx.inventory.text.as_bytes())
        && start.snippets == (given.cx.snippets)().hashes;
    let is_part = |id: &str| leaf.try_get_raw(id).ok().flatten().is_some();
    Some(match () {
        () if args.map => Extent::Nothing,
        () if !same => return None,
        () if args.selects() || ["only", "exclude"].into_iter().any(is_part) => Extent::Part,
        () => Extent::Whole,
    })
}

impl Composite for Recorded {
    fn turns(&self) -> &[Turn] {
        &self.turns
    }

    fn platform(&self) -> Platform<'_> {
        Platform::These(&self.done)
    }

    fn fact(&self, _: &At<'_>, _: &str) -> Result<Option<String>> {
        Ok(None)
    }
}
