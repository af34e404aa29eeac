//! `list`: every step by runbook, with its one line of help.

use std::collections::BTreeMap;
use std::io::{self, IsTerminal as _};

use camino::Utf8PathBuf;
use engine::data::inventory::{Alias, Preferences};
use engine::run::Options;
use engine::run::options::Output;
use engine::run::report::style::Style;
use engine::run::report::{print, print_long, width};
use engine::text::quote;
use tasks::list::{Access, Row};

use crate::setup::preferences;

pub(crate) fn run(options: &Options) -> anyhow::Result<u8> {
    let Preferences { aliases, .. } = preferences::of_flags(options)?;
    match options.form() {
        Output::Text => {
            let style = Style::choose(options.color, io::stdout().is_terminal());
            print_long(&text(style, &aliases), options)?
        }
        Output::Json | Output::Jsonl => print(&json(&aliases)?)?,
    }
    Ok(0)
}

/// The rows under the title of their runbook, with their command words.
fn groups() -> Vec<(&'static str, Vec<(String, &'static Row)>)> {
    let shared = tasks::on_top().map(|row| (row.name(), row)).collect();
    let mut groups = vec![("", shared)];
    groups.extend(tasks::RUNBOOKS.iter().map(|runbook| {
        let rows = runbook.rows.iter();
        (runbook.title, rows.map(|row| (format!("{} {}", runbook.name, row.name()), row)).collect())
    }));
    groups
}

fn text(style: Style, aliases: &BTreeMap<String, Alias>) -> String {
    let groups = groups();
    let names = groups.iter().flat_map(|(_, rows)| rows).map(|(name, _)| name.len());
    let width = names.chain(aliases.keys().map(String::len)).max().unwrap_or(0);
    let columns = width::of_stdout().unwrap_or(usize::MAX);
    let row = |name: &str, text: &str| {
        width::fit(&format!("  {name:width$}  {text}"), width + 4, columns) + "\n"
    };
    let groups = groups.iter().map(|(title, rows)| {
        let title = match document(title) {
            _ if title.is_empty() => "Steps of several runbooks".to_owned(),
            Some(readme) => style.link(&readme, title),
            None => (*title).to_owned(),
        };
        let rows = rows.iter().map(|(name, step)| row(name, &step.about()));
        format!("{title}\n{}", rows.collect::<String>())
    });
    let mut groups: Vec<String> = groups.collect();
    if !aliases.is_empty() {
        let rows = aliases
            .iter()
            .map(|(name, alias)| row(name, &quote::join(&alias.words).unwrap_or_default()));
        groups.push(format!("Aliases\n{}", rows.collect::<String>()));
    }
    groups.join("\n")
}

/// The README of the runbook with this title, where the source of the program is.
fn document(title: &str) -> Option<Utf8PathBuf> {
    let runbook = tasks::RUNBOOKS.iter().find(|runbook| runbook.title == title)?;
    let source = Utf8PathBuf::from(env!("XTASK_SOURCE"));
    let folder = runbook.name.replace('-', "_");
    let readme = source.join("tasks").join(folder).join("README.md");
    readme.is_file().then_some(readme)
}

fn json(aliases: &BTreeMap<String, Alias>) -> anyhow::Result<String> {
    let mut steps = Vec::new();
    for (title, rows) in groups() {
        steps.extend(rows.into_iter().map(|(step, row)| {
            serde_json::json!({
                "step": step,
                "runbook": title,
                "help": row.about(),
                "changes": row.access == Access::Changes,
                "records": row.records,
                "lines": row.lines,
            })
        }));
    }
    let aliases: BTreeMap<_, _> = aliases.iter().map(|(name, it)| (name, &it.words)).collect();
    let document = serde_json::json!({ "schema": 1, "steps": steps, "aliases": aliases });
    Ok(format!("{}\n", serde_json::to_string_pretty(&document)?))
}
