//! One shell at the far end of a pipe, and the conversation with it.
//!
//! A session is driven by the thread that uses it: one loop polls its three pipes, the
//! interrupt and the deadline. There is no thread per session and nothing is buffered without
//! bound: output goes to a [`Sink`] as it comes.

use std::io::{self, Write as _};
use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};

use anyhow::Result;

use super::call::{Call, End, Pair, Sink};
use super::exchange::{Streams, Turn};
use super::interrupt::Interrupt;
use super::launch::Launch;
use super::wire::{self, Stage};
use crate::data::fault::{Fault, Kind};

/// The time for the far end to end its commands before the connection is cut.
const END_GRACE: Duration = Duration::from_secs(5);

/// After the same time-out ssh itself says how far it came.
const LAST_WORDS: Duration = Duration::from_millis(500);

/// An open session. Dropping it without [`Session::close`] ends its commands.
#[derive(Debug)]
pub struct Session {
    streams: Streams,
    last: u64,
    /// The deadline of the first answer, until it came.
    open_by: Option<Instant>,
    /// The time for it.
    connect: Duration,
    dead: bool,
}

impl Session {
    /// Starts the program. The far end must answer the first call within `connect`.
    pub fn open(launch: &Launch, token: &str, connect: Duration) -> Result<Self> {
        Ok(Self {
            streams: Streams::start(launch, token)?,
            last: 0,
            open_by: Some(Instant::now() + connect + LAST_WORDS),
            connect,
            dead: false,
        })
    }

    /// Whether the session can be called again.
    pub fn is_alive(&self) -> bool {
        !self.dead
    }

    /// Whether the far end has answered at all.
    pub fn has_spoken(&self) -> bool {
        self.open_by.is_none()
    }

    /// Output outside of any frame, for example an error of ssh itself; at most 8 KiB.
    pub fn noise(&self) -> String {
        self.streams.noise()
    }

    /// Waits until the far end has answered, before anything of a caller is sent to it.
    ///
    /// # Errors
    /// [`Kind::Unreachable`] when it does not answer; that of the interrupt.
    pub(super) fn greet(&mut self, interrupt: &Interrupt) -> Result<()> {
        let frame = |id| wire::own_frame(id, ":");
        let mut sink = Pair(io::sink(), io::sink());
        let message = "the shell does not answer";
        match self.converse(frame, Some(self.connect), &mut sink, interrupt)? {
            End::Exit(_) => Ok(()),
            End::TimedOut => Err(Fault::new(Kind::Unreachable, message).into()),
            End::Interrupted(kind) => Err(Fault::new(kind, "stopped by a signal").into()),
        }
    }

    /// Runs one script; output goes to `sink` as it comes.
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
        let frame = |id| wire::run_frame(id, call.script, call.data);
        self.converse(frame, call.timeout, sink, interrupt)
    }

    /// Sends one frame and takes its answer; see [`Session::call`].
    pub(super) fn converse(
        &mut self,
        frame: impl FnOnce(u64) -> Vec<u8>,
        timeout: Option<Duration>,
        sink: &mut dyn Sink,
        interrupt: &Interrupt,
    ) -> Result<End> {
        if self.dead {
            return Err(Fault::new(Kind::Unreachable, "the connection is gone").into());
        }
        self.last += 1;
        let frame = frame(self.last);
        let begin = self.begin();
        let mut turn = Turn::new(self.last, &frame, begin);
        let mut end_by = None;
        loop {
            if let Some(code) = turn.exit() {
                return Ok(End::Exit(code));
            }
            if turn.ended {
                return Err(self.lost());
            }
            if turn.out != Stage::Before && end_by.is_none() {
                self.open_by = None;
                end_by = timeout.map(|timeout| Instant::now() + timeout);
            }
            let now = Instant::now();
            if let Some(kind) = interrupt.now().filter(|_| self.has_spoken()) {
                self.end();
                return Ok(End::Interrupted(kind));
            }
            // A host that has not answered yet has nothing to end, and might never answer.
            if let Some(kind) = interrupt.asked().filter(|_| !self.has_spoken()) {
                self.cut();
                return Ok(End::Interrupted(kind));
            }
            if self.open_by.is_some_and(|by| now >= by) {
                self.cut();
                let message = format!("no shell after {} s", self.connect.as_secs().max(1));
                return Err(Fault::new(Kind::Unreachable, message).into());
            }
            if end_by.is_some_and(|by| now >= by) {
                self.end();
                return Ok(End::TimedOut);
            }
            let wake = interrupt.wake(self.has_spoken());
            let result = self.streams.turn(&mut turn, self.open_by.or(end_by), sink, wake);
            // Nobody takes its output any more: it must not run on unseen.
            result.inspect_err(|_| self.end())?;
        }
    }

    /// The stage of the streams for a new frame. The far end marks the beginning of its first frame
    /// only. Late output of earlier frames is dropped here.
    fn begin(&mut self) -> Stage {
        if self.last == 1 {
            return Stage::Before;
        }
        self.streams.drop_late();
        Stage::Inside
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
        self.last += 1;
        let frame = wire::kill_frame(self.last);
        let mut turn = Turn::new(self.last, &frame, Stage::Before);
        let deadline = Instant::now() + END_GRACE;
        let mut sink = Pair(io::sink(), io::sink());
        while Instant::now() < deadline && !turn.ended {
            if turn.exit().is_some() {
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

    fn lost(&mut self) -> anyhow::Error {
        let code = self.streams.link.wait(Duration::from_secs(1));
        let message = match (self.has_spoken(), code) {
            (true, _) => "the connection was lost while the command ran".to_owned(),
            (false, Some(code)) => format!("no shell: the connection ended with exit {code}"),
            (false, None) => "no shell: the connection closed its streams".to_owned(),
        };
        self.cut();
        Fault::new(Kind::Unreachable, message).into()
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if !self.dead && self.streams.link.stdin.is_some() {
            self.close();
        }
    }
}
