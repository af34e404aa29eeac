//! What a step has found out, as a result.

use serde::Serialize;
use serde_json::{Map, Value, json};

use super::Report;
use super::json::SCHEMA;
use crate::ops::ensure::Mode;
use crate::run::options::Output;
use crate::run::record::finding::Finding;

/// A line of `jsonl`.
#[derive(Debug, Serialize)]
struct Found {
    event: &'static str,
    schema: u32,
    #[serde(skip_serializing_if = "String::is_empty")]
    stage: String,
    #[serde(flatten)]
    finding: Finding,
}

impl Report {
    /// A finding, masked, with its line for people: a result, or the progress of a stage.
    pub fn found(&self, finding: Finding, line: &str, stage: String) {
        match self.form {
            Output::Json => add(&mut self.state().findings, finding),
            Output::Jsonl => {
                let found = Found { event: "finding", schema: SCHEMA, stage, finding };
                self.result(&serde_json::to_string(&found).expect("plain data has a JSON form"));
            }
            Output::Text => {
                self.flush();
                let is_result = stage.is_empty() && self.mode != Mode::Emit;
                match is_result {
                    // The map, which ends its run.
                    true if line.contains('\n') && finding.about.is_none() => {
                        self.long(&format!("{line}\n"));
                    }
                    true => self.result(line),
                    false => self.inform(line),
                }
            }
        }
    }
}

/// `{ "order": VALUE, "bridge": { "node1": VALUE } }`: by name, those about hosts by host.
fn add(findings: &mut Map<String, Value>, Finding { name, about, value, .. }: Finding) {
    let Some(host) = about else {
        findings.insert(name, value);
        return;
    };
    let hosts = findings.entry(name).or_insert_with(|| json!({}));
    if let Some(hosts) = hosts.as_object_mut() {
        hosts.insert(host, value);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn findings_are_found_by_name_and_host() {
        let mut all = Map::new();
        for (about, value) in [("node1", "br0"), ("node2", "br0"), ("node1", "br1")] {
            add(&mut all, Finding::new("bridge", value, "").about(about));
        }
        add(&mut all, Finding::new("order", vec!["a", "b"], ""));
        let expected = r#"{"bridge":{"node1":"br1","node2":"br0"},"order":["a","b"]}"#;
        assert_eq!(Value::from(all).to_string(), expected);
    }
}
