//! Floor 3: operations. One function, [`ensure::ensure`], makes every change of the program.

pub mod absent;
pub mod action;
pub mod assert;
pub mod block;
mod builders;
pub mod detached;
pub mod directory;
pub mod edit;
pub mod ensure;
mod failure;
pub mod file;
mod follow;
mod hash;
pub mod job;
pub mod key;
pub mod line;
pub mod mode;
pub mod moved;
pub mod plan;
pub mod reader;
pub mod recorded;
pub mod script;
pub mod shell;
mod standing;
mod tail;
pub mod template;
pub mod transfer;
pub mod tree;
pub mod undo;
pub mod units;
pub mod wait;

use std::time::Duration;

use anyhow::Result;

pub use absent::Absent;
pub use action::{Action, Stdin, Work};
pub use assert::Assert;
pub use detached::Detached;
pub use directory::Directory;
pub use edit::Edit;
pub use file::FileContent;
pub use mode::Mode;
pub use moved::Moved;
pub use plan::Planned;
pub use reader::{Entry, File, Reader};
pub use recorded::Recorded;
pub use script::Script;
pub use shell::Shell;
pub use transfer::Transfer;
pub use tree::TreeCopy;
pub use undo::Undo;
pub use units::Units;
pub use wait::Wait;

/// A state of a host, and the way to reach it.
///
/// An operation never changes anything itself: [`Op::change`] and [`Op::undo`] return values, and
/// only the engine runs them. A dry run shows such a value, `--emit` prints it, a real run executes it, and the
/// record keeps it for undo. A dry run cannot change a host.
pub trait Op: Sync {
    /// Its line in the plan, imperative: `disable bk-paas-esb.service`.
    fn describe(&self) -> String;

    /// The current state. Read only.
    fn probe(&self, host: &Reader<'_>) -> Result<State>;

    /// The actions that reach the state; called only when the probe did not give [`State::Kept`].
    /// Empty for an operation that only waits or asserts.
    fn change(&self, host: &Reader<'_>) -> Result<Vec<Action>>;

    /// The way back to the state before the change, in the order of execution. `None` marks an irreversible
    /// operation.
    fn undo(&self, host: &Reader<'_>) -> Result<Option<Vec<Undo>>>;

    /// Paths that a change leaves behind, for a dry run that cannot probe the operation yet.
    fn leaves(&self) -> Vec<(String, Planned)> {
        Vec::new()
    }

    /// Its change as a job of its own: a run finds the job again, and the job decides before the probe does.
    fn detached(&self) -> Option<&Detached> {
        None
    }

    /// The time limit for the probe after the change to give [`State::Kept`].
    fn poll(&self) -> Poll {
        Poll::NONE
    }
}

/// The state of one host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// The wanted state.
    Kept,
    /// Another state.
    Needed(Need),
    /// Unknown until earlier operations of the step have run, and why. A real run continues with the change.
    Unknown(String),
}

/// The pending change.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Need {
    /// A unified diff or a line per thing; may be empty.
    pub diff: String,
    /// Paths that will be different afterwards, so that later probes of the same dry run see them.
    pub after: Vec<(String, Planned)>,
}

impl State {
    /// Needed, with this to show.
    pub fn needed(diff: impl Into<String>) -> Self {
        Self::Needed(Need { diff: diff.into(), after: Vec::new() })
    }
}

/// The pace of a wait: a probe every `interval`, for at most `limit`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Poll {
    /// Time between two probes.
    pub interval: Duration,
    /// Time after which the wait has failed.
    pub limit: Duration,
}

impl Poll {
    /// One probe.
    pub const NONE: Self = Self { interval: Duration::ZERO, limit: Duration::ZERO };

    /// A probe every second for at most `seconds`.
    pub const fn seconds(seconds: u64) -> Self {
        Self { interval: Duration::from_secs(1), limit: Duration::from_secs(seconds) }
    }
}
