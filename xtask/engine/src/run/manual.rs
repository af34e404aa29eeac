//! Manual operations: shown, acknowledged, recorded, and asked for only once.

use std::collections::BTreeSet;
use std::sync::PoisonError;
use std::time::Instant;

use anyhow::Result;

use super::captures::EVIDENCE;
use super::context::Context;
use super::hosts::Host;
use super::record::entry::Entry;
use super::record::origin;
use super::report::failure::resume_command;
use super::session_pool::HostHandle;
use crate::data::fault::{Fault, Kind};
use crate::data::outcome::Outcome;
use crate::ops::Action;
use crate::ops::ensure::{Event, ExecContext, Mode, Observer as _};
use crate::text::quote;
use crate::text::snippet::{Snippet, Value};

/// A manual operation: change a cable, press a button on a web page.
///
/// A person acknowledges it at the terminal or with `--ack NAME[=TEXT]`. The answer goes into the record. It holds
/// for the whole run, also after a resume.
#[derive(Debug, Clone)]
pub struct Manual {
    name: String,
    instructions: String,
    evidence: Option<String>,
    probe: Option<Action>,
    once: bool,
    again: bool,
}

impl Manual {
    /// `name` is that of `--ack`: a word, the same in every run. One acknowledgement is enough for all
    /// hosts with operations of this name. For one per host, put the name of the host into it.
    pub fn new(name: impl Into<String>, instructions: impl Into<String>) -> Self {
        let (name, instructions) = (name.into(), instructions.into());
        Self { name, instructions, evidence: None, probe: None, once: false, again: false }
    }

    /// The evidence that the person types or pastes: `the ticket's number`.
    #[must_use]
    pub fn evidence(mut self, what: impl Into<String>) -> Self {
        self.evidence = Some(what.into());
        self
    }

    /// The evidence of an earlier run counts, too.
    #[must_use]
    pub fn once(mut self) -> Self {
        self.once = true;
        self
    }

    /// It is done again, and its evidence takes the place of the old one.
    #[must_use]
    pub fn again(mut self, again: bool) -> Self {
        self.again = again;
        self
    }

    /// The host itself can check it with the `probe` of the snippet. A person is asked only when the probe fails, and
    /// the probe runs again after the answer.
    #[must_use]
    pub fn seen_by(
        mut self,
        snippet: Snippet,
        values: impl Into<Vec<(&'static str, Value)>>,
    ) -> Self {
        self.probe = Some(Action::probe(snippet, values));
        self
    }

    fn describe(&self) -> String {
        format!("by hand: {}", self.name)
    }

    /// Whether the probe says that it is done, and its output; `None` without a probe.
    fn look(&self, exec: &ExecContext<'_>) -> Result<Option<(bool, String)>> {
        self.probe.as_ref().map(|probe| exec.reader().answer(probe)).transpose()
    }
}

impl Host<'_> {
    /// Asks a person to do `op`, unless it is done.
    ///
    /// # Errors
    /// Exit 5 without a terminal and without `--ack`, or when the answer is no; exit 1 when the probe still fails
    /// after the acknowledgement.
    pub fn manual(&self, op: &Manual) -> Result<Outcome> {
        self.cx.manual(self.handle, op)
    }
}

impl Context {
    fn manual(&self, handle: &HostHandle, op: &Manual) -> Result<Outcome> {
        let host = handle.host.name.as_str();
        if self.options.emit.as_ref().is_some_and(|other| other != host) {
            return Ok(Outcome::Kept);
        }
        let (what, started, mask) = (op.describe(), Instant::now(), self.mask());
        self.may_begin(&what)?;
        self.report.working(host, &what);
        let exec = self.exec(handle, &mask);
        let mut diff = String::new();
        let result = self.by_hand(&exec, op, &mut diff);
        self.report.idle(host);
        let (shown, took) = (result.as_ref().map(|outcome| *outcome), started.elapsed());
        let (op, diff, outputs) = (self.begin(), diff.as_str(), Vec::new());
        self.done(&Event {
            op,
            host,
            what: &what,
            result: shown,
            diff,
            undo: true,
            outputs,
            took,
        })?;
        result
    }

    fn by_hand(&self, exec: &ExecContext<'_>, op: &Manual, diff: &mut String) -> Result<Outcome> {
        self.acks.state().met.insert(op.name.clone());
        let seen = op.look(exec)?;
        match &seen {
            Some((true, _)) => return Ok(Outcome::Kept),
            None if self.acks.recorded.contains(&op.name) => return Ok(Outcome::Kept),
            None if op.once && !op.again => {
                if let Some(text) = self.captured(&op.name, exec.name, EVIDENCE)? {
                    self.report.inform(&format!("{}: {}: {}", exec.name, op.name, text.trim_end()));
                    return Ok(Outcome::Kept);
                }
            }
            _ => {}
        }
        let said = seen.map(|(_, said)| said).unwrap_or_default();
        *diff = exec.mask.text(format!("{}\n{said}", op.instructions.trim_end()).trim_end());
        match self.mode {
            Mode::Run => self.acknowledged(exec.name, op, diff)?,
            Mode::Plan => {
                let mut overlay = exec.overlay.lock().unwrap_or_else(PoisonError::into_inner);
                overlay.add(&op.describe(), Vec::new());
                return Ok(Outcome::Needed);
            }
            Mode::Emit => {
                let comment = diff.lines().map(|line| format!("# {line}\n"));
                self.report.emit(&op.describe(), &comment.collect::<String>());
                return Ok(Outcome::Needed);
            }
        }
        match op.look(exec)?.filter(|_| !self.rehearsal) {
            Some((false, said)) => {
                let fault = Fault::failed(format!(
                    "{} is acknowledged, but the check on the host still fails",
                    op.name
                ));
                Err(fault.detail("still", exec.mask.text(said.trim_end())).into())
            }
            _ => Ok(Outcome::Changed),
        }
    }

    /// Gets the acknowledgement from `--ack` or from a person, and records it.
    fn acknowledged(&self, host: &str, op: &Manual, diff: &str) -> Result<()> {
        // Held while a person is asked, so that other hosts wait for the same answer.
        let mut state = self.acks.state();
        if state.taken.contains(&op.name) {
            return Ok(());
        }
        let given = self.acks.given.iter().rfind(|(name, _)| *name == op.name);
        let text = match given {
            Some((_, Some(text))) => text.clone(),
            Some((_, None)) if op.evidence.is_none() => String::new(),
            // Throw-away hosts need no manual work.
            _ if self.rehearsal => "rehearsal".to_owned(),
            _ if self.report.can_ask() => self.ask_for(host, op, diff)?,
            _ => return Err(self.waits(op, diff).into()),
        };
        let (name, text) = (op.name.clone(), self.mask().text(&text));
        if op.once {
            self.keep_capture(&name, host, EVIDENCE, &format!("{text}\n"))?;
        }
        self.journal(&Entry::Ack { name, text, user: origin::user() }, true)?;
        state.taken.insert(op.name.clone());
        Ok(())
    }

    fn ask_for(&self, host: &str, op: &Manual, diff: &str) -> Result<String> {
        let lines: String = diff.lines().map(|line| format!("    {line}\n")).collect();
        let wanted = op.evidence.as_deref().map_or_else(
            || "Is it done? [y/N] ".to_owned(),
            |what| format!("When it is done, type {what}: "),
        );
        let answer = self.ask(&format!(" on {host}, by hand: {}\n{lines}{wanted}", op.name))?;
        match (&op.evidence, answer.as_str()) {
            (Some(_), "") => Err(self.waits(op, diff).into()),
            (Some(_), _) => Ok(answer),
            (None, "y" | "yes") => Ok(String::new()),
            (None, _) => Err(self.waits(op, diff).into()),
        }
    }

    /// Notes each `--ack` without a manual operation, when the whole step was run.
    pub(super) fn unknown_acks(&self, whole: bool) {
        let state = self.acks.state();
        let names: BTreeSet<&String> = self.acks.given.iter().map(|(name, _)| name).collect();
        for name in names.into_iter().filter(|name| whole && !state.met.contains(*name)) {
            self.report
                .note(&format!("--ack {name}: no manual operation of this run has that name"));
        }
    }
}

impl Context {
    /// The error of a run that waits for a person.
    fn waits(&self, op: &Manual, diff: &str) -> Fault {
        let resume = resume_command(self.record_dir());
        let name = quote::quote(&op.name).unwrap_or_default();
        let (with, text) = match &op.evidence {
            Some(what) => (format!(", TEXT being {what}"), "=TEXT"),
            None => (String::new(), ""),
        };
        Fault::new(Kind::Stopped, format!("{} waits for a person", op.describe()))
            .detail("do", diff)
            .hint(format!("when it is done{with}:  {resume} --ack {name}{text}"))
    }
}
