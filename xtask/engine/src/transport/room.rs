//! Output of hosts leaves some of this machine's disk free.

use std::io::{self, Write};
use std::os::fd::AsFd;

use rustix::fs::fstatvfs;

/// How much is written between two looks at the disk.
const STEP: u64 = 16 << 20;
/// The part of a file system that stays free: 1/20 of it, at most a gibibyte.
const SHARE: u64 = 20;
const MOST: u64 = 1 << 30;

/// A file that is not written to when its file system is almost full.
#[derive(Debug)]
pub struct Roomy<F> {
    pub(super) inner: F,
    /// Bytes until the next look.
    left: u64,
}

impl<F: AsFd> Roomy<F> {
    /// Looks at the file system after the first 16 MiB: less may always be written.
    pub const fn new(inner: F) -> Self {
        Self { inner, left: STEP }
    }

    fn look(&self) -> io::Result<()> {
        let disk = fstatvfs(&self.inner)?;
        let keep = MOST.min(disk.f_blocks.saturating_mul(disk.f_frsize) / SHARE);
        let free = disk.f_bavail.saturating_mul(disk.f_frsize);
        if free >= keep + STEP.min(keep) {
            return Ok(());
        }
        let message =
            format!("only {} MiB are free there, and {} stay free", free >> 20, keep >> 20);
        Err(io::Error::new(io::ErrorKind::StorageFull, message))
    }
}

impl<F: Write + AsFd> Write for Roomy<F> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        if self.left == 0 {
            self.look()?;
            self.left = STEP;
        }
        let written = self.inner.write(bytes)?;
        self.left = self.left.saturating_sub(written as u64);
        Ok(written)
    }

    fn flush(&mut self) -> io::Result<()> {
        self.inner.flush()
    }
}
