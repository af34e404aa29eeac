//! A lock on a directory, for files in it that are replaced: a lock on such a file would hold the old one.

use std::fs::File;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use camino::Utf8Path;
use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;

/// Enough time for another run to write a small file.
const LIMIT: Duration = Duration::from_secs(10);

/// Keeps other runs from writing beside `path` as long as the file lives.
pub(super) fn beside(path: &Utf8Path) -> Result<File> {
    let dir = path.parent().filter(|dir| !dir.as_str().is_empty());
    let dir = dir.unwrap_or(Utf8Path::new("."));
    let file = File::open(dir).with_context(|| format!("locking {dir}"))?;
    let deadline = Instant::now() + LIMIT;
    loop {
        match flock(&file, FlockOperation::NonBlockingLockExclusive) {
            Ok(()) => return Ok(file),
            Err(Errno::WOULDBLOCK) if Instant::now() < deadline => {
                std::thread::sleep(Duration::from_millis(10));
            }
            Err(error) => return Err(error).with_context(|| format!("locking {dir}")),
        }
    }
}
