//! `steps/RUNBOOK/NAME.toml`.

use toml::de::DeTable;

use super::given::Text;
use super::reader::Reader;
use crate::data::composite_file::{CompositeFile, InputRow, StageRow, Turns, Written};
use crate::data::fault::Fault;
use crate::data::source::Source;

mod stage;

const KEYS: [&str; 6] = ["help", "effect", "hosts", "back", "inputs", "stages"];
const INPUT: [&str; 4] = ["help", "variable", "default", "type"];
/// The name of the host in the line of a stage.
const HOST: &str = "host";

/// Reads the file; see [`CompositeFile::read`].
pub(in crate::data) fn composite(source: &Source<'_>) -> Result<CompositeFile, Fault> {
    let mut reader = reader(source);
    let roots = reader.roots()?;
    let table = roots[0].table.get_ref();
    let help = help(&mut reader, table);
    let mut file = CompositeFile {
        help: help.text,
        effect: reader.prose(table, "effect").map(|text| text.text),
        hosts: reader.text(table, "hosts"),
        back: reader.spanned(table, "back").map(written),
        inputs: inputs(&mut reader, table),
        stages: Vec::new(),
    };
    file.stages = stages(&mut reader, table, &file);
    if let Some(back) = &file.back {
        stage::names(&mut reader, back, &file, true);
    }
    reader.problems.into_result()?;
    Ok(file)
}

/// Reads the line of help; see [`CompositeFile::help`].
pub(in crate::data) fn composite_help(source: &Source<'_>) -> Result<String, Fault> {
    let mut reader = reader(source);
    let roots = reader.roots()?;
    let help = help(&mut reader, roots[0].table.get_ref());
    reader.problems.into_result()?;
    Ok(help.text)
}

fn reader<'a>(source: &'a Source<'a>) -> Reader<'a> {
    let mut reader = Reader::new(std::slice::from_ref(source), 1);
    reader.is_inventory = false;
    reader
}

fn help(reader: &mut Reader<'_>, table: &DeTable<'_>) -> Written {
    reader.keys(table, "a composite", &KEYS);
    needed_prose(reader, table, "help", 0..0, "a composite")
}

fn written(text: Text) -> Written {
    Written { text: text.text, span: text.span }
}

/// A text that must be there; `at` is the place of the table without it.
fn needed(
    reader: &mut Reader<'_>,
    table: &DeTable<'_>,
    key: &str,
    at: std::ops::Range<usize>,
    what: &str,
) -> Written {
    is_there(reader, table, key, at.clone(), what);
    reader.spanned(table, key).map_or_else(|| Written { text: String::new(), span: at }, written)
}

/// The same for a text that a person reads.
fn needed_prose(
    reader: &mut Reader<'_>,
    table: &DeTable<'_>,
    key: &str,
    at: std::ops::Range<usize>,
    what: &str,
) -> Written {
    is_there(reader, table, key, at.clone(), what);
    reader.prose(table, key).map_or_else(|| Written { text: String::new(), span: at }, written)
}

fn is_there(
    reader: &mut Reader<'_>,
    table: &DeTable<'_>,
    key: &str,
    at: std::ops::Range<usize>,
    what: &str,
) {
    if table.get(key).is_none() {
        reader.bad(at, format!("{what} needs `{key}`"));
    }
}

fn inputs(reader: &mut Reader<'_>, root: &DeTable<'_>) -> Vec<InputRow> {
    let Some(table) = reader.table(root, "inputs") else { return Vec::new() };
    let mut rows = Vec::new();
    for (name, value) in reader.entries(table) {
        let Some(table) = reader.as_table(&name.text, value) else { continue };
        reader.keys(table, "an input", &INPUT);
        let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '_';
        if !name.text.starts_with(|c: char| c.is_ascii_lowercase()) || !name.text.chars().all(good)
        {
            let problem = reader.problem_at(&name, format!("`{}` cannot be an input", name.text));
            reader.push(problem.hint(Some("use small letters, digits and `_`".to_owned())));
        } else if name.text == HOST {
            reader.bad(name.span.clone(), "`host` is the host in turn, and cannot be an input");
        }
        let help = needed_prose(reader, table, "help", name.span.clone(), "an input");
        rows.push(InputRow {
            help: help.text,
            variable: reader.text(table, "variable"),
            default: reader.prose(table, "default").map(written),
            kind: reader.spanned(table, "type").map(written),
            name: written(name),
        });
    }
    rows
}

fn stages(reader: &mut Reader<'_>, root: &DeTable<'_>, file: &CompositeFile) -> Vec<StageRow> {
    let Some(value) = root.get("stages") else {
        reader.bad(0..0, "a composite needs `[[stages]]`");
        return Vec::new();
    };
    let tables = value.get_ref().as_array();
    let Some(tables) = tables.filter(|tables| tables.iter().all(|it| it.get_ref().is_table()))
    else {
        reader.bad(value.span(), "stages are tables: [[stages]]");
        return Vec::new();
    };
    let mut rows: Vec<StageRow> = Vec::new();
    for value in tables.iter() {
        let Some(row) = stage::read(reader, value, file) else { continue };
        if let Some(first) = rows.iter().find(|known| known.name.text == row.name.text) {
            let place = reader.place(first.name.span.clone());
            let message = format!("a second stage `{}`", row.name.text);
            let problem = reader.source.problem(row.name.span.clone(), message);
            reader.push(problem.other(place, "the first one"));
        }
        if row.scope != Turns::Each
            && let Some(turn) = rows.iter().find(|known| known.scope == Turns::Each)
        {
            let place = reader.place(turn.name.span.clone());
            let message = format!("`{}` is done before the turns of the hosts", row.name.text);
            let problem = reader.source.problem(row.name.span.clone(), message);
            let hint = "put it above the first stage with scope = \"each\"".to_owned();
            reader.push(problem.other(place, "the turns begin here").hint(Some(hint)));
        }
        rows.push(row);
    }
    let turns = rows.iter().any(|row| row.scope != Turns::Once);
    if let (false, Some(hosts)) = (turns, root.get("hosts")) {
        let problem = reader.source.problem(hosts.span(), "no stage is for these hosts");
        reader.push(problem.hint(Some("scope = \"each\" is the turn of each host".to_owned())));
    }
    rows
}
