//! One opener per rehearsal host: the kernel does not support one upper directory in two overlays.

use std::fs::{self, File, OpenOptions};
use std::io::{Read, Seek, Write};
use std::os::unix::fs::OpenOptionsExt;
use std::thread::sleep;
use std::time::{Duration, Instant};

use camino::{Utf8Path, Utf8PathBuf};
use rustix::fs::{FlockOperation, flock};

use super::host_dir::private_dir;
use crate::data::fault::{Fault, Kind};

/// A host that was just killed needs a moment to go.
const PATIENCE: Duration = Duration::from_secs(1);

/// Held as long as the value lives.
#[derive(Debug)]
pub(super) struct Lock {
    _file: File,
}

/// Where the lock of `host` is: outside the host's directory, which a reset removes.
pub(super) fn path(root: &Utf8Path, host: &str) -> Utf8PathBuf {
    root.join("locks").join(host)
}

/// Takes the lock, or names its holder.
pub(super) fn take(root: &Utf8Path, host: &str) -> Result<Lock, Fault> {
    let path = path(root, host);
    let broken = |error: std::io::Error| Fault::failed(format!("cannot lock {path}: {error}"));
    private_dir(&root.join("locks")).map_err(|error| Fault::failed(format!("{error:#}")))?;
    let mut options = OpenOptions::new();
    let options = options.read(true).write(true).create(true).truncate(false).mode(0o600);
    let mut file = options.open(&path).map_err(broken)?;
    let start = Instant::now();
    while let Err(errno) = flock(&file, FlockOperation::NonBlockingLockExclusive) {
        if errno != rustix::io::Errno::WOULDBLOCK {
            return Err(broken(errno.into()));
        }
        if start.elapsed() > PATIENCE {
            return Err(held(&mut file, host));
        }
        sleep(Duration::from_millis(20));
    }
    file.set_len(0).and_then(|()| writeln!(file, "{}", std::process::id())).map_err(broken)?;
    Ok(Lock { _file: file })
}

/// The holder wrote its runner's process number into the file.
fn held(file: &mut File, host: &str) -> Fault {
    let mut owner = String::new();
    let read = file.rewind().and_then(|()| file.read_to_string(&mut owner));
    let owner = if read.is_ok() { owner.trim() } else { "" };
    let message = format!("rehearsal host {host} is in use by process {owner}");
    let command = fs::read(format!("/proc/{owner}/cmdline")).unwrap_or_default();
    let command = String::from_utf8_lossy(&command).trim_end_matches('\0').replace('\0', " ");
    let command: String = command.chars().take(200).collect();
    Fault::new(Kind::Locked, message)
        .detail("runs", command)
        .hint("wait for it to finish or stop it, then retry")
}
