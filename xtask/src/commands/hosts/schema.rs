//! `hosts schema`: the JSON Schema of `hosts.toml`, with the flags of this program.

use anyhow::Result;
use clap::Arg;
use engine::data::inventory::schema;
use serde_json::{Map, Value, json};

use crate::setup::preferences;

/// The schema.
pub(super) fn text() -> Result<String> {
    let flag = |arg: Arg| Some((arg.get_long()?.to_owned(), value(&arg)));
    let defaults: Map<String, Value> = preferences::flags().filter_map(flag).collect();
    Ok(format!("{}\n", serde_json::to_string_pretty(&schema::schema(defaults))?))
}

/// The schema of the value of a flag.
fn value(arg: &Arg) -> Value {
    let help = arg.get_help().map(ToString::to_string).unwrap_or_default();
    let words: Vec<String> =
        arg.get_possible_values().iter().map(|value| value.get_name().to_owned()).collect();
    if preferences::is_switch(arg) {
        json!({ "type": "boolean", "description": help })
    } else if words.is_empty() {
        json!({ "type": ["string", "integer"], "description": help })
    } else {
        json!({ "enum": words, "description": help })
    }
}
