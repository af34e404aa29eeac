//! The script of `--emit`, one part per action.

use anyhow::Result;

use crate::ops::{Action, Work};
use crate::text::quote;
use crate::text::snippet::Value;
use crate::transport;

/// One action as a part of a script that a person can run.
pub(super) fn script(action: &Action) -> Result<String> {
    let text = action.readable()?;
    let values = match &action.work {
        Work::Snippet { values, .. } => values.as_slice(),
        Work::Recorded { .. } => &[],
    };
    let body = format!("(\n{}\n)", text.trim_end());
    if let Some(terminal) = &action.terminal {
        let answers: String =
            terminal.shown().lines().map(|line| format!("#   {line}\n")).collect();
        return Ok(format!("# It asks at the terminal:\n{answers}{body}\n"));
    }
    let Some(stdin) = &action.stdin else { return Ok(format!("{body} </dev/null\n")) };
    if stdin.secret {
        let file = values.iter().find_map(|(name, value)| match value {
            Value::Text(text) if *name == "FILE" => Some(text.as_str()),
            _ => None,
        });
        let what = file.map_or_else(
            || "the secret".to_owned(),
            |file| format!("the content of {file} (secret)"),
        );
        return Ok(format!("{body} <\"${{SECRET_FILE:?name a file with {what}}}\"\n"));
    }
    Ok(format!("printf '%b' {} | {body}\n", quote::quote(&transport::encode(&stdin.bytes))?))
}
