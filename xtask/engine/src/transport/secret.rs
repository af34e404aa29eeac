//! Secrets: fetched on this machine when a step needs one, kept in memory, never shown.

use std::io;
use std::os::unix::fs::MetadataExt as _;

use anyhow::{Context as _, Result};

use super::trust;
use crate::data::fault::Fault;
use crate::data::inventory::SecretSource;

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
/// When the source is not there, empty, or a file that others may read or have written.
pub fn fetch(name: &str, source: &SecretSource) -> Result<Secret> {
    let value = match source {
        SecretSource::Env(variable) => std::env::var(variable).map_err(|_| {
            Fault::usage(format!("secret `{name}`: the environment has no {variable}"))
                .hint(format!("set it without leaving it in the shell's history: read -rs {variable}; export {variable}"))
        })?,
        SecretSource::File(path) => {
            let reading = || format!("secret `{name}`: reading {path}");
            let file = trust::open(path).with_context(reading)?;
            let mode = file.metadata().with_context(reading)?.mode();
            if mode & 0o077 != 0 {
                let message = format!("secret `{name}`: {path} can be read by others (mode {:o})", mode & 0o777);
                return Err(Fault::usage(message).hint(format!("chmod 600 {path}")).into());
            }
            io::read_to_string(file).with_context(reading)?
        }
        SecretSource::Command(words) => run(name, words)?,
    };
    let value = value.strip_suffix('\n').unwrap_or(&value);
    if value.is_empty() {
        return Err(Fault::usage(format!("secret `{name}` is empty")).into());
    }
    Ok(Secret::new(value))
}

#[expect(clippy::disallowed_methods, reason = "transport is where processes are started")]
fn run(name: &str, words: &[String]) -> Result<String> {
    let (program, args) = words.split_first().context("a command without words")?;
    let found = which::which(program);
    let found =
        found.map_err(|_| Fault::usage(format!("secret `{name}`: {program} is not installed")))?;
    let output =
        duct::cmd(found, args).stdin_null().stdout_capture().stderr_capture().unchecked().run();
    let output = output.with_context(|| format!("secret `{name}`: running {program}"))?;
    if !output.status.success() {
        let code = output.status.code().unwrap_or(255);
        let said = String::from_utf8_lossy(&output.stderr).trim().to_owned();
        return Err(Fault::usage(format!("secret `{name}`: {program} ended with exit {code}"))
            .detail("stderr", said)
            .into());
    }
    String::from_utf8(output.stdout)
        .map_err(|_| Fault::usage(format!("secret `{name}` is not UTF-8 text")).into())
}
