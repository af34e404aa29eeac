//! The machine-readable forms: `--json` and `--output jsonl`.

use camino::Utf8Path;
use serde::Serialize;
use serde_json::{Map, Value};

use crate::data::fault::Fault;
use crate::ops::ensure;
use crate::run::options::Output;
use crate::run::run_summary::RunSummary;
use crate::text::mask::Mask;

/// The version of both forms; grows when a field changes its meaning or is removed.
pub const SCHEMA: u32 = 1;

/// One finished operation.
#[derive(Debug, Serialize)]
pub struct Event {
    event: &'static str,
    schema: u32,
    host: String,
    operation: String,
    outcome: &'static str,
    #[serde(skip_serializing_if = "String::is_empty")]
    diff: String,
    seconds: f64,
    /// The operation is irreversible.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    point_of_no_return: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Problem>,
}

/// A fault.
#[derive(Debug, Serialize)]
pub struct Problem {
    kind: &'static str,
    message: String,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    details: Vec<(String, String)>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    hints: Vec<String>,
}

/// The end of a run.
#[derive(Debug, Serialize)]
pub struct Document {
    event: &'static str,
    schema: u32,
    step: String,
    exit: u8,
    hosts: Vec<Host>,
    #[serde(skip_serializing_if = "Map::is_empty")]
    findings: Map<String, Value>,
    #[serde(skip_serializing_if = "Option::is_none")]
    operations: Option<Vec<Event>>,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Problem>,
    #[serde(skip_serializing_if = "Option::is_none")]
    record: Option<String>,
}

#[derive(Debug, Serialize)]
struct Host {
    host: String,
    outcome: &'static str,
    kept: usize,
    changed: usize,
    needed: usize,
    unknown: usize,
    /// It has work left: `retry` takes it.
    open: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    error: Option<Problem>,
}

impl Event {
    /// From an event of the engine, masked.
    pub fn new(event: &ensure::Event<'_>, mask: &Mask) -> Self {
        let outcome = event
            .result
            .as_ref()
            .map_or_else(|error| Fault::kind_of(error).word(), |outcome| outcome.word());
        Self {
            event: "operation",
            schema: SCHEMA,
            host: event.host.to_owned(),
            operation: event.what.to_owned(),
            outcome,
            diff: event.diff.to_owned(),
            seconds: event.took.as_secs_f64(),
            point_of_no_return: !event.undo,
            error: event.result.as_ref().err().map(|error| Problem::of(error, mask)),
        }
    }

    /// As one line.
    pub fn line(&self) -> String {
        serde_json::to_string(self).expect("plain data has a JSON form")
    }
}

impl Problem {
    /// From an error, masked.
    pub fn of(error: &anyhow::Error, mask: &Mask) -> Self {
        let message = mask.text(&format!("{error:#}"));
        match error.downcast_ref::<Fault>() {
            Some(fault) => Self { message, ..Self::fault(fault, mask) },
            None => {
                Self { kind: Fault::kind_of(error).word(), message, details: vec![], hints: vec![] }
            }
        }
    }

    /// From a fault, masked.
    pub fn fault(fault: &Fault, mask: &Mask) -> Self {
        let detail = |(label, text): &(String, String)| (label.clone(), mask.text(text));
        Self {
            kind: fault.kind.word(),
            message: mask.text(&fault.message),
            details: fault.details.iter().map(detail).collect(),
            hints: fault.hints.iter().map(|hint| mask.text(hint)).collect(),
        }
    }
}

impl Document {
    /// From the summary of a run, masked.
    pub fn new(
        step: &str,
        summary: &RunSummary,
        error: Option<&anyhow::Error>,
        record: Option<&Utf8Path>,
        exit: u8,
        mask: &Mask,
    ) -> Self {
        let open = summary.open();
        let host = |(name, entry): (&str, &crate::run::run_summary::Entry)| Host {
            host: name.to_owned(),
            outcome: entry.word(),
            kept: entry.kept,
            changed: entry.changed,
            needed: entry.needed,
            unknown: entry.unknown,
            open: open.binary_search(&name).is_ok(),
            error: entry.failure.as_ref().map(|(_, fault)| Problem::fault(fault, mask)),
        };
        Self {
            event: "end",
            schema: SCHEMA,
            step: step.to_owned(),
            exit,
            hosts: summary.hosts().map(host).collect(),
            findings: Map::new(),
            operations: None,
            error: error.map(|error| Problem::of(error, mask)),
            record: record.map(ToString::to_string),
        }
    }

    /// With what the step has found out; `jsonl` had each when it came.
    #[must_use]
    pub fn found(self, findings: Map<String, Value>) -> Self {
        Self { findings, ..self }
    }

    /// As one line for `jsonl`, as a document with all operations for `json`.
    pub fn render(mut self, form: Output, events: Vec<Event>) -> String {
        if form == Output::Jsonl {
            return serde_json::to_string(&self).expect("plain data has a JSON form");
        }
        self.operations = Some(events);
        serde_json::to_string_pretty(&self).expect("plain data has a JSON form")
    }
}
