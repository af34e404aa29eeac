//! A run at a glance, from its journal.

use std::collections::BTreeMap;

use serde::Serialize;

use super::backed::Backed;
use super::entry::{Entry, Start};
use super::finding::Finding;
use super::item::{self, Item};
use super::journal::{Journal, Line};
use crate::data::natural;

mod clock;
mod found;
mod operations;
mod resumed;
mod standing;

use standing::Standing;

pub use clock::{briefly, local};
pub use operations::Operation;
pub use resumed::Resumed;

/// The host had no operation in the run.
pub const NOT_REACHED: &str = "not reached";
/// Only the end of a command is recorded, not its start: it may have run on the host.
pub const NOT_RECORDED: &str = "not recorded";

/// The state of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub enum State {
    /// A process is running it.
    Running,
    /// It finished without errors.
    Done,
    /// Something failed.
    Failed,
    /// A person, a signal or its failure budget stopped it.
    Stopped,
    /// It has no end: its process was killed, or the machine stopped.
    Killed,
    /// All of its changes were undone.
    Undone,
    /// The changes on some of its hosts were undone.
    PartlyUndone,
}

/// The result of one host.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Host {
    /// Its name.
    pub host: String,
    /// `kept`, `changed`, `undone`, the kind of failure, `not finished` for an operation without a
    /// result; [`NOT_REACHED`] or [`NOT_RECORDED`].
    pub outcome: String,
    /// It has changes that can be undone.
    pub undoable: bool,
    /// It has work left: `retry` takes it.
    pub open: bool,
}

/// A run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Summary {
    /// The name of its directory.
    pub id: String,
    /// Its state.
    pub state: State,
    /// Its exit code, when it has ended.
    pub exit: Option<u8>,
    /// The error that belongs to no host.
    pub error: Option<String>,
    /// `resume` can continue it.
    pub resumable: bool,
    /// `undo` finds something to undo.
    pub undoable: bool,
    /// Its start; none for a journal without one.
    pub start: Option<Start>,
    /// The time of its start, in UTC.
    pub began: String,
    /// The time of the last line.
    pub last: String,
    /// The run time of all its processes.
    pub seconds: f64,
    /// The processes that resumed it.
    pub resumed: Vec<Resumed>,
    /// The result of each host, as in the report of the run.
    pub hosts: Vec<Host>,
    /// The hosts with work left. A run with any is not done.
    pub open: Vec<String>,
    /// `--only` can select the open hosts: the others are done.
    pub narrow: bool,
    /// Its operations, in the order of their start.
    pub operations: Vec<Operation>,
    /// The backups that it has proved.
    pub backups: Vec<Backed>,
    /// What it has left open, and nobody has closed.
    pub items: Vec<Item>,
    /// What it has found out, each the last time.
    pub findings: Vec<Finding>,
    /// Questions and acknowledgements: time, subject, answer.
    pub answers: Vec<(String, String, String)>,
    /// The runs that undid a part of it.
    pub undone_by: Vec<String>,
    /// Whether its last line is a half one.
    pub torn: bool,
    /// The damage of the journal: line and problem.
    pub damage: Vec<(usize, String)>,
}

impl Summary {
    /// Its ticket, as its last process gave it.
    pub fn ticket(&self) -> Option<&str> {
        let later = self.resumed.iter().rev().find_map(|again| again.ticket.as_deref());
        later.or_else(|| self.start.as_ref()?.ticket.as_deref())
    }

    /// From the journal of the run `id`; `running`: a process is running it.
    pub fn new(id: &str, journal: &Journal, running: bool) -> Self {
        let operations = operations::of(journal, running);
        let (exit, error) = end(journal);
        let start = journal.entries().find_map(|entry| match entry {
            Entry::Start(start) => Some(start.clone()),
            _ => None,
        });
        let command = start.as_ref().is_some_and(|start| is_command(&start.step));
        let standing = standing::of(journal, &operations);
        let nothing = if command { NOT_RECORDED } else { NOT_REACHED };
        let hosts = hosts(&standing, &operations, nothing);
        // The undo of an undo is the step itself.
        let is_undo = start.as_ref().is_some_and(|start| start.undoes.is_some());
        let undoable = !is_undo && hosts.iter().any(|host| host.undoable);
        let undone_by = undone_by(journal);
        let state = match exit {
            _ if running => State::Running,
            _ if !undone_by.is_empty() && !undoable => State::Undone,
            _ if !undone_by.is_empty() => State::PartlyUndone,
            None => State::Killed,
            Some(0) if command || standing.open.is_empty() => State::Done,
            // Done on a part of its hosts, as with `resume --only`.
            Some(0 | 5 | 130 | 143) => State::Stopped,
            Some(_) => State::Failed,
        };
        let open = matches!(state, State::Failed | State::Stopped | State::Killed);
        // A run that was refused before any operation would be refused again.
        let refused = operations.is_empty() && exit.is_some();
        let step = start.is_some() && !command && !refused;
        Self {
            id: id.to_owned(),
            state,
            exit,
            error,
            resumable: open && step,
            undoable: undoable && state != State::Running,
            start,
            began: journal.lines.first().map(|line| line.at.clone()).unwrap_or_default(),
            last: journal.lines.last().map(|line| line.at.clone()).unwrap_or_default(),
            seconds: seconds(journal, running),
            resumed: resumed::of(journal),
            hosts,
            open: standing.open.into_iter().collect(),
            narrow: standing.narrow,
            operations,
            backups: backups(journal),
            items: item::of(id, journal),
            findings: found::of(journal),
            answers: answers(journal),
            undone_by,
            torn: journal.torn.is_some(),
            damage: journal.damage.iter().map(|it| (it.line, it.what.clone())).collect(),
        }
    }
}

/// Commands that are no steps can be neither resumed nor undone: `pcmd`, `hosts check`.
pub fn is_command(step: &str) -> bool {
    step == "pcmd" || step.starts_with("hosts ")
}

/// The end of the last process, unless it has none.
fn end(journal: &Journal) -> (Option<u8>, Option<String>) {
    let last = journal.entries().filter_map(|entry| match entry {
        Entry::End { exit, error, .. } => Some((Some(*exit), error.clone())),
        Entry::Start(_) | Entry::Resume(_) => Some((None, None)),
        _ => None,
    });
    last.last().unwrap_or_default()
}

/// The results of the hosts; `nothing` for those without any operation or word.
fn hosts(standing: &Standing, operations: &[Operation], nothing: &str) -> Vec<Host> {
    let mut own: BTreeMap<&str, Vec<&Operation>> = BTreeMap::new();
    for one in operations {
        own.entry(&one.host).or_default().push(one);
    }
    let host = |(name, word): (&String, &Option<String>)| {
        let own = own.get(name.as_str()).map(Vec::as_slice).unwrap_or_default();
        let found = word.clone().or_else(|| standing::word(own));
        let outcome = found.unwrap_or_else(|| nothing.to_owned());
        Host {
            host: name.clone(),
            outcome: standing::of_run(outcome, own),
            undoable: own.iter().any(|one| one.undoable()),
            open: standing.open.contains(name),
        }
    };
    let mut hosts: Vec<Host> = standing.words.iter().map(host).collect();
    hosts.sort_by(|left, right| natural::compare(&left.host, &right.host));
    hosts
}

/// Each backup once, as it was found last.
fn backups(journal: &Journal) -> Vec<Backed> {
    let mut found: Vec<Backed> = Vec::new();
    for entry in journal.entries() {
        let Entry::Backup(backup) = entry else { continue };
        let is_it = |other: &&mut Backed| {
            other.host == backup.host && other.place == backup.place && other.thing == backup.thing
        };
        match found.iter_mut().find(is_it) {
            Some(other) => other.clone_from(backup),
            None => found.push(backup.clone()),
        }
    }
    found
}

fn undone_by(journal: &Journal) -> Vec<String> {
    let by = journal.entries().filter_map(|entry| match entry {
        Entry::Undone { by, .. } => Some(by.clone()),
        _ => None,
    });
    by.collect()
}

fn answers(journal: &Journal) -> Vec<(String, String, String)> {
    let answers = journal.lines.iter().filter_map(|line| match &line.entry {
        Entry::Confirm { what, answer } => Some((line.at.clone(), what.clone(), answer.clone())),
        Entry::Ack { name, text, user } => {
            let text = if text.is_empty() { String::new() } else { format!(": {text}") };
            Some((line.at.clone(), format!("by hand: {name}"), format!("{user}{text}")))
        }
        _ => None,
    });
    answers.collect()
}

/// The time from the first to the last line of each process, without later lines of other runs: `undone`, `closed`.
fn seconds(journal: &Journal, running: bool) -> f64 {
    let time = |line: &Line| line.at.parse::<jiff::Timestamp>().ok();
    let (mut total, mut begun, mut last) = (0.0, None, None);
    // Only the ends of each process are read: a journal can have a million times.
    for line in &journal.lines {
        if matches!(line.entry, Entry::Start(_) | Entry::Resume(_)) {
            total += span(begun, last.and_then(time));
            begun = time(line);
        }
        if !matches!(line.entry, Entry::Undone { .. } | Entry::Closed { .. }) {
            last = Some(line);
        }
    }
    let end = if running { Some(jiff::Timestamp::now()) } else { last.and_then(time) };
    ((total + span(begun, end)) * 1000.0).round() / 1000.0
}

fn span(from: Option<jiff::Timestamp>, to: Option<jiff::Timestamp>) -> f64 {
    from.zip(to).map_or(0.0, |(from, to)| to.duration_since(from).as_secs_f64().max(0.0))
}

#[cfg(test)]
mod large;
