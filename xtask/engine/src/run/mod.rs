//! Floor 4: one run.
