//! The open items that a run knows, and has shown.

use std::collections::BTreeSet;
use std::sync::{Mutex, PoisonError};

use super::record::items::Scope;

/// The open items of a run's inventory.
#[derive(Debug)]
pub(super) struct Items {
    pub(super) scope: Scope,
    /// Host and name of those that were shown.
    shown: Mutex<BTreeSet<(String, String)>>,
}

impl Items {
    pub(super) fn new(inventory: Option<String>, rehearsal: bool) -> Self {
        Self { scope: Scope { inventory, rehearsal }, shown: Mutex::default() }
    }

    /// Whether it is shown now for the first time.
    pub(super) fn first(&self, host: &str, name: &str) -> bool {
        let mut shown = self.shown.lock().unwrap_or_else(PoisonError::into_inner);
        shown.insert((host.to_owned(), name.to_owned()))
    }
}
