//! Variables that an import leaves out.

use std::collections::BTreeSet;

/// The variables of one import without a use here.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unused {
    /// The file, or the command.
    pub path: String,
    /// Their names.
    pub names: BTreeSet<String>,
}
