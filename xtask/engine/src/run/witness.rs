//! What the engine tells about an operation goes to the tally, the record and the report.

use std::sync::atomic::Ordering;

use anyhow::Result;

use super::context::Context;
use super::emit;
use super::record::Entry;
use crate::data::fault::Fault;
use crate::data::outcome::Outcome;
use crate::ops::ensure::{Event, Witness};
use crate::ops::reader::Output;
use crate::ops::{Action, Undo};

impl Witness for Context {
    fn admit(&self, host: &str) -> Result<bool> {
        self.admit(host)
    }

    fn intent(&self, host: &str, what: &str, diff: &str, undo: Option<&[Undo]>) -> Result<()> {
        if undo.is_none() {
            self.pass(host, what)?;
        }
        self.tally().begun = true;
        let Some(record) = &self.record else { return Ok(()) };
        let undo = undo.map(|undo| record.undo(undo)).transpose()?;
        record.write(&Entry::Intent { host, what, diff, undo }, true)
    }

    fn output(&self, host: &str, _: &str, _: &Action, output: &mut Output) -> Result<()> {
        self.keep_output(host, &mut output.out, &mut output.err)?;
        self.report.output(host, &mut output.out, &mut output.err, &self.mask())
    }

    fn done(&self, event: &Event<'_>) -> Result<()> {
        {
            let mut tally = self.tally();
            match event.result {
                Ok(outcome) => tally.count(event.host, outcome),
                Err(error) => tally.fail(event.host, event.what, error),
            }
        }
        if matches!(event.result, Ok(Outcome::Needed | Outcome::Unknown)) {
            self.pending.store(true, Ordering::Relaxed);
        }
        let outcome = event
            .result
            .map_or_else(|error| Fault::kind_of(error).word(), |outcome| outcome.word());
        let error = event.result.err().map(|error| self.mask().text(&format!("{error:#}")));
        self.journal(
            &Entry::Result {
                host: event.host,
                what: event.what,
                outcome,
                seconds: event.took.as_secs_f64(),
                error,
            },
            false,
        )?;
        self.report.done(event);
        Ok(())
    }

    fn emit(&self, what: &str, actions: &[Action]) -> Result<()> {
        for action in actions {
            self.report.emit(what, &emit::script(action)?);
        }
        Ok(())
    }
}
