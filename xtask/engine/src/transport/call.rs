//! A call of a session: what is run, where its output goes, how it ended.

use std::io::{self, Write};
use std::time::Duration;

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

/// What to run, once.
#[derive(Debug, Clone, Copy)]
pub struct Call<'a> {
    /// Shell text, without NUL.
    pub script: &'a str,
    /// What the script finds on standard input; `None` is `/dev/null`.
    pub data: Option<&'a [u8]>,
    /// How long it may take.
    pub timeout: Option<Duration>,
}

/// How a call ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    /// It ran to its end, with this exit code.
    Exit(i32),
    /// It took too long; everything it had started is gone.
    TimedOut,
    /// We were asked to stop; everything it had started is gone.
    Interrupted(Kind),
}
