//! The hosts at the end of a run, as its journal keeps them.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::run::run_summary::RunSummary;

/// The word for a host that was only looked at.
pub const READ: &str = "read";

/// The hosts at the end of a process.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Standing {
    /// The word of the report for each: `changed`, `not reached`.
    pub words: BTreeMap<String, String>,
    /// Those with work left.
    pub open: Vec<String>,
    /// `--only` can select the open ones: the others are done.
    pub only: bool,
}

impl Standing {
    /// From the summary of a run that is over.
    pub(in crate::run) fn of(summary: &RunSummary) -> Self {
        let words = summary.hosts().map(|(host, entry)| (host.to_owned(), entry.word().to_owned()));
        // Beside hosts with a result, one that was only asked for something is none of the run.
        let none = summary.hosts().next().is_none();
        let read =
            summary.hosts_read().filter(|_| none).map(|host| (host.to_owned(), READ.to_owned()));
        let open = summary.open().into_iter().map(str::to_owned).collect();
        Self { words: words.chain(read).collect(), open, only: summary.again().is_some() }
    }
}
