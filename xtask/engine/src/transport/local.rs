//! Sessions on this machine, and in containers through a command such as `docker exec -i NAME`.

use std::time::Duration;

use anyhow::Result;

use super::Transport;
use super::launch::{Launch, Shell};
use super::ssh::Control;
use crate::data::fault::{Fault, Kind};
use crate::data::inventory::Sudo;
use crate::text::quote;

/// A shell on this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Local {
    /// Open it through `sudo -n`.
    pub sudo: Option<Sudo>,
}

/// A shell behind a command that takes one as its last arguments: `docker exec -i web1`,
/// `kubectl exec -i pod/web-0 --`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Exec {
    /// The command, without the shell.
    pub prefix: Vec<String>,
    /// Open it through `sudo -n` at the far end.
    pub sudo: Option<Sudo>,
}

impl Transport for Local {
    fn launch(
        &self,
        shell: Shell,
        token: &str,
        _: Duration,
        _: Option<&Control>,
    ) -> Result<Launch> {
        let argv = shell.argv(token, self.sudo.as_ref());
        Ok(Launch { argv, own_group: false, without: Vec::new() })
    }

    fn explain(&self, said: &str, fallback: &str) -> Fault {
        no_shell(said, fallback, "check that `sh` starts on this machine")
    }
}

impl Transport for Exec {
    fn launch(
        &self,
        shell: Shell,
        token: &str,
        _: Duration,
        _: Option<&Control>,
    ) -> Result<Launch> {
        let mut argv = self.prefix.clone();
        argv.extend(shell.argv(token, self.sudo.as_ref()));
        Ok(Launch { argv, own_group: true, without: Vec::new() })
    }

    fn explain(&self, said: &str, fallback: &str) -> Fault {
        let words = [&self.prefix[..], &["sh", "-c", "true"].map(str::to_owned)].concat();
        // A word with a NUL byte cannot be quoted, nor typed.
        let by_hand = quote::join(&words).unwrap_or_default();
        no_shell(said, fallback, &format!("try by hand: {by_hand}"))
    }
}

fn no_shell(said: &str, fallback: &str, hint: &str) -> Fault {
    let lines: Vec<&str> = said.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    if let Some(fault) = super::reason::sudo(&lines) {
        return fault;
    }
    Fault::new(Kind::Unreachable, fallback).detail("stderr", super::reason::cause(said)).hint(hint)
}
