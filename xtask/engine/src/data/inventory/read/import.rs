//! `[import]`: hosts and groups from the files of other tools, and from a command.

use std::sync::Arc;

use toml::de::DeTable;

use super::ansible;
use super::declared::DeclaredHost;
use super::given::{Given, Text};
use super::imported::Groups;
use super::importing::{Import, Read, text};
use super::reader::{Reader, Root};
use super::ssh;
use crate::data::fault::Fault;
use crate::data::install_config::{InstallConfig, Line};
use crate::data::inventory::unused::Unused;
use crate::data::source::{Problem, Source};

pub(super) const KEYS: [&str; 5] = ["install_config", "ansible", "ssh_config", "dynamic", "files"];

/// Whether a file imports anything but files of its own form.
pub(super) fn is_there(root: &Root<'_>) -> bool {
    let table = root.table.get_ref().get("import").and_then(|it| it.get_ref().as_table());
    table.is_some_and(|table| table.keys().any(|key| key.get_ref() != "files"))
}

/// The groups of all imports; hosts that only they know are added. `install.config` comes last: it finds its hosts
/// by their addresses.
///
/// # Errors
/// When the reading itself is stopped; what is wrong in an import is a problem of the reader.
pub(super) fn read(
    reader: &mut Reader<'_>,
    roots: &[Root<'_>],
    mut import: Import<'_>,
) -> Result<Read, Fault> {
    let (mut groups, mut found) = (Groups::default(), Read::default());
    for root in roots {
        reader.enter(root.file);
        if let Some(table) = reader.table(root.table.get_ref(), "import") {
            reader.keys(table, "[import]", &KEYS);
            others(reader, table, &mut import, &mut groups, &mut found)?;
        }
    }
    for root in roots {
        reader.enter(root.file);
        let table = root.table.get_ref().get("import").and_then(|it| it.get_ref().as_table());
        let Some(table) = table else { continue };
        if let Some(named) = reader.spanned(table, "install_config") {
            modules(reader, &named, &mut import, &mut groups);
        }
    }
    let (groups, hosts) = groups.apart(import.roster);
    found.unused.extend(hosts);
    found.notes.extend(found.unused.iter().filter_map(Unused::note));
    Ok(Read { groups, ..found })
}

/// The imports in the forms of other tools.
fn others(
    reader: &mut Reader<'_>,
    table: &DeTable<'_>,
    import: &mut Import<'_>,
    groups: &mut Groups,
    into: &mut Read,
) -> Result<(), Fault> {
    let texts = |reader: &mut Reader<'_>, key: &str| {
        let value = table.get(key)?;
        reader.texts(key, value)
    };
    for named in texts(reader, "ansible").unwrap_or_default() {
        ansible::file(reader, &named, import, groups, into);
    }
    for named in texts(reader, "ssh_config").unwrap_or_default() {
        into.unused.extend(ssh::read(reader, &named, import, groups));
    }
    if let Some(words) = reader.list(table, "dynamic") {
        ansible::dynamic(reader, words, import, groups, into)?;
    }
    Ok(())
}

/// The modules of an `install.config`.
fn modules(reader: &mut Reader<'_>, named: &Text, import: &mut Import<'_>, groups: &mut Groups) {
    let path = reader.beside(&named.text);
    let Some(text) = text(reader, named, import) else { return };
    let source = Source::new(path.as_str(), &text);
    let config = InstallConfig::collect(&source, &mut reader.problems);
    for line in &config.lines {
        let Some(host) = host(reader, line, import) else { continue };
        for name in line.modules.iter().flat_map(|module| module.groups()) {
            groups.add(&name, [host], true, || line.place.clone());
        }
    }
}

/// The host of a line: the known one of that address, else a new one named by its address.
fn host(reader: &mut Reader<'_>, line: &Line, import: &mut Import<'_>) -> Option<usize> {
    let address = line.address.to_string();
    match import.roster.at(&address).as_slice() {
        [one] => return Some(*one),
        [] => {}
        several => {
            let names = import.roster.folded(several.iter().copied());
            let other = import.hosts[several[0]].place.as_ref().clone();
            reader.push(Problem {
                place: line.place.clone(),
                message: format!("{address} is the address of several hosts: {names}"),
                hint: Some(
                    "give this address to one host only: the modules belong to that host".into(),
                ),
                others: vec![(other, "one of them".into())],
            });
            return None;
        }
    }
    let place = Arc::new(line.place.clone());
    let mut host = DeclaredHost::new(address.clone(), place.clone(), None);
    host.address = Some(Given { value: address.clone(), place, imported: true, group: None });
    import.hosts.push(host);
    Some(import.roster.add(&address, Some(&address)))
}
