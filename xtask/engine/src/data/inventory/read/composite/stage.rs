//! A stage of a composite of one's own.

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::{HOST, needed};
use crate::data::composite_file::{CompositeFile, StageRow, Turns, Written};
use crate::data::inventory::read::reader::Reader;
use crate::data::nearest::did_you_mean;

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

/// Reads one stage of the file, whose inputs and hosts are known.
pub(super) fn read(
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
    let waits = reader.prose(table, "waits").map(|text| text.text);
    let ack = reader.spanned(table, "ack");
    if let (None, Some(ack)) = (&waits, &ack) {
        reader.bad(ack.span.clone(), "`ack` answers `waits`, which is not there");
    }
    let condition = condition(reader, table, file);
    let reason = reader.prose(table, "reason");
    if let (None, Some(reason)) = (&condition, &reason) {
        reader.bad(reason.span.clone(), "`reason` belongs to `when` or `given`");
    }
    Some(StageRow {
        name,
        help: reader.prose(table, "help").map(|text| text.text),
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
    let is_name = text.chars().all(good) && text.starts_with(char::is_alphabetic);
    if !text.is_empty() && !is_name {
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
) -> Option<(String, Option<Written>)> {
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
                let (name, text) = (name.trim().to_owned(), is.trim().to_owned());
                let span = when.span.clone();
                (when, name, Some(Written { text, span }))
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
pub(super) fn names(reader: &mut Reader<'_>, line: &Written, file: &CompositeFile, has_host: bool) {
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
