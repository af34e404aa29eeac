//! The only place that writes to standard output and standard error.

use std::io::{self, IsTerminal as _, Write as _};

use anyhow::Result;

use super::last::Last;
use super::line::Line;
use super::style::written;
use super::{Report, State, live};
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
            self.send(&mut self.state(), stream, bytes);
        }
    }

    /// From now on a terminal gets the output of a host unchanged, and obeys it.
    pub fn let_through(&self) {
        self.state().raw = true;
    }

    pub(super) fn write(&self, stream: Stream, text: impl FnOnce(&mut Pieces) -> String) {
        let mut state = self.state();
        let text = text(&mut state.pieces[stream as usize]);
        self.send(&mut state, stream, text.as_bytes());
    }

    fn send(&self, state: &mut State, stream: Stream, bytes: &[u8]) {
        state.live.clear();
        state.last = None;
        match stream {
            Stream::Out => {
                if state.lost.is_none() {
                    state.lost = self.outlets[0].put(bytes, &self.interrupt).err();
                }
            }
            // Standard error may be closed.
            Stream::Err => {
                state.mute = state.mute || self.outlets[1].put(bytes, &self.interrupt).is_err();
            }
        }
        if stream == Stream::Err || self.terminals[0] {
            state.live.behind(bytes);
        }
        state.live.draw();
    }

    /// Whether the results are still read: `| head` closes the pipe early.
    pub fn is_read(&self) -> bool {
        let state = self.state();
        state.lost.as_ref().is_none_or(|error| error.kind() != io::ErrorKind::BrokenPipe)
    }

    /// The line of an operation on a terminal, at once. The same of a further host goes into the last line, while nothing
    /// stands below that.
    pub(super) fn now(&self, host: &str, line: Line) {
        let mut state = self.state();
        let last = state.last.take().filter(|_| self.moves);
        let (last, replaces) = Last::after(last, host, line, live::width());
        let text = written(&format!("{}\n", self.mask().text(&last.text())), true);
        let rest = state.pieces[Stream::Err as usize].end();
        let above = if replaces && rest.is_empty() { "\x1b[1A\r\x1b[K" } else { "" };
        self.send(&mut state, Stream::Err, format!("{rest}{above}{text}").as_bytes());
        state.last = Some(last);
    }

    /// A line on standard error, masked.
    pub fn line(&self, text: &str) {
        if text.contains("(X") {
            self.state().traps.extend(codes::without(text).1);
        }
        let text = written(&format!("{}\n", self.mask().text(text)), true);
        self.write(Stream::Err, |pieces| pieces.end() + &text);
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
