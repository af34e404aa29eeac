//! The files beside the journal: the output of commands, and old content for undo.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::os::unix::fs::DirBuilderExt as _;
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use camino::{Utf8Path, Utf8PathBuf};

use super::place::{Inode, private};
use crate::run::masked::Masked;
use crate::text::mask::Mask;
use crate::transport::interrupt::Interrupt;
use crate::transport::room::Roomy;
use crate::transport::spool::Spool;

/// The end of an output that a stop cut short.
const CUT: &[u8] = b"\n[the run was stopped: the rest is not kept]\n";
/// The output of commands: `NNNN.HOST.out` and `.err`.
pub(super) const OUTPUTS: &str = "outputs";
/// The bytes for undo: `NNNN`.
pub(in crate::run) const BEFORE: &str = "before";

/// Numbers the files of one run.
#[derive(Debug)]
pub(super) struct Files {
    dir: Utf8PathBuf,
    next: AtomicU64,
    /// The directory of bytes for undo, once there is one.
    before: Mutex<Option<Inode>>,
}

impl Files {
    /// Continues after the highest number in the directory.
    pub(super) fn of(dir: &Utf8Path) -> Self {
        let subs = [OUTPUTS, BEFORE].into_iter().flat_map(|sub| fs::read_dir(dir.join(sub)));
        let names = subs.flatten().flatten().map(|entry| entry.file_name());
        let number = |name: std::ffi::OsString| name.to_str()?.split('.').next()?.parse().ok();
        let last = names.filter_map(number).max().unwrap_or(0);
        let before = fs::symlink_metadata(dir.join(BEFORE)).ok().map(|it| Inode::of(&it));
        Self { dir: dir.to_owned(), next: AtomicU64::new(last + 1), before: Mutex::new(before) }
    }

    fn number(&self) -> String {
        format!("{:04}", self.next.fetch_add(1, Ordering::Relaxed))
    }

    /// Keeps the bytes that an undo needs, on disk when this returns; gives their name.
    pub(super) fn before(&self, bytes: &[u8]) -> io::Result<String> {
        let name = self.number();
        let mut known = self.before.lock().unwrap_or_else(PoisonError::into_inner);
        let dir = self.dir.join(BEFORE);
        // Without the bytes of earlier changes, their undo is lost: no further change may follow.
        known.map_or(Ok(()), |inode| inode.is_at(&dir))?;
        let mut file = self.create(BEFORE, &name)?;
        *known = Some(Inode::of(&fs::symlink_metadata(&dir)?));
        drop(known);
        file.write_all(bytes)?;
        file.sync_data()?;
        Ok(name)
    }

    /// Keeps the output of a command, masked; gives its name without ending, none for empty output.
    pub(super) fn output(
        &self,
        host: &str,
        streams: [&mut Spool; 2],
        mask: &Mask,
        interrupt: &Interrupt,
    ) -> io::Result<Option<String>> {
        if streams.iter().all(|spool| spool.is_empty()) {
            return Ok(None);
        }
        let name = format!("{}.{host}", self.number());
        for (spool, ending) in streams.into_iter().zip(["out", "err"]) {
            if !spool.is_empty() {
                let file = self.create(OUTPUTS, &format!("{name}.{ending}"))?;
                copy(spool, file, mask, interrupt)?;
            }
        }
        Ok(Some(name))
    }

    fn create(&self, sub: &str, name: &str) -> io::Result<File> {
        let dir = self.dir.join(sub);
        if !dir.exists()
            && let Err(error) = fs::DirBuilder::new().mode(0o700).create(&dir)
            && error.kind() != io::ErrorKind::AlreadyExists
        {
            return Err(error);
        }
        private().write(true).create_new(true).open(dir.join(name))
    }
}

/// Copies `spool` into `file`, masked.
fn copy(spool: &mut Spool, file: File, mask: &Mask, interrupt: &Interrupt) -> io::Result<()> {
    let mut reader = Masked::new(spool, mask, interrupt)?;
    let mut file = Roomy::new(file);
    io::copy(&mut reader, &mut file)?;
    if reader.is_cut() { file.write_all(CUT) } else { Ok(()) }
}
