//! `[secrets]`: exactly one source for each.

use std::collections::BTreeMap;

use toml::de::DeTable;

use super::reader::{Reader, Text};
use crate::data::inventory::secret::SecretSource;

const SOURCES: [&str; 3] = ["env", "file", "command"];

pub(super) fn read(reader: &mut Reader<'_>, root: &DeTable<'_>) -> BTreeMap<String, SecretSource> {
    let Some(table) = reader.table(root, "secrets") else { return BTreeMap::new() };
    reader.discreet = true;
    let mut secrets = BTreeMap::new();
    for (name, value) in Reader::entries(table) {
        let Some(table) = value.get_ref().as_table() else {
            let message = format!("secret `{}` needs a source, not a value", name.text);
            let hint = "write { env = \"NAME\" }, { file = \"PATH\" } or \
                        { command = [\"PROGRAM\", \"ARGUMENT\"] }";
            let problem = reader.source.problem(name.span, message);
            reader.push(problem.hint(Some(hint.into())));
            continue;
        };
        if let Some(source) = source(reader, &name, table) {
            secrets.insert(name.text, source);
        }
    }
    reader.discreet = false;
    secrets
}

/// The name of an environment variable.
fn variable(reader: &mut Reader<'_>, name: &Text, table: &DeTable<'_>) -> Option<SecretSource> {
    let variable = reader.text(table, "env")?;
    let good = |c: char| c.is_ascii_alphanumeric() || c == '_';
    if variable.chars().all(good) && !variable.starts_with(|c: char| c.is_ascii_digit()) {
        return Some(SecretSource::Env(variable));
    }
    let message = format!("`env` of secret `{}` is not the name of a variable", name.text);
    reader.bad(name.span.clone(), message);
    None
}

fn source(reader: &mut Reader<'_>, name: &Text, table: &DeTable<'_>) -> Option<SecretSource> {
    reader.keys(table, &format!("secret `{}`", name.text), &SOURCES);
    let present: Vec<&str> = SOURCES.into_iter().filter(|key| table.contains_key(*key)).collect();
    match present.as_slice() {
        ["env"] => variable(reader, name, table),
        ["file"] => reader.text(table, "file").map(|path| SecretSource::File(reader.beside(&path))),
        ["command"] => {
            let words = reader.list(table, "command")?;
            Some(SecretSource::Command(words.into_iter().map(|word| word.text).collect()))
        }
        [] => {
            let message = format!("secret `{}` has no source", name.text);
            let problem = reader.source.problem(name.span.clone(), message);
            reader.push(problem.hint(Some("give one of env, file, command".into())));
            None
        }
        several => {
            let message = format!(
                "secret `{}` has {} sources: {}",
                name.text,
                several.len(),
                several.join(", ")
            );
            let problem = reader.source.problem(name.span.clone(), message);
            reader.push(problem.hint(Some("leave exactly one of them".into())));
            None
        }
    }
}
