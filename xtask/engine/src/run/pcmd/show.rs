//! Shows the answers of many hosts.

use std::collections::BTreeMap;
use std::io::{self, Write as _};
use std::time::Duration;

use anyhow::Result;
use serde::Serialize;

use self::folded::Folded;
use self::json::{Document, Whole};
pub(super) use self::stream::{Lines, Raw};
use self::stream::{Through, pour, pour_lines};
use super::answer::{Answer, Form};
use crate::data::fault::{Fault, Kind};
use crate::data::range::fold;
use crate::run::context::Context;
use crate::run::masked::Masked;
use crate::run::options::Output;
use crate::run::record::Record;
use crate::run::report::again::rerun;
use crate::run::report::failure;
use crate::run::report::json::SCHEMA;
use crate::transport::call::Stream;
use crate::transport::spool::Spool;

mod folded;
mod json;
mod stream;
mod veil;

/// Shows answers in the given order, and sums them up.
pub(super) struct Shown<'a> {
    cx: &'a Context,
    form: Form,
    alone: bool,
    ends: Vec<(String, String)>,
    kinds: Vec<Kind>,
    hints: Vec<String>,
    code: Option<i32>,
    /// Hosts without an exit code, each with its line, for the end.
    troubles: Vec<(String, String)>,
    /// The time that each host took.
    times: Vec<(String, Duration)>,
    folded: Folded,
    documents: Vec<Document<'a>>,
}

impl<'a> Shown<'a> {
    pub(super) fn new(cx: &'a Context, form: Form, alone: bool) -> Self {
        Self {
            cx,
            form,
            alone,
            ends: vec![],
            kinds: vec![],
            hints: vec![],
            code: None,
            troubles: vec![],
            times: vec![],
            folded: Folded::default(),
            documents: vec![],
        }
    }

    /// Takes the next answer.
    pub(super) fn add(&mut self, host: &str, mut answer: Answer) {
        self.ends.push((host.to_owned(), word(&answer)));
        self.times.push((host.to_owned(), answer.took));
        match &answer.exit {
            Ok(0) => {}
            Ok(_) => self.kinds.push(Kind::Failed),
            Err(fault) => self.kinds.push(fault.kind),
        }
        self.code = answer.exit.as_ref().ok().copied();
        let shown = match self.cx.report.form() {
            Output::Json => return self.documents.push(Document::new(self.cx, host, answer)),
            Output::Jsonl => self.event(&Document::new(self.cx, host, answer)),
            Output::Text if self.form == Form::Folded && !self.alone => {
                if let Err(fault) = &answer.exit {
                    self.hints.extend(fault.hints.iter().cloned());
                    self.troubles.push((host.to_owned(), failure::of_host(fault)));
                }
                let silent = answer.out.is_empty() && answer.err.is_empty();
                match answer.exit {
                    Err(_) if silent => Ok(()),
                    _ => self.folded.add(self.cx, host, answer),
                }
            }
            Output::Text => {
                let shown = match self.form {
                    Form::Grouped if !self.alone => self.group(host, &mut answer),
                    Form::Prefixed if !self.alone => self.prefix(host, &mut answer),
                    _ => Ok(()),
                };
                if let Err(fault) = &answer.exit {
                    self.trouble(host, fault);
                }
                shown
            }
        };
        if let Err(error) = shown {
            self.cx.report.note(&format!("{host}: {error:#}"));
        }
    }

    /// The summary, and the exit code of the whole.
    pub(super) fn end(mut self) -> Result<u8> {
        if self.cx.report.form() != Output::Text {
            self.document(self.exit())?;
            return Ok(self.exit());
        }
        self.fold()?;
        // A stop may have come while outputs were shown.
        let code = self.exit();
        if self.cx.options.verbose {
            for ((host, took), (_, word)) in self.times.iter().zip(&self.ends) {
                let text = format!("{host}: {word}   {:.1} s", took.as_secs_f64());
                self.cx.report.inform(&text);
            }
        }
        if !self.alone {
            self.cx.report.inform(&self.summary());
        }
        failure::distinct(&self.hints).iter().for_each(|hint| self.hint(hint));
        self.next();
        Ok(code)
    }

    fn exit(&self) -> u8 {
        let interrupted = self.cx.settings.interrupt.asked();
        if let (true, None, Some(code)) = (self.alone, interrupted, self.code) {
            return u8::try_from(code).unwrap_or(255);
        }
        interrupted.or_else(|| Kind::worst(self.kinds.iter().copied())).map_or(0, Kind::code)
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

    /// The command for the failed hosts; no hint when all have failed.
    fn next(&self) {
        let bad = self.ends.iter().filter(|(_, word)| word != "ok");
        let bad: Vec<&String> = bad.map(|(host, _)| host).collect();
        if !bad.is_empty() && bad.len() < self.ends.len() {
            let again = rerun(Some(&fold(&bad)), &["--hosts", "-H", "--host-string"]);
            self.hint(&format!("to rerun only these:  {again}"));
        }
    }

    fn hint(&self, hint: &str) {
        self.cx.report.line(&format!("{} {hint}", self.cx.report.err_style().cyan("hint:")));
    }

    /// One host's output in one piece.
    fn group(&self, host: &str, answer: &mut Answer) -> Result<()> {
        let style = self.cx.report.style();
        let end = match &answer.exit {
            Ok(0) => String::new(),
            _ => format!(" {}", style.red(&word(answer))),
        };
        if !answer.out.is_empty() {
            self.cx.report.result(&format!("{}{end}", style.bold(&format!("{host}:"))));
            self.piece(host, &mut answer.out, Stream::Out)?;
        }
        if !answer.err.is_empty() {
            self.cx.report.line(&format!("{host}: (stderr)"));
            self.piece(host, &mut answer.err, Stream::Err)?;
        }
        Ok(())
    }

    /// One host's output with its name before each line. A script sees the exit code of a host on standard error.
    fn prefix(&self, host: &str, answer: &mut Answer) -> Result<()> {
        for (stream, spool) in [(Stream::Out, &mut answer.out), (Stream::Err, &mut answer.err)] {
            let mask = self.cx.mask();
            let mut reader = Masked::new(spool, &mask, &self.cx.settings.interrupt)?;
            pour_lines(self.cx, &mut reader, stream, host)?;
        }
        // With -v the end has it.
        if let (Ok(code @ 1..), false) = (&answer.exit, self.cx.options.verbose) {
            self.cx.report.line(&format!("{host}: exit {code}"));
        }
        Ok(())
    }

    /// One stream of one host. A half line at its end gets a newline.
    fn piece(&self, host: &str, spool: &mut Spool, stream: Stream) -> Result<()> {
        let mask = self.cx.mask();
        let mut reader = Masked::new(spool, &mask, &self.cx.settings.interrupt)?;
        pour(self.cx, &mut reader, stream, host)
    }

    /// A host without an answer. Each hint is printed once, at the end.
    fn trouble(&mut self, host: &str, fault: &Fault) {
        self.cx.report.line(format!("{host}: {}", failure::of_host(fault)).trim_end());
        self.hints.extend(fault.hints.iter().cloned());
    }

    /// Equal outputs once, then equal troubles once.
    fn fold(&mut self) -> Result<()> {
        std::mem::take(&mut self.folded).show(self.cx)?;
        let mut equal: Vec<(String, Vec<String>)> = Vec::new();
        for (host, line) in std::mem::take(&mut self.troubles) {
            match equal.iter_mut().find(|(other, _)| *other == line) {
                Some((_, hosts)) => hosts.push(host),
                None => equal.push((line, vec![host])),
            }
        }
        for (line, hosts) in &equal {
            self.cx.report.line(format!("{}: {line}", fold(hosts)).trim_end());
        }
        Ok(())
    }

    /// One line of `jsonl`.
    fn event(&self, event: &impl Serialize) -> Result<()> {
        let mut out = io::BufWriter::with_capacity(1 << 16, Through(self.cx));
        serde_json::to_writer(&mut out, event)?;
        Ok(out.write_all(b"\n").and_then(|()| out.flush())?)
    }

    /// The document of `--json`, or the last line of `jsonl`.
    fn document(&mut self, exit: u8) -> Result<()> {
        let record = self.cx.record().map(|record: &Record| record.dir().to_string());
        let whole = Whole { event: None, schema: SCHEMA, step: "pcmd", exit, hosts: None, record };
        if self.cx.report.form() == Output::Jsonl {
            return self.event(&Whole { event: Some("end"), ..whole });
        }
        let whole = Whole { hosts: Some(std::mem::take(&mut self.documents)), ..whole };
        let mut out = io::BufWriter::with_capacity(1 << 16, Through(self.cx));
        serde_json::to_writer_pretty(&mut out, &whole)?;
        Ok(out.write_all(b"\n").and_then(|()| out.flush())?)
    }
}

fn word(answer: &Answer) -> String {
    match &answer.exit {
        Ok(0) => "ok".to_owned(),
        Ok(code) => format!("exit {code}"),
        Err(fault) => fault.kind.word().to_owned(),
    }
}
