//! `list`: every step by runbook, with its one line of help.

use std::collections::BTreeMap;
use std::io::{self, IsTerminal as _};

use camino::Utf8PathBuf;
use engine::data::fault::Fault;
use engine::data::inventory::{Alias, Preferences};
use engine::run::Options;
use engine::run::options::Output;
use engine::run::report::style::Style;
use engine::run::report::{print, print_long, width};
use engine::text::quote;
use engine::text::visible::visible;
use tasks::list::{Access, Row};
use tasks::own::{self, File, Head};

use crate::setup::preferences;

pub(crate) fn run(options: &Options) -> anyhow::Result<u8> {
    // What is wrong with them was said when the command line was read.
    let Preferences { aliases, .. } = preferences::of_flags(options).unwrap_or_default();
    match options.form() {
        Output::Text => {
            let style = Style::choose(options.color, io::stdout().is_terminal());
            print_long(&text(style, &aliases), options)?
        }
        Output::Json | Output::Jsonl => print(&json(&aliases)?)?,
    }
    Ok(0)
}

/// One command in the list.
struct Listed {
    /// Its words.
    step: String,
    /// Its line of help, or why it is none.
    about: String,
    changes: bool,
    records: &'static str,
    lines: &'static str,
    /// That of an own command.
    file: Option<&'static File>,
    /// Why an own command cannot be used.
    problem: Option<String>,
}

impl Listed {
    fn of(step: String, row: &'static Row) -> Self {
        let Row { access, records, lines, .. } = *row;
        let changes = access == Access::Changes;
        Self { step, about: row.about(), changes, records, lines, file: None, problem: None }
    }

    fn own((file, head): (&'static File, Result<Head, Fault>)) -> Self {
        let (about, access, problem) = match (&file.unused, head) {
            (Some(why), _) => {
                let why = format!("{}: {why}", file.path);
                (format!("(not used: {why})"), Access::Changes, Some(why))
            }
            (None, Ok(head)) => (head.about(), head.access, None),
            (None, Err(fault)) => {
                (format!("(broken: {fault})"), Access::Changes, Some(fault.message))
            }
        };
        let (step, changes) = (file.words(), access == Access::Changes);
        Self { step, about, changes, records: "", lines: "", file: Some(file), problem }
    }
}

/// The commands under the title of their runbook, the own ones of a runbook behind those of the program.
fn groups() -> Vec<(&'static str, Vec<Listed>)> {
    let shared = tasks::on_top().map(|row| Listed::of(row.name(), row)).collect();
    let mut groups = vec![("", shared)];
    let of = |runbook: &str| {
        let files = own::all().iter().filter(|file| file.runbook == *runbook);
        own::heads(files.collect()).into_iter().map(Listed::own).collect::<Vec<_>>()
    };
    groups.extend(tasks::RUNBOOKS.iter().map(|runbook| {
        let rows = runbook.rows.iter();
        let rows = rows.map(|row| Listed::of(format!("{} {}", runbook.name, row.name()), row));
        (runbook.title, rows.chain(of(runbook.name)).collect())
    }));
    let known = |file: &&File| !tasks::RUNBOOKS.iter().any(|book| book.name == file.runbook);
    let others = own::heads(own::all().iter().filter(known).collect());
    if !others.is_empty() {
        groups.push((own::TITLE, others.into_iter().map(Listed::own).collect()));
    }
    groups
}

fn text(style: Style, aliases: &BTreeMap<String, Alias>) -> String {
    let groups = groups();
    let names = groups.iter().flat_map(|(_, rows)| rows).map(|row| row.step.len());
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
        let rows = rows.iter().map(|listed| row(&listed.step, &visible(&listed.about)));
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
        steps.extend(rows.into_iter().map(|row| {
            let mut value = serde_json::json!({
                "step": row.step,
                "runbook": title,
                "help": row.about,
                "changes": row.changes,
                "records": row.records,
                "lines": row.lines,
            });
            if let Some(file) = row.file {
                value["file"] = file.path.as_str().into();
                value["problem"] = row.problem.into();
            }
            value
        }));
    }
    let aliases: BTreeMap<_, _> = aliases.iter().map(|(name, it)| (name, &it.words)).collect();
    let document = serde_json::json!({ "schema": 1, "steps": steps, "aliases": aliases });
    Ok(format!("{}\n", serde_json::to_string_pretty(&document)?))
}
