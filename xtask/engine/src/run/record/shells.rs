//! The shell that a run is made of.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::os::unix::fs::DirBuilderExt as _;

use anyhow::Context as _;
use camino::Utf8Path;

use crate::ops::reader::hash;
use crate::transport::replace::replace;
use crate::transport::trust;

/// The directory of own files in that of a run: each is named by its hash.
const OWN: &str = "own";

/// Which shell a run has used.
#[derive(Debug, Default)]
pub struct Shells {
    /// A hash (16 hexadecimal digits) of each snippet and own file by its name: `ops/file`, `own/web/rotate-logs`.
    pub hashes: BTreeMap<String, String>,
    /// The text of each own file: no version of the program has it.
    pub texts: Vec<String>,
}

impl Shells {
    /// The hash of a text.
    pub fn hash(text: &[u8]) -> String {
        hash(text)[..16].to_owned()
    }

    /// Keeps the own files in the directory of a run, beside those of earlier processes.
    pub(super) fn keep(&self, dir: &Utf8Path) -> io::Result<()> {
        if self.texts.is_empty() {
            return Ok(());
        }
        let dir = dir.join(OWN);
        fs::DirBuilder::new().recursive(true).mode(0o700).create(&dir)?;
        for text in &self.texts {
            let path = dir.join(Self::hash(text.as_bytes()));
            if !path.exists() {
                replace(&path, text.as_bytes(), 0o600)?;
            }
        }
        Ok(())
    }
}

/// The own file with this hash, as a run has kept it.
///
/// # Errors
/// When it is not there, or others may have written it.
pub fn kept(dir: &Utf8Path, hash: &str) -> anyhow::Result<String> {
    let path = dir.join(OWN).join(hash);
    trust::read_text(&path).with_context(|| format!("reading {path}"))
}
