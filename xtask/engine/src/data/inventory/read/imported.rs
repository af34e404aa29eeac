//! A group that an import makes.

use std::collections::{BTreeMap, BTreeSet};

use crate::data::inventory::roster::Roster;
use crate::data::inventory::unused::Unused;
use crate::data::source::{Place, Problem};

/// A group of `install.config`, or of another tool.
pub(super) struct Imported {
    pub(super) name: String,
    pub(super) hosts: BTreeSet<usize>,
    /// The first line that has it.
    pub(super) place: Place,
    /// Whether it is a module of `install.config`.
    pub(super) module: bool,
}

impl Imported {
    /// A problem at the first line that has it.
    pub(super) fn problem(&self, message: String) -> Problem {
        Problem { place: self.place.clone(), message, hint: None, others: Vec::new() }
    }
}

/// All of them in the order of their first line. A group of several imports has the hosts of all.
#[derive(Default)]
pub(super) struct Groups {
    groups: Vec<Imported>,
    numbers: BTreeMap<String, usize>,
}

impl Groups {
    /// Adds hosts to a group.
    pub(super) fn add(
        &mut self,
        name: &str,
        hosts: impl IntoIterator<Item = usize>,
        module: bool,
        place: impl FnOnce() -> Place,
    ) {
        let at = *self.numbers.entry(name.to_owned()).or_insert_with(|| {
            let (name, hosts) = (name.to_owned(), BTreeSet::new());
            self.groups.push(Imported { name, hosts, place: place(), module });
            self.groups.len() - 1
        });
        self.groups[at].hosts.extend(hosts);
        self.groups[at].module |= module;
    }

    /// The groups alone, and those of other tools that have the name of a host: it means the host here.
    pub(super) fn apart(self, roster: &Roster) -> (Vec<Imported>, Vec<Unused>) {
        let is_host = |group: &Imported| !group.module && roster.named(&group.name).is_some();
        let (hosts, groups): (Vec<_>, Vec<_>) = self.groups.into_iter().partition(is_host);
        let unused = |group: Imported| Unused {
            path: group.place.path.to_string(),
            names: BTreeSet::from([format!("group {}", group.name)]),
        };
        (groups, hosts.into_iter().map(unused).collect())
    }
}
