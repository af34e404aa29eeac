//! BlueKing's `load_env.sh`: its `pcmd` sources the file on each host before the command, and so does ours.
//!
//! The host reports the values that look like secrets before the command begins
//! (`snippets/session/load_env.sh`). The report stays in memory. From then on these values are masked.

use std::collections::{BTreeMap, HashSet};
use std::io;
use std::sync::{Mutex, PoisonError};

use anyhow::Result;

use crate::data::fault::{Fault, Kind};
use crate::data::range::fold;
use crate::run::context::Context;
use crate::text::quote;
use crate::transport::call::{End, Sink, Stream};
use crate::transport::launch::bare;

/// Runs at the far end.
const SCRIPT: &str = include_str!("../../../../../snippets/session/load_env.sh");
/// Shorter values are ports, numbers and words: they occur by chance.
const SHORTEST: usize = 6;
/// No report is longer.
const LONGEST: usize = 4 << 20;

/// What the hosts reported.
#[derive(Debug, Default)]
pub(super) struct Environment {
    hidden: Mutex<HashSet<Vec<u8>>>,
    /// Hosts by the file and the exit code of its end.
    failed: Mutex<BTreeMap<(String, String), Vec<String>>>,
}

impl Environment {
    /// The script that runs `command`, a text of bash, in this environment.
    pub(super) fn script(command: &str) -> Result<String, Fault> {
        Ok(format!("(__c={}\n{})\nexit", quote::quote(command)?, bare(SCRIPT)))
    }

    /// Does `work`, which runs that script on `host`, with a sink that takes the report away.
    pub(super) fn around(
        &self,
        cx: &Context,
        host: &str,
        sink: &mut dyn Sink,
        work: impl FnOnce(&mut dyn Sink) -> Result<End>,
    ) -> Result<End> {
        let hear = |report: Report| self.hear(cx, host, report);
        let mut gate = Gate { hear, sink, said: Some(Vec::new()), early: Vec::new() };
        let end = work(&mut gate);
        let Some(said) = gate.said else { return end };
        let path = said.split(|byte| *byte == 0).next().unwrap_or_default();
        let path =
            if path.is_empty() { "load_env.sh".into() } else { String::from_utf8_lossy(path) };
        gate.sink.take(Stream::Err, &gate.early)?;
        let not_started = |kind, why: String| {
            let fault = Fault::new(kind, format!("the command did not start: {path} {why}"));
            Err(fault.hint("leave that file out: --no-env").into())
        };
        match end {
            Ok(End::TimedOut) => not_started(Kind::TimedOut, "has not ended".into()),
            Ok(End::Exit(code)) => {
                not_started(Kind::Failed, format!("ended the shell with exit {code}"))
            }
            end => end,
        }
    }

    fn hear(&self, cx: &Context, host: &str, report: Report) {
        for value in report.values {
            let plain = value.len() < SHORTEST || value.starts_with(b"/");
            let mut hidden = self.hidden.lock().unwrap_or_else(PoisonError::into_inner);
            if !plain && hidden.insert(value.clone()) {
                cx.hide(&String::from_utf8_lossy(&value));
            }
        }
        if !report.path.is_empty() && report.code != "0" {
            let mut failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
            failed.entry((report.path, report.code)).or_default().push(host.to_owned());
        }
    }

    /// Says on which hosts variables may be missing.
    pub(super) fn end(&self, cx: &Context) {
        let failed = self.failed.lock().unwrap_or_else(PoisonError::into_inner);
        for ((path, code), hosts) in &*failed {
            let hosts = fold(hosts);
            cx.note(&format!("{hosts}: variables may be missing: {path} ended with exit {code}"));
        }
    }
}

/// What a host reported before the command.
#[derive(Debug, Default, PartialEq, Eq)]
struct Report {
    path: String,
    code: String,
    values: Vec<Vec<u8>>,
}

/// The report at the start of `said` and its length; none when more follows.
fn report(said: &[u8]) -> Option<(Report, usize)> {
    let mut parts = Vec::new();
    let mut at = 0;
    loop {
        let length = said[at..].iter().position(|byte| *byte == 0)?;
        let part = &said[at..at + length];
        at += length + 1;
        if part.is_empty() {
            break;
        }
        parts.push(part.to_vec());
    }
    let mut parts = parts.into_iter();
    let mut text = || String::from_utf8_lossy(&parts.next().unwrap_or_default()).into_owned();
    let (path, code) = (text(), text());
    Some((Report { path, code, values: parts.collect() }, at))
}

/// Passes output on once the report has come. Standard error may come earlier, and waits.
struct Gate<'a, F> {
    hear: F,
    sink: &'a mut dyn Sink,
    /// The report so far; none once it is whole.
    said: Option<Vec<u8>>,
    early: Vec<u8>,
}

impl<F: Fn(Report)> Sink for Gate<'_, F> {
    fn take(&mut self, stream: Stream, bytes: &[u8]) -> io::Result<()> {
        let Some(said) = &mut self.said else { return self.sink.take(stream, bytes) };
        match stream {
            Stream::Out => said.extend_from_slice(bytes),
            Stream::Err => self.early.extend_from_slice(bytes),
        }
        if said.len() + self.early.len() > LONGEST {
            return Err(io::Error::other("the host reports no end of its environment"));
        }
        let Some((report, length)) = report(said) else { return Ok(()) };
        let rest = said.split_off(length);
        self.said = None;
        (self.hear)(report);
        self.sink.take(Stream::Err, &std::mem::take(&mut self.early))?;
        self.sink.take(Stream::Out, &rest)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::transport::call::Pair;

    #[test]
    fn a_report_is_taken_away_wherever_it_is_cut() {
        let whole = b"/x/load_env.sh\x001\x00hunter2!\x00a\nb\x00\x00out\x00put";
        for size in 1..=whole.len() {
            let mut sink = Pair(Vec::new(), Vec::new());
            let heard = Mutex::new(Vec::new());
            let hear = |report: Report| heard.lock().unwrap().push(report);
            let mut gate = Gate { hear, sink: &mut sink, said: Some(vec![]), early: vec![] };
            gate.take(Stream::Err, b"early ").unwrap();
            whole.chunks(size).for_each(|piece| gate.take(Stream::Out, piece).unwrap());
            gate.take(Stream::Err, b"late").unwrap();
            let values = vec![b"hunter2!".to_vec(), b"a\nb".to_vec()];
            let want = Report { path: "/x/load_env.sh".into(), code: "1".into(), values };
            assert_eq!(*heard.lock().unwrap(), [want], "{size}");
            assert_eq!((&*sink.0, &*sink.1), (&b"out\0put"[..], &b"early late"[..]), "{size}");
        }
        assert_eq!(report(b"\0rest"), Some((Report::default(), 1)));
    }
}
