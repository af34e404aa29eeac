//! `[import]`: hosts and groups from the files of other tools, and from a command.

use std::sync::Arc;

use camino::Utf8Path;
use toml::de::DeTable;

use super::declared::DeclaredHost;
use super::foreign::Foreign;
use super::given::{Given, Text};
use super::imported::{Groups, Imported};
use super::reader::{Reader, Root};
use super::ssh;
use crate::data::import::{ansible_ini, ansible_json, ansible_yaml};
use crate::data::install_config::{InstallConfig, Line};
use crate::data::inventory::importer::Importer;
use crate::data::inventory::roster::Roster;
use crate::data::inventory::unused::Unused;
use crate::data::source::{Problem, Source};

pub(super) const KEYS: [&str; 5] = ["install_config", "ansible", "ssh_config", "dynamic", "files"];

/// What imports add to.
pub(super) struct Import<'i> {
    pub(super) roster: &'i mut Roster,
    pub(super) hosts: &'i mut Vec<DeclaredHost>,
    pub(super) importer: &'i dyn Importer,
    /// `config` of `[ssh]`, in which ssh itself finds what is not taken from it.
    pub(super) own_config: Option<&'i Utf8Path>,
}

/// The groups of all imports; hosts that only they know are added. `install.config` comes last: it finds its hosts
/// by their addresses.
pub(super) fn read(
    reader: &mut Reader<'_>,
    roots: &[Root<'_>],
    mut import: Import<'_>,
) -> (Vec<Imported>, Vec<Unused>) {
    let (mut groups, mut unused) = (Groups::default(), Vec::new());
    for root in roots {
        reader.enter(root.file);
        if let Some(table) = reader.table(root.table.get_ref(), "import") {
            reader.keys(table, "[import]", &KEYS);
            unused.extend(others(reader, table, &mut import, &mut groups));
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
    (groups.into_vec(), unused)
}

/// The imports in the forms of other tools.
fn others(
    reader: &mut Reader<'_>,
    table: &DeTable<'_>,
    import: &mut Import<'_>,
    groups: &mut Groups,
) -> Vec<Unused> {
    let mut unused = Vec::new();
    let texts = |reader: &mut Reader<'_>, key: &str| {
        let value = table.get(key)?;
        reader.texts(key, value)
    };
    for named in texts(reader, "ansible").unwrap_or_default() {
        let path = reader.beside(&named.text);
        let Some(text) = text(reader, &named, import) else { continue };
        let source = Source::discreet(path.as_str(), &text);
        let read = match path.extension() {
            Some("yml" | "yaml") => ansible_yaml::read,
            Some("json") => ansible_json::read,
            _ if text.trim_start().starts_with('{') => ansible_json::read,
            _ => ansible_ini::read,
        };
        let found = read(&source, &mut reader.problems);
        unused.extend(Foreign { reader, source: &source, import }.add(found, groups));
    }
    for named in texts(reader, "ssh_config").unwrap_or_default() {
        unused.extend(ssh::read(reader, &named, import, groups));
    }
    if let Some(words) = reader.list(table, "dynamic") {
        let span = words[0].span.clone();
        let words: Vec<String> = words.into_iter().map(|word| word.text).collect();
        let dir = Utf8Path::new(reader.source.path).parent().unwrap_or(Utf8Path::new(""));
        match import.importer.run(&words, dir) {
            Ok(text) => {
                let name = format!("output of {}", words.join(" "));
                let source = Source::discreet(&name, &text);
                let found = ansible_json::read(&source, &mut reader.problems);
                unused.extend(Foreign { reader, source: &source, import }.add(found, groups));
            }
            Err(fault) => {
                let details = fault.details.iter().map(|(label, text)| format!("{label}: {text}"));
                let hint =
                    details.chain(fault.hints.iter().cloned()).collect::<Vec<_>>().join("\n");
                let problem = reader.source.problem(span, fault.message);
                reader.push(problem.hint((!hint.is_empty()).then_some(hint)));
            }
        }
    }
    unused
}

/// The text of a file, unless it cannot be read.
pub(super) fn text(reader: &mut Reader<'_>, named: &Text, import: &Import<'_>) -> Option<String> {
    let path = reader.beside(&named.text);
    match import.importer.read(&path) {
        Ok(text) => Some(text),
        Err(error) => {
            reader.bad(named.span.clone(), format!("cannot read {path}: {error}"));
            None
        }
    }
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
