//! The operations of a run as they end, and the hosts at work.

use std::time::Duration;

use super::line::{Form, Line};
use super::plan::Folded;
use super::{Report, State, json, tick, width};
use crate::ops::ensure::{Event, Mode};
use crate::run::options::Output;

impl Report {
    pub(super) fn flush(&self) {
        let mut state = self.state();
        let lines = state.stage.flush();
        state.lines(lines);
    }

    /// A pass over these hosts begins; none: it is over.
    pub fn pass(&self, hosts: &[&str]) {
        self.state().live.pass(hosts.len());
        if self.mode == Mode::Run {
            self.flush();
            self.state().stage.pass(hosts);
        }
    }

    /// A host works on something now.
    pub fn working(&self, host: &str, what: &str) {
        self.waiting(host, what, None);
    }

    /// The same, for `limit` at most.
    pub fn waiting(&self, host: &str, what: &str, limit: Option<Duration>) {
        let what = self.mask().text(what);
        self.state().live.working(host, &what, limit);
    }

    /// The run has so much time, of which a part is gone.
    pub fn budget(&self, limit: Duration, gone: Duration) {
        self.state().live.budget(limit, gone);
    }

    /// The seconds of an earlier run of this step, for a person at a terminal. They are looked up when the run has taken a
    /// while: a short one needs no answer.
    pub fn expect(&self, seconds: impl FnOnce() -> Option<f64> + Send + 'static) {
        if self.state().live.is_on() {
            tick::expect(&self.state, seconds);
        }
    }

    /// A host has done its part of the pass.
    pub fn over(&self, host: &str) {
        self.state().live.done();
        self.idle(host);
        self.state().stage.over(host);
        self.settled();
    }

    /// A host waits for the others.
    pub fn idle(&self, host: &str) {
        self.state().live.idle(host);
    }

    /// An operation is over.
    pub fn done(&self, event: &Event<'_>) {
        let noted = json::Event::new(event, &self.mask());
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
            Form { mode: self.mode, verbose: self.verbose, diff: self.diff, style: self.err };
        let Some(line) = Line::of(event, form, &self.mask()) else {
            self.state().stage.kept(event.host);
            return self.settled();
        };
        self.state().stage.ended(event.host, line);
        // A failure, and the output of commands, stand at their time.
        if self.mode == Mode::Run && (self.verbose || event.result.is_err()) {
            return self.flush();
        }
        self.settled();
    }

    /// In a run, shows the operations that no host of the pass has before it.
    fn settled(&self) {
        if self.mode == Mode::Run {
            let mut state = self.state();
            let lines = state.stage.settled();
            state.lines(lines);
        }
    }
}

impl State {
    /// Prints lines of operations.
    pub(super) fn lines(&mut self, lines: Vec<Folded>) {
        let width = width::of_stderr().filter(|_| self.cuts);
        for (hosts, line) in lines {
            self.line(&line.text(&hosts, width));
        }
    }
}
