//! Hosts, groups and variables of Ansible: the model behind its three forms.
//!
//! Variables hold as in Ansible: `all`, then groups from parent to child, then the host. Groups of one depth go by
//! `ansible_group_priority`, then by name.

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use super::found::{Found, FoundGroup, FoundHost, Word};
use super::members;
use crate::data::source::{Problems, Source};

/// The value of a variable.
#[derive(Debug, Clone)]
pub(super) enum Value {
    /// Text, a number, a truth value.
    One(Word),
    /// A list, a map, an encrypted text: nothing that a host of ours could have.
    Other,
}

/// The variables of a host or a group; a later one replaces an earlier one.
pub(super) type Vars = BTreeMap<String, Value>;

/// A group as written.
#[derive(Debug)]
pub(super) struct Group {
    pub(super) name: Word,
    pub(super) hosts: Vec<usize>,
    pub(super) children: Vec<usize>,
    pub(super) vars: Vars,
}

impl Group {
    /// Its variables, each with the name of the group.
    fn given(&self) -> Vars {
        let group: Arc<str> = self.name.text.as_str().into();
        let mut vars = self.vars.clone();
        for value in vars.values_mut() {
            if let Value::One(word) = value {
                word.group = Some(group.clone());
            }
        }
        vars
    }
}

/// Everything that a file says.
#[derive(Debug, Default)]
pub(super) struct Model {
    hosts: Vec<(Word, Vars)>,
    groups: Vec<Group>,
    host_numbers: HashMap<String, usize>,
    group_numbers: HashMap<String, usize>,
}

impl Model {
    /// The place of a host, new or not.
    pub(super) fn host(&mut self, name: &Word) -> usize {
        let next = self.hosts.len();
        let number = *self.host_numbers.entry(name.text.clone()).or_insert(next);
        if number == next {
            self.hosts.push((name.clone(), Vars::new()));
        }
        number
    }

    /// The variables of a host.
    pub(super) fn host_vars(&mut self, number: usize) -> &mut Vars {
        &mut self.hosts[number].1
    }

    /// The place of a group, new or not.
    pub(super) fn group(&mut self, name: &Word) -> usize {
        let next = self.groups.len();
        let number = *self.group_numbers.entry(name.text.clone()).or_insert(next);
        if number == next {
            let (hosts, children) = (Vec::new(), Vec::new());
            self.groups.push(Group { name: name.clone(), hosts, children, vars: Vars::new() });
        }
        number
    }

    /// A group by its place.
    pub(super) fn at(&mut self, number: usize) -> &mut Group {
        &mut self.groups[number]
    }

    /// The hosts with all their variables, and the groups with all their hosts.
    pub(super) fn found(self, source: &Source<'_>, problems: &mut Problems) -> Found {
        if self.hosts.is_empty() && problems.is_empty() {
            problems.push(source.problem(0..0, "no host is in it"));
        }
        let mut found = Found::default();
        let Some(members) = members::of(&self.groups, self.hosts.len(), source, problems) else {
            return found;
        };
        let mut vars = vec![Vars::new(); self.hosts.len()];
        for number in members::in_order(&self.groups, &members.depths) {
            let given = self.groups[number].given();
            for host in &members.hosts[number] {
                vars[*host].extend(given.clone());
            }
        }
        for ((name, own), mut vars) in self.hosts.into_iter().zip(vars) {
            vars.extend(own);
            found.hosts.push(host(name, vars, &mut found.unused));
        }
        let groups = self.groups.into_iter().zip(members.hosts);
        // `all` is ours, too; a host without a group needs none.
        let named = groups.filter(|(it, _)| !["all", "ungrouped"].contains(&it.name.text.as_str()));
        let filled = named.filter(|(_, hosts)| !hosts.is_empty());
        found.groups = filled.map(|(it, hosts)| FoundGroup { name: it.name, hosts }).collect();
        found
    }
}

/// A host with the variables that hold for it.
fn host(name: Word, vars: Vars, unused: &mut BTreeSet<String>) -> FoundHost {
    let mut host = FoundHost::new(name);
    for (name, value) in vars {
        let Value::One(word) = value else {
            unused.insert(name);
            continue;
        };
        let slot = match name.as_str() {
            "ansible_host" | "ansible_ssh_host" => &mut host.address,
            "ansible_port" | "ansible_ssh_port" => &mut host.port,
            "ansible_user" | "ansible_ssh_user" => &mut host.user,
            "ansible_connection" => &mut host.connection,
            "ansible_become" => &mut host.raised,
            "ansible_become_method" => &mut host.method,
            "ansible_become_user" => &mut host.account,
            _ if is_plain(&name, &word.text) => {
                host.vars.push((name, word));
                continue;
            }
            _ => {
                unused.insert(name);
                continue;
            }
        };
        // The name without `ssh` is the newer one, and is read first.
        slot.get_or_insert(word);
    }
    host
}

/// Whether a variable can be one of ours: no setting of Ansible, no template, and nothing that looks like a secret.
fn is_plain(name: &str, value: &str) -> bool {
    const SECRET: [&str; 7] = ["PASS", "PWD", "SECRET", "TOKEN", "KEY", "CREDENTIAL", "COOKIE"];
    let loud = name.to_ascii_uppercase();
    let template = value.contains("{{") || value.contains("{%");
    !name.starts_with("ansible_") && !template && !SECRET.iter().any(|word| loud.contains(word))
}
