//! What receivers hear of a run.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::data::inventory::notify::Moment;
use crate::run::context::Context;
use crate::run::record::origin;
use crate::run::run_summary::RunSummary;

/// A moment of a run, masked. `text` is all of it for a person: receivers like those of Slack show it.
#[derive(Debug, Clone, Serialize)]
pub(super) struct Message {
    text: String,
    /// `start`, `done` or `failed`.
    event: &'static str,
    run: String,
    step: String,
    user: String,
    from: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    ticket: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    exit: Option<u8>,
    /// How many hosts had each outcome.
    #[serde(skip_serializing_if = "Option::is_none")]
    hosts: Option<BTreeMap<String, usize>>,
    #[serde(skip)]
    counts: String,
}

impl Message {
    pub(super) fn start(cx: &Context) -> Self {
        Self::new(cx, Moment::Start).with_text()
    }

    pub(super) fn end(cx: &Context, moment: Moment, code: u8, summary: &RunSummary) -> Self {
        let mut hosts: BTreeMap<String, usize> = BTreeMap::new();
        for (_, entry) in summary.hosts() {
            *hosts.entry(entry.word().to_owned()).or_default() += 1;
        }
        let (exit, hosts) = (Some(code), Some(hosts));
        Self { exit, hosts, counts: summary.counts(), ..Self::new(cx, moment) }.with_text()
    }

    fn new(cx: &Context, moment: Moment) -> Self {
        let mask = cx.mask();
        let masked = |text: String| mask.text(&text);
        let run = cx.record_dir().and_then(|dir| dir.file_name()).unwrap_or_default();
        Self {
            text: String::new(),
            event: moment.word(),
            run: run.to_owned(),
            step: cx.report.step().to_owned(),
            user: origin::user(),
            from: origin::from(),
            ticket: cx.options.ticket.as_ref().map(ToString::to_string).map(masked),
            reason: cx.options.reason.as_ref().map(ToString::to_string).map(masked),
            exit: None,
            hosts: None,
            counts: String::new(),
        }
    }

    /// The same with its text.
    fn with_text(mut self) -> Self {
        let word = match (self.event, self.exit) {
            ("start", _) => "started".to_owned(),
            ("done", _) => "done".to_owned(),
            (_, exit) => format!("failed with exit {}", exit.unwrap_or_default()),
        };
        let Self { step, user, from, run, .. } = &self;
        let mut text = format!("xtask {step} {word}");
        if !self.counts.is_empty() {
            text += &format!(": {}", self.counts);
        }
        text += &format!(" ({user} on {from}, run {run})");
        for (name, value) in [("ticket", &self.ticket), ("reason", &self.reason)] {
            if let Some(value) = value {
                text += &format!(", {name}: {value}");
            }
        }
        self.text = text;
        self
    }

    /// One line for a log: `event=start run=… step="bk-upgrade paas" …`.
    pub(super) fn line(&self) -> String {
        let quoted = |text: &str| format!("{:?}", text);
        let mut line = format!(
            "event={} run={} step={} user={} from={}",
            self.event,
            self.run,
            quoted(&self.step),
            quoted(&self.user),
            quoted(&self.from)
        );
        // An id has no blanks.
        line += &self.ticket.as_ref().map(|id| format!(" ticket={id}")).unwrap_or_default();
        if let Some(exit) = self.exit {
            line += &format!(" exit={exit} hosts={}", quoted(&self.counts));
        }
        // Last: a log may cut a long line.
        let reason = self.reason.as_ref().map(|text| format!(" reason={}", quoted(text)));
        line + &reason.unwrap_or_default()
    }

    /// The body for a program or an address.
    pub(super) fn json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }
}
