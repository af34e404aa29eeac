//! The end of a report: the result of each host, the failures, and the next command.

use camino::Utf8Path;

use super::footer::{self, Footer};
use super::writer::excuse;
use super::{Report, failure, json, notice, width};
use crate::data::fault::Kind;
use crate::data::natural;
use crate::ops::ensure::Mode;
use crate::run::back::Reach;
use crate::run::options::Output;
use crate::run::run_summary::RunSummary;
use crate::text::codes;
use crate::text::visible::Pieces;
use crate::transport::call::Stream;

impl Report {
    /// Prints the result of each host, the failures, the next command, and what takes the run back: `reach`.
    pub fn finish(
        &self,
        summary: &RunSummary,
        error: Option<&anyhow::Error>,
        record: Option<&Utf8Path>,
        reach: &Reach,
        code: u8,
    ) {
        self.pass(&[]);
        self.state().live.end();
        self.end_stage();
        match self.form {
            Output::Text => {}
            Output::Json | Output::Jsonl => {
                let events = std::mem::take(&mut self.state().events);
                let findings = std::mem::take(&mut self.state().findings);
                let document =
                    json::Document::new(&self.step, summary, error, record, code, &self.mask());
                return self.result(&document.found(findings).render(self.form, events));
            }
        }
        if self.mode != Mode::Emit {
            self.hosts(summary);
        }
        if let Some(error) = error {
            self.error(error);
            if summary.interrupted {
                self.line(&failure::next(summary, record, &self.err));
            }
        } else if summary.failures().next().is_some() || summary.stopped {
            self.line(failure::text(&self.step, summary, record, &self.err).trim_end());
        } else if !summary.interrupted {
            self.explain();
            self.footer(summary, record, reach);
        }
        if code != 0 {
            if summary.undoable && reach.undoable && self.step != "undo" {
                self.line(&footer::stops(failure::back(record, &self.err), reach, Self::width()));
            }
            self.record(record);
        }
        self.explain();
    }

    /// The ids of traps in what is said have their explanation in the traps of this runbook.
    pub fn explained_by(&self, runbook: Option<&'static str>) {
        self.state().guide = runbook;
    }

    fn explain(&self) {
        let (guide, mut traps) = {
            let mut state = self.state();
            (state.guide, std::mem::take(&mut state.traps))
        };
        let Some(guide) = guide.filter(|_| !traps.is_empty() && !self.quiet) else { return };
        codes::sort(&mut traps);
        let why = self.err.cyan("why:");
        self.line(&format!("{why} cargo xtask {guide} traps {}", traps.join(" ")));
    }

    /// The last line of a run that succeeded.
    fn footer(&self, summary: &RunSummary, record: Option<&Utf8Path>, reach: &Reach) {
        if self.quiet {
            return;
        }
        let closing = std::mem::take(&mut self.state().closing);
        let run = record.map(short_id);
        let footer = Footer {
            summary,
            mode: self.mode,
            took: self.begun.elapsed(),
            closing: &closing,
            run: run.as_deref(),
            reach: (self.step != "undo").then_some(reach),
        };
        footer.text(Self::width()).iter().for_each(|text| self.line(text));
    }

    /// The columns of a line on standard error.
    fn width() -> usize {
        width::of_stderr().unwrap_or(usize::MAX)
    }

    /// Names the run record.
    pub fn record(&self, record: Option<&Utf8Path>) {
        if let Some(record) = record.filter(|_| self.form == Output::Text) {
            let link = self.err.link(record, &failure::at_home(record));
            self.line(&format!("{} {link}", self.err.bold("record:")));
        }
    }

    /// An error that belongs to no host.
    pub fn error(&self, error: &anyhow::Error) {
        self.line(failure::error(error, &self.err).trim_end());
    }

    /// The final exit code: `code`, or a failure when results could not be written.
    pub fn written(&self, code: u8) -> u8 {
        for stream in [Stream::Out, Stream::Err] {
            self.write(stream, Pieces::end);
        }
        let lost = self.state().lost.take();
        let mut code = code;
        if let Some(Err(error)) = lost.map(excuse) {
            self.error(&error);
            code = if code == 0 { Kind::Failed.code() } else { code };
        }
        self.notify(code);
        code
    }

    /// Tells the person at the terminal that a long run is over.
    fn notify(&self, code: u8) {
        let notice = notice::sequence(&self.step, code, self.begun.elapsed());
        if let Some(notice) = notice.filter(|_| self.notify) {
            // It is for the terminal alone, which may be closed.
            let _ = self.state().outlets[1].offer(notice.as_bytes());
        }
    }

    fn hosts(&self, summary: &RunSummary) {
        let mut hosts: Vec<_> = summary.hosts().collect();
        hosts.sort_by(|(left, _), (right, _)| natural::compare(left, right));
        let text: String = hosts
            .iter()
            .map(|(host, entry)| format!("{host}: {}\n", self.out.word(entry.word())))
            .collect();
        self.text(&text);
    }
}

/// The time of a run as its short name, `20261129-110103`, unless another run has the same.
fn short_id(dir: &Utf8Path) -> String {
    let id = dir.file_name().unwrap_or_default();
    let short = id.match_indices('-').nth(1).map_or(id, |(at, _)| &id[..at]);
    let others = dir.parent().and_then(|runs| runs.read_dir_utf8().ok());
    let same = others.into_iter().flatten().flatten().filter(|run| run.file_name().contains(short));
    if same.count() > 1 { id.to_owned() } else { short.to_owned() }
}
