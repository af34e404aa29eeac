//! All files below a directory, each as a text to compare.

use std::hash::{DefaultHasher, Hasher as _};
use std::os::unix::fs::{FileTypeExt as _, MetadataExt as _, PermissionsExt as _};
use std::path::Path;

use super::rehearsal::Snapshot;

/// Adds everything below `dir`, but for directories themselves.
pub(super) fn walk(dir: &Path, name: &str, found: &mut Snapshot) {
    for entry in std::fs::read_dir(dir).into_iter().flatten().flatten() {
        let path = entry.path();
        let name = format!("{name}/{}", entry.file_name().to_string_lossy());
        if entry.file_type().expect("a type").is_dir() {
            walk(&path, &name, found);
        } else {
            found.insert(name, described(&path).expect("a file that stays"));
        }
    }
}

/// What stands for the content of a program or an archive.
fn hash(bytes: &[u8]) -> String {
    let mut hasher = DefaultHasher::new();
    hasher.write(bytes);
    format!("{} bytes, hash {:x}", bytes.len(), hasher.finish())
}

/// Mode and content of a file, the target of a link; none for nothing and for a directory.
pub(super) fn described(path: &Path) -> Option<String> {
    let meta = path.symlink_metadata().ok()?;
    let what = match meta.file_type() {
        kind if kind.is_dir() => return None,
        kind if kind.is_symlink() => {
            format!("-> {}", std::fs::read_link(path).expect("a link").display())
        }
        kind if kind.is_char_device() && meta.rdev() == 0 => "removed".to_owned(),
        kind if kind.is_file() => {
            let mode = meta.permissions().mode() & 0o7777;
            let content = String::from_utf8(std::fs::read(path).expect("a file"));
            let content = content.unwrap_or_else(|error| hash(error.as_bytes()));
            format!("{mode:o} {content}")
        }
        _ => "something".to_owned(),
    };
    Some(what)
}
