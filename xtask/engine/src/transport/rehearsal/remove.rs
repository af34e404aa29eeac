//! Removes a rehearsal host.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::Path;

use anyhow::{Context, Result};
use camino::Utf8Path;
use xshell::{Shell, cmd};

use super::host_dir::MADE;
use super::namespaces::{bare, user_options};

/// Removes a host's directory, or nothing if it is not there. The mark of a whole host goes first:
/// a removal cut short leaves a half-made host.
pub(super) fn remove_tree(dir: &Utf8Path) -> Result<()> {
    if dir.symlink_metadata().is_err() {
        return Ok(());
    }
    let mark = dir.join(MADE);
    if mark.exists() {
        fs::remove_file(&mark).with_context(|| format!("removing {mark}"))?;
    }
    open_up(dir.as_std_path());
    if fs::remove_dir_all(dir).is_ok() {
        return Ok(());
    }
    // Files of mapped users can be removed only in a user namespace with the same mapping.
    let options = user_options();
    let shell = Shell::new().context("starting a shell")?;
    let removal = cmd!(shell, "unshare {options...} -- rm -rf -- {dir}");
    let removal = bare(removal).quiet().ignore_stdout();
    removal.run().with_context(|| format!("removing {dir}"))
}

/// The overlay's work directory has mode 000, which stops all but root.
fn open_up(dir: &Path) {
    // The removal that follows reports a directory that cannot be opened.
    let _ = fs::set_permissions(dir, Permissions::from_mode(0o700));
    for entry in fs::read_dir(dir).into_iter().flatten().flatten() {
        if entry.file_type().is_ok_and(|kind| kind.is_dir()) {
            open_up(&entry.path());
        }
    }
}
