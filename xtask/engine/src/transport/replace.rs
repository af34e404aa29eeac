//! Small files that are replaced in one step: a reader sees the old text or the new one.
//!
//! Each writer has a file of its own until then. Threads of one process write at once, too.

use std::fs::Permissions;
use std::io::{self, Write as _};
use std::os::unix::fs::PermissionsExt as _;

use camino::Utf8Path;

/// Replaces `path` by `text`, with this mode less the umask.
///
/// # Errors
/// Those of the file system; then `path` is as before, and nothing is beside it.
pub fn replace(path: &Utf8Path, text: &[u8], mode: u32) -> io::Result<()> {
    write(path, text, mode, |_| Ok(()))
}

/// The same for a file that must outlive a power failure.
///
/// # Errors
/// As [`replace`].
pub fn replace_synced(path: &Utf8Path, text: &[u8], mode: u32) -> io::Result<()> {
    write(path, text, mode, std::fs::File::sync_all)
}

/// The same for a new file: one that is there already stays.
///
/// # Errors
/// As [`replace`]; also when `path` is there.
pub fn create_synced(path: &Utf8Path, text: &[u8], mode: u32) -> io::Result<()> {
    let new = written(path, text, mode, std::fs::File::sync_all)?;
    new.persist_noclobber(path).map(drop).map_err(|error| error.error)
}

fn write(
    path: &Utf8Path,
    text: &[u8],
    mode: u32,
    settle: impl FnOnce(&std::fs::File) -> io::Result<()>,
) -> io::Result<()> {
    let new = written(path, text, mode, settle)?;
    new.persist(path).map(drop).map_err(|error| error.error)
}

/// The text in a file of its own beside `path`.
fn written(
    path: &Utf8Path,
    text: &[u8],
    mode: u32,
    settle: impl FnOnce(&std::fs::File) -> io::Result<()>,
) -> io::Result<tempfile::NamedTempFile> {
    let dir = path.parent().filter(|dir| !dir.as_str().is_empty());
    let prefix = format!(".{}.", path.file_name().unwrap_or_default());
    let mut new = tempfile::Builder::new()
        .prefix(&prefix)
        .permissions(Permissions::from_mode(mode))
        .tempfile_in(dir.unwrap_or(Utf8Path::new(".")))?;
    new.write_all(text)?;
    settle(new.as_file())?;
    Ok(new)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Fault S5: several threads of one process write one file at once; none fails, and nothing is left beside it.
    #[test]
    fn many_writers_of_one_file_all_succeed() {
        let dir = tempfile::tempdir().unwrap();
        let dir = Utf8Path::from_path(dir.path()).unwrap();
        let path = dir.join("keep");
        std::thread::scope(|scope| {
            for number in 0..8 {
                let path = &path;
                scope.spawn(move || {
                    for _ in 0..50 {
                        replace(path, number.to_string().repeat(1000).as_bytes(), 0o600).unwrap();
                        let read = std::fs::read_to_string(path).unwrap();
                        assert_eq!((read.len(), read.replace(&read[..1], "").as_str()), (1000, ""));
                    }
                });
            }
        });
        assert_eq!(dir.read_dir_utf8().unwrap().count(), 1);
    }

    #[test]
    fn a_new_file_takes_the_place_of_none() {
        let dir = tempfile::tempdir().unwrap();
        let dir = Utf8Path::from_path(dir.path()).unwrap();
        create_synced(&dir.join("new"), b"one", 0o600).unwrap();
        let again = create_synced(&dir.join("new"), b"two", 0o600).unwrap_err();
        assert_eq!(again.kind(), io::ErrorKind::AlreadyExists);
        assert_eq!(std::fs::read_to_string(dir.join("new")).unwrap(), "one");
        assert_eq!(dir.read_dir_utf8().unwrap().count(), 1);
    }

    #[test]
    fn a_file_that_cannot_be_replaced_leaves_nothing() {
        let dir = tempfile::tempdir().unwrap();
        let dir = Utf8Path::from_path(dir.path()).unwrap();
        std::fs::create_dir_all(dir.join("taken/below")).unwrap();
        assert!(replace_synced(&dir.join("taken"), b"text", 0o600).is_err());
        assert_eq!(dir.read_dir_utf8().unwrap().count(), 1);
    }
}
