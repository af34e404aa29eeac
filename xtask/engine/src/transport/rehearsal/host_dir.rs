//! The directory of a rehearsal host.

use std::fs;
use std::os::unix::fs::DirBuilderExt;

use anyhow::{Context, Result};
use camino::Utf8Path;

/// Written last into a host's directory: the list of the fresh host's files.
pub(super) const MADE: &str = "made";

/// Makes `path` and what is missing above it, for this user only.
pub(super) fn private_dir(path: &Utf8Path) -> Result<()> {
    let made = fs::DirBuilder::new().recursive(true).mode(0o700).create(path);
    made.with_context(|| format!("making the directory {path}"))
}
