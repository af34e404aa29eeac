//! The next commands after a run.

use engine::run::record::summary::Summary;
use serde::Serialize;

/// A command for the person who reads about a run.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Next {
    /// Its aim: `undo it`.
    pub(crate) aim: &'static str,
    /// Ready to paste.
    pub(crate) command: String,
}

/// The commands that make sense now, those for open items first.
pub(crate) fn of(run: &Summary) -> Vec<Next> {
    let closes = run.items.iter().map(|item| ("close what is open", item.command()));
    let words = [
        (run.resumable, "continue", "resume"),
        (run.resumable && run.narrow, "only the open hosts", "retry"),
        (run.undoable, "undo it", "undo"),
    ];
    let own = words.into_iter().filter(|(fits, ..)| *fits);
    let own = own.map(|(_, aim, word)| (aim, format!("cargo xtask {word} {}", run.id)));
    closes.chain(own).map(|(aim, command)| Next { aim, command }).collect()
}
