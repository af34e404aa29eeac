//! All files below a directory, each as a text to compare.

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
            let mut text = format!("{:o} ", meta.permissions().mode() & 0o7777);
            // Thousands of files: what is text is checked at once, and not copied.
            match String::from_utf8(std::fs::read(path).expect("a file")) {
                Ok(content) => text.push_str(&content),
                Err(other) => text.push_str(&String::from_utf8_lossy(other.as_bytes())),
            }
            text
        }
        _ => "something".to_owned(),
    };
    Some(what)
}
