//! The words of a header.

/// The words with a value.
pub(super) const WORDS: [&str; 9] =
    ["on", "mode", "arg", "secret", "confirm", "files", "needs", "timeout", "with"];

/// The words that stand alone.
pub(super) const ALONE: [&str; 2] = ["reads", "detached"];
