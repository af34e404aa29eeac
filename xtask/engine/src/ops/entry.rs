//! What is at a path of a host.

use anyhow::Result;
use camino::Utf8Path;

use super::hash::hash;
use crate::data::fault::Fault;

/// The content of a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Entry {
    /// Nothing.
    Absent,
    /// A directory.
    Directory,
    /// A file.
    File(File),
    /// A dry run cannot know, and why.
    Unknown(String),
}

/// A file as read.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct File {
    /// Its bytes.
    pub bytes: Vec<u8>,
    /// Octal permissions, `644`.
    pub mode: String,
    /// Numeric owner and group, `0:0`.
    pub owner: String,
}

impl File {
    /// The SHA-256 of the bytes, in hexadecimal.
    pub fn hash(&self) -> String {
        hash(&self.bytes)
    }

    /// The bytes as text.
    ///
    /// # Errors
    /// When they are not UTF-8, with the position.
    pub fn text(&self, path: &Utf8Path) -> Result<&str> {
        let wrong = |error: std::str::Utf8Error| {
            Fault::failed(format!("{path} is not UTF-8 text (byte {})", error.valid_up_to()))
        };
        Ok(std::str::from_utf8(&self.bytes).map_err(wrong)?)
    }
}

/// From the words of the snippet that reads.
pub(super) fn entry(path: &Utf8Path, bytes: Vec<u8>) -> Result<Entry> {
    let end = bytes.iter().position(|byte| *byte == b'\n').unwrap_or(bytes.len());
    let head = String::from_utf8_lossy(&bytes[..end]).into_owned();
    let words: Vec<&str> = head.split(' ').collect();
    match words[..] {
        ["absent"] => Ok(Entry::Absent),
        ["directory"] => Ok(Entry::Directory),
        ["file", mode, owner] => {
            let bytes = bytes.get(end + 1..).unwrap_or_default().to_vec();
            Ok(Entry::File(File { bytes, mode: mode.into(), owner: owner.into() }))
        }
        _ => Err(Fault::refused(format!("{path} is a {head}")).into()),
    }
}
