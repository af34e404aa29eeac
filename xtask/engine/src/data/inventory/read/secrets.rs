//! `[secrets]`: exactly one source for each.

use std::collections::BTreeMap;
use std::sync::Arc;

use toml::de::DeTable;

use super::given::{Given, Text};
use super::reader::{Reader, Root};
use crate::data::inventory::secret::SecretSource;

pub(super) const SOURCES: [&str; 3] = ["env", "file", "command"];

/// The sources of all files.
pub(super) fn read(reader: &mut Reader<'_>, roots: &[Root<'_>]) -> BTreeMap<String, SecretSource> {
    let mut secrets = BTreeMap::new();
    reader.discreet = true;
    for root in roots {
        reader.enter(root.file);
        let Some(table) = reader.table(root.table.get_ref(), "secrets") else { continue };
        for (name, source) in table_of(reader, table) {
            let mut slot: Option<Given<SecretSource>> = secrets.remove(&name);
            reader.keep(&mut slot, Some(source), || format!("secret `{name}`"));
            secrets.extend(slot.map(|given| (name, given)));
        }
    }
    reader.discreet = false;
    secrets.into_iter().map(|(name, given)| (name, given.value)).collect()
}

fn table_of(reader: &mut Reader<'_>, table: &DeTable<'_>) -> Vec<(String, Given<SecretSource>)> {
    let mut secrets = Vec::new();
    for (name, value) in reader.entries(table) {
        let Some(table) = value.get_ref().as_table() else {
            let message = format!("secret `{}` needs a source, not a value", name.text);
            let hint = "write { env = \"NAME\" }, { file = \"PATH\" } or \
                        { command = [\"PROGRAM\", \"ARGUMENT\"] }";
            let problem = reader.source.problem(name.span, message);
            reader.push(problem.hint(Some(hint.into())));
            continue;
        };
        if let Some(value) = source(reader, &name, table) {
            let place = Arc::new(reader.place(name.span));
            let imported = reader.is_imported();
            secrets.push((name.text, Given { value, place, imported, group: None }));
        }
    }
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
