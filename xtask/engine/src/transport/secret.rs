//! Secrets: fetched on this machine when a step needs one, kept in memory, never shown.

use std::io::{self, Read as _};
use std::os::unix::ffi::OsStringExt;
use std::os::unix::fs::MetadataExt as _;
use std::time::Duration;

use anyhow::{Context as _, Result};

use super::asked::Asked;
use super::interrupt::Interrupt;
use super::trust;
use crate::data::fault::Fault;
use crate::data::inventory::{Inventory, SecretSource};
use crate::text::mask::Mask;

/// The time limit of a command.
const LIMIT: Duration = Duration::from_secs(30);
/// The size limit of a secret: a key file is far below it.
const MOST: u64 = 1024 * 1024;

/// A secret value. It has no `Display`, and `Debug` hides it.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// Takes a value in.
    pub fn new(value: impl Into<String>) -> Self {
        Self(value.into())
    }

    /// The value, for standard input of a command or the content of a file.
    pub fn expose(&self) -> &str {
        &self.0
    }
}

impl std::fmt::Debug for Secret {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("****")
    }
}

/// Fetches the secret `name`. One final newline is not part of it.
///
/// # Errors
/// When the source is not there, empty, or a file that others may read or have written. A command has
/// 30 seconds, and ends at the first signal.
pub fn fetch(name: &str, source: &SecretSource, interrupt: &Interrupt) -> Result<Secret> {
    fetch_within(name, source, interrupt, LIMIT)
}

/// The same with another limit for a command.
///
/// # Errors
/// As [`fetch`].
pub fn fetch_within(
    name: &str,
    source: &SecretSource,
    interrupt: &Interrupt,
    limit: Duration,
) -> Result<Secret> {
    let value = match source {
        SecretSource::Env(variable) => std::env::var(variable).map_err(|_| {
            Fault::usage(format!("secret `{name}`: the environment has no {variable}"))
                .hint(format!("set it without leaving it in the shell's history: read -rs {variable}; export {variable}"))
        })?,
        SecretSource::File(path) => {
            let reading = || format!("secret `{name}`: reading {path}");
            let file = trust::open(path).with_context(reading)?;
            let mode = file.metadata().with_context(reading)?.mode() & 0o777;
            if mode & 0o077 != 0 {
                let message = format!("secret `{name}`: {path} can be read by others (mode {mode:o})");
                return Err(Fault::usage(message).hint(format!("chmod 600 {path}")).into());
            }
            text(name, bounded(file).with_context(reading)?)?
        }
        SecretSource::Command(words) => {
            text(name, command(name, words, interrupt, limit)?)?
        }
    };
    let value = bare(value.as_bytes());
    if value.is_empty() {
        return Err(Fault::usage(format!("secret `{name}` is empty")).into());
    }
    Ok(Secret::new(String::from_utf8_lossy(value)))
}

/// The output of a command that prints a secret.
fn command(
    name: &str,
    words: &[String],
    interrupt: &Interrupt,
    limit: Duration,
) -> Result<Vec<u8>> {
    let asked = Asked {
        label: &format!("secret `{name}`"),
        prints: "the secret",
        remedy: "unlock it before the run, or give the secret by `env` or `file`",
        dir: None,
        limit,
        announce: None,
        most: MOST,
        input: Vec::new(),
        private: &[],
    };
    asked.run(words, interrupt)
}

/// Hides the secrets whose value is at hand: those of the environment and of files. A command is not run for it: it may
/// ask a person. A source that cannot be read hides nothing.
pub fn at_hand(inventory: &Inventory) -> Mask {
    let value = |source: &SecretSource| match source {
        SecretSource::Env(variable) => std::env::var_os(variable).map(OsStringExt::into_vec),
        SecretSource::File(path) => trust::open(path).ok().and_then(|file| bounded(file).ok()),
        SecretSource::Command(_) => None,
    };
    let values = inventory.secrets.values().filter_map(value);
    values.fold(Mask::new(), |mask, value| mask.value(bare(&value)))
}

/// No core dump of this program holds a secret, and none of the programs that carry one: ssh, and shells of this machine.
/// One byte is less than any core, and unlike 0 it also keeps the kernel from giving the core to a program. core(5).
pub fn leave_no_core() {
    use rustix::process::{Resource, getrlimit, setrlimit};
    let mut limit = getrlimit(Resource::Core);
    limit.current = Some(limit.maximum.map_or(1, |most| most.min(1)));
    // Lowering a limit is always allowed.
    let _ = setrlimit(Resource::Core, limit);
}

/// The bytes of a file, [`MOST`] of them at most.
fn bounded(file: std::fs::File) -> io::Result<Vec<u8>> {
    let mut bytes = Vec::new();
    file.take(MOST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > MOST {
        return Err(io::Error::other(format!("it is larger than {} MiB", MOST / 1024 / 1024)));
    }
    Ok(bytes)
}

/// Without its final newline.
fn bare(value: &[u8]) -> &[u8] {
    let line = value.strip_suffix(b"\n").unwrap_or(value);
    if line.len() < value.len() { line.strip_suffix(b"\r").unwrap_or(line) } else { line }
}

fn text(name: &str, bytes: Vec<u8>) -> Result<String> {
    let wrong = |_| Fault::usage(format!("secret `{name}` is not UTF-8 text"));
    Ok(String::from_utf8(bytes).map_err(wrong)?)
}

#[cfg(test)]
mod tests;
