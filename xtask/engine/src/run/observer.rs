//! The events of an operation go to the summary, the record and the report.

use std::sync::atomic::Ordering;

use anyhow::Result;

use super::context::Context;
use super::emit;
use super::record::Record;
use super::record::entry::{Done, Entry, seconds};
use super::run_summary::Ending;
use super::session_pool::HostHandle;
use crate::data::fault::Fault;
use crate::data::outcome::Outcome;
use crate::ops::ensure::{Event, Found, Intent, Observer};
use crate::ops::reader::Output;
use crate::ops::{Action, Op};
use crate::transport::spool::Spool;

impl Observer for Context {
    fn begin(&self) -> u64 {
        self.record.as_ref().map_or(0, Record::operation)
    }

    fn admit(&self, host: &str) -> Result<bool> {
        self.admit(host)
    }

    fn found(&self, found: &Found<'_>) -> Result<()> {
        self.saved_or_followed(found)
    }

    fn intent(&self, intent: &Intent<'_>) -> Result<()> {
        if intent.undo.is_none() {
            self.pass(intent.host, intent.what)?;
        }
        self.summary().begun.insert(intent.host.to_owned());
        let Some(record) = &self.record else { return Ok(()) };
        record.write(&Entry::Intent(record.intent(intent)?), true)
    }

    fn output(&self, host: &str, _: &Action, output: &mut Output) -> Result<Option<String>> {
        let kept = self.keep_output(host, &mut output.out, &mut output.err)?;
        self.report.output(host, &mut output.out, &mut output.err, &self.mask())?;
        Ok(kept)
    }

    fn done(&self, event: &Event<'_>) -> Result<()> {
        {
            let mut summary = self.summary();
            match event.result {
                Ok(outcome) => {
                    summary.count(event.host, outcome);
                    if matches!(outcome, Outcome::Changed | Outcome::Needed) {
                        summary.count_kind(event.what);
                    }
                    summary.undoable |= event.undo && outcome == Outcome::Changed;
                }
                Err(error) => summary.fail(event.host, event.what, error),
            }
        }
        if matches!(event.result, Ok(Outcome::Needed | Outcome::Unknown)) {
            self.pending.store(true, Ordering::Relaxed);
        }
        let word = |error| Fault::kind_of(error).word();
        let done = Done {
            op: event.op,
            host: event.host.to_owned(),
            what: event.what.to_owned(),
            outcome: event.result.map_or_else(word, Outcome::word).to_owned(),
            seconds: seconds(event.took),
            error: event.result.err().map(|error| self.mask().text(&format!("{error:#}"))),
            outputs: event.outputs.clone(),
        };
        self.journal(&Entry::Result(done), false)?;
        self.report.done(event);
        Ok(())
    }

    fn note(&self, text: &str) {
        self.note(&self.mask().text(text));
    }

    fn emit(&self, what: &str, actions: &[Action]) -> Result<()> {
        for action in actions {
            self.report.emit(what, &emit::script(action)?);
        }
        Ok(())
    }
}

impl Context {
    /// Applies an operation; `observer` is this context, or one around it.
    pub(super) fn ensure_seen_by(
        &self,
        handle: &HostHandle,
        op: &dyn Op,
        observer: &dyn Observer,
    ) -> Result<Outcome> {
        // The script for one host skips all others.
        if self.options.emit.as_ref().is_some_and(|host| *host != handle.host.name) {
            return Ok(Outcome::Kept);
        }
        self.may_begin(&op.describe())?;
        debug_assert!(self.summary().ending != Ending::Over, "work after the pass of `ending`");
        let mask = self.mask();
        let exec = self.exec(handle, &mask);
        let limit = Some(op.poll().limit).filter(|limit| !limit.is_zero());
        let limit = limit.unwrap_or_else(|| self.options.limit());
        self.report.waiting(&handle.host.name, &op.describe(), Some(limit));
        let result = crate::ops::ensure::ensure(&exec, op, observer);
        self.report.idle(&handle.host.name);
        result
    }

    /// Notes the failure of a host outside any operation, unless it has failed before.
    pub(super) fn failed(&self, host: &str, what: &str, error: &anyhow::Error) {
        let known = {
            let mut summary = self.summary();
            let known = summary.is_down(host);
            summary.fail(host, what, error);
            known
        };
        if known {
            return;
        }
        let done = Done {
            op: self.begin(),
            host: host.to_owned(),
            what: what.to_owned(),
            outcome: Fault::kind_of(error).word().to_owned(),
            seconds: 0.0,
            error: Some(self.mask().text(&format!("{error:#}"))),
            outputs: Vec::new(),
        };
        if let Err(error) = self.journal(&Entry::Result(done), false) {
            self.report.note(&format!("{error:#}"));
        }
    }

    /// A host was looked at outside any operation, and answered: the record keeps its words.
    pub(super) fn looked(&self, host: &str, what: &str, said: &str) -> Result<()> {
        let mut out = Spool::default();
        std::io::Write::write_all(&mut out, said.as_bytes())?;
        let outputs = self.keep_output(host, &mut out, &mut Spool::default())?;
        let outputs = outputs.into_iter().collect();
        let (op, took) = (self.begin(), std::time::Duration::ZERO);
        let result = Ok(Outcome::Kept);
        self.done(&Event { op, host, what, result, diff: "", undo: true, outputs, took })
    }

    /// Notes the hosts of the run, so that the record also has those without a turn.
    pub(super) fn takes_part(&self, names: &[&str]) -> Result<()> {
        let hosts = self.summary().narrowed(names);
        if hosts.is_empty() { Ok(()) } else { self.journal(&Entry::Hosts { hosts }, false) }
    }

    /// Keeps the output of a command in the record; gives its name there.
    pub(super) fn keep_output(
        &self,
        host: &str,
        out: &mut Spool,
        err: &mut Spool,
    ) -> Result<Option<String>> {
        let (mask, interrupt) = (self.mask(), &self.settings.interrupt);
        let kept =
            self.record.as_ref().map(|record| record.output(host, out, err, &mask, interrupt));
        Ok(kept.transpose()?.flatten())
    }

    pub(super) fn journal(&self, entry: &Entry, sync: bool) -> Result<()> {
        self.record.as_ref().map_or(Ok(()), |record| record.write(entry, sync))
    }
}
