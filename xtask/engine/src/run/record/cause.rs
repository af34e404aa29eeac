//! The cause of a run: its ticket and its reason.

use super::entry::Entry;
use super::journal::Journal;

/// The ticket and the reason of a run, as its last process gave them.
pub(super) fn cause(journal: &Journal) -> (Option<String>, Option<String>) {
    let (mut ticket, mut reason) = (None, None);
    for entry in journal.entries() {
        let (new_ticket, new_reason) = match entry {
            Entry::Start(start) => (&start.ticket, &start.reason),
            Entry::Resume(resume) => (&resume.ticket, &resume.reason),
            _ => continue,
        };
        ticket = new_ticket.clone().or(ticket);
        reason = new_reason.clone().or(reason);
    }
    (ticket, reason)
}
