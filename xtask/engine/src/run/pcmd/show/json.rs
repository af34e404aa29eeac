//! The machine-readable forms of the answers of hosts. Outputs go from their spools to the document in pieces:
//! never all in memory.

use std::cell::RefCell;
use std::fmt;
use std::io::{self, Read as _};

use serde::{Serialize, Serializer};

use crate::run::context::Context;
use crate::run::masked::Masked;
use crate::run::pcmd::answer::Answer;
use crate::run::report::json::{Problem, SCHEMA};
use crate::transport::spool::Spool;

/// One host.
#[derive(Serialize)]
pub(super) struct Document<'a> {
    event: &'static str,
    schema: u32,
    host: String,
    exit: Option<i32>,
    seconds: f64,
    stdout: Text<'a>,
    stderr: Text<'a>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Problem>,
}

/// All of them, for `--json`; without them the last line of `jsonl`.
#[derive(Serialize)]
pub(super) struct Whole<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) event: Option<&'static str>,
    pub(super) schema: u32,
    pub(super) step: &'static str,
    pub(super) exit: u8,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) hosts: Option<Vec<Document<'a>>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) record: Option<String>,
}

impl<'a> Document<'a> {
    pub(super) fn new(cx: &'a Context, host: &str, answer: Answer) -> Self {
        Self {
            event: "host",
            schema: SCHEMA,
            host: host.to_owned(),
            exit: answer.exit.as_ref().ok().copied(),
            seconds: answer.took.as_secs_f64(),
            stdout: Text(cx, RefCell::new(answer.out)),
            stderr: Text(cx, RefCell::new(answer.err)),
            error: answer.exit.as_ref().err().map(|fault| Problem::fault(fault, &cx.mask())),
        }
    }
}

/// Output as text; bytes that are no text become U+FFFD.
struct Text<'a>(&'a Context, RefCell<Spool>);

impl Serialize for Text<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl fmt::Display for Text<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (mut spool, mask) = (self.1.borrow_mut(), self.0.mask());
        let reader = Masked::new(&mut spool, &mask, &self.0.settings.interrupt);
        // An unreadable spool is also missing in the record, with the reason.
        reader.and_then(|reader| lossy(reader, f)).map_err(|_| fmt::Error)
    }
}

/// Copies text from `reader` piece by piece. A character that a piece cuts in two waits for its rest.
fn lossy(mut reader: impl io::Read, out: &mut impl fmt::Write) -> io::Result<()> {
    const PIECE: u64 = 64 * 1024;
    let mut waiting = Vec::new();
    loop {
        let last = reader.by_ref().take(PIECE).read_to_end(&mut waiting)? == 0;
        let done = pass(&waiting, last, out).map_err(io::Error::other)?;
        if last {
            return Ok(());
        }
        waiting.drain(..done);
    }
}

/// Writes `bytes` as text, up to a character that is not whole yet; gives how many bytes that were.
fn pass(bytes: &[u8], last: bool, out: &mut impl fmt::Write) -> Result<usize, fmt::Error> {
    let mut at = 0;
    loop {
        let (whole, bad) = match str::from_utf8(&bytes[at..]) {
            Ok(text) => (text.len(), None),
            Err(error) => (error.valid_up_to(), Some(error.error_len())),
        };
        out.write_str(str::from_utf8(&bytes[at..at + whole]).unwrap_or_default())?;
        at += whole;
        let wrong = match bad {
            None => return Ok(at),
            Some(None) if !last => return Ok(at),
            Some(wrong) => wrong.unwrap_or(bytes.len() - at),
        };
        out.write_char(char::REPLACEMENT_CHARACTER)?;
        at += wrong;
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_in_pieces_is_the_text_in_one() {
        let wide = "aé€😀".repeat(30_000);
        for shift in 0..4 {
            let mut bytes = [vec![b'x'; shift], wide.clone().into_bytes()].concat();
            bytes[70_000] = 0xff;
            bytes.extend_from_slice(&[b'y', 0xe2, 0x82]);
            let mut out = String::new();
            lossy(bytes.as_slice(), &mut out).unwrap();
            assert!(out == String::from_utf8_lossy(&bytes), "shifted by {shift}");
        }
    }
}
