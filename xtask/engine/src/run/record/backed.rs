//! The journal entry of a proved backup.

use serde::{Deserialize, Serialize};

/// A backup that was proved on the host that stores it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Backed {
    /// The host that stores it.
    pub host: String,
    /// Its directory there.
    pub place: String,
    /// What was backed up.
    pub thing: String,
    /// The identity of its cluster or machine.
    pub cluster: String,
    /// SHA-256 of its manifest, in hexadecimal.
    pub manifest: String,
    /// The time of its making, in UTC.
    pub made: String,
    /// Its age in seconds.
    pub age: u64,
    /// The number of its files.
    pub files: u64,
    /// Their size.
    pub bytes: u64,
    /// The checks that it has passed.
    pub checks: Vec<String>,
    /// What the step destroys.
    pub doomed: Vec<String>,
    /// The second check, directly before the change.
    pub again: bool,
}
