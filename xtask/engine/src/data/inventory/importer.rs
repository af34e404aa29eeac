//! What an inventory needs of this machine: the text of further files, and of commands.

use std::io;

use camino::{Utf8Path, Utf8PathBuf};

use crate::data::fault::Fault;
use crate::data::source::Source;

/// A file of an inventory.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct File {
    /// As shown in errors; paths in the file are relative to its directory.
    pub path: Utf8PathBuf,
    /// Its text.
    pub text: String,
}

impl File {
    /// The file with the places of its lines.
    pub(super) fn source(&self) -> Source<'_> {
        Source::new(self.path.as_str(), &self.text)
    }
}

/// Gives what `[import]` names.
pub trait Importer {
    /// The text of a file.
    ///
    /// # Errors
    /// When it cannot be read, or must not be believed.
    fn read(&self, path: &Utf8Path) -> io::Result<String>;

    /// The names in a directory, in any order.
    ///
    /// # Errors
    /// When it cannot be read.
    fn list(&self, dir: &Utf8Path) -> io::Result<Vec<String>>;

    /// The output of a command that runs in `dir`.
    ///
    /// # Errors
    /// When it fails; the fault has its error text.
    fn run(&self, words: &[String], dir: &Utf8Path) -> Result<String, Fault>;

    /// Whether ssh itself reads this configuration when no other one is named.
    fn is_own_ssh_config(&self, path: &Utf8Path) -> bool;
}

/// Reads files by a function; there are no directories and no commands.
pub(super) struct Texts<'a>(pub(super) &'a dyn Fn(&Utf8Path) -> io::Result<String>);

impl Importer for Texts<'_> {
    fn read(&self, path: &Utf8Path) -> io::Result<String> {
        (self.0)(path)
    }

    fn list(&self, _: &Utf8Path) -> io::Result<Vec<String>> {
        Err(io::ErrorKind::Unsupported.into())
    }

    fn run(&self, _: &[String], _: &Utf8Path) -> Result<String, Fault> {
        Err(Fault::usage("commands are not run here"))
    }

    fn is_own_ssh_config(&self, _: &Utf8Path) -> bool {
        false
    }
}
