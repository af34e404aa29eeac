//! The source of a secret.

use camino::Utf8PathBuf;
use serde::Serialize;

/// The source of a secret. The reader checks the mode of the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum SecretSource {
    /// An environment variable of this process.
    Env(String),
    /// A file that only its owner may read; relative paths are taken from the inventory's directory.
    File(Utf8PathBuf),
    /// A command of the control machine that prints it: the program and its arguments.
    Command(Vec<String>),
}
