//! `list`: every step by runbook, with its one line of help.

use engine::run::Options;
use engine::run::options::Output;
use engine::run::report::print;

/// Commands that are no steps.
const OTHERS: &[&str] = &["list", "hosts", "pcmd", "rehearsal", "resume", "retry", "runs", "undo"];

/// One step.
#[derive(Debug, PartialEq, Eq)]
struct Row {
    runbook: String,
    name: String,
    about: String,
}

pub(crate) fn run(root: &clap::Command, options: &Options) -> anyhow::Result<u8> {
    let rows = rows(root);
    match options.form() {
        Output::Text => print(&text(&rows))?,
        Output::Json | Output::Jsonl => print(&json(&rows)?)?,
    }
    Ok(0)
}

fn rows(root: &clap::Command) -> Vec<Row> {
    let about =
        |command: &clap::Command| command.get_about().map(ToString::to_string).unwrap_or_default();
    let mut rows = Vec::new();
    for command in root.get_subcommands().filter(|command| !OTHERS.contains(&command.get_name())) {
        let name = command.get_name();
        if !command.has_subcommands() {
            rows.push(Row { runbook: String::new(), name: name.to_owned(), about: about(command) });
        }
        for step in command.get_subcommands() {
            rows.push(Row {
                runbook: about(command),
                name: format!("{name} {}", step.get_name()),
                about: about(step),
            });
        }
    }
    rows
}

fn text(rows: &[Row]) -> String {
    let width = rows.iter().map(|row| row.name.len()).max().unwrap_or(0);
    let mut text = String::new();
    let mut last = None;
    for row in rows {
        if last != Some(&row.runbook) {
            let title =
                if row.runbook.is_empty() { "Steps of several runbooks" } else { &row.runbook };
            text.push_str(&format!("{}{title}\n", if last.is_some() { "\n" } else { "" }));
            last = Some(&row.runbook);
        }
        text.push_str(&format!("  {:width$}  {}\n", row.name, row.about));
    }
    text
}

fn json(rows: &[Row]) -> anyhow::Result<String> {
    let steps = rows.iter().map(
        |row| serde_json::json!({ "step": row.name, "runbook": row.runbook, "help": row.about }),
    );
    let document = serde_json::json!({ "schema": 1, "steps": steps.collect::<Vec<_>>() });
    Ok(format!("{}\n", serde_json::to_string_pretty(&document)?))
}
