//! The step of a run in its document.

use engine::run::record::course::Stage;
use serde::Serialize;
use tasks::RUNBOOKS;
use tasks::list::Row;

/// A place in a document.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub(crate) struct Document {
    /// The command: `bk-upgrade paas`.
    pub(crate) step: String,
    /// Its help line.
    pub(crate) help: &'static str,
    /// The file name of the document; empty for a step of several.
    pub(crate) file: &'static str,
    /// The documented steps by their ids: `WS-15`.
    pub(crate) records: &'static str,
    /// Their lines: `111-115`; empty where the document has none.
    pub(crate) lines: &'static str,
}

/// A stage with its place.
#[derive(Debug, Serialize)]
pub(crate) struct Part {
    /// Its times.
    #[serde(flatten)]
    pub(crate) stage: Stage,
    /// Where the document has it; none for a part of a step.
    pub(crate) document: Option<Document>,
}

/// The place of a step; none for a command that is no step, and for a step that is in no document: a report says the
/// same wherever it is made, also where the own steps of a directory are not known.
pub(crate) fn document(step: &str) -> Option<Document> {
    let words: Vec<&str> = step.split(' ').collect();
    let row = tasks::row(&words)?;
    if row.records.is_empty() && row.lines.is_empty() {
        return None;
    }
    let runbook = RUNBOOKS.iter().find(|it| words.len() == 2 && it.name == words[0]);
    Some(place(step.to_owned(), row, runbook.map_or("", |it| it.document)))
}

/// The stages of a run of `step`. A stage of a whole runbook has the name of a step, perhaps behind a host:
/// `web1/deploy`.
pub(crate) fn parts(step: &str, stages: &[Stage]) -> Vec<Part> {
    let runbook = step.split(' ').next().unwrap_or_default();
    let of = |stage: &Stage| {
        let mut names = stage.name.split('/');
        let document = names.find_map(|name| document(&format!("{runbook} {name}")));
        Part { stage: stage.clone(), document }
    };
    stages.iter().map(of).collect()
}

fn place(step: String, row: &Row, file: &'static str) -> Document {
    Document { step, help: row.help, file, records: row.records, lines: row.lines }
}
