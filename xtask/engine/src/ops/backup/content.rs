//! What a backup must hold beyond its bytes: the check of one kind of backup.

use crate::data::fault::Fault;
use crate::ops::Action;
use crate::snippet;
use crate::text::snippet::{Snippet, Value};

const DUMP: Snippet = snippet!("/../../snippets/", "ops/backup-dump");
const ETCD: Snippet = snippet!("/../../snippets/", "ops/backup-etcd");
const IMAGE: Snippet = snippet!("/../../snippets/", "ops/backup-image");

/// The check of one kind of content: a snippet whose `probe` exits 0 for good, and prints the damage otherwise. It runs
/// before the manifest is written, and whenever the backup is proved.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Content {
    /// Its name in the record: `dump`, `etcd snapshot`.
    pub name: String,
    probe: Action,
}

impl Content {
    /// The `probe` of a snippet.
    pub fn new(
        name: impl Into<String>,
        snippet: Snippet,
        values: impl Into<Vec<(&'static str, Value)>>,
    ) -> Self {
        Self { name: name.into(), probe: Action::probe(snippet, values) }
    }

    /// A database dump, whose last line begins with this mark: `-- Dump completed` of mysqldump. A name that ends in
    /// `.gz` is unpacked.
    pub fn dump(file: &str, mark: &str) -> Self {
        Self::new("dump", DUMP, [("FILE", file.into()), ("MARK", mark.into())])
    }

    /// An etcd snapshot, read by `etcdutl` or `etcdctl snapshot status`.
    pub fn etcd(file: &str) -> Self {
        Self::new("etcd snapshot", ETCD, [("FILE", file.into())])
    }

    /// The image of a virtual disk, read by `qemu-img check`.
    pub fn image(file: &str) -> Self {
        Self::new("disk image", IMAGE, [("FILE", file.into())])
    }

    /// The script of the check.
    pub(super) fn script(&self) -> Result<String, Fault> {
        self.probe.script()
    }
}
