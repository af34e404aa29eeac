//! Plays a recorded undo back on the host it belongs to: the very action that the journal holds.

use std::path::Path;

use anyhow::{Context as _, Result, ensure};
use engine::text::quote::quote;
use lab::Lab;
use serde_json::Value as Json;

/// Takes back what the run recorded in `run` did on `host` to `path`.
pub(crate) fn play(lab: &Lab, run: &Path, host: &str, path: &str) -> Result<()> {
    let journal = lab::shell()?.read_file(run.join("journal.jsonl"))?;
    let lines = journal.lines().map(serde_json::from_str).collect::<Result<Vec<Json>, _>>()?;
    let of_path = |line: &&Json| {
        let what = line["what"].as_str().unwrap_or_default();
        line["event"] == "intent" && line["host"] == host && what.contains(path)
    };
    let intents: Vec<&Json> = lines.iter().filter(of_path).collect();
    ensure!(!intents.is_empty(), "{host}: no intent for {path} in {}", run.display());
    for intent in intents.iter().rev() {
        let actions = intent["undo"].as_array().context("a point of no return")?;
        for action in actions {
            lab.exec(host, &script(run, action)?)?;
        }
    }
    Ok(())
}

/// A recorded action as shell text.
fn script(run: &Path, action: &Json) -> Result<String> {
    let body = action["script"].as_str().context("an action without a script")?;
    let Some(feed) = action["feed"].as_str() else { return Ok(body.to_owned()) };
    let bytes = lab::shell()?.read_binary_file(run.join("before").join(feed))?;
    Ok(format!("printf '%b' {} | (\n{body}\n)", quote(&engine::carry::encode(&bytes))?))
}
