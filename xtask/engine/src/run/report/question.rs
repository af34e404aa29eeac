//! Questions to the person at the terminal.

use std::io::{self, BufRead as _, IsTerminal as _, Write as _};

use anyhow::{Context as _, Result};

use super::Report;
use super::style::written;
use crate::data::fault::{Fault, Kind};
use crate::run::options::Output;
use crate::transport::interrupt::Interrupt;

impl Report {
    /// Whether there is a terminal to ask a person.
    pub fn can_ask(&self) -> bool {
        io::stdin().is_terminal() && io::stderr().is_terminal() && self.form == Output::Text
    }

    /// Shows `question` after the name of the step, and gives the typed line, trimmed; empty at the end of input.
    /// Nothing else is printed meanwhile.
    ///
    /// # Errors
    /// When a stop was requested; exit 5 when the answer is no text.
    pub fn ask(&self, question: &str, interrupt: &Interrupt) -> Result<String> {
        self.flush();
        let mut state = self.state();
        state.live.clear();
        let mut answer = Vec::new();
        let question = written(&format!("{}{question}", self.err.bold(&self.step)), true);
        let asked = io::stderr().lock().write_all(question.as_bytes()).context("asking");
        let read = asked.and_then(|()| interrupt.await_input(io::stdin()));
        let read =
            read.and_then(|()| io::stdin().lock().read_until(b'\n', &mut answer).context("asking"));
        if !answer.ends_with(b"\n") {
            // The next line would follow on the line of the question.
            drop(io::stderr().lock().write_all(b"\n"));
        }
        state.live.draw();
        drop(state);
        read?;
        let text = String::from_utf8(answer)
            .map_err(|_| Fault::new(Kind::Stopped, "stopped: the answer is no UTF-8 text"))?;
        Ok(text.trim().to_owned())
    }

    /// A stop was requested; running operations have `seconds` to finish.
    pub fn stopping(&self, seconds: u64) {
        self.line(&format!(
            "stopping: waiting up to {seconds} s for running operations; press Ctrl-C again to stop them"
        ));
    }
}
