//! What an import leaves out.

use std::collections::BTreeSet;

use crate::data::import::ansible::is_like_secret;

/// Variables of one import without a use here, and groups whose names cannot be had (`group NAME`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unused {
    /// The file, or the command.
    pub path: String,
    /// Their names.
    pub names: BTreeSet<String>,
}

impl Unused {
    /// A line on those that somebody may rely on: logins, and what looks like a secret.
    pub(super) fn note(&self) -> Option<String> {
        let matters = |name: &&String| {
            let is_login = name.starts_with("ansible_ssh_") || name.ends_with("_args");
            is_login || is_like_secret(name)
        };
        let names: Vec<&str> = self.names.iter().filter(matters).map(String::as_str).collect();
        (!names.is_empty()).then(|| format!("{}: left out: {}", self.path, names.join(", ")))
    }
}
