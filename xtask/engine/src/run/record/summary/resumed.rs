//! The processes that resumed a run.

use serde::Serialize;

use crate::run::record::entry::{Again, Entry};
use crate::run::record::journal::Journal;

/// Another process that resumed the run.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Resumed {
    /// The time.
    pub at: String,
    /// Its aim.
    pub kind: Again,
    /// The person.
    pub user: String,
    /// The machine.
    pub from: String,
    /// Its hosts; none for all.
    pub only: Option<Vec<String>>,
    /// Its ticket; none when it is still that of the process before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub ticket: Option<String>,
    /// Why it was resumed; none when it is still that of the process before.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

pub(super) fn of(journal: &Journal) -> Vec<Resumed> {
    let again = journal.lines.iter().filter_map(|line| match &line.entry {
        Entry::Resume(resume) => Some(Resumed {
            at: line.at.clone(),
            kind: resume.kind,
            user: resume.user.clone(),
            from: resume.from.clone(),
            only: resume.only.clone(),
            ticket: resume.ticket.clone(),
            reason: resume.reason.clone(),
        }),
        _ => None,
    });
    again.collect()
}
