//! Floor 2: sessions and processes.

pub mod rehearsal;
