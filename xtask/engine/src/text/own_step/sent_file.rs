//! A file that a step brings to a host.

use camino::{Utf8Component, Utf8Path, Utf8PathBuf};

use crate::data::abs_path::AbsPath;

/// `# files: nginx.conf -> /etc/nginx/nginx.conf 644`
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SentFile {
    /// Its place here, below the directory of the step's file.
    pub local: Utf8PathBuf,
    /// Its place on the host.
    pub remote: AbsPath,
    /// The permissions of a new file, in octal.
    pub mode: Option<String>,
}

impl SentFile {
    /// Reads the value of a line.
    ///
    /// # Errors
    /// What is wrong with it.
    pub(super) fn read(value: &str) -> Result<Self, String> {
        let words: Vec<&str> = value.split_whitespace().collect();
        let (local, remote, mode) = match words[..] {
            [local, "->", remote] => (local, remote, None),
            [local, "->", remote, mode] => (local, remote, Some(mode)),
            _ => return Err("it is not LOCAL -> /REMOTE [MODE]".to_owned()),
        };
        let is_below = |part| matches!(part, Utf8Component::Normal(_));
        if !Utf8Path::new(local).components().all(is_below) {
            return Err(format!("`{local}` is not below the directory of this file"));
        }
        let remote: AbsPath =
            remote.parse().map_err(|fault: crate::data::fault::Fault| fault.message)?;
        let is_mode = |mode: &&str| {
            (3..=4).contains(&mode.len()) && mode.bytes().all(|byte| (b'0'..=b'7').contains(&byte))
        };
        if let Some(mode) = mode.filter(|mode| !is_mode(mode)) {
            return Err(format!("`{mode}` is not a mode in octal, as 644"));
        }
        Ok(Self { local: local.into(), remote, mode: mode.map(str::to_owned) })
    }
}
