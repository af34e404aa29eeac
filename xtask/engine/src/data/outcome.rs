//! The outcome of an operation on a host.

/// The result of one operation on one host.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Outcome {
    /// The state was right already; nothing was done.
    Kept,
    /// It was changed, and the probe after the change confirmed it.
    Changed,
    /// A dry run: it would be changed.
    Needed,
    /// A dry run that cannot know, with the reason in the report.
    Unknown,
}

impl Outcome {
    /// The word for it in reports and in JSON.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Kept => "kept",
            Self::Changed => "changed",
            Self::Needed => "needed",
            Self::Unknown => "unknown",
        }
    }
}
