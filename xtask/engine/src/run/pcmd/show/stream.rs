//! Shows the output of hosts at once: unchanged for a single host, else in whole lines.

use std::io::{self, Write as _};

use anyhow::Result;

use crate::run::context::Context;
use crate::transport::call::{Pair, Sink, Stream};
use crate::transport::spool::Spool;

/// Standard output and error of a single host, unchanged and at once.
pub(in crate::run::pcmd) struct Raw<'a>(Tee<'a, Through<'a>>);

impl<'a> Raw<'a> {
    pub(in crate::run::pcmd) fn new(
        cx: &'a Context,
        out: &'a mut Spool,
        err: &'a mut Spool,
    ) -> Self {
        Self(Tee(Through(cx), Pair(out, err)))
    }
}

impl Sink for Raw<'_> {
    fn take(&mut self, stream: Stream, bytes: &[u8]) -> io::Result<()> {
        self.0.take(stream, bytes)
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
        self.0.report.output_of_host(stream, bytes);
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

/// Both streams of a command, to two places at once.
struct Tee<'a, S>(S, Pair<&'a mut Spool, &'a mut Spool>);

impl<S: Sink> Sink for Tee<'_, S> {
    fn take(&mut self, stream: Stream, bytes: &[u8]) -> io::Result<()> {
        self.1.take(stream, bytes)?;
        self.0.take(stream, bytes)
    }
}

/// Copies a spool to standard output or standard error.
pub(super) fn copy(cx: &Context, spool: &mut Spool, stream: Stream) -> Result<()> {
    struct Out<'a>(&'a Context, Stream);
    impl io::Write for Out<'_> {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.report.output_of_host(self.1, bytes);
            Ok(bytes.len())
        }
        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let mut writer = io::BufWriter::with_capacity(1 << 16, Out(cx, stream));
    io::copy(&mut spool.reader()?, &mut writer)?;
    Ok(writer.flush()?)
}
