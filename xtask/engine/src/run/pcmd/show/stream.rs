//! Shows the output of hosts at once: unchanged for a single host, else in whole lines.

use std::io::{self, Read as _};

use anyhow::Result;

use super::veil::Veil;
use crate::run::context::Context;
use crate::run::masked::Masked;
use crate::transport::call::{Pair, Sink, Stream};
use crate::transport::spool::Spool;

/// Standard output and error of a single host, at once and unchanged but for secrets.
pub(in crate::run::pcmd) struct Raw<'a> {
    cx: &'a Context,
    keep: Pair<&'a mut Spool, &'a mut Spool>,
    veils: [Veil; 2],
}

impl<'a> Raw<'a> {
    pub(in crate::run::pcmd) fn new(
        cx: &'a Context,
        out: &'a mut Spool,
        err: &'a mut Spool,
    ) -> Self {
        Self { cx, keep: Pair(out, err), veils: Default::default() }
    }

    /// Shows what was held back.
    pub(in crate::run::pcmd) fn end(&mut self) {
        for stream in [Stream::Out, Stream::Err] {
            let rest = self.veils[stream as usize].end(&self.cx.mask());
            // Nobody reads it: the command has ended.
            drop(Through(self.cx).take(stream, &rest));
        }
    }
}

impl Sink for Raw<'_> {
    fn take(&mut self, stream: Stream, bytes: &[u8]) -> io::Result<()> {
        self.keep.take(stream, bytes)?;
        let shown = self.veils[stream as usize].pass(bytes, &self.cx.mask());
        Through(self.cx).take(stream, &shown)
    }
}

/// Results, shown at once.
pub(super) struct Through<'a>(pub(super) &'a Context);

impl io::Write for Through<'_> {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.report.output_of_host(Stream::Out, bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Sink for Through<'_> {
    fn take(&mut self, stream: Stream, bytes: &[u8]) -> io::Result<()> {
        if !bytes.is_empty() {
            self.0.report.output_of_host(stream, bytes);
        }
        read_on(self.0)
    }
}

/// Stops a command when its output is no longer read, like any pipe.
fn read_on(cx: &Context) -> io::Result<()> {
    if cx.report.is_read() { Ok(()) } else { Err(io::ErrorKind::BrokenPipe.into()) }
}

/// Whole lines with the host before them. A half line at the end of a chunk waits for its rest, so half lines of
/// two hosts never mix. A line longer than 64 KiB is printed in parts.
pub(in crate::run::pcmd) struct Lines<'a> {
    cx: &'a Context,
    host: &'a str,
    keep: Pair<&'a mut Spool, &'a mut Spool>,
    waiting: [Vec<u8>; 2],
}

const LINE_LIMIT: usize = 64 * 1024;

impl<'a> Lines<'a> {
    pub(in crate::run::pcmd) fn new(
        cx: &'a Context,
        host: &'a str,
        keep: Pair<&'a mut Spool, &'a mut Spool>,
    ) -> Self {
        Self { cx, host, keep, waiting: [Vec::new(), Vec::new()] }
    }

    /// Shows a last line without a newline.
    pub(in crate::run::pcmd) fn end(&mut self) {
        for stream in [Stream::Out, Stream::Err] {
            let rest = std::mem::take(&mut self.waiting[stream as usize]);
            if !rest.is_empty() {
                self.show(stream, &rest);
            }
        }
    }

    fn show(&self, stream: Stream, bytes: &[u8]) {
        let mut text = Vec::with_capacity(bytes.len() + bytes.len() / 4);
        let bytes = self.cx.mask().bytes(bytes);
        for line in bytes.split_inclusive(|byte| *byte == b'\n') {
            text.extend_from_slice(self.host.as_bytes());
            text.extend_from_slice(b": ");
            text.extend_from_slice(line);
        }
        if !text.ends_with(b"\n") {
            text.push(b'\n');
        }
        self.cx.report.output_of_host(stream, &text);
    }
}

impl Sink for Lines<'_> {
    fn take(&mut self, stream: Stream, bytes: &[u8]) -> io::Result<()> {
        self.keep.take(stream, bytes)?;
        let waiting = &mut self.waiting[stream as usize];
        waiting.extend_from_slice(bytes);
        let whole = memchr::memrchr(b'\n', waiting).map_or(0, |at| at + 1);
        let whole = if whole == 0 && waiting.len() > LINE_LIMIT { waiting.len() } else { whole };
        if whole > 0 {
            let rest = waiting.split_off(whole);
            let lines = std::mem::replace(&mut self.waiting[stream as usize], rest);
            self.show(stream, &lines);
        }
        read_on(self.cx)
    }
}

/// Shows an output with the host before each line. A half line at its end gets a newline; of an output that a stop has
/// cut short that is said.
pub(super) fn pour_lines(
    cx: &Context,
    reader: &mut Masked<'_>,
    stream: Stream,
    host: &str,
) -> Result<()> {
    let (mut piece, mut starts) = (vec![0; 1 << 16], true);
    loop {
        let read = reader.read(&mut piece)?;
        if read == 0 {
            break;
        }
        let mut text = Vec::with_capacity(read + read / 4);
        for line in piece[..read].split_inclusive(|byte| *byte == b'\n') {
            if starts {
                text.extend_from_slice(format!("{host}: ").as_bytes());
            }
            text.extend_from_slice(line);
            starts = line.ends_with(b"\n");
        }
        if Through(cx).take(stream, &text).is_err() {
            return Ok(());
        }
    }
    end(cx, reader, stream, host, starts);
    Ok(())
}

/// Ends the last line, and says when there is more.
fn end(cx: &Context, reader: &Masked<'_>, stream: Stream, whose: &str, ended: bool) {
    if !ended {
        drop(Through(cx).take(stream, b"\n"));
    }
    if reader.is_cut() {
        cx.report.note(&format!("{whose}: the rest of its output is not shown"));
    }
}

/// Shows an output; a half line at its end gets a newline. Of one that a stop has cut short that is said.
pub(super) fn pour(
    cx: &Context,
    reader: &mut Masked<'_>,
    stream: Stream,
    whose: &str,
) -> Result<()> {
    let (mut piece, mut last) = (vec![0; 1 << 16], b'\n');
    loop {
        let read = reader.read(&mut piece)?;
        if read == 0 {
            break;
        }
        last = piece[read - 1];
        if Through(cx).take(stream, &piece[..read]).is_err() {
            return Ok(());
        }
    }
    end(cx, reader, stream, whose, last == b'\n');
    Ok(())
}
