//! The output of a host as it is shown and recorded: secrets masked, cut short by a stop.

use std::io::{self, Read};

use crate::text::mask::Mask;
use crate::transport::interrupt::Interrupt;
use crate::transport::spool::Spool;

/// The size of the pieces in which large output is masked.
const PIECE: usize = 1 << 16;

/// Reads a spool from its start, piece by piece: large output is never in memory as a whole. Once running
/// commands must end, only the first piece is read.
pub(super) struct Masked<'a> {
    inner: Box<dyn Read + 'a>,
    mask: &'a Mask,
    interrupt: &'a Interrupt,
    /// Read, and not masked yet: a secret may begin there.
    held: Vec<u8>,
    /// Masked, from `at` on not given yet.
    ready: Vec<u8>,
    at: usize,
    begun: bool,
    ended: bool,
    cut: bool,
}

impl<'a> Masked<'a> {
    pub(super) fn new(
        spool: &'a mut Spool,
        mask: &'a Mask,
        interrupt: &'a Interrupt,
    ) -> io::Result<Self> {
        Ok(Self::over(spool.reader()?, mask, interrupt))
    }

    /// The same over any reader.
    pub(super) fn over(
        inner: Box<dyn Read + 'a>,
        mask: &'a Mask,
        interrupt: &'a Interrupt,
    ) -> Self {
        let (held, ready) = (Vec::new(), Vec::new());
        Self { inner, mask, interrupt, held, ready, at: 0, begun: false, ended: false, cut: false }
    }

    /// Whether a stop has cut it short.
    pub(super) const fn is_cut(&self) -> bool {
        self.cut
    }

    fn next(&mut self) -> io::Result<()> {
        self.cut = self.begun && self.interrupt.now().is_some();
        self.begun = true;
        let more = if self.cut {
            0
        } else {
            self.inner.by_ref().take(PIECE as u64).read_to_end(&mut self.held)?
        };
        self.ended = more == 0;
        let (shown, done) = self.mask.part(&self.held, self.ended);
        self.held.drain(..done);
        (self.ready, self.at) = (shown, 0);
        Ok(())
    }
}

impl Read for Masked<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.at == self.ready.len() && !self.ended {
            self.next()?;
        }
        let rest = &self.ready[self.at..];
        let length = rest.len().min(buffer.len());
        buffer[..length].copy_from_slice(&rest[..length]);
        self.at += length;
        Ok(length)
    }
}
