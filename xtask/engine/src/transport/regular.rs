//! Reads files of this machine that are no pipe and no device: those may block for ever, or never end.

use std::fs::{File, OpenOptions};
use std::io::{self, Read as _};
use std::os::unix::fs::OpenOptionsExt as _;

use camino::Utf8Path;

/// The size limit of a file that a person wrote: an inventory, a list of hosts.
const TEXT: u64 = 64 * 1024 * 1024;

/// Opens a file for reading, without waiting for the other end of a pipe.
///
/// # Errors
/// Also when it is no regular file.
pub fn open(path: &Utf8Path) -> io::Result<File> {
    let now = i32::try_from(rustix::fs::OFlags::NONBLOCK.bits()).unwrap_or_default();
    let file = OpenOptions::new().read(true).custom_flags(now).open(path)?;
    if file.metadata()?.is_file() {
        Ok(file)
    } else {
        Err(io::Error::other("it is no regular file"))
    }
}

/// Its bytes.
///
/// # Errors
/// Also when there are more than `most`.
pub fn read(file: File, most: u64) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.take(most + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > most {
        return Err(io::Error::other(format!("it is larger than {} MiB", most / 1024 / 1024)));
    }
    Ok(bytes)
}

/// The text of a file that a person wrote.
///
/// # Errors
/// Also when it is no regular file, no UTF-8, or larger than 64 MiB.
pub fn text(path: &Utf8Path) -> io::Result<String> {
    let wrong = |error| io::Error::new(io::ErrorKind::InvalidData, error);
    String::from_utf8(read(open(path)?, TEXT)?).map_err(wrong)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Fault T6: no file of this machine is waited for that nobody writes.
    #[test]
    fn a_pipe_and_a_device_are_errors_at_once() {
        let dir = tempfile::tempdir().unwrap();
        let fifo = camino::Utf8PathBuf::try_from(dir.path().join("fifo")).unwrap();
        let mode = rustix::fs::Mode::RUSR | rustix::fs::Mode::WUSR;
        rustix::fs::mkfifoat(rustix::fs::CWD, fifo.as_str(), mode).unwrap();
        for path in [fifo.as_path(), "/dev/zero".into(), "/".into()] {
            assert_eq!(text(path).unwrap_err().to_string(), "it is no regular file", "{path}");
        }
        let none = text(&dir.path().join("none").try_into().unwrap_or(fifo)).unwrap_err();
        assert_eq!(none.kind(), io::ErrorKind::NotFound);
    }
}
