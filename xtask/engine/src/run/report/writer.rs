//! The only place that writes to standard output and standard error.

use std::io::{self, IsTerminal as _, Write as _};
use std::sync::{Arc, PoisonError};

use anyhow::Result;

use super::style::written;
use super::{Report, State};
use crate::data::fault::Fault;
use crate::text::codes;
use crate::text::visible::Pieces;
use crate::transport::call::Stream;

impl Report {
    /// A line of results.
    pub fn result(&self, text: &str) {
        self.text(&format!("{text}\n"));
    }

    /// Text of results, with its colours.
    pub fn text(&self, text: &str) {
        let text = written(text, self.terminals[0]);
        self.write(Stream::Out, |pieces| pieces.end() + &text);
    }

    /// The output of a host, as results or on standard error. A closed pipe is not a failure of the run.
    pub fn output_of_host(&self, stream: Stream, bytes: &[u8]) {
        if self.terminals[stream as usize] && !self.state().raw {
            self.write(stream, |pieces| pieces.next(bytes));
        } else {
            self.state().send(stream, bytes);
        }
    }

    /// From now on a terminal gets the output of a host unchanged, and obeys it.
    pub fn let_through(&self) {
        self.state().raw = true;
    }

    pub(super) fn write(&self, stream: Stream, text: impl FnOnce(&mut Pieces) -> String) {
        self.state().write(stream, text);
    }

    /// Whether the results are still read: `| head` closes the pipe early.
    pub fn is_read(&self) -> bool {
        let state = self.state();
        state.lost.as_ref().is_none_or(|error| error.kind() != io::ErrorKind::BrokenPipe)
    }

    /// A line on standard error, masked.
    pub fn line(&self, text: &str) {
        self.state().line(text);
    }
}

impl State {
    /// A line on standard error, masked.
    pub(super) fn line(&mut self, text: &str) {
        if text.contains("(X") {
            self.traps.extend(codes::without(text).1);
        }
        let mask = Arc::clone(&self.mask.lock().unwrap_or_else(PoisonError::into_inner));
        let text = written(&format!("{}\n", mask.text(text)), true);
        self.write(Stream::Err, |pieces| pieces.end() + &text);
    }

    fn write(&mut self, stream: Stream, text: impl FnOnce(&mut Pieces) -> String) {
        let text = text(&mut self.pieces[stream as usize]);
        self.send(stream, text.as_bytes());
    }

    fn send(&mut self, stream: Stream, bytes: &[u8]) {
        self.live.clear();
        match stream {
            Stream::Out => {
                if self.lost.is_none() {
                    self.lost = self.outlets[0].put(bytes, &self.interrupt).err();
                }
            }
            // Standard error may be closed.
            Stream::Err => {
                self.mute = self.mute || self.outlets[1].put(bytes, &self.interrupt).is_err();
            }
        }
        if stream == Stream::Err || self.outlets[0].is_terminal() {
            self.live.behind(bytes);
        }
        self.live.draw();
    }
}

/// Prints the result of a command that is no run.
///
/// # Errors
/// When it cannot be written. A closed pipe is no failure.
pub fn print(text: &str) -> Result<()> {
    print_own(&written(text, io::stdout().is_terminal()))
}

/// The same for words of the program's own that have their colours.
///
/// # Errors
/// As [`print()`].
pub fn print_own(text: &str) -> Result<()> {
    let mut stdout = io::stdout().lock();
    stdout.write_all(text.as_bytes()).and_then(|()| stdout.flush()).or_else(excuse)
}

/// A closed pipe is success: its reader has read enough.
pub(super) fn excuse(error: io::Error) -> Result<()> {
    if error.kind() == io::ErrorKind::BrokenPipe {
        return Ok(());
    }
    Err(Fault::failed(format!("cannot write the results to standard output: {error}")).into())
}
