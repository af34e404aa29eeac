//! The end of a run: its exit code, its sessions, the end of its record.

use std::sync::Arc;
use std::time::Duration;

use anyhow::Result;

use super::back::Reach;
use super::context::Context;
use super::hosts_failed::HostsFailed;
use super::record::entry::{Entry, Standing};
use super::record::journal::Journal;
use super::record::prune;
use super::run_summary::RunSummary;
use crate::data::fault::{Fault, Kind};
use crate::ops::ensure::Mode;

impl Context {
    /// Ends the run: closes sessions, writes the summary, and gives the exit code.
    pub fn finish(self, result: Result<()>) -> u8 {
        self.unknown_acks(result.is_ok());
        let result = self.save(result);
        self.followed();
        let mut summary = self.summary();
        let interrupted = self.settings.interrupt.asked();
        summary.interrupted = interrupted.is_some();
        summary.settle(result.is_ok());
        // `HostsFailed` only says that hosts have failed; the summary has the details.
        let error = result
            .err()
            .filter(|error| !error.is::<HostsFailed>())
            .filter(|_| summary.failures().next().is_none())
            .filter(|_| !(summary.interrupted && summary.stopped));
        let kind = interrupted.or(error.as_ref().map(Fault::kind_of)).or(summary.kind());
        let pending = self.options.exit_code
            && summary.hosts().any(|(_, entry)| entry.needed + entry.unknown > 0);
        let code = kind.map_or(if pending { Kind::Pending.code() } else { 0 }, Kind::code);
        self.notify_end(code, &summary);
        self.measure(code, &summary);
        self.close(code, error.as_ref(), Some(&summary));
        let reach = self.reach(&summary);
        self.report.finish(&summary, error.as_ref(), self.record_dir(), &reach, code);
        self.report.written(code)
    }

    /// What takes this run back: the changes of its earlier processes count, too.
    fn reach(&self, summary: &RunSummary) -> Reach {
        let dir = self.record_dir().filter(|_| !summary.begun.is_empty());
        let journal = dir.and_then(|dir| Journal::read(dir).ok());
        journal.as_ref().map(Reach::of).unwrap_or_default()
    }

    /// From now on running operations may finish within `--grace` after a stop request. A dry run has nothing to
    /// finish.
    pub fn stop_gently(&self) {
        if self.mode == Mode::Run {
            let (report, grace) = (Arc::clone(&self.report), self.options.grace);
            let tell = move || report.stopping(grace);
            self.settings.interrupt.gently(Duration::from_secs(grace), tell);
        }
    }

    /// Ends sessions and record, which is on disk afterwards for a step. Errors here become notes: the work is done.
    pub(super) fn close(
        &self,
        code: u8,
        error: Option<&anyhow::Error>,
        summary: Option<&RunSummary>,
    ) {
        let persist = Duration::from_secs(self.options.persist);
        let closed = self.pool.close(&self.settings, persist);
        let error = error.map(|error| self.mask().text(&format!("{error:#}")));
        let hosts = summary.map(Standing::of);
        let written = self.journal(&Entry::End { exit: code, error, hosts }, summary.is_some());
        let pruned = if self.record.is_some() { prune::automatic() } else { Ok(()) };
        for error in [closed, written, pruned].into_iter().filter_map(Result::err) {
            self.report.note(&format!("{error:#}"));
        }
        if let Some(note) = self.settings.slots.note() {
            self.report.note(&note);
        }
    }
}
