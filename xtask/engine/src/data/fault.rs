//! Faults: a kind (it decides the exit code), a sentence and hints.

use std::fmt;

/// The kinds of trouble, one exit code each. The numbers are part of the interface: never reused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Kind {
    /// An operation failed on some host: exit 1.
    Failed,
    /// Usage, inventory or argument error, or no host matches; nothing was touched: exit 2.
    Usage,
    /// With `--dry-run --exit-code`: changes are pending: exit 3.
    Pending,
    /// Some hosts unreachable, none failed: exit 4.
    Unreachable,
    /// Stopped part-way, resumable: exit 5.
    Stopped,
    /// Refused by a guard (identity, precondition, missing `--yes`): exit 6.
    Refused,
    /// Somebody else holds the lock: exit 7.
    Locked,
    /// A time-out: exit 124.
    TimedOut,
    /// Interrupted by SIGINT: exit 130.
    Interrupted,
    /// Ended by SIGTERM: exit 143.
    Terminated,
}

impl Kind {
    /// The exit code of a run that ended like this.
    pub const fn code(self) -> u8 {
        match self {
            Self::Failed => 1,
            Self::Usage => 2,
            Self::Pending => 3,
            Self::Unreachable => 4,
            Self::Stopped => 5,
            Self::Refused => 6,
            Self::Locked => 7,
            Self::TimedOut => 124,
            Self::Interrupted => 130,
            Self::Terminated => 143,
        }
    }

    /// The worst of `kinds`: it decides the exit code of the whole.
    pub fn worst(kinds: impl IntoIterator<Item = Self>) -> Option<Self> {
        const WORST_FIRST: [Kind; 10] = [
            Kind::Terminated,
            Kind::Interrupted,
            Kind::Usage,
            Kind::Failed,
            Kind::Locked,
            Kind::Refused,
            Kind::TimedOut,
            Kind::Stopped,
            Kind::Unreachable,
            Kind::Pending,
        ];
        let place = |kind: &Self| WORST_FIRST.iter().position(|other| other == kind);
        kinds.into_iter().min_by_key(place)
    }

    /// The word for it in reports and in JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Failed => "failed",
            Self::Usage => "usage",
            Self::Pending => "pending",
            Self::Unreachable => "unreachable",
            Self::Stopped => "stopped",
            Self::Refused => "refused",
            Self::Locked => "locked",
            Self::TimedOut => "timed out",
            Self::Interrupted => "interrupted",
            Self::Terminated => "terminated",
        }
    }
}

/// A fault: the error type of the whole program. Travels inside `anyhow::Error`, with gerund
/// contexts around it ("reading hosts.toml").
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// Decides the exit code.
    pub kind: Kind,
    /// Lowercase sentence without a final period.
    pub message: String,
    /// Lines shown below the sentence, each with a label: `ran`, `stderr`, `at`, ...
    pub details: Vec<(String, String)>,
    /// Hints for the next step, ready to paste where possible.
    pub hints: Vec<String>,
}

impl Fault {
    /// A fault of `kind`.
    pub fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), details: Vec::new(), hints: Vec::new() }
    }

    /// A usage, inventory or argument error.
    pub fn usage(message: impl Into<String>) -> Self {
        Self::new(Kind::Usage, message)
    }

    /// An operation that failed on a host.
    pub fn failed(message: impl Into<String>) -> Self {
        Self::new(Kind::Failed, message)
    }

    /// A guard that does not hold.
    pub fn refused(message: impl Into<String>) -> Self {
        Self::new(Kind::Refused, message)
    }

    /// Adds a labelled line; empty text adds nothing.
    #[must_use]
    pub fn detail(mut self, label: impl Into<String>, text: impl Into<String>) -> Self {
        let text = text.into();
        if !text.is_empty() {
            self.details.push((label.into(), text));
        }
        self
    }

    /// Adds a hint.
    #[must_use]
    pub fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hints.push(hint.into());
        self
    }

    /// The kind of `error`: that of the fault in its chain, else [`Kind::Failed`].
    pub fn kind_of(error: &anyhow::Error) -> Kind {
        error.downcast_ref::<Self>().map_or(Kind::Failed, |fault| fault.kind)
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)
    }
}

impl std::error::Error for Fault {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_fault_keeps_its_kind_under_contexts() {
        let error = anyhow::Error::from(Fault::refused("no")).context("reading hosts.toml");
        assert_eq!(Fault::kind_of(&error), Kind::Refused);
        assert_eq!(Fault::kind_of(&anyhow::anyhow!("other")), Kind::Failed);
    }
}
