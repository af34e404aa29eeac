//! What the steps of a run have found out.

use crate::run::record::entry::Entry;
use crate::run::record::finding::Finding;
use crate::run::record::journal::Journal;

/// The findings of a journal: each once, as it was found last.
pub(super) fn of(journal: &Journal) -> Vec<Finding> {
    let mut last: Vec<Finding> = Vec::new();
    for entry in journal.entries() {
        let Entry::Finding(finding) = entry else { continue };
        match last.iter_mut().find(|other| other.is(finding)) {
            Some(other) => other.clone_from(finding),
            None => last.push(finding.clone()),
        }
    }
    last
}
