//! The kinds of steps that `new` writes, and their templates.

use clap::ValueEnum;

/// Steps that are rows of data.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(super) enum Family {
    /// Read-only output, kept and compared
    Capture,
    /// An assertion, or a wait with a limit
    Check,
    /// Done by a person, with evidence
    Manual,
    /// A service in a state
    Service,
}

/// What is written for one kind of step.
pub(super) struct Kind {
    pub(super) rust: &'static str,
    /// Its snippet; empty where it has none.
    pub(super) shell: &'static str,
    pub(super) access: &'static str,
    /// Why its case does not break it.
    pub(super) unbroken: &'static str,
}

const CAPTURE: &str = include_str!("../../../templates/family-capture.rs.txt");
const CHECK: &str = include_str!("../../../templates/family-check.rs.txt");
const MANUAL: &str = include_str!("../../../templates/family-manual.rs.txt");
const SERVICE: &str = include_str!("../../../templates/family-service.rs.txt");
const READS: &str = include_str!("../../../templates/step-reads.rs.txt");
const CHANGES: &str = include_str!("../../../templates/step-changes.rs.txt");
pub(super) const RUNBOOK: &str = include_str!("../../../templates/runbook.rs.txt");
pub(super) const CASES: &str = include_str!("../../../templates/cases.toml");
const NAMED: &str = include_str!("../../../templates/step-reads.sh");
const MADE: &str = include_str!("../../../templates/step-changes.sh");
const PRINTED: &str = include_str!("../../../templates/family-capture.sh");

impl Family {
    /// Type, module in tasks/common, and file of the members.
    pub(super) const fn words(self) -> [&'static str; 3] {
        match self {
            Self::Capture => ["Capture", "capture", "captures"],
            Self::Check => ["Check", "check", "checks"],
            Self::Manual => ["ByHand", "manual", "manuals"],
            Self::Service => ["Service", "service", "services"],
        }
    }

    pub(super) const fn kind(self) -> Kind {
        let (rust, shell, access) = match self {
            Self::Capture => (CAPTURE, PRINTED, "reads"),
            Self::Check => (CHECK, NAMED, "reads"),
            Self::Manual => (MANUAL, "", "changes"),
            Self::Service => (SERVICE, "", "changes"),
        };
        let unbroken = if matches!(self, Self::Manual) { "a person does it" } else { REAL };
        Kind { rust, shell, access, unbroken }
    }
}

const REAL: &str = "its commands are real ones";

impl Kind {
    /// A step with a file of its own.
    pub(super) const fn of_step(changes: bool) -> Self {
        if changes {
            Self { rust: CHANGES, shell: MADE, access: "changes", unbroken: REAL }
        } else {
            Self { rust: READS, shell: NAMED, access: "reads", unbroken: REAL }
        }
    }
}
