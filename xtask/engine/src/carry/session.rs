//! One shell at the far end of a pipe, and the conversation with it.
//!
//! A session is driven by the thread that uses it: one loop polls its three pipes, the
//! interrupt and the deadline. There is no thread per session and nothing is buffered without
//! bound: output goes to a [`Sink`] as it comes.

use std::io::{self, Read as _, Write};
use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::call::{Call, End, Pair, Sink, Stream};
use super::interrupt::Interrupt;
use super::launch::Launch;
use super::link::Link;
use super::wire::{self, Scanner, Stage};
use crate::data::fault::{Fault, Kind};

/// How long the far end may take to end what it runs before the connection is cut.
const END_GRACE: Duration = Duration::from_secs(5);
/// How much of what comes before the first frame is kept for an error message.
const NOISE_KEPT: usize = 8 * 1024;

/// An open session. Dropping it without [`Session::close`] ends what it runs.
#[derive(Debug)]
pub struct Session {
    link: Link,
    out: Scanner,
    err: Scanner,
    last: u64,
    /// Until the first frame is answered: when it has to be.
    open_by: Option<Instant>,
    noise: Vec<u8>,
    dead: bool,
}

/// The state of one call.
struct Turn<'a> {
    id: u64,
    send: &'a [u8],
    out: Stage,
    err: Stage,
    ended: bool,
}

impl<'a> Turn<'a> {
    fn new(id: u64, send: &'a [u8], begin: Stage) -> Self {
        Self { id, send, out: begin, err: begin, ended: false }
    }
}

impl Session {
    /// Starts the program. Whether the far end answers shows at the first call, which must be
    /// answered within `connect`.
    pub fn open(launch: &Launch, token: &str, connect: Duration) -> Result<Self> {
        Ok(Self {
            link: Link::start(launch)?,
            out: Scanner::new(token),
            err: Scanner::new(token),
            last: 0,
            open_by: Some(Instant::now() + connect),
            noise: Vec::new(),
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

    /// What came outside any frame, for example an error of ssh itself; at most 8 KiB.
    pub fn noise(&self) -> String {
        String::from_utf8_lossy(&self.noise).into_owned()
    }

    /// Runs one script; output goes to `sink` as it comes.
    ///
    /// # Errors
    /// [`Kind::Unreachable`] when the far end is not there or goes away; the message is the
    /// bare fact, and [`Session::noise`] has what the program said about it.
    pub fn call(
        &mut self,
        call: &Call<'_>,
        sink: &mut dyn Sink,
        interrupt: &Interrupt,
    ) -> Result<End> {
        let frame = |id| wire::run_frame(id, call.script, call.data);
        self.converse(frame, call.timeout, sink, interrupt)
    }

    /// Sends one frame and takes what comes back; see [`Session::call`].
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
            if let (Stage::Done(code), Stage::Done(_)) = (turn.out, turn.err) {
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
                return Err(
                    Fault::new(Kind::Unreachable, "no answer within the connect time-out").into()
                );
            }
            if end_by.is_some_and(|by| now >= by) {
                self.end();
                return Ok(End::TimedOut);
            }
            self.turn(&mut turn, self.open_by.or(end_by), sink, interrupt)?;
        }
    }

    /// Where the streams stand for a new frame. The far end marks the beginning of its first one only; what
    /// something left running by an earlier frame has said since is dropped here.
    fn begin(&mut self) -> Stage {
        if self.last == 1 {
            return Stage::Before;
        }
        let mut late = [0; 4096];
        while matches!(self.link.stdout.read(&mut late), Ok(1..)) {}
        while matches!(self.link.stderr.read(&mut late), Ok(1..)) {}
        drop((self.out.rest(), self.err.rest()));
        Stage::Inside
    }

    /// Says good-bye; the far end goes away by itself.
    pub fn close(&mut self) {
        if let Some(stdin) = &mut self.link.stdin {
            // The far end may be gone already, which is what we want.
            drop(stdin.write_all(wire::QUIT));
        }
        self.link.stdin = None;
    }

    /// Waits up to `limit` for the program to end after [`Session::close`].
    pub fn reap(&mut self, limit: Duration) {
        if self.link.wait(limit).is_none() {
            self.link.kill();
            self.link.wait(Duration::from_millis(200));
        }
    }

    /// Gives away the pipes that keep the program alive, once the far end has run `last`. Nobody
    /// reads its answer any more, which is short enough for a pipe.
    pub(super) fn hand_over(&mut self, last: Option<&str>) -> Option<Vec<OwnedFd>> {
        let stdin = self.link.stdin.as_mut().filter(|_| !self.dead)?;
        let last = last.map(|script| wire::own_frame(self.last + 1, script)).unwrap_or_default();
        stdin.write_all(&[&last, wire::HOLD].concat()).ok()?;
        self.link.hand_over().ok()
    }

    /// Ends everything the session runs; the session stays open when the far end confirms it.
    fn end(&mut self) {
        self.last += 1;
        let frame = wire::kill_frame(self.last);
        let mut turn = Turn::new(self.last, &frame, Stage::Before);
        let deadline = Instant::now() + END_GRACE;
        let mut sink = Pair(io::sink(), io::sink());
        while Instant::now() < deadline && !turn.ended {
            if let (Stage::Done(_), Stage::Done(_)) = (turn.out, turn.err) {
                return;
            }
            if self.turn(&mut turn, Some(deadline), &mut sink, &Interrupt::never()).is_err() {
                break;
            }
        }
        self.cut();
    }

    /// Drops the connection; the far end sees the end of its input and ends what it runs.
    fn cut(&mut self) {
        self.dead = true;
        self.link.kill();
    }

    fn lost(&mut self) -> anyhow::Error {
        let code = self.link.wait(Duration::from_secs(1));
        let message = match (self.has_spoken(), code) {
            (true, _) => "the connection was lost while the command ran".to_owned(),
            (false, Some(code)) => format!("no shell: the connection ended with exit {code}"),
            (false, None) => "no shell: the connection closed its streams".to_owned(),
        };
        self.cut();
        Fault::new(Kind::Unreachable, message).into()
    }

    /// Waits for something to happen and does it: sends, receives, or returns at `deadline`.
    fn turn(
        &mut self,
        turn: &mut Turn<'_>,
        deadline: Option<Instant>,
        sink: &mut dyn Sink,
        interrupt: &Interrupt,
    ) -> Result<()> {
        let (readable, writable) = self.wait(turn, deadline, interrupt)?;
        if writable {
            self.send(turn);
        }
        if readable.0 {
            self.receive(Stream::Out, turn, sink)?;
        }
        if readable.1 {
            self.receive(Stream::Err, turn, sink)?;
        }
        Ok(())
    }

    fn wait(
        &self,
        turn: &Turn<'_>,
        deadline: Option<Instant>,
        interrupt: &Interrupt,
    ) -> Result<((bool, bool), bool)> {
        let mut fds = vec![
            PollFd::new(&self.link.stdout, PollFlags::IN),
            PollFd::new(&self.link.stderr, PollFlags::IN),
        ];
        let writing = self.link.stdin.as_ref().filter(|_| !turn.send.is_empty());
        fds.extend(writing.map(|stdin| PollFd::new(stdin, PollFlags::OUT)));
        fds.extend(interrupt.wake(self.has_spoken()).map(|wake| PollFd::new(wake, PollFlags::IN)));
        let left = deadline.map(|at| at.saturating_duration_since(Instant::now()));
        let left = left.map(|left| Timespec {
            tv_sec: i64::try_from(left.as_secs()).unwrap_or(i64::MAX),
            tv_nsec: i64::from(left.subsec_nanos()),
        });
        match poll(&mut fds, left.as_ref()) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error).context("waiting for a session"),
        }
        let ready = |index: usize| !fds[index].revents().is_empty();
        Ok(((ready(0), ready(1)), writing.is_some() && ready(2)))
    }

    fn send(&mut self, turn: &mut Turn<'_>) {
        let Some(stdin) = &mut self.link.stdin else { return };
        match stdin.write(turn.send) {
            Ok(sent) => turn.send = &turn.send[sent..],
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted
                ) => {}
            // The reading side tells what happened; there is nothing left to send to.
            Err(_) => turn.send = &[],
        }
    }

    fn receive(&mut self, stream: Stream, turn: &mut Turn<'_>, sink: &mut dyn Sink) -> Result<()> {
        let mut chunk = [0; 64 * 1024];
        let (pipe, scanner, stage) = match stream {
            Stream::Out => (&mut self.link.stdout, &mut self.out, &mut turn.out),
            Stream::Err => (&mut self.link.stderr, &mut self.err, &mut turn.err),
        };
        let read = match pipe.read(&mut chunk) {
            Ok(read) => read,
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted
                ) =>
            {
                return Ok(());
            }
            Err(error) => return Err(error).context("reading from a session"),
        };
        let noise = &mut self.noise;
        let mut keep = |bytes: &[u8]| {
            noise.extend_from_slice(
                &bytes[..bytes.len().min(NOISE_KEPT - noise.len().min(NOISE_KEPT))],
            )
        };
        if read == 0 {
            let rest = scanner.rest();
            if *stage == Stage::Inside {
                sink.take(stream, &rest)?
            } else {
                keep(&rest)
            }
            if stream == Stream::Out {
                turn.ended = true;
                self.drain_err(turn, sink)?;
            } else if *stage == Stage::Before || *stage == Stage::Inside {
                // Standard error ends first when the program ends: let the other stream say so.
                std::thread::sleep(Duration::from_millis(1));
            }
            return Ok(());
        }
        let inside = |bytes: &[u8]| sink.take(stream, bytes).context("keeping output");
        scanner.push(&chunk[..read], turn.id, stage, inside, keep)
    }

    /// After the end of standard output: what the program still said on standard error.
    fn drain_err(&mut self, turn: &mut Turn<'_>, sink: &mut dyn Sink) -> Result<()> {
        self.link.wait(Duration::from_millis(500));
        let mut rest = Vec::new();
        let mut chunk = [0; 4096];
        while let Ok(read) = self.link.stderr.read(&mut chunk) {
            if read == 0 || rest.len() > NOISE_KEPT {
                break;
            }
            rest.extend_from_slice(&chunk[..read]);
        }
        let noise = &mut self.noise;
        self.err.push(
            &rest,
            turn.id,
            &mut turn.err,
            |bytes| sink.take(Stream::Err, bytes).context("keeping output"),
            |bytes| noise.extend_from_slice(bytes),
        )
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        if !self.dead && self.link.stdin.is_some() {
            self.close();
        }
    }
}
