//! The streams of a session: a frame goes out, its answer comes back on both.

use std::convert::Infallible;
use std::io::{self, PipeReader, Read as _, Write as _};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use rustix::buffer::spare_capacity;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::io::Errno;

use super::call::{Sink, Stream, Traffic};
use super::child::Link;
use super::launch::Launch;
use super::wire::{Scanner, Stage};

/// Bytes to read at once.
const CHUNK: usize = 64 * 1024;
/// Bytes to keep of the output before the first frame, for an error message.
const NOISE_KEPT: usize = 8 * 1024;

/// The state of one exchange.
pub(super) struct Turn<'a> {
    id: u64,
    /// What is still to be sent.
    send: &'a [u8],
    /// And after it: further frames.
    more: Vec<u8>,
    pub(super) out: Stage,
    pub(super) err: Stage,
    /// Something came since this was last set to false.
    pub(super) heard: bool,
    pub(super) ended: bool,
}

/// How an exchange ended, by its end markers. Only they tell it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Verdict {
    /// The command has ended with this exit code.
    Exit(i32),
    /// So has the session, and everything in it.
    Over(i32),
}

impl<'a> Turn<'a> {
    /// Sends a frame.
    pub(super) fn new(id: u64, send: &'a [u8], begin: Stage) -> Self {
        Self { id, send, more: Vec::new(), out: begin, err: begin, heard: false, ended: false }
    }

    /// Sends one frame more, unless another one is still on its way.
    pub(super) fn ask(&mut self, frame: &[u8]) {
        if self.unsent().is_empty() {
            self.say(frame);
        }
    }

    /// Sends one frame more, after all others.
    pub(super) fn say(&mut self, frame: &[u8]) {
        self.more.extend_from_slice(frame);
    }

    fn unsent(&self) -> &[u8] {
        if self.send.is_empty() { &self.more } else { self.send }
    }

    fn sent(&mut self, bytes: usize) {
        if self.send.is_empty() {
            drop(self.more.drain(..bytes));
        } else {
            self.send = &self.send[bytes..];
        }
    }

    /// The end, once both streams have their marker. Of two codes the failure counts.
    pub(super) fn verdict(&self) -> Option<Verdict> {
        match (self.out, self.err) {
            (Stage::Done(0), Stage::Done(code)) | (Stage::Done(code), Stage::Done(_)) => {
                Some(Verdict::Exit(code))
            }
            (Stage::Over(code), Stage::Done(_) | Stage::Over(_))
            | (Stage::Done(_), Stage::Over(code)) => Some(Verdict::Over(code)),
            (Stage::Over(code), _) | (_, Stage::Over(code)) if self.ended => {
                Some(Verdict::Over(code))
            }
            _ => None,
        }
    }

    /// Whether the far end has answered on both streams.
    pub(super) fn is_answered(&self) -> bool {
        let answered = |stage| matches!(stage, Stage::Inside | Stage::Done(_));
        answered(self.out) && answered(self.err)
    }
}

/// The pipes of a session's program, with the readers of their frames.
#[derive(Debug)]
pub(super) struct Streams {
    pub(super) link: Link,
    pub(super) traffic: Traffic,
    out: Scanner,
    err: Scanner,
    /// Output outside of any frame, per stream.
    noise: [Vec<u8>; 2],
}

impl Streams {
    /// Starts the program.
    pub(super) fn start(launch: &Launch, token: &str) -> Result<Self> {
        let (out, err) = (Scanner::new(token), Scanner::new(token));
        let (link, traffic) = (Link::start(launch)?, Traffic::default());
        Ok(Self { link, traffic, out, err, noise: Default::default() })
    }

    /// Output outside of any frame; at most 8 KiB.
    pub(super) fn noise(&self) -> String {
        // ssh itself writes to standard error only. The other stream has words of the host, from after the login.
        let [out, err] = self.noise.each_ref().map(|noise| String::from_utf8_lossy(noise));
        let gap = if err.is_empty() || err.ends_with('\n') { "" } else { "\n" };
        format!("{err}{gap}{out}")
    }

    /// The end of a frame that ran beside the command, once.
    pub(super) fn aside(&mut self) -> Option<(u64, i32)> {
        self.out.aside.take()
    }

    /// Drops late output of earlier frames. False when the session has ended meanwhile.
    pub(super) fn drop_late(&mut self) -> bool {
        let mut late = [0; 4096];
        let (mut stage, mut there) = (Stage::Before, true);
        while let Ok(read) = self.link.stdout.read(&mut late) {
            if read == 0 {
                there = false;
                break;
            }
            let nowhere = |_: &[u8]| Ok::<_, Infallible>(());
            let Ok(()) = self.out.push(&late[..read], 0, &mut stage, nowhere, |_| {});
        }
        while matches!(self.link.stderr.read(&mut late), Ok(1..)) {}
        drop((self.out.rest(), self.err.rest()));
        there && stage == Stage::Before
    }

    /// Waits for the pipes, then sends and receives. Returns at `deadline`, and when `wake` is
    /// readable.
    pub(super) fn turn(
        &mut self,
        turn: &mut Turn<'_>,
        deadline: Option<Instant>,
        sink: &mut dyn Sink,
        wake: Option<&PipeReader>,
    ) -> Result<()> {
        let (readable, writable) = self.wait(turn, deadline, wake)?;
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
        wake: Option<&PipeReader>,
    ) -> Result<((bool, bool), bool)> {
        let mut fds = vec![
            PollFd::new(&self.link.stdout, PollFlags::IN),
            PollFd::new(&self.link.stderr, PollFlags::IN),
        ];
        let writing = self.link.stdin.as_ref().filter(|_| !turn.unsent().is_empty());
        fds.extend(writing.map(|stdin| PollFd::new(stdin, PollFlags::OUT)));
        fds.extend(wake.map(|wake| PollFd::new(wake, PollFlags::IN)));
        let left = deadline.map(|at| at.saturating_duration_since(Instant::now()));
        let left = left.map(|left| Timespec {
            tv_sec: i64::try_from(left.as_secs()).unwrap_or(i64::MAX),
            tv_nsec: i64::from(left.subsec_nanos()),
        });
        match poll(&mut fds, left.as_ref()) {
            Ok(_) | Err(Errno::INTR) => {}
            Err(error) => return Err(error).context("waiting for a session"),
        }
        let ready = |index: usize| !fds[index].revents().is_empty();
        Ok(((ready(0), ready(1)), writing.is_some() && ready(2)))
    }

    fn send(&mut self, turn: &mut Turn<'_>) {
        let Some(stdin) = &mut self.link.stdin else { return };
        match stdin.write(turn.unsent()) {
            Ok(sent) => {
                self.traffic.sent += sent as u64;
                turn.sent(sent);
            }
            Err(error)
                if matches!(
                    error.kind(),
                    io::ErrorKind::WouldBlock | io::ErrorKind::Interrupted
                ) => {}
            // The reading side reports the error; nobody takes the rest.
            Err(_) => (turn.send, turn.more) = (&[], Vec::new()),
        }
    }

    fn receive(&mut self, stream: Stream, turn: &mut Turn<'_>, sink: &mut dyn Sink) -> Result<()> {
        // Not an array: most reads are a few bytes, and zeros for the rest would cost more than they do.
        let mut chunk = Vec::with_capacity(CHUNK);
        let (pipe, scanner, stage) = match stream {
            Stream::Out => (&mut self.link.stdout, &mut self.out, &mut turn.out),
            Stream::Err => (&mut self.link.stderr, &mut self.err, &mut turn.err),
        };
        match rustix::io::read(&*pipe, spare_capacity(&mut chunk)) {
            Ok(_) => {}
            Err(Errno::AGAIN | Errno::INTR) => return Ok(()),
            Err(error) => return Err(error).context("reading from a session"),
        }
        let noise = &mut self.noise[stream as usize];
        let mut keep = |bytes: &[u8]| {
            noise.extend_from_slice(
                &bytes[..bytes.len().min(NOISE_KEPT - noise.len().min(NOISE_KEPT))],
            )
        };
        if chunk.is_empty() {
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
                // Standard error ends first when the program ends: wait for the other stream.
                std::thread::sleep(Duration::from_millis(1));
            }
            return Ok(());
        }
        turn.heard = true;
        self.traffic.received += chunk.len() as u64;
        let inside = |bytes: &[u8]| sink.take(stream, bytes).context("keeping output");
        scanner.push(&chunk, turn.id, stage, inside, keep)
    }

    /// Reads the rest of standard error after the end of standard output.
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
        let noise = &mut self.noise[Stream::Err as usize];
        self.err.push(
            &rest,
            turn.id,
            &mut turn.err,
            |bytes| sink.take(Stream::Err, bytes).context("keeping output"),
            |bytes| noise.extend_from_slice(bytes),
        )
    }
}
