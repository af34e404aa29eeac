//! `[groups]`: names for host-set expressions, which may name other groups.

use std::collections::{BTreeMap, HashSet};
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use super::declared::{DeclaredGroup, DeclaredHost};
use super::hosts::check_name;
use super::import::Imported;
use super::members::Members;
use super::reader::{Reader, Text};
use crate::data::inventory::group::Group;
use crate::data::inventory::roster::Roster;

const KEYS: [&str; 4] = ["hosts", "become", "identity", "vars"];

/// A group with the settings it gives to its hosts.
pub(super) struct Resolved {
    pub(super) group: Group,
    pub(super) sudo: Option<bool>,
    pub(super) identity: Option<bool>,
    pub(super) vars: BTreeMap<String, String>,
    /// Where its name stands; empty for a module.
    pub(super) span: Range<usize>,
}

/// All groups: those of the file, then the other modules.
pub(super) fn read(
    reader: &mut Reader<'_>,
    root: &DeTable<'_>,
    roster: &mut Roster,
    hosts: &[DeclaredHost],
    modules: &[Imported],
) -> Vec<Resolved> {
    let mut declared = Vec::new();
    if let Some(table) = reader.table(root, "groups") {
        for (key, value) in Reader::entries(table) {
            declared.extend(declaration(reader, key, value, modules));
        }
    }
    for group in &declared {
        roster.add_group(&group.key.text);
        if let Some(host) = roster.named(&group.key.text) {
            let message = format!("`{}` is both a group and a host", group.key.text);
            let problem = reader.source.problem(group.key.span.clone(), message);
            reader.push(problem.other(hosts[host].place.clone(), "the host"));
        }
    }
    let names: HashSet<&str> = declared.iter().map(|group| group.key.text.as_str()).collect();
    let others = modules.iter().filter(|module| !names.contains(module.name.as_str()));
    let others: Vec<&Imported> = others.collect();
    for module in &others {
        roster.add_group(&module.name);
        if let Some(host) = roster.named(&module.name) {
            let message = format!("`{}` is both a module and a host", module.name);
            let problem = module.problem(message);
            reader.push(problem.other(hosts[host].place.clone(), "the host"));
        }
    }
    let found = Members::new(reader, roster, &declared, modules).all();
    let imported: HashSet<&str> = modules.iter().map(|module| module.name.as_str()).collect();
    let groups = declared.into_iter().zip(found).filter_map(|(group, hosts)| {
        let module = imported.contains(group.key.text.as_str());
        let hosts = hosts?.into_iter().collect();
        let DeclaredGroup { key, sudo, identity, vars, .. } = group;
        let group = Group { name: key.text, hosts, module };
        Some(Resolved { group, sudo, identity, vars, span: key.span })
    });
    groups.chain(others.into_iter().map(Resolved::module)).collect()
}

impl Resolved {
    fn module(module: &Imported) -> Self {
        let hosts = module.hosts.iter().copied().collect();
        let group = Group { name: module.name.clone(), hosts, module: true };
        Self { group, sudo: None, identity: None, vars: BTreeMap::new(), span: 0..0 }
    }
}

/// One entry of `[groups]`: an expression, a list of them, or a table with settings.
fn declaration(
    reader: &mut Reader<'_>,
    key: Text,
    value: &Spanned<DeValue<'_>>,
    modules: &[Imported],
) -> Option<DeclaredGroup> {
    let good = check_name(reader, &key, "group");
    let (mut sudo, mut identity, mut vars) = (None, None, BTreeMap::new());
    let hosts = match value.get_ref() {
        DeValue::Table(table) => {
            reader.keys(table, &format!("group `{}`", key.text), &KEYS);
            sudo = reader.sudo(table);
            identity = reader.truth(table, "identity");
            vars = reader.vars(table, "vars");
            match table.get("hosts") {
                Some(value) => reader.texts("hosts", value),
                None if modules.iter().any(|module| module.name == key.text) => Some(Vec::new()),
                None => {
                    reader.bad(key.span.clone(), format!("group `{}` has no `hosts`", key.text));
                    None
                }
            }
        }
        _ => reader.texts(&key.text, value),
    };
    // A group with a wrong value still counts as a name, so that uses of it are not reported too.
    let hosts = hosts.unwrap_or_default();
    good.then_some(DeclaredGroup { key, hosts, sudo, identity, vars })
}
