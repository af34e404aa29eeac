//! One shell at the far end of a pipe, and the conversation with it.
//!
//! A session is driven by the thread that uses it: one loop polls its three pipes, the interrupt and the deadline. There
//! is no thread per session and nothing is buffered without bound: output goes to a [`Sink`] as it comes.

use std::io::{self, Write as _};
use std::ops::RangeInclusive;
use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};

use anyhow::Result;

use super::call::{Call, End, Pair, Sink, Traffic};
use super::dialog::Dialog;
use super::exchange::{Streams, Turn, Verdict};
use super::interrupt::Interrupt;
use super::launch::Launch;
use super::watch::{LOST, PATIENCE, Watch};
use super::wire::{self, Stage};
use crate::data::fault::{Fault, Kind};

/// The time for the far end to end its commands before the connection is cut.
const END_GRACE: Duration = Duration::from_secs(5);
/// The time for the far end to say that it is there, after a command that gave reason to doubt it.
const PING: Duration = Duration::from_secs(30);
/// After the same time-out ssh itself says how far it came.
const LAST_WORDS: Duration = Duration::from_millis(500);
/// The exit codes of a death by a signal.
const DEATHS: RangeInclusive<i32> = 129..=192;

/// An open session. Dropping it without [`Session::close`] ends its commands.
#[derive(Debug)]
pub struct Session {
    streams: Streams,
    last: u64,
    /// The deadline of the greeting, and the time for it; none once it came.
    open_by: Option<(Instant, Duration)>,
    /// The last command may have ended the session with it, or a question about it has no answer yet.
    doubt: bool,
    dead: bool,
    patience: u32,
}

impl Session {
    /// Starts the program. The far end must greet within `connect`.
    pub fn open(launch: &Launch, token: &str, connect: Duration) -> Result<Self> {
        Ok(Self {
            streams: Streams::start(launch, token)?,
            last: 0,
            open_by: Some((Instant::now() + connect + LAST_WORDS, connect)),
            doubt: false,
            dead: false,
            patience: PATIENCE,
        })
    }

    /// Waits until the shell that reads frames greets. Nothing of a caller is sent before it.
    ///
    /// # Errors
    /// [`Kind::Unreachable`] when there is no such shell; that of the interrupt. [`Session::noise`] has the program's own
    /// error text.
    pub(super) fn greet(&mut self, interrupt: &Interrupt) -> Result<()> {
        let mut turn = Turn::new(1, wire::ANOTHER_SHELL, Stage::Before);
        let mut sink = Pair(io::sink(), io::sink());
        while let Some((by, limit)) = self.open_by {
            if turn.is_answered() {
                self.open_by = None;
            } else if turn.ended {
                return Err(self.no_shell());
            } else if let Some(kind) = interrupt.asked() {
                // Nothing runs there yet, and it might never answer.
                self.cut();
                return Err(Fault::new(kind, "stopped by a signal").into());
            } else if Instant::now() >= by {
                return Err(self.late(limit));
            } else {
                self.streams.turn(&mut turn, Some(by), &mut sink, interrupt.wake(false))?;
            }
        }
        Ok(())
    }

    /// Whether the session can be called again. Late output of earlier commands is dropped.
    pub fn is_alive(&mut self) -> bool {
        if !self.dead {
            if std::mem::take(&mut self.doubt) {
                self.settle(wire::ask_frame, PING);
            }
            if !self.dead && !self.streams.drop_late() {
                self.cut();
            }
        }
        !self.dead
    }

    /// Output outside of any frame, for example an error of ssh itself; at most 8 KiB.
    pub fn noise(&self) -> String {
        self.streams.noise()
    }

    /// What has passed over it.
    pub fn traffic(&self) -> Traffic {
        self.streams.traffic
    }

    /// Runs one script, in a session that [`Session::is_alive`]; output goes to `sink` as it comes.
    ///
    /// # Errors
    /// [`Kind::Unreachable`] when the far end is not there or goes away.
    /// [`Session::noise`] has the program's own error text.
    pub fn call(
        &mut self,
        call: &Call<'_>,
        sink: &mut dyn Sink,
        interrupt: &Interrupt,
    ) -> Result<End> {
        if let Some(terminal) = call.terminal {
            return self.attend(terminal, call, sink, interrupt);
        }
        let frame = |id| wire::run_frame(id, call.script, call.data);
        let interrupt = if call.prompt { &interrupt.prompt() } else { interrupt };
        self.converse(frame, call.timeout, sink, interrupt, None)
    }

    /// Sends one frame to a far end that has greeted, and takes its answer. A dialog replies to it.
    pub(super) fn converse(
        &mut self,
        frame: impl FnOnce(u64) -> Vec<u8>,
        timeout: Option<Duration>,
        sink: &mut dyn Sink,
        interrupt: &Interrupt,
        mut dialog: Option<&mut Dialog<'_>>,
    ) -> Result<End> {
        if self.dead {
            return Err(Fault::new(Kind::Unreachable, "the connection is gone").into());
        }
        self.last += 1;
        self.streams.traffic.frames += 1;
        let (frame, ask) = (frame(self.last), wire::ask_frame(self.last));
        let mut turn = Turn::new(self.last, &frame, Stage::Inside);
        let end_by = timeout.map(|timeout| Instant::now() + timeout);
        let mut watch = Watch::new(self.patience);
        loop {
            match turn.verdict() {
                Some(Verdict::Exit(code)) => {
                    self.doubt = watch.has_asked() || DEATHS.contains(&code);
                    return Ok(End::Exit(code));
                }
                Some(Verdict::Over(code)) => return self.over(code),
                None if turn.ended => {
                    self.streams.link.wait(Duration::from_secs(1));
                    self.cut();
                    return Err(Fault::new(Kind::Unreachable, LOST).into());
                }
                None => {}
            }
            if let Some(end) = self.limit(end_by, interrupt) {
                return Ok(end);
            }
            watch.look(&mut turn, &ask, &self.streams.link).map_err(|why| {
                self.cut();
                Fault::new(Kind::Unreachable, why)
            })?;
            let mut next = end_by.map_or(watch.next(), |by| by.min(watch.next()));
            let wake = interrupt.wake(true);
            let result = if let Some(dialog) = &mut dialog {
                let done = self.streams.aside();
                dialog.look(&mut turn, &mut self.last, done).inspect_err(|_| self.end())?;
                next = next.min(dialog.next());
                self.streams.turn(&mut turn, Some(next), &mut dialog.ear(sink), wake)
            } else {
                self.streams.turn(&mut turn, Some(next), sink, wake)
            };
            // Nobody takes its output any more: it must not run on unseen.
            result.inspect_err(|_| self.end())?;
        }
    }

    /// The end that we make: at a request to stop, or when the time is over.
    fn limit(&mut self, end_by: Option<Instant>, interrupt: &Interrupt) -> Option<End> {
        let stop = interrupt.now().map(End::Interrupted);
        let over = || end_by.filter(|by| Instant::now() >= *by).map(|_| End::TimedOut);
        let end = stop.or_else(over)?;
        self.end();
        Some(end)
    }

    /// Says good-bye; the far end goes away by itself.
    pub fn close(&mut self) {
        if let Some(stdin) = &mut self.streams.link.stdin {
            // The far end may be gone already: that is fine.
            drop(stdin.write_all(wire::QUIT));
        }
        self.streams.link.stdin = None;
    }

    /// Waits up to `limit` for the program to end after [`Session::close`].
    pub fn reap(&mut self, limit: Duration) {
        if self.streams.link.wait(limit).is_none() {
            self.streams.link.kill();
            self.streams.link.wait(Duration::from_millis(200));
        }
    }

    /// Gives away the pipes that keep the program alive, once the far end has run `last`. Nobody
    /// reads its answer any more, which is short enough for a pipe.
    pub(super) fn hand_over(&mut self, last: Option<&str>) -> Option<Vec<OwnedFd>> {
        let stdin = self.streams.link.stdin.as_mut().filter(|_| !self.dead)?;
        let last = last.map(|script| wire::own_frame(self.last + 1, script)).unwrap_or_default();
        stdin.write_all(&[&last, wire::HOLD].concat()).ok()?;
        self.streams.link.hand_over().ok()
    }

    /// Ends everything the session runs; the session stays open when the far end confirms it.
    fn end(&mut self) {
        self.settle(wire::kill_frame, END_GRACE);
    }

    /// Sends a frame and waits for its answer. Everything before is dropped; without an answer, the connection too.
    fn settle(&mut self, frame: fn(u64) -> Vec<u8>, limit: Duration) {
        self.last += 1;
        let frame = frame(self.last);
        let mut turn = Turn::new(self.last, &frame, Stage::Before);
        let deadline = Instant::now() + limit;
        let mut sink = Pair(io::sink(), io::sink());
        while Instant::now() < deadline && !turn.ended {
            if turn.is_answered() {
                return;
            }
            if self.streams.turn(&mut turn, Some(deadline), &mut sink, None).is_err() {
                break;
            }
        }
        self.cut();
    }

    /// Drops the connection; the far end sees the end of its input and ends what it runs.
    fn cut(&mut self) {
        self.dead = true;
        self.streams.link.kill();
    }

    /// The session has ended with this code, and the command with it.
    fn over(&mut self, code: i32) -> Result<End> {
        // It says so before it has ended everything: then its streams close.
        self.settle(|_| Vec::new(), END_GRACE);
        if DEATHS.contains(&code) {
            return Ok(End::Exit(code));
        }
        let message = format!("the shell of the host has ended by itself: exit {code}");
        Err(Fault::failed(message)
            .hint("look for its limits (processes, memory, open files): ulimit -a")
            .into())
    }

    /// The program has ended without a greeting.
    fn no_shell(&mut self) -> anyhow::Error {
        let code = self.streams.link.wait(Duration::from_secs(1));
        self.cut();
        let message = match code {
            Some(code) => format!("no shell: the connection ended with exit {code}"),
            None => "no shell: the connection closed its streams".into(),
        };
        self.because(message).into()
    }

    /// No greeting came within this time.
    fn late(&mut self, limit: Duration) -> anyhow::Error {
        // Some shells run nothing before they have read everything.
        self.streams.link.stdin = None;
        self.settle(|_| Vec::new(), Duration::from_secs(1));
        let message = format!("no shell after {} s", limit.as_secs().max(1));
        self.because(message).into()
    }

    /// The reason: another shell has read our first line, or this one.
    fn because(&self, message: String) -> Fault {
        let noise = self.noise();
        let Some(name) = wire::another_shell(&noise) else {
            return Fault::new(Kind::Unreachable, message);
        };
        let message = format!("logged in, but {name} took the place of the shell");
        Fault::new(Kind::Unreachable, message).hint(format!(
            "a start-up file of the host begins {name} (`~/.bash_profile`, `/etc/profile`): \
             there, begin it only at a terminal: [ ! -t 0 ] || exec {name}"
        ))
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if !self.dead && self.streams.link.stdin.is_some() {
            self.close();
        }
    }
}

mod attend;
#[cfg(test)]
mod tests;
