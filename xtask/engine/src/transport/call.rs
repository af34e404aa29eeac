//! A call of a session: its script, its output, its end.

use std::io::{self, Write};
use std::time::Duration;

use super::terminal::Terminal;
use crate::data::fault::Kind;

/// The two streams of a command.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stream {
    /// Standard output.
    Out,
    /// Standard error.
    Err,
}

/// Takes output as it comes.
pub trait Sink {
    /// Some bytes of one stream; any split, in order within the stream.
    fn take(&mut self, stream: Stream, bytes: &[u8]) -> io::Result<()>;
}

/// A sink of two writers.
#[derive(Debug)]
pub struct Pair<O, E>(pub O, pub E);

impl<O: Write, E: Write> Sink for Pair<O, E> {
    fn take(&mut self, stream: Stream, bytes: &[u8]) -> io::Result<()> {
        match stream {
            Stream::Out => self.0.write_all(bytes),
            Stream::Err => self.1.write_all(bytes),
        }
    }
}

/// What has passed over a session since it was opened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Traffic {
    /// Commands that were run: a round trip each.
    pub frames: u64,
    /// Bytes to the far end.
    pub sent: u64,
    /// Bytes from it, of both streams.
    pub received: u64,
}

/// One script to run.
#[derive(Debug, Clone, Copy)]
pub struct Call<'a> {
    /// Shell text, without NUL.
    pub script: &'a str,
    /// Standard input of the script; `None` is `/dev/null`.
    pub data: Option<&'a [u8]>,
    /// The time limit.
    pub timeout: Option<Duration>,
    /// A terminal for the script, with the answers to its questions. Then there is no other standard input.
    pub terminal: Option<&'a Terminal>,
    /// Ends at the first signal, without a grace time: its work does not end with it.
    pub prompt: bool,
}

/// The end of a call.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// It ran to its end, with this exit code.
    Exit(i32),
    /// It took too long; everything it had started is gone.
    TimedOut,
    /// We were asked to stop; everything it had started is gone.
    Interrupted(Kind),
}
