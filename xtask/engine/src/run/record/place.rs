//! The directory of records, and their permissions.

use std::fs::{self, Metadata, OpenOptions};
use std::io;
use std::os::unix::fs::{MetadataExt as _, OpenOptionsExt as _};

use anyhow::{Context as _, Result};
use camino::{Utf8Path, Utf8PathBuf};

use crate::data::fault::Fault;
use crate::transport::trust;

/// The directory of records: `$XDG_STATE_HOME/xtask`, else `~/.local/state/xtask`.
///
/// # Errors
/// Exit 2 without a place for it, and when others may write there.
pub fn state_dir() -> Result<Utf8PathBuf> {
    let set = |name: &str| {
        std::env::var(name).ok().filter(|value| value.starts_with('/')).map(Utf8PathBuf::from)
    };
    let base = set("XDG_STATE_HOME").or_else(|| set("HOME").map(|home| home.join(".local/state")));
    let base = base.ok_or_else(|| {
        Fault::usage("neither XDG_STATE_HOME nor HOME is set: no place for the run record")
            .hint("set it to an absolute path of your own: XDG_STATE_HOME=DIR")
    })?;
    trusted(base.join("xtask"))
}

/// The directory of runs: `runs` below [`state_dir`].
pub(super) fn runs_dir() -> Result<Utf8PathBuf> {
    trusted(state_dir()?.join("runs"))
}

/// A record says what to undo and to resume: nobody else may have written it.
fn trusted(dir: Utf8PathBuf) -> Result<Utf8PathBuf> {
    trust::look(&dir).with_context(|| format!("trusting the records in {dir}"))?;
    Ok(dir)
}

/// Options of a file that only its owner may read.
pub(super) fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.mode(0o600);
    options
}

/// A file or directory on disk, whatever its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Inode {
    device: u64,
    number: u64,
}

impl Inode {
    pub(super) fn of(metadata: &Metadata) -> Self {
        Self { device: metadata.dev(), number: metadata.ino() }
    }

    /// Checks that it is still at `path`.
    ///
    /// # Errors
    /// When it was deleted, moved or replaced.
    pub(super) fn is_at(self, path: &Utf8Path) -> io::Result<()> {
        let gone = |what: &str| io::Error::other(format!("{path} was {what} during the run"));
        match fs::symlink_metadata(path) {
            Ok(metadata) if Self::of(&metadata) == self => Ok(()),
            Ok(_) => Err(gone("replaced")),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Err(gone("deleted or moved")),
            Err(error) => Err(error),
        }
    }
}
