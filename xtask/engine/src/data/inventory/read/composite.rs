//! `steps/RUNBOOK/NAME.toml`.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::given::Text;
use super::reader::Reader;
use crate::data::composite_file::{CompositeFile, InputRow, StageRow, Turns, Written};
use crate::data::fault::Fault;
use crate::data::nearest::did_you_mean;
use crate::data::source::Source;

const KEYS: [&str; 6] = ["help", "effect", "hosts", "back", "inputs", "stages"];
const INPUT: [&str; 4] = ["help", "variable", "default", "type"];
const STAGE: [&str; 13] = [
    "name",
    "help",
    "run",
    "scope",
    "gate",
    "minutes",
    "when",
    "given",
    "reason",
    "asks",
    "reversible",
    "waits",
    "ack",
];
const SCOPES: [(&str, Turns); 3] =
    [("once", Turns::Once), ("all", Turns::All), ("each", Turns::Each)];

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
        effect: reader.text(table, "effect"),
        hosts: reader.text(table, "hosts"),
        back: reader.spanned(table, "back").map(written),
        inputs: inputs(&mut reader, table),
        stages: Vec::new(),
    };
    file.stages = stages(&mut reader, table, &file);
    if let Some(back) = &file.back {
        names(&mut reader, back, &file, true);
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
    needed(reader, table, "help", 0..0, "a composite")
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
    if table.get(key).is_none() {
        reader.bad(at.clone(), format!("{what} needs `{key}`"));
    }
    reader.spanned(table, key).map_or_else(|| Written { text: String::new(), span: at }, written)
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
        let help = needed(reader, table, "help", name.span.clone(), "an input");
        rows.push(InputRow {
            help: help.text,
            variable: reader.text(table, "variable"),
            default: reader.spanned(table, "default").map(written),
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
        let Some(row) = stage(reader, value, file) else { continue };
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

fn stage(
    reader: &mut Reader<'_>,
    value: &Spanned<DeValue<'_>>,
    file: &CompositeFile,
) -> Option<StageRow> {
    let table = value.get_ref().as_table()?;
    reader.keys(table, "a stage", &STAGE);
    let name = needed(reader, table, "name", value.span(), "a stage");
    name_of_stage(reader, &name);
    let run = needed(reader, table, "run", value.span(), "a stage");
    let scope = scope(reader, table, file);
    names(reader, &run, file, scope != Turns::Once);
    if run.text.contains(['\'', '"']) {
        let problem = reader.source.problem(run.span.clone(), "a quote has no meaning in `run`");
        let hint = "a value with blanks is an input: --text={text}, and its default";
        reader.push(problem.hint(Some(hint.to_owned())));
    }
    let gate = reader.truth(table, "gate").unwrap_or_default();
    if let (true, false, Some(at)) = (gate, scope == Turns::Each, table.get("gate")) {
        let problem = reader.source.problem(at.span(), "a gate stands in the turn of a host");
        reader.push(problem.hint(Some("add scope = \"each\"".to_owned())));
    }
    let waits = reader.text(table, "waits");
    let ack = reader.spanned(table, "ack");
    if let (None, Some(ack)) = (&waits, &ack) {
        reader.bad(ack.span.clone(), "`ack` answers `waits`, which is not there");
    }
    let condition = condition(reader, table, file);
    let reason = reader.spanned(table, "reason");
    if let (None, Some(reason)) = (&condition, &reason) {
        reader.bad(reason.span.clone(), "`reason` belongs to `when` or `given`");
    }
    Some(StageRow {
        name,
        help: reader.text(table, "help"),
        run,
        scope,
        gate,
        minutes: reader.number(table, "minutes", 1..=10_080),
        condition,
        reason: reason.map(|reason| reason.text),
        asks: reader.truth(table, "asks").unwrap_or_default(),
        reversible: reader.truth(table, "reversible").unwrap_or_default(),
        waits: waits.map(|waits| (waits, ack.map(|ack| ack.text))),
    })
}

fn name_of_stage(reader: &mut Reader<'_>, name: &Written) {
    let good = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
    let text = &name.text;
    if !text.is_empty() && !(text.chars().all(good) && text.starts_with(char::is_alphabetic)) {
        let message = format!("`{text}` cannot be the name of a stage");
        let problem = reader.source.problem(name.span.clone(), message);
        reader.push(problem.hint(Some("use small letters, digits and `-`".to_owned())));
    }
}

fn scope(reader: &mut Reader<'_>, table: &DeTable<'_>, file: &CompositeFile) -> Turns {
    let Some(word) = reader.spanned(table, "scope") else { return Turns::Once };
    let Some((_, scope)) = SCOPES.into_iter().find(|(known, _)| *known == word.text) else {
        let problem = reader.problem_at(&word, format!("no scope `{}`", word.text));
        let known = SCOPES.map(|(known, _)| known);
        let hint = did_you_mean(&word.text, known);
        reader.push(problem.hint(hint.or_else(|| Some(format!("scopes: {}", known.join(", "))))));
        return Turns::Once;
    };
    if scope != Turns::Once && file.hosts.is_none() {
        let problem = reader.problem_at(&word, "the composite has no hosts with turns");
        reader.push(problem.hint(Some("add above: hosts = \"@GROUP\"".to_owned())));
    }
    scope
}

/// `when = "level=3"` or `given = "ticket"`.
fn condition(
    reader: &mut Reader<'_>,
    table: &DeTable<'_>,
    file: &CompositeFile,
) -> Option<(String, Option<String>)> {
    let (when, given) = (reader.spanned(table, "when"), reader.spanned(table, "given"));
    let (text, name, is) = match (when, given) {
        (None, None) => return None,
        (Some(when), Some(_)) => {
            reader.bad(when.span, "a stage has one condition: `when` or `given`");
            return None;
        }
        (None, Some(given)) => {
            let name = given.text.clone();
            (given, name, None)
        }
        (Some(when), None) => match when.text.split_once('=') {
            Some((name, is)) => {
                let (name, is) = (name.trim().to_owned(), is.trim().to_owned());
                (when, name, Some(is))
            }
            None => {
                let problem = reader.problem_at(&when, "`when` is NAME=VALUE");
                let hint = format!("for any value: given = \"{}\"", when.text);
                reader.push(problem.hint(Some(hint)));
                return None;
            }
        },
    };
    let known = file.inputs.iter().map(|input| input.name.text.as_str());
    if !known.clone().any(|known| known == name) {
        let problem = reader.problem_at(&text, format!("no input `{name}`"));
        reader.push(problem.hint(did_you_mean(&name, known)));
    }
    Some((name, is))
}

/// Checks the names in braces: each is an input, or the host of a turn.
fn names(reader: &mut Reader<'_>, line: &Written, file: &CompositeFile, has_host: bool) {
    let written = reader.source.text.get(line.span.clone()).unwrap_or_default();
    let mut rest = written;
    while let Some(at) = rest.find('{') {
        let from = written.len() - rest.len() + at;
        let Some(end) = rest[at..].find('}') else {
            let start = line.span.start + from;
            reader.bad(start..start + 1, "`{` has no `}`");
            return;
        };
        let name = &rest[at + 1..at + end];
        let place = line.span.start + from..line.span.start + from + end + 1;
        rest = &rest[at + end + 1..];
        if file.inputs.iter().any(|input| input.name.text == name) || (has_host && name == HOST) {
            continue;
        }
        let inputs = file.inputs.iter().map(|input| input.name.text.as_str());
        let (message, hint) = match name {
            HOST => {
                let hint = "a turn has one: hosts = \"@GROUP\" above, scope = \"each\" here";
                ("a stage that is done once has no `{host}`".to_owned(), Some(hint.to_owned()))
            }
            _ => {
                let known = inputs.chain(has_host.then_some(HOST));
                (format!("no input `{name}`"), did_you_mean(name, known))
            }
        };
        let hint =
            hint.unwrap_or_else(|| format!("add below [inputs]: {name} = {{ help = \"...\" }}"));
        let problem = reader.source.problem(place, message);
        reader.push(problem.hint(Some(hint)));
    }
}
