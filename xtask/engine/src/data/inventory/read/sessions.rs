//! `session` and `exec` of a host.

use toml::de::DeTable;

use super::given::Text;
use super::reader::Reader;
use crate::data::inventory::host::Session;
use crate::data::nearest::did_you_mean;
use crate::data::range;

/// `session` and `exec`; words of `exec` may have ranges that run in step with the names.
pub(super) fn read(
    reader: &mut Reader<'_>,
    key: &Text,
    table: &DeTable<'_>,
    count: usize,
) -> Vec<Session> {
    let name = &key.text;
    let kind = reader.spanned(table, "session");
    let exec = reader.list(table, "exec");
    let is = kind.as_ref().map_or("ssh", |kind| kind.text.as_str());
    if is != "exec" && table.contains_key("exec") {
        let message = format!("`exec` of host {name} has no use: its session is \"{is}\"");
        let problem = reader.source.problem(key.span.clone(), message);
        reader.push(problem.hint(Some("add session = \"exec\"".into())));
    }
    for unused in ["port", "user"].into_iter().filter(|_| matches!(is, "local" | "exec")) {
        if table.contains_key(unused) {
            let message = format!("`{unused}` of host {name} has no use: its session is \"{is}\"");
            reader.bad(key.span.clone(), message);
        }
    }
    match (is, &kind) {
        ("local", _) => vec![Session::Local; count],
        ("exec", _) => commands(reader, key, table, exec, count),
        ("ssh", _) | (_, None) => vec![Session::Ssh; count],
        (other, Some(kind)) => {
            let hint = did_you_mean(other, ["ssh", "local", "exec"])
                .unwrap_or_else(|| "write \"ssh\", \"local\" or \"exec\"".into());
            let message = format!("`session` cannot be `{other}`");
            let problem = reader.source.problem(kind.span.clone(), message);
            reader.push(problem.hint(Some(hint)));
            vec![Session::Ssh; count]
        }
    }
}

/// One command for each name.
fn commands(
    reader: &mut Reader<'_>,
    key: &Text,
    table: &DeTable<'_>,
    exec: Option<Vec<Text>>,
    count: usize,
) -> Vec<Session> {
    if !table.contains_key("exec") {
        let message = format!("host {} has session \"exec\" but no `exec`", key.text);
        let hint = "add the command that opens it: exec = [\"docker\", \"exec\", \"-i\", \"web1\"]";
        let problem = reader.source.problem(key.span.clone(), message);
        reader.push(problem.hint(Some(hint.into())));
    }
    let mut commands = vec![Vec::new(); count];
    for word in exec.unwrap_or_default() {
        let words = if word.text.contains('[') && count > 1 {
            let expanded = range::expand_in_step(&word.text, count);
            expanded.map_err(|spanned| reader.reject(&word, spanned)).ok()
        } else {
            None
        };
        let words = words.unwrap_or_else(|| vec![word.text; count]);
        for (command, word) in commands.iter_mut().zip(words) {
            command.push(word);
        }
    }
    commands.into_iter().map(Session::Exec).collect()
}
