//! A file that is a command: its place, its name, and what was read of it.

use std::io::Read as _;
use std::sync::OnceLock;

use camino::{Utf8Path, Utf8PathBuf};
use engine::prelude::*;
use engine::transport::trust::Consent;

use super::content::Content;
use crate::list::Row;

/// The bytes that a list reads of a file.
const START: u64 = 4096;

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
    /// That of the person who has named the inventory beside it.
    consent: Consent,
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
        let named = if is_named { std::slice::from_ref(&path) } else { &[] };
        let consent = Consent::of(named);
        let (row, content) = (OnceLock::new(), OnceLock::new());
        Self { runbook, step, kind, path, unused: None, consent, row, content }
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
        self.read(u64::MAX)
    }

    /// The bytes of a file below its directory, by the same rule.
    ///
    /// # Errors
    /// As [`Self::text`].
    pub(super) fn beside(&self, path: &Utf8Path) -> Result<Vec<u8>, Fault> {
        let path = self.path.parent().unwrap_or(Utf8Path::new("")).join(path);
        let unread = |error: anyhow::Error| match error.downcast::<Fault>() {
            Ok(fault) => fault.detail("file", path.as_str()),
            Err(error) => Fault::usage(format!("cannot read {path}: {error}"))
                .detail("from", self.path.as_str()),
        };
        let mut bytes = Vec::new();
        let mut file = self.consent.open(&path).map_err(unread)?;
        file.read_to_end(&mut bytes).map_err(|error| unread(error.into()))?;
        Ok(bytes)
    }

    /// Its first lines, each as a whole.
    pub(super) fn start(&self) -> Result<String, Fault> {
        let mut text = self.read(START)?;
        if text.len() as u64 == START {
            text.truncate(text.rfind('\n').map_or(0, |end| end + 1));
        }
        Ok(text)
    }

    fn read(&self, most: u64) -> Result<String, Fault> {
        let unread = |error: anyhow::Error| match error.downcast::<Fault>() {
            Ok(fault) => fault.detail("step", self.path.as_str()),
            Err(error) => Fault::usage(format!("cannot read {}: {error}", self.path)),
        };
        let mut bytes = Vec::new();
        let file = self.consent.open(&self.path).map_err(unread)?;
        file.take(most).read_to_end(&mut bytes).map_err(|error| unread(error.into()))?;
        let text = String::from_utf8(bytes).or_else(|error| {
            // A character may be cut in two at the end of the first lines.
            let cut = error.utf8_error().error_len().is_none() && most < u64::MAX;
            let good = error.utf8_error().valid_up_to();
            let mut bytes = error.into_bytes();
            bytes.truncate(good);
            if cut { String::from_utf8(bytes).map_err(drop) } else { Err(()) }
        });
        text.map_err(|()| Fault::usage(format!("{} is not UTF-8", self.path)))
    }
}
