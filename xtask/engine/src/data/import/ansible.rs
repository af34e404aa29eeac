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
    /// `None`, `null`: there is no value, even if a group has one.
    Null,
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
    /// Keys without a meaning.
    pub(super) unused: BTreeSet<String>,
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

    /// The place of a host. A port counts where its name stands first, as for Ansible.
    pub(super) fn host_with_port(&mut self, name: &Word, port: Option<&Word>) -> usize {
        let (before, number) = (self.hosts.len(), self.host(name));
        if let Some(port) = port.filter(|_| number == before) {
            self.hosts[number].1.insert("ansible_port".to_owned(), Value::One(port.clone()));
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
    pub(super) fn found(mut self, source: &Source<'_>, problems: &mut Problems) -> Found {
        if self.hosts.is_empty() && problems.is_empty() {
            problems.push(source.problem(0..0, "no host is in it"));
        }
        self.fill_ungrouped();
        let unused = std::mem::take(&mut self.unused);
        let mut found = Found { unused, ..Found::default() };
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

    /// `ungrouped` has the hosts without another group, whatever the file says.
    fn fill_ungrouped(&mut self) {
        let Some(&ungrouped) = self.group_numbers.get("ungrouped") else { return };
        let mut has_group = vec![false; self.hosts.len()];
        for group in &self.groups {
            if !["all", "ungrouped"].contains(&group.name.text.as_str()) {
                group.hosts.iter().for_each(|&host| has_group[host] = true);
            }
        }
        let without = (0..self.hosts.len()).filter(|host| !has_group[*host]);
        self.groups[ungrouped].hosts = without.collect();
    }
}

/// A host with the variables that hold for it.
fn host(name: Word, vars: Vars, unused: &mut BTreeSet<String>) -> FoundHost {
    let mut host = FoundHost::new(name);
    for (name, value) in vars {
        let word = match value {
            Value::One(word) => word,
            Value::Null => continue,
            Value::Other => {
                unused.insert(name);
                continue;
            }
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
        // The name without `ssh` is the newer one, and is read first. An empty value is as good as none.
        if !word.text.is_empty() {
            slot.get_or_insert(word);
        }
    }
    host
}

/// Whether a variable can be one of ours: no setting of Ansible, no template, and nothing that looks like a secret.
fn is_plain(name: &str, value: &str) -> bool {
    let template = value.contains("{{") || value.contains("{%");
    !name.starts_with("ansible_") && !template && !is_like_secret(name)
}

/// Whether the name of a variable looks like that of a secret: by a whole part (`db_pw`), by its last part (`api_auth`; not
/// `auth_url`), or by a word anywhere (`rootpassword`).
pub(in crate::data) fn is_like_secret(name: &str) -> bool {
    const PARTS: [&str; 9] =
        ["PASS", "PW", "PWD", "KEY", "KEYS", "CRED", "CREDS", "DBPASS", "ROOTPASS"];
    const LAST: [&str; 2] = ["AUTH", "PRIVATE"];
    const ANYWHERE: [&str; 9] = [
        "PASSWORD",
        "PASSWD",
        "PASSPHRASE",
        "SECRET",
        "TOKEN",
        "CREDENTIAL",
        "COOKIE",
        "APIKEY",
        "PRIVATEKEY",
    ];
    let loud = name.to_ascii_uppercase();
    let mut parts = loud.split(['_', '-', '.']);
    ANYWHERE.iter().any(|word| loud.contains(word))
        || parts.clone().any(|part| PARTS.contains(&part))
        || parts.next_back().is_some_and(|last| LAST.contains(&last))
}
