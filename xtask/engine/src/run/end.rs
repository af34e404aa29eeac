//! How a run ends: its exit code, its sessions, the end of its record.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;

use super::context::Context;
use super::record::entry::Entry;
use super::record::{Record, prune};
use super::{check, pcmd, pin};
use crate::data::fault::{Fault, Kind};
use crate::ops::ensure::Mode;

impl Context {
    /// Ends the run: closes sessions, writes the summary, and gives the exit code.
    pub fn finish(self, result: Result<()>) -> u8 {
        self.unknown_acks(result.is_ok());
        let mut summary = self.summary();
        let interrupted = self.settings.interrupt.asked();
        summary.interrupted = interrupted.is_some();
        // A halt only says that hosts have failed; the summary has the details.
        let error = result
            .err()
            .filter(|error| !error.is::<HostsFailed>())
            .filter(|_| summary.failures().next().is_none())
            .filter(|_| !(summary.interrupted && summary.stopped));
        let kind = interrupted.or(error.as_ref().map(Fault::kind_of)).or(summary.kind());
        let pending = self.options.exit_code
            && summary.hosts().any(|(_, entry)| entry.needed + entry.unknown > 0);
        let code = kind.map_or(if pending { Kind::Pending.code() } else { 0 }, Kind::code);
        self.close(code, error.as_ref(), true);
        self.report.finish(&summary, error.as_ref(), self.record.as_ref().map(Record::dir), code);
        self.report.written(code)
    }

    /// From now on what runs when an end is asked for may come to its own end within `--grace`. A dry run
    /// has nothing to finish.
    pub fn stop_gently(&self) {
        if self.mode == Mode::Run {
            let (report, grace) = (Arc::clone(&self.report), self.options.grace);
            let tell = move || report.stopping(grace);
            self.settings.interrupt.gently(Duration::from_secs(grace), tell);
        }
    }

    /// Runs one command on these hosts and ends the run; gives the exit code.
    ///
    /// # Errors
    /// What is not the matter of one host.
    pub fn pcmd(self, hosts: &[String], command: &str, form: pcmd::Form) -> Result<u8> {
        let names: Vec<&str> = hosts.iter().map(String::as_str).collect();
        self.takes_part(&names)?;
        let code = self.report.written(pcmd::run(&self, &self.pool.of(&names), command, form)?);
        self.close(code, None, false);
        if code != 0 && hosts.len() > 1 {
            self.report.record(self.record.as_ref().map(Record::dir));
        }
        Ok(code)
    }

    /// Opens a session to each host and shows how that went, as a table; gives the exit code.
    pub fn check(self, hosts: &[String], table: &dyn Fn(&[Vec<String>]) -> String) -> Result<u8> {
        let names: Vec<&str> = hosts.iter().map(String::as_str).collect();
        let code = self.report.written(check::run(&self, &self.pool.of(&names), table)?);
        self.close(code, None, false);
        Ok(code)
    }

    /// Accepts what these hosts say they are now; gives the exit code.
    ///
    /// # Errors
    /// When the answer is no or missing, or the pins cannot be written.
    pub fn pin(self, hosts: &[String]) -> Result<u8> {
        let names: Vec<&str> = hosts.iter().map(String::as_str).collect();
        let code = pin::run(&self, &self.pool.of(&names));
        let exit = code.as_ref().map_or_else(|error| Fault::kind_of(error).code(), |code| *code);
        self.close(exit, code.as_ref().err(), true);
        code
    }

    /// Ends sessions and record. What goes wrong here changes nothing about what was done.
    fn close(&self, code: u8, error: Option<&anyhow::Error>, sync: bool) {
        let persist = Duration::from_secs(self.options.persist);
        let closed = self.pool.close(&self.settings, persist);
        let error = error.map(|error| self.mask().text(&format!("{error:#}")));
        let written = self.journal(&Entry::End { exit: code, error }, sync);
        let pruned = if self.record.is_some() { prune::automatic() } else { Ok(()) };
        for error in [closed, written, pruned].into_iter().filter_map(Result::err) {
            self.report.note(&format!("{error:#}"));
        }
    }
}

/// Hosts have failed; the summary knows which and why.
#[derive(Debug)]
pub(super) struct HostsFailed;

impl std::fmt::Display for HostsFailed {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("hosts have failed")
    }
}

impl std::error::Error for HostsFailed {}
