//! Many files of one directory.

use std::fs::File;

use anyhow::Result;
use camino::{Utf8Path, Utf8PathBuf};
use rustix::fs::OFlags;

use super::{judge, open, regular, walk};

/// A directory that was looked at once, for many files in it.
#[derive(Debug)]
pub struct Folder {
    given: Utf8PathBuf,
    /// Without links.
    real: Utf8PathBuf,
}

impl Folder {
    /// Looks at the directory, and at each above it.
    ///
    /// # Errors
    /// As [`open`].
    pub fn look(dir: &Utf8Path) -> Result<Self> {
        Ok(Self { given: dir.to_owned(), real: walk(dir)? })
    }

    /// Opens a file in it by the rule.
    ///
    /// # Errors
    /// As [`open`].
    pub fn open(&self, name: &str) -> Result<File> {
        let path = self.real.join(name);
        match regular(&path, OFlags::NOFOLLOW) {
            Ok((file, meta)) => Ok(judge(&path, &meta).map(|()| file)?),
            // It may be a link, whose target has a way of its own.
            Err(_) => open(&self.given.join(name)),
        }
    }
}
