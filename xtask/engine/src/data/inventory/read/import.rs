//! `[import] install_config`: modules become groups of hosts.

use std::collections::{BTreeMap, BTreeSet};

use camino::Utf8Path;
use toml::de::DeTable;

use super::declared::DeclaredHost;
use super::reader::Reader;
use crate::data::install_config::{InstallConfig, Line};
use crate::data::inventory::host::Session;
use crate::data::inventory::roster::Roster;
use crate::data::source::{Place, Problem, Source};

/// Gives the text of a file that the inventory imports.
pub(super) type Read<'a> = &'a dyn Fn(&Utf8Path) -> std::io::Result<String>;

/// A group that the file makes.
pub(super) struct Imported {
    pub(super) name: String,
    pub(super) hosts: BTreeSet<usize>,
    pub(super) place: Place,
}

impl Imported {
    /// A problem at the first line that has the module.
    pub(super) fn problem(&self, message: String) -> Problem {
        Problem { place: self.place.clone(), message, hint: None, others: Vec::new() }
    }
}

/// The groups of the file; hosts that only the file knows are added to `hosts`.
pub(super) fn read(
    reader: &mut Reader<'_>,
    root: &DeTable<'_>,
    roster: &mut Roster,
    hosts: &mut Vec<DeclaredHost>,
    read: Read<'_>,
) -> Vec<Imported> {
    let Some(table) = reader.table(root, "import") else { return Vec::new() };
    reader.keys(table, "[import]", &["install_config"]);
    let Some(named) = reader.spanned(table, "install_config") else { return Vec::new() };
    let path = reader.beside(&named.text);
    let text = match read(&path) {
        Ok(text) => text,
        Err(error) => {
            reader.bad(named.span, format!("cannot read {path}: {error}"));
            return Vec::new();
        }
    };
    let source = Source::new(path.as_str(), &text);
    let config = InstallConfig::collect(&source, &mut reader.problems);
    let mut groups: Vec<Imported> = Vec::new();
    let mut index: BTreeMap<String, usize> = BTreeMap::new();
    for line in &config.lines {
        let Some(host) = host(reader, line, roster, hosts) else { continue };
        for name in line.modules.iter().flat_map(|module| module.groups()) {
            let at = *index.entry(name.clone()).or_insert_with(|| {
                let place = line.place.clone();
                groups.push(Imported { name, hosts: BTreeSet::new(), place });
                groups.len() - 1
            });
            groups[at].hosts.insert(host);
        }
    }
    groups
}

/// The host of a line: the declared one of that address, else a new one named by its address.
fn host(
    reader: &mut Reader<'_>,
    line: &Line,
    roster: &mut Roster,
    hosts: &mut Vec<DeclaredHost>,
) -> Option<usize> {
    let address = line.address.to_string();
    match roster.at(&address).as_slice() {
        [one] => return Some(*one),
        [] => {}
        several => {
            let names = roster.folded(several.iter().copied());
            reader.push(Problem {
                place: line.place.clone(),
                message: format!("{address} is the address of several hosts: {names}"),
                hint: Some(
                    "give this address to one host only: the modules belong to that host".into(),
                ),
                others: vec![(hosts[several[0]].place.clone(), "one of them".into())],
            });
            return None;
        }
    }
    hosts.push(DeclaredHost {
        name: address.clone(),
        address: Some(address.clone()),
        port: None,
        user: None,
        session: Session::Ssh,
        sudo: None,
        identity: None,
        on: None,
        vars: BTreeMap::new(),
        place: line.place.clone(),
    });
    Some(roster.add(&address, Some(&address)))
}
