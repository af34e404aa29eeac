//! How the answers of many hosts are shown.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::io;

use anyhow::Result;
use serde::Serialize;

use super::{Answer, Form, Tee, copy};
use crate::carry::call::{Pair, Sink, Stream};
use crate::carry::spool::Spool;
use crate::data::fault::Kind;
use crate::data::range::fold;
use crate::run::context::Context;
use crate::run::options::Output;
use crate::run::report::json::{Problem, SCHEMA};
use crate::text::fold;
use crate::text::mask::Mask;

/// Standard output and error of a single host, unchanged, as they come.
pub(super) struct Raw<'a>(Tee<'a, Through<'a>>);

impl<'a> Raw<'a> {
    pub(super) fn new(cx: &'a Context, out: &'a mut Spool, err: &'a mut Spool) -> Self {
        Self(Tee(Through(cx), Pair(out, err)))
    }
}

impl Sink for Raw<'_> {
    fn take(&mut self, stream: Stream, bytes: &[u8]) -> io::Result<()> {
        self.0.take(stream, bytes)
    }
}

struct Through<'a>(&'a Context);

impl Sink for Through<'_> {
    fn take(&mut self, stream: Stream, bytes: &[u8]) -> io::Result<()> {
        match stream {
            Stream::Out => self.0.report.bytes(bytes),
            Stream::Err => self.0.report.err_bytes(bytes),
        }
        Ok(())
    }
}

/// Whole lines with the host before them. The half line at the end of a chunk waits for its rest,
/// so half lines of two hosts never mix; a line that never ends is let go at 64 KiB.
pub(super) struct Lines<'a> {
    cx: &'a Context,
    host: &'a str,
    keep: Pair<&'a mut Spool, &'a mut Spool>,
    waiting: [Vec<u8>; 2],
}

const LINE_LIMIT: usize = 64 * 1024;

impl<'a> Lines<'a> {
    pub(super) fn new(
        cx: &'a Context,
        host: &'a str,
        keep: Pair<&'a mut Spool, &'a mut Spool>,
    ) -> Self {
        Self { cx, host, keep, waiting: [Vec::new(), Vec::new()] }
    }

    /// Shows what has no newline at its end.
    pub(super) fn end(&mut self) {
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
        match stream {
            Stream::Out => self.cx.report.bytes(&text),
            Stream::Err => self.cx.report.err_bytes(&text),
        }
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
        Ok(())
    }
}

/// Shows answers in the order they are given, and sums them up.
pub(super) struct Shown<'a> {
    cx: &'a Context,
    form: Form,
    alone: bool,
    ends: Vec<(String, String)>,
    kinds: Vec<Kind>,
    code: Option<i32>,
    kept: Vec<(String, Answer)>,
    documents: Vec<Document>,
}

#[derive(Serialize)]
struct Document {
    event: &'static str,
    schema: u32,
    host: String,
    exit: Option<i32>,
    seconds: f64,
    stdout: String,
    stderr: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Problem>,
}

#[derive(Serialize)]
struct Whole {
    schema: u32,
    step: &'static str,
    exit: u8,
    hosts: Vec<Document>,
}

impl<'a> Shown<'a> {
    pub(super) fn new(cx: &'a Context, form: Form, alone: bool) -> Self {
        Self {
            cx,
            form,
            alone,
            ends: vec![],
            kinds: vec![],
            code: None,
            kept: vec![],
            documents: vec![],
        }
    }

    /// Takes the next answer.
    pub(super) fn add(&mut self, host: &str, mut answer: Answer) {
        self.ends.push((host.to_owned(), word(&answer)));
        match &answer.exit {
            Ok(0) => {}
            Ok(_) => self.kinds.push(Kind::Failed),
            Err(fault) => self.kinds.push(fault.kind),
        }
        self.code = answer.exit.as_ref().ok().copied();
        match self.cx.report.form() {
            Output::Text => {}
            Output::Json => return self.documents.push(document(host, answer)),
            Output::Jsonl => return self.cx.report.result(&line(&document(host, answer))),
        }
        if self.form == Form::Folded && !self.alone {
            return self.kept.push((host.to_owned(), answer));
        }
        if self.form == Form::Grouped
            && !self.alone
            && let Err(error) = self.group(host, &mut answer)
        {
            self.cx.report.note(&format!("{host}: {error:#}"));
        }
        self.trouble(host, &answer);
    }

    /// The summary, and the exit code of the whole.
    pub(super) fn end(mut self) -> Result<u8> {
        self.fold()?;
        let code = self.exit();
        if self.cx.report.form() == Output::Json {
            let whole = Whole {
                schema: SCHEMA,
                step: "pcmd",
                exit: code,
                hosts: std::mem::take(&mut self.documents),
            };
            self.cx.report.result(&serde_json::to_string_pretty(&whole)?);
        }
        if !self.alone && self.cx.report.form() == Output::Text {
            self.cx.report.inform(&self.summary());
        }
        Ok(code)
    }

    fn exit(&self) -> u8 {
        let interrupted = self.cx.settings.interrupt.asked();
        if let (true, None, Some(code)) = (self.alone, interrupted, self.code) {
            return u8::try_from(code).unwrap_or(255);
        }
        let order = [Kind::Failed, Kind::TimedOut, Kind::Unreachable];
        let worst = order.into_iter().find(|kind| self.kinds.contains(kind));
        interrupted.or(worst).or(self.kinds.first().copied()).map_or(0, Kind::code)
    }

    /// `9 hosts: 7 ok, 1 exit 3 (web2), 1 unreachable (web9)`.
    fn summary(&self) -> String {
        let mut groups: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
        for (host, word) in &self.ends {
            groups.entry(word).or_default().push(host);
        }
        let ok = groups.remove("ok").map(|hosts| format!("{} ok", hosts.len()));
        let rest =
            groups.iter().map(|(word, hosts)| format!("{} {word} ({})", hosts.len(), fold(hosts)));
        let parts: Vec<String> = ok.into_iter().chain(rest).collect();
        format!("{} hosts: {}", self.ends.len(), parts.join(", "))
    }

    /// One host's output in one piece.
    fn group(&self, host: &str, answer: &mut Answer) -> Result<()> {
        let style = self.cx.report.style();
        let end = match &answer.exit {
            Ok(0) => String::new(),
            _ => format!(" {}", style.red(&word(answer))),
        };
        if !answer.out.is_empty() {
            self.cx.report.bytes(format!("{}{end}\n", style.bold(&format!("{host}:"))).as_bytes());
            copy(self.cx, &mut answer.out, Stream::Out)?;
            if !answer.out.tail(1, &Mask::new())?.ends_with('\n') {
                self.cx.report.bytes(b"\n");
            }
        }
        if !answer.err.is_empty() {
            self.cx.report.err_bytes(format!("{host}: (stderr)\n").as_bytes());
            copy(self.cx, &mut answer.err, Stream::Err)?;
        }
        Ok(())
    }

    /// A host that could not be asked.
    fn trouble(&self, host: &str, answer: &Answer) {
        let Err(fault) = &answer.exit else { return };
        let mut text = format!("{host}: {}", fault.kind.word());
        if fault.message != fault.kind.word() {
            let _ = write!(text, ": {}", fault.message);
        }
        for (label, detail) in &fault.details {
            let _ = write!(text, "\n    {label}  {detail}");
        }
        for hint in &fault.hints {
            let _ = write!(text, "\n    hint: {hint}");
        }
        self.cx.report.line(&text);
    }

    /// Equal outputs once; outliers against the majority.
    fn fold(&mut self) -> Result<()> {
        let mut outputs = Vec::new();
        let kept = std::mem::take(&mut self.kept);
        for (host, mut answer) in kept {
            self.trouble(&host, &answer);
            if answer.exit.is_err() {
                continue;
            }
            let mut bytes = answer.out.bytes()?;
            bytes.extend(answer.err.bytes()?);
            if answer.exit.as_ref().is_ok_and(|code| *code != 0) {
                bytes.extend(format!("({})\n", word(&answer)).into_bytes());
            }
            outputs.push((host, bytes));
        }
        let groups = fold::groups(outputs);
        let outliers = fold::outliers(&groups);
        for group in &groups {
            let names: Vec<&str> = group.hosts.iter().map(String::as_str).collect();
            let style = self.cx.report.style();
            let title = style.bold(&format!("{}:", fold(&names)));
            let diff = outliers
                .as_ref()
                .and_then(|view| view.others.iter().find(|(other, _)| other.hosts == group.hosts));
            let body = diff.map_or_else(
                || group.output.clone(),
                |(_, diff)| {
                    // The names of files mean nothing here.
                    let head = |line: &&str| line.starts_with("--- ") || line.starts_with("+++ ");
                    diff.lines()
                        .skip_while(head)
                        .map(|line| format!("{}\n", style.diff(line)))
                        .collect::<String>()
                        .into_bytes()
                },
            );
            self.cx.report.bytes(format!("{title}\n").as_bytes());
            self.cx.report.bytes(&body);
            if !body.is_empty() && !body.ends_with(b"\n") {
                self.cx.report.bytes(b"\n");
            }
        }
        Ok(())
    }
}

fn word(answer: &Answer) -> String {
    match &answer.exit {
        Ok(0) => "ok".to_owned(),
        Ok(code) => format!("exit {code}"),
        Err(fault) => fault.kind.word().to_owned(),
    }
}

fn document(host: &str, mut answer: Answer) -> Document {
    let text = |spool: &mut Spool| {
        String::from_utf8_lossy(&spool.bytes().unwrap_or_default()).into_owned()
    };
    Document {
        event: "host",
        schema: SCHEMA,
        host: host.to_owned(),
        exit: answer.exit.as_ref().ok().copied(),
        seconds: answer.took.as_secs_f64(),
        stdout: text(&mut answer.out),
        stderr: text(&mut answer.err),
        error: answer.exit.as_ref().err().map(Problem::fault),
    }
}

fn line(document: &Document) -> String {
    serde_json::to_string(document).expect("plain data has a JSON form")
}
