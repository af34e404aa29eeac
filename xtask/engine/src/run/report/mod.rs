//! Everything that is printed. Standard output has results only; the rest is on standard error.

pub mod failure;
pub mod json;
mod line;
pub mod live;
pub mod plan;
mod question;
pub mod style;

use std::io::{self, IsTerminal as _, Write};
use std::sync::{Mutex, PoisonError};

use anyhow::Result;
use camino::Utf8Path;

use self::live::Live;
use self::plan::Stage;
use self::style::Style;
use super::options::{Options, Output};
use super::tally::Tally;
use crate::carry::spool::Spool;
use crate::ops::ensure::{Event, Mode};
use crate::text::mask::Mask;

/// Tells people and scripts what a run does.
#[derive(Debug)]
pub struct Report {
    step: String,
    mode: Mode,
    form: Output,
    quiet: bool,
    verbose: bool,
    diff: bool,
    out: Style,
    err: Style,
    state: Mutex<State>,
}

#[derive(Debug)]
struct State {
    live: Live,
    events: Vec<json::Event>,
    stage: Stage,
    emitted: bool,
    failed_output: bool,
}

impl Report {
    /// A report for one run.
    pub fn new(options: &Options, step: String, mode: Mode) -> Self {
        let form = options.form();
        let live = Live::new(
            io::stderr().is_terminal()
                && !options.quiet
                && form == Output::Text
                && mode != Mode::Emit,
        );
        Self {
            step,
            mode,
            form,
            quiet: options.quiet,
            verbose: options.verbose,
            diff: options.diff,
            out: Style::choose(options.color, io::stdout().is_terminal()),
            err: Style::choose(options.color, io::stderr().is_terminal()),
            state: Mutex::new(State {
                live,
                events: Vec::new(),
                stage: Stage::default(),
                emitted: false,
                failed_output: false,
            }),
        }
    }

    /// The form of the results.
    pub const fn form(&self) -> Output {
        self.form
    }

    /// How standard output is coloured.
    pub const fn style(&self) -> Style {
        self.out
    }

    /// How standard error is coloured.
    pub const fn told(&self) -> Style {
        self.err
    }

    /// A stage begins.
    pub fn stage(&self, name: &str) {
        self.end_stage();
        if !self.quiet && self.form == Output::Text && self.mode != Mode::Emit {
            self.state().stage.open();
            self.line(&self.err.bold(&format!("== {name}")));
        }
    }

    /// Prints what is still to be said about the stage before.
    fn end_stage(&self) {
        self.flush();
        let quiet = self.state().stage.quiet();
        if let Some(hosts) = quiet {
            self.line(&format!("{hosts}: {}", self.err.dim("kept")));
        }
    }

    fn flush(&self) {
        let told = self.state().stage.flush();
        told.iter().for_each(|(hosts, text)| self.line(&format!("{hosts}: {text}")));
    }

    /// Something a person should know.
    pub fn note(&self, text: &str) {
        self.flush();
        if self.mode != Mode::Emit || !text.is_empty() {
            self.line(&format!("{} {text}", self.err.yellow("note:")));
        }
    }

    /// Something informative that `-q` leaves out.
    pub fn inform(&self, text: &str) {
        if !self.quiet {
            self.line(text);
        }
    }

    /// A host works on something now.
    pub fn working(&self, host: &str, what: &str) {
        self.state().live.working(host, what);
    }

    /// A host waits for the others.
    pub fn idle(&self, host: &str) {
        self.state().live.idle(host);
    }

    /// An operation is over.
    pub fn done(&self, event: &Event<'_>) {
        let noted = json::Event::new(event);
        if self.form == Output::Jsonl {
            self.result(&noted.line());
        }
        if self.form == Output::Json {
            self.state().events.push(noted);
        }
        if self.quiet || self.form != Output::Text || self.mode == Mode::Emit {
            return;
        }
        let form =
            line::Form { mode: self.mode, verbose: self.verbose, diff: self.diff, style: self.err };
        let Some(text) = line::text(event, form) else {
            return self.state().stage.kept(event.host);
        };
        let mut state = self.state();
        if self.mode == Mode::Plan {
            return state.stage.plan(event.host, text);
        }
        state.stage.shown();
        drop(state);
        self.line(&format!("{}: {text}", event.host));
    }

    /// What a command printed, with `-v`.
    pub fn output(&self, host: &str, out: &mut Spool, err: &mut Spool, mask: &Mask) -> Result<()> {
        if !self.verbose || self.quiet || self.form != Output::Text {
            return Ok(());
        }
        for spool in [out, err] {
            let text = spool.tail(4096, mask)?;
            text.lines().for_each(|line| self.line(&format!("{host}|  {line}")));
        }
        Ok(())
    }

    /// A part of the script that `--emit` prints.
    pub fn emit(&self, what: &str, script: &str) {
        if !std::mem::replace(&mut self.state().emitted, true) {
            self.result(&format!(
                "#!/bin/sh\n# What `{}` would change on this host, in order.\n# shellcheck disable=SC2317 # a part may have functions that it does not call here\nset -e",
                self.step
            ));
        }
        self.result(&format!("\n# {what}\n{}", script.trim_end()));
    }

    /// A line of results.
    pub fn result(&self, text: &str) {
        self.bytes(format!("{text}\n").as_bytes());
    }

    /// Bytes of results. A reader that has gone away is not a failure of the run.
    pub fn bytes(&self, bytes: &[u8]) {
        let mut state = self.state();
        state.live.clear();
        let mut stdout = io::stdout().lock();
        if stdout.write_all(bytes).and_then(|()| stdout.flush()).is_err() {
            state.failed_output = true;
        }
        state.live.draw();
    }

    /// A line on standard error.
    pub fn line(&self, text: &str) {
        self.err_bytes(format!("{text}\n").as_bytes());
    }

    /// Bytes on standard error.
    pub fn err_bytes(&self, bytes: &[u8]) {
        let mut state = self.state();
        state.live.clear();
        if io::stderr().lock().write_all(bytes).is_err() {
            state.failed_output = true;
        }
        state.live.draw();
    }

    /// The end of a run: what became of each host, what failed, and what to do next.
    pub fn finish(
        &self,
        tally: &Tally,
        error: Option<&anyhow::Error>,
        record: Option<&Utf8Path>,
        code: u8,
    ) {
        self.state().live.end();
        self.end_stage();
        match self.form {
            Output::Text => {}
            Output::Json | Output::Jsonl => {
                let events = std::mem::take(&mut self.state().events);
                let document = json::Document::new(&self.step, tally, error, record, code);
                return self.result(&document.render(self.form, events));
            }
        }
        if self.mode != Mode::Emit {
            self.hosts(tally);
        }
        if let Some(error) = error {
            self.error(error);
            if tally.interrupted {
                self.line(&failure::next(tally, &self.err));
            }
        } else if tally.failures().next().is_some() || tally.stopped {
            self.line(failure::text(&self.step, tally, &self.err).trim_end());
        }
        if code != 0 {
            if tally.undoable && self.step != "undo" {
                self.line(&failure::back(record, &self.err));
            }
            self.record(record);
        }
    }

    /// Names the run record.
    pub fn record(&self, record: Option<&Utf8Path>) {
        if let Some(record) = record.filter(|_| self.form == Output::Text) {
            self.line(&format!("{} {}", self.err.bold("record:"), failure::at_home(record)));
        }
    }

    /// An error that belongs to no host.
    pub fn error(&self, error: &anyhow::Error) {
        self.line(failure::error(error, &self.err).trim_end());
    }

    fn hosts(&self, tally: &Tally) {
        let mut hosts: Vec<_> = tally.hosts().collect();
        hosts.sort_by(|(left, _), (right, _)| crate::data::natural::compare(left, right));
        let text: String = hosts
            .iter()
            .map(|(host, entry)| format!("{host}: {}\n", self.out.word(entry.word())))
            .collect();
        self.bytes(text.as_bytes());
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Prints the result of a command that is no run. A reader that has gone away is no failure.
pub fn print(text: &str) {
    drop(io::stdout().lock().write_all(text.as_bytes()));
}
