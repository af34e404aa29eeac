//! A file that is a command: its place, its name, and what was read of it.

use std::fs;
use std::io::Read as _;
use std::sync::OnceLock;

use camino::{Utf8Path, Utf8PathBuf};
use engine::prelude::*;
use engine::transport::trust::{self, Folder};

use super::content::Content;
use crate::list::Row;

/// The bytes that a list reads of a file.
const START: usize = 4096;

/// The kinds of files.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A step in POSIX sh: `STEP.sh`.
    Shell,
    /// Steps as stages of one command: `NAME.toml`.
    Composite,
}

impl Kind {
    /// Each with the ending of its files.
    pub const ENDINGS: [(&str, Self); 2] = [("sh", Self::Shell), ("toml", Self::Composite)];
}

/// A file `steps/RUNBOOK/STEP.sh` or `steps/RUNBOOK/NAME.toml`.
#[derive(Debug)]
pub struct File {
    /// The name of its directory.
    pub runbook: String,
    /// Its name without the ending.
    pub step: String,
    /// What it holds.
    pub kind: Kind,
    /// Its path.
    pub path: Utf8PathBuf,
    /// Why it is no command; nothing for one that is.
    pub unused: Option<String>,
    /// It is no command because a more important directory has one of its name.
    pub is_overridden: bool,
    /// Its name is a word of the command line.
    pub is_typed: bool,
    /// The person has named the inventory beside it.
    is_named: bool,
    pub(super) row: OnceLock<Row>,
    pub(super) content: OnceLock<Box<dyn Content>>,
}

impl File {
    /// The file at this path, `is_named` with the inventory beside it: then the person agrees to it as to the inventory.
    pub fn new(
        (runbook, step): (String, String),
        kind: Kind,
        path: Utf8PathBuf,
        is_named: bool,
    ) -> Self {
        let (row, content) = (OnceLock::new(), OnceLock::new());
        Self {
            runbook,
            step,
            kind,
            path,
            unused: None,
            is_overridden: false,
            is_typed: false,
            is_named,
            row,
            content,
        }
    }

    /// Its directory.
    pub(super) fn dir(&self) -> &Utf8Path {
        self.path.parent().unwrap_or(Utf8Path::new(""))
    }

    /// Its words on the command line: `web rotate-logs`.
    pub fn words(&self) -> String {
        format!("{} {}", self.runbook, self.step)
    }

    /// Its name in a record: `own/web/rotate-logs`.
    pub fn name(&self) -> String {
        format!("own/{}/{}", self.runbook, self.step)
    }

    /// Its whole text.
    ///
    /// # Errors
    /// Exit 2 when others may write it, or it cannot be read.
    pub fn text(&self) -> Result<String, Fault> {
        let mut bytes = Vec::new();
        let mut file = self.open(&self.path).map_err(|error| self.unread(error))?;
        file.read_to_end(&mut bytes).map_err(|error| self.unread(error.into()))?;
        self.utf8(bytes)
    }

    /// The bytes of a file below its directory, by the same rule.
    ///
    /// # Errors
    /// As [`Self::text`].
    pub(super) fn beside(&self, path: &Utf8Path) -> Result<Vec<u8>, Fault> {
        let path = self.dir().join(path);
        let unread = |error: anyhow::Error| match error.downcast::<Fault>() {
            Ok(fault) => fault.detail("file", path.as_str()),
            Err(error) => Fault::usage(format!("cannot read {path}: {error}"))
                .detail("from", self.path.as_str()),
        };
        let mut bytes = Vec::new();
        let mut file = self.open(&path).map_err(unread)?;
        file.read_to_end(&mut bytes).map_err(|error| unread(error.into()))?;
        Ok(bytes)
    }

    /// The person who names an inventory agrees to its directory, and not to what others write below it.
    fn open(&self, path: &Utf8Path) -> Result<fs::File> {
        // DIR/steps/RUNBOOK/FILE
        match self.path.ancestors().nth(3).filter(|_| self.is_named) {
            Some(dir) => trust::open_below(dir, path),
            None => trust::open(path),
        }
    }

    /// Its first lines, each as a whole, and whether these are all. A `folder` that was looked at need not be looked at
    /// again.
    pub(super) fn start(&self, folder: Option<&Folder>) -> Result<(String, bool), Fault> {
        let name = self.path.file_name().unwrap_or_default();
        let file = match folder {
            Some(folder) if !self.is_named => folder.open(name),
            _ => self.open(&self.path),
        };
        let mut bytes = vec![0; START];
        let mut file = file.map_err(|error| self.unread(error))?;
        // It is a regular file: one read gives all there is.
        let mut length = file.read(&mut bytes).map_err(|error| self.unread(error.into()))?;
        let is_whole = length < START;
        if !is_whole {
            length = bytes.iter().rposition(|byte| *byte == b'\n').map_or(0, |end| end + 1);
        }
        bytes.truncate(length);
        Ok((self.utf8(bytes)?, is_whole))
    }

    fn unread(&self, error: anyhow::Error) -> Fault {
        match error.downcast::<Fault>() {
            Ok(fault) => fault.detail("step", self.path.as_str()),
            Err(error) => Fault::usage(format!("cannot read {}: {error}", self.path)),
        }
    }

    fn utf8(&self, bytes: Vec<u8>) -> Result<String, Fault> {
        let wrong = |_| Fault::usage(format!("{} is not UTF-8", self.path));
        String::from_utf8(bytes).map_err(wrong)
    }
}
