//! A call with a terminal: its keyboard is there before the command, and gone after it.

use std::io;
use std::time::Duration;

use anyhow::Result;

use super::super::call::{Call, End, Pair, Sink};
use super::super::dialog::Dialog;
use super::super::interrupt::Interrupt;
use super::super::spool::Spool;
use super::super::terminal::{self, Terminal};
use super::super::wire;
use super::{END_GRACE, Session};
use crate::data::fault::Fault;
use crate::text::mask::Mask;

/// The time limit for the host to make the keyboard.
const MAKING: Duration = Duration::from_secs(30);

impl Session {
    /// Runs a script in a terminal, and answers its questions.
    pub(super) fn attend(
        &mut self,
        terminal: &Terminal,
        call: &Call<'_>,
        sink: &mut dyn Sink,
        interrupt: &Interrupt,
    ) -> Result<End> {
        if call.data.is_some() {
            let message = "a script at a terminal has no other standard input";
            return Err(Fault::usage(message).hint("give its input as answers").into());
        }
        terminal.check()?;
        let script = terminal.script(call.script)?;
        let mut said = Pair(io::sink(), Spool::default());
        let made = self.converse(terminal::open_frame, Some(MAKING), &mut said, interrupt, None)?;
        match made {
            End::Exit(0) => {}
            End::Exit(code) => {
                let message = format!("cannot make the keyboard of a terminal: exit {code}");
                let stderr = said.1.tail(400, &Mask::new())?;
                return Err(Fault::failed(message).detail("stderr", stderr.trim_end()).into());
            }
            end => return Ok(end),
        }
        let mut dialog = Dialog::new(terminal);
        let frame = |id| wire::run_frame(id, &script, None);
        let end = self.converse(frame, call.timeout, sink, interrupt, Some(&mut dialog));
        dialog.end(sink)?;
        if !self.dead {
            self.settle(terminal::close_frame, END_GRACE);
        }
        let missing = dialog.missing();
        if let (Ok(End::Exit(0)), [prompt, ..]) = (&end, &missing[..]) {
            let message = format!("the program has ended without its question {prompt:?}");
            return Err(Fault::failed(message).into());
        }
        end
    }
}
