//! The operations of a run: intents and results put together.

use std::collections::{HashMap, HashSet};

use serde::Serialize;

use crate::run::record::entry::{Done, Entry, Intent};
use crate::run::record::journal::Journal;

/// One operation on one host.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Operation {
    /// Its number in the journal.
    pub op: u64,
    /// The stage it belongs to; empty for a step without stages.
    pub stage: String,
    /// Which process of the run did it: 0 for the first, 1 for the first that resumed, and so on.
    pub process: usize,
    /// The host.
    pub host: String,
    /// The time of its start, in UTC.
    pub began: String,
    /// Its description.
    pub what: String,
    /// `kept`, `changed`, the kind of failure, or `not finished`; `at work` while it runs.
    pub outcome: String,
    /// Its duration, when it has ended.
    pub seconds: Option<f64>,
    /// Its change, masked.
    pub diff: String,
    /// It has begun to change something.
    pub changed: bool,
    /// The journal has its undo.
    pub undo: bool,
    /// It was undone.
    pub undone: bool,
    /// The error.
    pub error: Option<String>,
    /// The output of its commands: names below `outputs/`, without ending.
    pub outputs: Vec<String>,
}

impl Operation {
    /// Whether it can be undone.
    pub fn undoable(&self) -> bool {
        self.changed && self.undo && !self.undone
    }
}

/// The operations in the order of their start.
pub(super) fn of(journal: &Journal, running: bool) -> Vec<Operation> {
    let mut found: Vec<Operation> = Vec::new();
    let (mut stage, mut process) = (String::new(), 0);
    // The place of the last operation of each number.
    let mut last: HashMap<u64, usize> = HashMap::new();
    for line in &journal.lines {
        match &line.entry {
            Entry::Stage { name, .. } => stage.clone_from(name),
            Entry::Resume(_) => {
                stage.clear();
                process += 1;
            }
            Entry::Intent(intent) => {
                last.insert(intent.op, found.len());
                found.push(Operation::begun(intent, &line.at, &stage, process));
            }
            Entry::Result(done) => {
                let at = *last.entry(done.op).or_insert(found.len());
                if at == found.len() {
                    found.push(Operation::found(done, &line.at, &stage, process));
                }
                found[at].end(done);
            }
            Entry::Undone { hosts, to: None, after, .. } => {
                let hosts: HashSet<&String> = hosts.iter().collect();
                let wall = after.and_then(|op| found.iter().position(|one| one.op == op));
                let behind = found.iter_mut().skip(wall.map_or(0, |at| at + 1));
                behind.filter(|one| hosts.contains(&one.host)).for_each(|one| {
                    one.undone |= one.changed && one.undo;
                });
            }
            _ => {}
        }
    }
    // Only the last process can be running.
    let open = found.iter_mut().filter(|one| running && one.process == process);
    open.filter(|one| one.seconds.is_none()).for_each(|one| one.outcome = "at work".to_owned());
    found
}

impl Operation {
    fn begun(intent: &Intent, at: &str, stage: &str, process: usize) -> Self {
        Self {
            op: intent.op,
            stage: stage.to_owned(),
            process,
            host: intent.host.clone(),
            began: at.to_owned(),
            what: intent.what.clone(),
            outcome: "not finished".to_owned(),
            seconds: None,
            diff: intent.diff.clone(),
            changed: true,
            undo: intent.undo.is_some(),
            undone: false,
            error: None,
            outputs: Vec::new(),
        }
    }

    /// One that never began to change anything.
    fn found(done: &Done, at: &str, stage: &str, process: usize) -> Self {
        Self {
            op: done.op,
            stage: stage.to_owned(),
            process,
            host: done.host.clone(),
            began: before(at, done.seconds),
            what: done.what.clone(),
            outcome: String::new(),
            seconds: None,
            diff: String::new(),
            changed: false,
            undo: false,
            undone: false,
            error: None,
            outputs: Vec::new(),
        }
    }

    fn end(&mut self, done: &Done) {
        self.outcome.clone_from(&done.outcome);
        self.seconds = Some(done.seconds);
        self.error.clone_from(&done.error);
        self.outputs.clone_from(&done.outputs);
    }
}

/// The time that was so many seconds before `at`.
fn before(at: &str, seconds: f64) -> String {
    let took = jiff::SignedDuration::try_from_secs_f64(seconds).unwrap_or_default();
    let began = at.parse::<jiff::Timestamp>().ok().and_then(|at| at.checked_sub(took).ok());
    began
        .map_or_else(|| at.to_owned(), |began| began.strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string())
}
