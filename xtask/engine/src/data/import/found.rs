//! The hosts and groups of a file, with the places of all words.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

/// A word of the file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(in crate::data) struct Word {
    pub(in crate::data) text: String,
    /// Its bytes in the file.
    pub(in crate::data) span: Range<usize>,
    /// The group whose variable it is; none for one of the host itself.
    pub(in crate::data) group: Option<Arc<str>>,
}

impl Word {
    /// A word of no group.
    pub(in crate::data) fn new(text: impl Into<String>, span: Range<usize>) -> Self {
        Self { text: text.into(), span, group: None }
    }
}

/// All hosts and groups of a file.
#[derive(Debug, Default)]
pub(in crate::data) struct Found {
    pub(in crate::data) hosts: Vec<FoundHost>,
    pub(in crate::data) groups: Vec<FoundGroup>,
    /// The names of variables that have no use here.
    pub(in crate::data) unused: BTreeSet<String>,
}

/// A host, its values unchecked.
#[derive(Debug, Clone)]
pub(in crate::data) struct FoundHost {
    pub(in crate::data) name: Word,
    pub(in crate::data) address: Option<Word>,
    pub(in crate::data) port: Option<Word>,
    pub(in crate::data) user: Option<Word>,
    /// The way to it in Ansible's words: `ssh`, `local`, `docker`.
    pub(in crate::data) connection: Option<Word>,
    /// Whether it is worked on as another account: `yes`, `false`.
    pub(in crate::data) raised: Option<Word>,
    /// The program for that: `sudo`.
    pub(in crate::data) method: Option<Word>,
    /// That account.
    pub(in crate::data) account: Option<Word>,
    /// Variables without a meaning of their own.
    pub(in crate::data) vars: Vec<(String, Word)>,
}

impl FoundHost {
    /// A host without values.
    pub(in crate::data) const fn new(name: Word) -> Self {
        Self {
            name,
            address: None,
            port: None,
            user: None,
            connection: None,
            raised: None,
            method: None,
            account: None,
            vars: Vec::new(),
        }
    }
}

/// A group.
#[derive(Debug)]
pub(in crate::data) struct FoundGroup {
    pub(in crate::data) name: Word,
    /// The places of its hosts in [`Found::hosts`], ascending; those of its children, too.
    pub(in crate::data) hosts: BTreeSet<usize>,
}
