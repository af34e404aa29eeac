//! The records of the runs of a bench.

use std::path::{Path, PathBuf};

use engine::ops::reader::hash;
use serde_json::Value;

use super::rehearsal::Bench;

/// The ids of all runs of a state directory, oldest first; of one second the one that began first.
pub(crate) fn runs(state: &Path) -> Vec<String> {
    let runs = state.join("xtask/runs");
    let began = |id: &str| {
        let beginning = runs.join(id).join("inventory.toml").metadata();
        (id[..15].to_owned(), beginning.and_then(|meta| meta.modified()).ok())
    };
    let entries = std::fs::read_dir(&runs).into_iter().flatten().flatten();
    let mut ids: Vec<String> =
        entries.map(|run| run.file_name().to_string_lossy().into_owned()).collect();
    ids.sort_by_key(|id| began(id));
    ids
}

/// The journal of a run, a value per line; a torn last line is left out.
pub(crate) fn journal(state: &Path, id: &str) -> Vec<Value> {
    let file = state.join("xtask/runs").join(id).join("journal.jsonl");
    let text = std::fs::read_to_string(file).unwrap_or_default();
    text.lines().filter_map(|line| serde_json::from_str(line).ok()).collect()
}

impl Bench {
    /// The ids of all runs, oldest first.
    pub(crate) fn runs(&self) -> Vec<String> {
        runs(self.state.path())
    }

    /// The directory of a run.
    pub(crate) fn record(&self, id: &str) -> PathBuf {
        self.state.path().join("xtask/runs").join(id)
    }

    /// The journal of a run, a value per line; a torn last line is left out.
    pub(crate) fn journal(&self, id: &str) -> Vec<Value> {
        journal(self.state.path(), id)
    }

    /// The journals of all runs, oldest first.
    pub(crate) fn journals(&self) -> Vec<Vec<Value>> {
        self.runs().iter().map(|id| self.journal(id)).collect()
    }

    /// The intents of all runs so far.
    pub(crate) fn intents(&self) -> Vec<Value> {
        self.journals().into_iter().flatten().filter(|line| line["event"] == "intent").collect()
    }

    /// Writes the journal of a run again, with its lines after `change`, as if the program had
    /// written it so.
    pub(crate) fn forge(&self, id: &str, change: impl Fn(&mut Vec<Value>)) {
        let mut lines = self.journal(id);
        change(&mut lines);
        let (mut text, mut chain) = (String::new(), String::new());
        for (index, mut line) in lines.into_iter().enumerate() {
            let fields = line.as_object_mut().expect("an object");
            fields.remove("chain");
            fields.insert("line".to_owned(), (index + 1).into());
            let whole = line.to_string();
            let body = whole.strip_suffix('}').expect("an object");
            chain = hash(format!("{chain}{body}").as_bytes());
            text += &format!("{body},\"chain\":\"{chain}\"}}\n");
        }
        super::write(&self.record(id).join("journal.jsonl"), &text);
    }
}
