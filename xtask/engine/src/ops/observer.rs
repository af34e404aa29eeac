//! The events of an operation, and those who see them.

use std::time::Duration;

use anyhow::Result;

use super::Undo;
use super::action::Action;
use super::quorum::Quorum;
use super::reader::Output;
use crate::data::outcome::Outcome;

/// The end of one operation.
#[derive(Debug)]
pub struct Event<'a> {
    /// Its number.
    pub op: u64,
    /// The host.
    pub host: &'a str,
    /// Its description.
    pub what: &'a str,
    /// Its result.
    pub result: std::result::Result<Outcome, &'a anyhow::Error>,
    /// The change that was or would be made; masked.
    pub diff: &'a str,
    /// Whether it can be undone.
    pub undo: bool,
    /// The names of the files with the output of its commands.
    pub outputs: Vec<String>,
    /// Its duration.
    pub took: Duration,
}

/// An operation after its first probe.
#[derive(Debug)]
pub struct Found<'a> {
    /// Its number; 0 in a dry run.
    pub op: u64,
    /// The host.
    pub host: &'a str,
    /// Its description.
    pub what: &'a str,
    /// Its state: kept, needed or unknown.
    pub state: Outcome,
    /// The change, masked; of an unknown state the reason.
    pub diff: &'a str,
    /// The actions; none when they are not known before earlier operations have run.
    pub actions: Option<&'a [Action]>,
    /// Whether it can be undone; none where that is not known yet.
    pub undo: Option<bool>,
    /// In a dry run: an earlier change of the host may lead to another one here.
    pub may_differ: bool,
}

/// An operation that is about to change a host.
#[derive(Debug)]
pub struct Intent<'a> {
    /// Its number.
    pub op: u64,
    /// The host.
    pub host: &'a str,
    /// Its description.
    pub what: &'a str,
    /// The change; masked.
    pub diff: &'a str,
    /// The actions to run.
    pub actions: &'a [Action],
    /// The undo; none for an irreversible operation.
    pub undo: Option<&'a [Undo]>,
}

/// Sees every event of an operation: the record and the report.
pub trait Observer: Sync + Quorum {
    /// An operation starts; gives its number.
    fn begin(&self) -> u64;
    /// Before the first change of a host in this run. True when the host was admitted just now: the lock is new, so
    /// an earlier probe may be outdated and is repeated.
    ///
    /// # Errors
    /// When the identity of the host is wrong, or another run holds its lock.
    fn admit(&self, host: &str) -> Result<bool> {
        let _ = host;
        Ok(false)
    }
    /// After the first probe of an operation, before anything else. When this fails, nothing changes. In a real run it
    /// comes a second time when the host was admitted in between.
    ///
    /// # Errors
    /// When the operation is not that of a saved plan.
    fn found(&self, found: &Found<'_>) -> Result<()>;
    /// Before an operation changes anything. When this fails, nothing changes.
    fn intent(&self, intent: &Intent<'_>) -> Result<()>;
    /// After each action of an operation; gives the name of its output in the record.
    fn output(&self, host: &str, action: &Action, output: &mut Output) -> Result<Option<String>>;
    /// An operation has ended.
    fn done(&self, event: &Event<'_>) -> Result<()>;
    /// A line for a person while an operation is under way.
    fn note(&self, text: &str) {
        let _ = text;
    }
    /// The actions of an operation, in [`Mode::Emit`](super::ensure::Mode::Emit).
    fn emit(&self, what: &str, actions: &[Action]) -> Result<()>;
}
