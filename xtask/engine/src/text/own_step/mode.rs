//! How a step goes through its hosts.

/// The order and the number of hosts at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Mode {
    /// All at once, as far as `--fanout` allows.
    #[default]
    Parallel,
    /// One after the other; the first failure is the end.
    Serial,
    /// The first host alone.
    Once,
}

impl Mode {
    /// Each with its word.
    pub(super) const WORDS: [(&str, Self); 3] =
        [("parallel", Self::Parallel), ("serial", Self::Serial), ("once", Self::Once)];
}
