//! Floor 3: operations. One function, [`ensure::ensure`], makes every change of the program.

pub mod absent;
pub mod action;
pub mod assert;
pub mod backup;
pub mod block;
mod builders;
pub mod detached;
pub mod directory;
pub mod download;
pub mod edit;
pub mod ensure;
pub mod entry;
mod failure;
pub mod file;
mod follow;
mod hash;
pub mod interactive;
pub mod job;
pub mod key;
pub mod keys;
pub mod line;
pub mod mode;
pub mod moved;
mod observer;
pub mod plan;
mod poll;
pub mod quorum;
pub mod reader;
pub mod recorded;
pub mod script;
pub mod shell;
mod standing;
mod tail;
pub mod taking;
pub mod template;
pub mod transfer;
pub mod tree;
pub mod undo;
pub mod units;
pub mod wait;

use anyhow::Result;

use crate::data::outcome::Outcome;
pub use absent::Absent;
pub use action::{Action, Stdin, Work};
pub use assert::Assert;
pub use backup::{Backup, Content, Demand, Doomed};
pub use detached::Detached;
pub use directory::Directory;
pub use download::Download;
pub use edit::Edit;
pub use entry::{Entry, File};
pub use file::FileContent;
pub use interactive::Interactive;
pub use keys::Keys;
pub use mode::Mode;
pub use moved::Moved;
pub use plan::Planned;
pub use poll::{Pauses, Poll};
pub use reader::Reader;
pub use recorded::Recorded;
pub use script::Script;
pub use shell::Shell;
pub use taking::TakesAway;
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

    /// What its change destroys for good. Such a change needs a proved backup
    /// (`Host::destroy`).
    fn destroys(&self) -> Vec<Doomed> {
        Vec::new()
    }

    /// Whether an earlier change of a dry run may lead to another answer of its probe, of which the dry run knows nothing.
    fn doubts(&self) -> bool {
        false
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
    /// The word for it in a plan.
    pub const fn outcome(&self) -> Outcome {
        match self {
            Self::Kept => Outcome::Kept,
            Self::Needed(_) => Outcome::Needed,
            Self::Unknown(_) => Outcome::Unknown,
        }
    }

    /// Needed, with this to show.
    pub fn needed(diff: impl Into<String>) -> Self {
        Self::Needed(Need { diff: diff.into(), after: Vec::new() })
    }
}
