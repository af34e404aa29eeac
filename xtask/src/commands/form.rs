//! The forms of results that commands share: columns for people, one document for programs.

use anyhow::Result;
use engine::run::Options;
use engine::run::options::Output;
use engine::run::report::json::SCHEMA;
use engine::run::report::print;
use engine::run::report::width::wide;
use engine::text::visible::visible;
use serde_json::{Value, json};

/// Prints `{ "schema": 1, NAME: VALUE }`, for `jsonl` on one line.
pub(crate) fn document(options: &Options, name: &str, value: &Value) -> Result<()> {
    let document = json!({ "schema": SCHEMA, name: value });
    let text = match options.form() {
        Output::Jsonl => serde_json::to_string(&document)?,
        _ => serde_json::to_string_pretty(&document)?,
    };
    print(&format!("{text}\n"))
}

/// Columns as wide as their widest cell.
pub(crate) fn table(rows: &[Vec<String>]) -> String {
    // Written out before it is measured; a line break would make a row of its own.
    let cell = |cell: &String| visible(cell).replace('\n', " ");
    let rows: Vec<Vec<String>> = rows.iter().map(|row| row.iter().map(cell).collect()).collect();
    let columns = rows.iter().map(Vec::len).max().unwrap_or(0);
    let width = |column: usize| {
        rows.iter().filter_map(|row| row.get(column)).map(|cell| wide(cell)).max().unwrap_or(0)
    };
    let padded = |(cell, width): (&String, &usize)| {
        format!("{cell}{}", " ".repeat(width.saturating_sub(wide(cell))))
    };
    let widths: Vec<usize> = (0..columns).map(width).collect();
    let line = |row: &Vec<String>| {
        let cells: Vec<String> = row.iter().zip(&widths).map(padded).collect();
        format!("{}\n", cells.join("  ").trim_end())
    };
    rows.iter().map(line).collect()
}
