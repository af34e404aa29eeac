//! The program as an operator runs it: on firstbox, with the inventory that is there.

use std::process::{Command, Stdio};

use anyhow::Result;
use lab::platform::{FIRSTBOX, Platform, TEMPORARY};
use lab::{Lab, shell};

use crate::support::{Bench, Outcome, Running};

/// A whole upgrade takes about two minutes.
const LIMIT: &str = "600";
/// The environment of the operator's shell. Somebody has looked at the console.
const HEAD: &str =
    "cd /root; export XTASK_YES=1 XTASK_COLOR=never XTASK_INVENTORY=/root/hosts.toml";

/// The platform, and the program on its firstbox.
pub(crate) struct Operator {
    pub(crate) platform: Platform,
}

impl Operator {
    /// Before the upgrade.
    pub(crate) fn new(bench: &Bench) -> Result<Self> {
        let untouched = bench.untouched.take();
        let fresh = || Platform::fresh(&bench.lab, &bench.program);
        Ok(Self { platform: untouched.map_or_else(fresh, Ok)? })
    }

    /// Leaves the platform to the next case, which finds it before the upgrade: this one has only looked.
    pub(crate) fn leave(self, bench: &Bench) -> Result<()> {
        self.platform.check()?;
        bench.untouched.replace(Some(self.platform));
        Ok(())
    }

    pub(crate) fn lab(&self) -> &Lab {
        &self.platform.lab
    }

    /// Shell text, to its end.
    pub(crate) fn sh(&self, text: &str) -> Result<Outcome> {
        self.spawn(text)?.finish()
    }

    /// The program, to its end.
    pub(crate) fn xtask(&self, words: &str) -> Result<Outcome> {
        self.sh(&format!("exec cargo xtask {words}"))
    }

    /// The whole runbook, to its end.
    pub(crate) fn upgrade(&self, more: &str) -> Result<Outcome> {
        self.begin_upgrade(more)?.finish()
    }

    /// The whole runbook, while something else happens.
    pub(crate) fn begin_upgrade(&self, more: &str) -> Result<Running> {
        let [first, second] = TEMPORARY;
        self.spawn(&format!(
            "export XTASK_ACK=console-{first}=seen,console-{second}=seen\nexec cargo xtask webservice upgrade {more}"
        ))
    }

    /// Shell text, while something else happens.
    pub(crate) fn spawn(&self, text: &str) -> Result<Running> {
        let (sh, text) = (shell()?, format!("{HEAD}\n{text}"));
        let host = self.lab().host(FIRSTBOX)?;
        let mut command = Command::from(host.command(&sh, LIMIT, &text)?);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        Running::start(command)
    }
}
