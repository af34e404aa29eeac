//! Hides secrets in the output of a command before anything is shown or kept of it.

use std::io;
use std::sync::Arc;

use crate::text::mask::Mask;
use crate::transport::call::{Sink, Stream};

/// Masks both streams on their way. A secret may come in pieces: its possible beginning waits for the rest.
pub(super) struct Hidden<'a> {
    mask: Arc<Mask>,
    sink: &'a mut dyn Sink,
    held: [Vec<u8>; 2],
}

impl<'a> Hidden<'a> {
    pub(super) fn new(mask: Arc<Mask>, sink: &'a mut dyn Sink) -> Self {
        Self { mask, sink, held: [Vec::new(), Vec::new()] }
    }

    /// Nothing more comes.
    pub(super) fn end(&mut self) -> io::Result<()> {
        self.pass(Stream::Out, true).and(self.pass(Stream::Err, true))
    }

    fn pass(&mut self, stream: Stream, end: bool) -> io::Result<()> {
        let held = &mut self.held[stream as usize];
        let (shown, done) = self.mask.part(held, end);
        held.drain(..done);
        if shown.is_empty() { Ok(()) } else { self.sink.take(stream, &shown) }
    }
}

impl Sink for Hidden<'_> {
    fn take(&mut self, stream: Stream, bytes: &[u8]) -> io::Result<()> {
        if self.mask.is_empty() {
            return self.sink.take(stream, bytes);
        }
        self.held[stream as usize].extend_from_slice(bytes);
        self.pass(stream, false)
    }
}
