//! The directory of records, and their permissions.

use std::fs::OpenOptions;
use std::os::unix::fs::OpenOptionsExt as _;

use anyhow::{Context as _, Result};
use camino::Utf8PathBuf;

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
