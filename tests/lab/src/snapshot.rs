//! The content of a host's disk, to compare before and after.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use sha2::{Digest as _, Sha256};

use crate::host::Host;

/// Files that a running system writes by itself.
const VOLATILE: &[&str] = &[
    "run",
    "tmp",
    "var/tmp",
    "var/log",
    "var/cache",
    "var/lib/systemd",
    "var/lib/private",
    "var/lib/standins",
    "etc/.updated",
    "var/.updated",
    "etc/resolv.conf",
    "proc",
    "sys",
    "dev",
    "etc/mtab",
    "root/.bash_history",
    "etc/ld.so.cache",
];

/// Random bytes of each host: only size, mode and owner are compared.
const RANDOM: &str = "var/lib/xtask/salt";

/// Every file that differs from the image: path, and a line of kind, mode, owner, size and hash.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Snapshot {
    files: BTreeMap<PathBuf, String>,
}

impl Snapshot {
    /// Reads a host's upper layer, whether it is up or not.
    pub fn of(host: &Host) -> Result<Self> {
        let mut snapshot = Self::default();
        snapshot.walk(&host.upper(), Path::new(""))?;
        Ok(snapshot)
    }

    fn walk(&mut self, root: &Path, dir: &Path) -> Result<()> {
        let full = root.join(dir);
        let entries = fs::read_dir(&full).with_context(|| format!("reading {}", full.display()))?;
        for entry in entries.flatten() {
            let path = dir.join(entry.file_name());
            if VOLATILE.iter().any(|volatile| path == Path::new(volatile)) {
                continue;
            }
            // A file can go away while we read; it is one of those that come and go.
            let Ok(meta) = entry.metadata() else { continue };
            if meta.is_dir() {
                self.walk(root, &path)?;
            } else {
                self.files.insert(path, line(&entry.path(), &meta));
            }
        }
        Ok(())
    }

    /// The lines that differ, `-` before and `+` after; empty when nothing does.
    pub fn changes(&self, after: &Self) -> Vec<String> {
        let mut lines = Vec::new();
        let paths: std::collections::BTreeSet<_> =
            self.files.keys().chain(after.files.keys()).collect();
        for path in paths {
            let (old, new) = (self.files.get(path), after.files.get(path));
            if old != new {
                lines.extend(old.map(|old| format!("- {} {old}", path.display())));
                lines.extend(new.map(|new| format!("+ {} {new}", path.display())));
            }
        }
        lines
    }

    /// Paths whose names hold `text`: leftovers of a write, for example.
    pub fn named(&self, text: &str) -> Vec<&Path> {
        let paths = self.files.keys().map(PathBuf::as_path);
        paths.filter(|path| path.to_string_lossy().contains(text)).collect()
    }
}

fn line(path: &Path, meta: &fs::Metadata) -> String {
    let kind = meta.file_type();
    let what = if kind.is_symlink() {
        format!("link {}", fs::read_link(path).unwrap_or_default().display())
    } else if kind.is_char_device() && meta.rdev() == 0 {
        return "removed".to_owned();
    } else if kind.is_file() && path.ends_with(RANDOM) {
        format!("file {}", meta.size())
    } else if kind.is_file() {
        let digest = Sha256::digest(fs::read(path).unwrap_or_default());
        let hash =
            digest.iter().take(8).fold(String::new(), |text, byte| text + &format!("{byte:02x}"));
        format!("file {} {hash}", meta.size())
    } else {
        "special".to_owned()
    };
    format!("{:o} {}:{} {what}", meta.mode() & 0o7777, meta.uid(), meta.gid())
}
