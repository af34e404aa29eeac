//! Floor 2: sessions and processes.
