//! A look at a command that says nothing: is it still there, and the shell that started it?
//!
//! A command writes its own end marker. One that was killed writes none, so the shell that started it is asked. The
//! question costs that shell no process, and a short command is never asked about.

use std::time::{Duration, Instant};

use super::child::Link;
use super::exchange::Turn;

/// The time between two questions.
const EVERY: Duration = Duration::from_secs(1);
/// The number of questions without any answer after which a session is lost: as long as ssh waits for a frozen host.
pub(super) const PATIENCE: u32 = 120;

/// The message for a session that ended without a word.
pub(super) const LOST: &str = "the connection was lost while the command ran; it may have finished";

/// The questions about one command.
#[derive(Debug)]
pub(super) struct Watch {
    next: Instant,
    asked: bool,
    /// Questions since something came.
    silent: u32,
    patience: u32,
}

impl Watch {
    /// The first question comes after a while.
    pub(super) fn new(patience: u32) -> Self {
        Self { next: Instant::now() + EVERY, asked: false, silent: 0, patience }
    }

    /// The time of the next question.
    pub(super) fn next(&self) -> Instant {
        self.next
    }

    /// Whether an answer may still be on its way.
    pub(super) fn has_asked(&self) -> bool {
        self.asked
    }

    /// Asks, if it is time. An error says why no answer can come.
    pub(super) fn look(
        &mut self,
        turn: &mut Turn<'_>,
        question: &[u8],
        link: &Link,
    ) -> Result<(), String> {
        let now = Instant::now();
        if now < self.next {
            return Ok(());
        }
        // Counted in questions: nobody listens while a slow reader takes the output.
        self.next = now + EVERY;
        self.silent = if std::mem::take(&mut turn.heard) { 0 } else { self.silent + 1 };
        // The program alone says little: some end at once and leave the session to another process.
        if self.silent > 2 && link.has_ended() {
            return Err(LOST.to_owned());
        }
        if self.silent > self.patience {
            return Err(format!("the shell of the host has not answered for {} s", self.silent));
        }
        self.asked = true;
        turn.ask(question);
        Ok(())
    }
}
