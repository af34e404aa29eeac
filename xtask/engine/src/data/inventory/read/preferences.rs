//! `[defaults]` and `[alias]`.

use std::collections::BTreeMap;
use std::sync::Arc;

use toml::de::{DeTable, DeValue};

use super::given::{Given, Vars, join_vars};
use super::reader::Reader;
use crate::data::fault::Fault;
use crate::data::inventory::importer::File;
use crate::data::inventory::preferences::{Alias, Preferences, Setting};
use crate::data::source::Source;

/// Reads them from at least one file, which has no key beside `only`; see [`Preferences::read`].
pub(in crate::data::inventory) fn preferences(
    files: &[File],
    only: Option<&[&str]>,
) -> Result<Preferences, Fault> {
    let sources: Vec<Source<'_>> = files.iter().map(File::source).collect();
    let mut reader = Reader::new(&sources, files.len());
    let (mut defaults, mut aliases) = (Vars::new(), BTreeMap::new());
    for root in reader.roots()? {
        reader.enter(root.file);
        let table = root.table.get_ref();
        if let Some(only) = only {
            reader.keys(table, "the configuration", only);
        }
        let vars = reader.vars(table, "defaults");
        join_vars(&mut defaults, vars, "[defaults]", |problem| reader.push(problem));
        for (name, words) in names(&mut reader, table) {
            let mut slot = aliases.remove(&name);
            reader.keep(&mut slot, Some(words), || format!("alias `{name}`"));
            aliases.extend(slot.map(|words| (name, words)));
        }
    }
    reader.problems.into_result()?;
    let setting = |Given { value, place, .. }: Given<String>| Setting { value, place };
    let alias = |Given { value: words, place, .. }: Given<Vec<String>>| Alias { words, place };
    Ok(Preferences {
        defaults: defaults.into_iter().map(|(flag, given)| (flag, setting(given))).collect(),
        aliases: aliases.into_iter().map(|(name, given)| (name, alias(given))).collect(),
    })
}

/// The aliases of one file with their words: a list, or a text that is taken apart as a shell does.
fn names(reader: &mut Reader<'_>, root: &DeTable<'_>) -> Vec<(String, Given<Vec<String>>)> {
    let Some(table) = reader.table(root, "alias") else { return Vec::new() };
    let mut found = Vec::new();
    for (name, value) in reader.entries(table) {
        let good = |c: char| c.is_ascii_alphanumeric() || "-_".contains(c);
        if !name.text.chars().all(good) || name.text.starts_with('-') {
            let message = format!("`{}` cannot be the name of an alias", name.text);
            let problem = reader.source.problem(name.span, message);
            reader.push(problem.hint(Some("use letters, digits, `-` and `_`".into())));
            continue;
        }
        let Some(texts) = reader.texts(&name.text, value) else { continue };
        let words = match value.get_ref() {
            DeValue::Array(_) => Some(texts.into_iter().map(|text| text.text).collect()),
            _ => shlex::split(&texts[0].text).filter(|words| !words.is_empty()),
        };
        let Some(words) = words else {
            let message = format!("alias `{}`: a quote has no end, or there is no word", name.text);
            reader.bad(value.span(), message);
            continue;
        };
        let place = Arc::new(reader.place(name.span));
        found.push((name.text, Given { value: words, place, imported: false, group: None }));
    }
    found
}
