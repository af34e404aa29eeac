//! The changes of a rehearsal host since it was made.

use std::collections::BTreeMap;
use std::fs::{self, Metadata};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{FileTypeExt, MetadataExt};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use camino::Utf8Path;

use super::host_dir::MADE;

/// One path of a host that differs from the freshly made host.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Change {
    /// Absolute path in the host.
    pub path: PathBuf,
    /// How it differs.
    pub what: What,
    /// Size of the file as it is now; 0 for anything else.
    pub bytes: u64,
}

/// How a path differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum What {
    /// It is new.
    Added,
    /// It was there, with another content, mode or owner.
    Changed,
    /// It is gone.
    Removed,
}

/// One line for each thing in the upper directory of the host in `dir`: a stamp that any change to it
/// changes, a blank, the path. Lines end with NUL, because a path may hold a newline.
pub(super) fn inventory(dir: &Utf8Path) -> Result<Vec<u8>> {
    let mut list = Vec::new();
    for (path, meta) in walk(dir)? {
        list.extend_from_slice(format!("{} ", stamp(&meta)).as_bytes());
        list.extend_from_slice(path.as_os_str().as_bytes());
        list.push(0);
    }
    Ok(list)
}

/// Compares the upper directory with the inventory taken when the host was made.
pub(super) fn changed(dir: &Utf8Path) -> Result<Vec<Change>> {
    let made = dir.join(MADE);
    let made = fs::read(&made).with_context(|| format!("reading {made}"))?;
    let mut fresh = BTreeMap::new();
    for line in made.split(|byte| *byte == 0) {
        if let Some(blank) = memchr::memchr(b' ', line) {
            let path = PathBuf::from(std::ffi::OsStr::from_bytes(&line[blank + 1..]));
            fresh.insert(path, String::from_utf8_lossy(&line[..blank]).into_owned());
        }
    }
    let mut changes = Vec::new();
    for (path, meta) in walk(dir)? {
        let was = fresh.remove(&path);
        changes.extend(compare(path, &meta, was));
    }
    let gone = fresh.into_keys().map(|path| Change { path, what: What::Removed, bytes: 0 });
    changes.extend(gone);
    changes.sort();
    Ok(changes)
}

fn compare(path: PathBuf, meta: &Metadata, was: Option<String>) -> Option<Change> {
    if was.as_ref().is_some_and(|was| *was == stamp(meta)) {
        return None;
    }
    let below = fs::symlink_metadata(&path).ok();
    // A directory is copied up for each change below it.
    if meta.is_dir() && (was.is_some() || below.as_ref().is_some_and(Metadata::is_dir)) {
        return None;
    }
    let what = match () {
        () if is_whiteout(meta) => What::Removed,
        () if was.is_some() || below.is_some() => What::Changed,
        () => What::Added,
    };
    let bytes = if meta.is_file() { meta.len() } else { 0 };
    Some(Change { path, what, bytes })
}

/// The mark of a removed file: a character device 0, 0 (overlayfs documentation of the kernel).
fn is_whiteout(meta: &Metadata) -> bool {
    meta.file_type().is_char_device() && meta.rdev() == 0
}

/// Contents are not read: a write changes the time of change. Directories have their mode only.
fn stamp(meta: &Metadata) -> String {
    if meta.is_dir() {
        return format!("{:o}", meta.mode());
    }
    let (ctime, nsec) = (meta.ctime(), meta.ctime_nsec());
    format!("{:o}:{}:{}:{ctime}.{nsec}", meta.mode(), meta.uid(), meta.len())
}

/// Everything in the upper directory, with its path in the host.
fn walk(dir: &Utf8Path) -> Result<Vec<(PathBuf, Metadata)>> {
    let upper = dir.join("upper");
    let mut found = Vec::new();
    let mut open = vec![upper.clone().into_std_path_buf()];
    while let Some(next) = open.pop() {
        let at = || format!("reading {}", next.display());
        for entry in next.read_dir().with_context(at)? {
            let entry = entry.with_context(at)?;
            let meta = entry.metadata().with_context(at)?;
            let path = entry.path();
            if meta.is_dir() && fs::read_dir(&path).is_ok() {
                open.push(path.clone());
            }
            let inside = path.strip_prefix(&upper).unwrap_or(&path);
            found.push((Path::new("/").join(inside), meta));
        }
    }
    Ok(found)
}
