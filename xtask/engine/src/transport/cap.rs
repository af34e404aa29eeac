//! The limit for the output of one command: a command that prints without end must not fill this machine.

use std::io;

use anyhow::Result;

use super::call::{End, Sink, Stream};
use crate::data::byte_size::ByteSize;
use crate::data::fault::Fault;

/// Passes on as many bytes as are allowed.
struct Capped<'a> {
    sink: &'a mut dyn Sink,
    left: u64,
    over: bool,
}

impl Sink for Capped<'_> {
    fn take(&mut self, stream: Stream, bytes: &[u8]) -> io::Result<()> {
        let fits = usize::try_from(self.left).unwrap_or(usize::MAX).min(bytes.len());
        self.sink.take(stream, &bytes[..fits])?;
        self.left -= fits as u64;
        self.over = fits < bytes.len();
        if self.over { Err(io::Error::other("too much output")) } else { Ok(()) }
    }
}

/// Calls `work` with a sink that passes at most `most` bytes on to `sink`, both streams together. An error of the
/// sink makes the session end the command.
///
/// # Errors
/// Those of `work`; a fault with the limit when there is more output. The bytes up to the limit have been passed on.
pub(super) fn within(
    most: ByteSize,
    sink: &mut dyn Sink,
    work: impl FnOnce(&mut dyn Sink) -> Result<End>,
) -> Result<End> {
    let mut capped = Capped { sink, left: most.0, over: false };
    let end = work(&mut capped);
    if !capped.over {
        return end;
    }
    let fault = Fault::failed(format!("the command was stopped after {} of output", most.words()));
    Err(fault.hint("print less, or allow more: --max-output SIZE").into())
}
