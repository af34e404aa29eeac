//! The values of a cluster.

use std::collections::{BTreeMap, BTreeSet};

use toml::de::DeTable;

use super::Known;
use crate::data::abs_path::AbsPath;
use crate::data::expression::{self, Word};
use crate::data::inventory::read::given::Text;
use crate::data::inventory::read::reader::Reader;
use crate::data::spanned_error::SpannedError;
use crate::data::unit_name::{UnitName, full_name};

/// A text, or a list of texts.
pub(super) fn words(reader: &mut Reader<'_>, table: &DeTable<'_>, key: &str) -> Option<Vec<Text>> {
    let value = table.get(key)?;
    reader.texts(key, value)
}

/// The full names of the units that are the member; `usual` when the file names none. Without `usual` there may be none.
pub(super) fn units(
    reader: &mut Reader<'_>,
    key: &Text,
    table: &DeTable<'_>,
    usual: Option<&[&str]>,
) -> Vec<String> {
    if let Some(units) = words(reader, table, "units") {
        for unit in &units {
            if let Err(wrong) = full_name(&unit.text).parse::<UnitName>() {
                reader.bad(unit.span.clone(), format!("`units`: {wrong}"));
            }
        }
        return units.iter().map(|unit| full_name(&unit.text)).collect();
    }
    let Some(usual) = usual else { return Vec::new() };
    if usual.is_empty() && !table.contains_key("units") {
        let message = format!("cluster {} has no `units`", key.text);
        let problem = reader.source.problem(key.span.clone(), message);
        let hint = "name the units that serve; to stop one of them takes its host away";
        reader.push(problem.hint(Some(hint.into())));
    }
    usual.iter().map(|unit| full_name(unit)).collect()
}

/// The name of a block in nginx: one word.
pub(super) fn name_of_upstream(
    reader: &mut Reader<'_>,
    key: &Text,
    table: &DeTable<'_>,
) -> Option<String> {
    let Some(name) = reader.spanned(table, "upstream") else {
        if !table.contains_key("upstream") {
            let message = format!("cluster {} has no `upstream`", key.text);
            reader.bad(key.span.clone(), message);
        }
        return None;
    };
    if let Some(at) = name.text.find(|c: char| c.is_whitespace() || "{};\"'".contains(c)) {
        let wrong = SpannedError::new(at..at + 1, "the name of an upstream is one word");
        reader.reject(&name, wrong);
        return None;
    }
    Some(name.text)
}

/// An absolute path on a host, or nothing.
pub(super) fn path(reader: &mut Reader<'_>, table: &DeTable<'_>, key: &str) -> String {
    let Some(text) = reader.spanned(table, key) else { return String::new() };
    if let Err(wrong) = text.text.parse::<AbsPath>() {
        reader.bad(text.span, format!("`{key}`: {wrong}"));
    }
    text.text
}

/// The hosts of a key that must be there.
pub(super) fn needed(
    reader: &mut Reader<'_>,
    key: &Text,
    table: &DeTable<'_>,
    name: &str,
    known: &Known<'_>,
) -> Option<Vec<usize>> {
    let Some(texts) = words(reader, table, name) else {
        if !table.contains_key(name) {
            let message = format!("cluster {} has no `{name}`", key.text);
            reader.bad(key.span.clone(), message);
        }
        return None;
    };
    let mut found = BTreeSet::new();
    for text in &texts {
        match hosts(&text.text, known) {
            Ok(hosts) => found.extend(hosts),
            Err(wrong) => {
                wrong.into_iter().for_each(|wrong| reader.reject(text, wrong));
                return None;
            }
        }
    }
    Some(found.into_iter().collect())
}

/// The hosts of an expression; an error of `None` is one that is reported already.
fn hosts(text: &str, known: &Known<'_>) -> Result<BTreeSet<usize>, Option<SpannedError>> {
    let terms = expression::parse(text)?;
    expression::evaluate(text, &terms, known.roster.len(), |term| {
        let names = match &term.word {
            Word::Hosts(names) => return Ok(known.roster.hosts(names, &term.at)?),
            Word::Groups(names) => names,
            Word::All => return Ok((0..known.roster.len()).collect()),
        };
        let mut hosts = BTreeSet::new();
        for name in names {
            match known.groups.iter().find(|resolved| resolved.group.name == *name) {
                Some(resolved) => hosts.extend(&resolved.group.hosts),
                // A group with a mistake has a name, and its mistake is reported.
                None if known.roster.group(name).is_some() => return Err(None),
                None => return Err(Some(known.roster.missing_group(name, &term.at))),
            }
        }
        Ok(hosts)
    })
}

/// `members = { vm1 = "infra0" }`
pub(super) fn members(
    reader: &mut Reader<'_>,
    table: &DeTable<'_>,
    hosts: &[usize],
    known: &Known<'_>,
) -> BTreeMap<usize, String> {
    let Some(table) = reader.table(table, "members") else { return BTreeMap::new() };
    let mut members = BTreeMap::new();
    for (name, value) in reader.entries(table) {
        let host = known.roster.named(&name.text).filter(|host| hosts.contains(host));
        let member = reader.as_text(&name.text, value);
        match (host, member) {
            (Some(host), Some(member)) => drop(members.insert(host, member.text)),
            (None, _) => {
                reader.bad(name.span, format!("`{}` is no host of this cluster", name.text));
            }
            (Some(_), None) => {}
        }
    }
    members
}
