//! Floor 3: operations.
