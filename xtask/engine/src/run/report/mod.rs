//! Prints everything. Standard output has results only; the rest goes to standard error.
//!
//! A terminal never gets the bytes of a host unchanged: it would obey them. What it obeys or hides is written out
//! ([`visible`](crate::text::visible)): on a terminal always, and in all text on standard error. A pipe or a file gets
//! results, and the outputs of `pcmd`, as they are.

pub mod again;
mod end;
pub mod failure;
mod footer;
mod found;
pub mod json;
mod line;
pub mod live;
mod notice;
mod outlet;
mod paged;
pub mod plan;
mod progress;
mod question;
pub mod style;
mod tick;
pub mod width;
mod writer;

use std::io::{self, IsTerminal as _};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Instant;

use anyhow::Result;

use self::live::Live;
use self::outlet::Outlet;
pub use self::paged::print_long;
use self::plan::Stage;
use self::style::Style;
pub use self::writer::{print, print_own};
use super::options::{Options, Output};
use crate::data::spanned_error::printable;
use crate::ops::ensure::Mode;
use crate::text::mask::Mask;
use crate::text::visible::Pieces;
use crate::transport::interrupt::Interrupt;
use crate::transport::spool::Spool;

/// Shows the progress and results of a run to people and scripts.
#[derive(Debug)]
pub struct Report {
    step: String,
    mode: Mode,
    form: Output,
    quiet: bool,
    verbose: bool,
    diff: bool,
    /// Long results may go through a pager.
    pages: bool,
    out: Style,
    err: Style,
    /// Whether standard output and standard error are terminals.
    terminals: [bool; 2],
    begun: Instant,
    /// The terminal of standard error gets a notice at the end of a long run.
    notify: bool,
    mask: Arc<Mutex<Arc<Mask>>>,
    state: Arc<Mutex<State>>,
}

#[derive(Debug)]
struct State {
    live: Live,
    /// Standard output and standard error.
    outlets: [Outlet; 2],
    interrupt: Interrupt,
    mask: Arc<Mutex<Arc<Mask>>>,
    events: Vec<json::Event>,
    findings: serde_json::Map<String, serde_json::Value>,
    stage: Stage,
    /// The lines of operations are cut at the width of the terminal.
    cuts: bool,
    emitted: bool,
    /// What a step adds to the last line.
    closing: String,
    /// The bytes of hosts on the way to a terminal.
    pieces: [Pieces; 2],
    /// They go there unchanged.
    raw: bool,
    /// The runbook that explains the ids of traps, and those that have been said.
    guide: Option<&'static str>,
    traps: Vec<String>,
    /// Standard error takes nothing.
    mute: bool,
    /// Why results could not be written.
    lost: Option<io::Error>,
}

impl Report {
    /// A report for one run.
    pub fn new(options: &Options, step: String, mode: Mode) -> Self {
        let form = options.form();
        let terminals = [io::stdout().is_terminal(), io::stderr().is_terminal()];
        let obeys = std::env::var("TERM").is_ok_and(|term| !term.is_empty() && term != "dumb");
        // The cursor of standard error can be moved.
        let moves = obeys && terminals[1] && form == Output::Text;
        let shows = !options.quiet && form == Output::Text && mode != Mode::Emit;
        let mask = Arc::default();
        let state = Arc::new(Mutex::new(State {
            live: Live::new(moves && shows),
            outlets: [Outlet::stdout(), Outlet::stderr()],
            interrupt: Interrupt::never(),
            mask: Arc::clone(&mask),
            events: Vec::new(),
            findings: serde_json::Map::new(),
            stage: Stage::default(),
            // The record has the whole text of a run, and a plan has none.
            cuts: terminals[1] && mode == Mode::Run,
            emitted: false,
            closing: String::new(),
            pieces: Default::default(),
            raw: false,
            guide: None,
            traps: Vec::new(),
            mute: false,
            lost: None,
        }));
        // A plan is shown as a whole.
        if shows && (moves || mode == Mode::Run) {
            tick::tick(&state);
        }
        Self {
            step,
            mode,
            form,
            quiet: options.quiet,
            verbose: options.verbose,
            diff: options.diff,
            pages: !options.no_pager,
            out: Style::choose(options.color, terminals[0]),
            err: Style::choose(options.color, terminals[1]),
            terminals,
            begun: Instant::now(),
            notify: moves && !options.no_notify,
            mask,
            state,
        }
    }

    /// The secrets that must not be shown or recorded.
    pub fn mask(&self) -> Arc<Mask> {
        Arc::clone(&self.mask.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Changes the secrets that must not be shown or recorded.
    pub fn hide(&self, more: impl FnOnce(&Mask) -> Mask) {
        let mut mask = self.mask.lock().unwrap_or_else(PoisonError::into_inner);
        *mask = Arc::new(more(&mask));
    }

    /// After a stop it waits no longer for a reader that does not read.
    #[must_use]
    pub fn heeding(self, interrupt: &Interrupt) -> Self {
        self.state().interrupt = interrupt.clone();
        self
    }

    /// The name of the step.
    pub fn step(&self) -> &str {
        &self.step
    }

    /// The time since its start.
    pub fn elapsed(&self) -> std::time::Duration {
        self.begun.elapsed()
    }

    /// The form of the results.
    pub const fn form(&self) -> Output {
        self.form
    }

    /// The colours of standard output.
    pub const fn style(&self) -> Style {
        self.out
    }

    /// The colours of standard error.
    pub const fn err_style(&self) -> Style {
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

    /// Prints the rest of the previous stage.
    fn end_stage(&self) {
        self.flush();
        let quiet = self.state().stage.quiet();
        if let Some(hosts) = quiet {
            self.line(&format!("{hosts}: {}", self.err.dim("kept")));
        }
    }

    /// A note for a person.
    pub fn note(&self, text: &str) {
        self.flush();
        if self.mode != Mode::Emit || !text.is_empty() {
            self.line(&format!("{} {text}", self.err.yellow("note:")));
        }
    }

    /// A line of information that `-q` leaves out.
    pub fn inform(&self, text: &str) {
        if !self.quiet {
            self.flush();
            self.line(text);
        }
    }

    /// What the last line of a run that succeeds adds to its time.
    pub fn closing(&self, text: String) {
        self.state().closing = text;
    }

    /// The output of a command, with `-v`.
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

    /// A part of the script of `--emit`.
    pub fn emit(&self, what: &str, script: &str) {
        if !std::mem::replace(&mut self.state().emitted, true) {
            self.result(&format!(
                "#!/bin/sh\n# The changes of `{}` on this host, in order.\n# shellcheck disable=SC2317 # a part may define functions without calling them\nset -e",
                self.step
            ));
        }
        // A line break in a name must not end the comment.
        self.result(&format!("\n# {}\n{}", printable(what), script.trim_end()));
    }

    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
