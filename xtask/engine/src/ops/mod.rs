//! Floor 3: operations. One function, [`ensure::ensure`], makes every change of the program.

pub mod absent;
pub mod action;
pub mod assert;
pub mod block;
mod builders;
pub mod directory;
pub mod edit;
pub mod ensure;
pub mod file;
pub mod key;
pub mod line;
pub mod mode;
pub mod moved;
pub mod plan;
pub mod reader;
pub mod recorded;
pub mod script;
pub mod shell;
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

/// Something that can be true of a host, and how to make it so.
///
/// An operation never changes anything itself: [`Op::change`] and [`Op::undo`] return values, and
/// only the engine runs them. So one and the same value is shown by a dry run, printed by
/// `--emit`, executed, and kept for undo; a dry run cannot change a host.
pub trait Op: Sync {
    /// What a reader of the plan sees, imperative: `disable bk-paas-esb.service`.
    fn describe(&self) -> String;

    /// How things stand. Read only.
    fn probe(&self, host: &Reader<'_>) -> Result<State>;

    /// The actions that make it so; asked only after a probe that did not say [`State::Kept`].
    /// Empty for an operation that only waits or asserts.
    fn change(&self, host: &Reader<'_>) -> Result<Vec<Action>>;

    /// What takes it back, from the state before the change, in the order in which it is to be done.
    /// `None` marks a point of no return.
    fn undo(&self, host: &Reader<'_>) -> Result<Option<Vec<Undo>>>;

    /// Paths that a change leaves behind, for a dry run: an operation whose need is not known yet has
    /// nothing else to tell of them.
    fn leaves(&self) -> Vec<(String, Planned)> {
        Vec::new()
    }

    /// How long the probe after the change may go on saying "needed" before that is a failure.
    fn poll(&self) -> Poll {
        Poll::NONE
    }
}

/// How things stand on one host.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum State {
    /// As it should be.
    Kept,
    /// Not as it should be.
    Needed(Need),
    /// Cannot be known before earlier operations of the step have run, and why. A real run goes on
    /// to the change.
    Unknown(String),
}

/// What would change.
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

/// How a wait goes: a probe every `interval`, for at most `limit`.
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
