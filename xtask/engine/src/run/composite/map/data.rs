//! The map for programs.

use anyhow::Result;
use serde_json::{Value, json};

use super::{Mark, Part};
use crate::run::composite::Table;
use crate::run::composite::state::Run;

impl Run<'_> {
    /// One object: the stages in their order, the sum, and the time that is left. xtask/README.md has its shape.
    pub(super) fn data(&self, parts: &[Part<'_>]) -> Result<Value> {
        let stages: Vec<Value> = parts.iter().map(|part| stage(self.table, part)).collect();
        let count = |mark: Mark| parts.iter().filter(|part| part.mark == mark).count();
        let left = if self.is_open() { Some(self.forecast(None)?) } else { None };
        let left = left.map(|forecast| {
            json!({
                "stages": forecast.left,
                "seconds": tenths(Some(forecast.work)),
                "never_measured": forecast.unknown,
                "undo_seconds": tenths(Some(forecast.undo)),
                "at_most_seconds": tenths(Some(forecast.worst)),
            })
        });
        Ok(json!({
            "runbook": self.table.name,
            "stages": stages,
            "sum": {
                "stages": parts.len(),
                "done": count(Mark::Done),
                "failed": count(Mark::Failed),
                "skipped": count(Mark::Skipped),
                "seconds": tenths(took(parts)),
            },
            "left": left,
        }))
    }
}

fn stage(table: &Table, part: &Part<'_>) -> Value {
    json!({
        "stage": part.stage.name,
        "host": part.host,
        "records": table.records(part.stage),
        "state": part.mark.word(),
        "no_return": table.is_no_return(part.stage),
        "asks": part.stage.asks,
        "waits": part.waits,
        "seconds": tenths(part.seconds),
        "ended": part.ended,
    })
}

/// Sums of fractions have a tail that means nothing.
fn tenths(seconds: Option<f64>) -> Option<f64> {
    seconds.map(|seconds| (seconds * 10.0).round() / 10.0)
}

/// The seconds of all done parts that were measured; none when none was.
pub(super) fn took(parts: &[Part<'_>]) -> Option<f64> {
    let done = parts.iter().filter(|part| part.mark == Mark::Done);
    done.filter_map(|part| part.seconds).reduce(|sum, seconds| sum + seconds)
}
