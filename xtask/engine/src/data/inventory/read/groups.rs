//! `[groups]`: names for host-set expressions, which may name other groups.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use toml::Spanned;
use toml::de::DeValue;

use super::declared::{DeclaredGroup, DeclaredHost, Settings};
use super::given::{Text, join_vars};
use super::hosts::check_name;
use super::imported::Imported;
use super::members::Members;
use super::reader::{Reader, Root};
use crate::data::inventory::group::Group;
use crate::data::inventory::roster::Roster;
use crate::data::source::Place;

pub(super) const KEYS: [&str; 5] = ["hosts", "become", "become_user", "identity", "vars"];

/// A group with the settings it gives to its hosts.
pub(super) struct Resolved {
    pub(super) group: Group,
    pub(super) settings: Settings,
    /// Where its name stands.
    pub(super) place: Arc<Place>,
}

/// All groups: those of the files, then the other imported ones. A group of several files has the hosts of all.
pub(super) fn read(
    reader: &mut Reader<'_>,
    roots: &[Root<'_>],
    roster: &mut Roster,
    hosts: &[DeclaredHost],
    modules: &[Imported],
) -> Vec<Resolved> {
    let declared = declared(reader, roots, modules);
    for group in &declared {
        roster.add_group(&group.key.text);
        if let Some(host) = roster.named(&group.key.text) {
            let message = format!("`{}` is both a group and a host", group.key.text);
            let problem = reader.problem_at(&group.key, message);
            let problem = problem.hint(Some("rename the group".into()));
            reader.push(problem.other(hosts[host].place.as_ref().clone(), "the host"));
        }
    }
    let names: HashSet<&str> = declared.iter().map(|group| group.key.text.as_str()).collect();
    let others = modules.iter().filter(|module| !names.contains(module.name.as_str()));
    let others: Vec<&Imported> = others.collect();
    for module in &others {
        roster.add_group(&module.name);
        if let Some(host) = roster.named(&module.name) {
            let noun = if module.module { "module" } else { "group" };
            let message = format!("`{}` is both a {noun} and a host", module.name);
            let problem = module.problem(message).hint(Some("rename the host".into()));
            reader.push(problem.other(hosts[host].place.as_ref().clone(), "the host"));
        }
    }
    let found = Members::new(reader, roster, &declared, modules).all();
    let imported = modules.iter().filter(|module| module.module);
    let imported: HashSet<&str> = imported.map(|module| module.name.as_str()).collect();
    let groups = declared.into_iter().zip(found).filter_map(|(group, hosts)| {
        let module = imported.contains(group.key.text.as_str());
        let hosts = hosts?.into_iter().collect();
        let DeclaredGroup { key, settings, place, .. } = group;
        let group = Group { name: key.text, hosts, module };
        Some(Resolved { group, settings, place })
    });
    groups.chain(others.into_iter().map(Resolved::module)).collect()
}

impl Resolved {
    fn module(module: &Imported) -> Self {
        let hosts = module.hosts.iter().copied().collect();
        let group = Group { name: module.name.clone(), hosts, module: module.module };
        Self { group, settings: Settings::default(), place: Arc::new(module.place.clone()) }
    }
}

/// The groups of all files by their first appearance.
fn declared(
    reader: &mut Reader<'_>,
    roots: &[Root<'_>],
    modules: &[Imported],
) -> Vec<DeclaredGroup> {
    let mut declared: Vec<DeclaredGroup> = Vec::new();
    let mut numbers: BTreeMap<String, usize> = BTreeMap::new();
    for root in roots {
        reader.enter(root.file);
        let Some(table) = reader.table(root.table.get_ref(), "groups") else { continue };
        for (key, value) in reader.entries(table) {
            let Some(group) = declaration(reader, key, value) else { continue };
            match numbers.get(&group.key.text) {
                Some(&number) => join(reader, &mut declared[number], group),
                None => {
                    numbers.insert(group.key.text.clone(), declared.len());
                    declared.push(group);
                }
            }
        }
    }
    for group in declared.iter().filter(|group| group.lacks_hosts) {
        if !modules.iter().any(|module| module.name == group.key.text) {
            let message = format!("group `{}` has no `hosts`", group.key.text);
            let problem = reader.problem_at(&group.key, message);
            reader.push(problem);
        }
    }
    declared
}

/// Adds a group of the same name from another file.
fn join(reader: &mut Reader<'_>, into: &mut DeclaredGroup, group: DeclaredGroup) {
    let of = format!("group {}", group.key.text);
    into.hosts.extend(group.hosts);
    into.lacks_hosts &= group.lacks_hosts;
    let (own, new) = (&mut into.settings, group.settings);
    reader.keep(&mut own.sudo, new.sudo, || format!("`become` of {of}"));
    reader.keep(&mut own.become_user, new.become_user, || format!("`become_user` of {of}"));
    reader.keep(&mut own.identity, new.identity, || format!("`identity` of {of}"));
    join_vars(&mut own.vars, new.vars, &of, |problem| reader.push(problem));
}

/// One entry of `[groups]`: an expression, a list of them, or a table with settings.
fn declaration(
    reader: &mut Reader<'_>,
    key: Text,
    value: &Spanned<DeValue<'_>>,
) -> Option<DeclaredGroup> {
    let good = check_name(reader, &key, "group");
    let (mut settings, mut lacks_hosts) = (Settings::default(), false);
    let hosts = match value.get_ref() {
        DeValue::Table(table) => {
            reader.keys(table, &format!("group `{}`", key.text), &KEYS);
            let sudo = reader.sudo(table);
            settings.sudo = reader.given(table, "become", sudo);
            let account = reader.account(table, "become_user");
            settings.become_user = reader.given(table, "become_user", account);
            let identity = reader.truth(table, "identity");
            settings.identity = reader.given(table, "identity", identity);
            settings.vars = reader.vars(table, "vars");
            lacks_hosts = !table.contains_key("hosts");
            table.get("hosts").and_then(|value| reader.texts("hosts", value))
        }
        _ => reader.texts(&key.text, value),
    };
    // A group with a wrong value still counts as a name, so that uses of it are not reported too.
    let (hosts, place) = (hosts.unwrap_or_default(), Arc::new(reader.place(key.span.clone())));
    good.then_some(DeclaredGroup { key, hosts, lacks_hosts, settings, place })
}
