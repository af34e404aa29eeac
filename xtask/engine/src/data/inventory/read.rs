//! Reads `hosts.toml` and what it imports. All problems are collected, so that one run shows them all.

use super::Inventory;
use super::importer::{File, Importer};
use super::roster::Roster;
use crate::data::fault::Fault;
use crate::data::source::Source;
use clusters::Known;
use declared::DeclaredHost;
use importing::{Import, Read};
use reader::{Reader, Root};

mod ansible;
mod clusters;
mod composite;
mod declared;
mod defaults;
mod foreign;
mod further;
mod given;
mod groups;
mod hosts;
mod import;
mod imported;
mod importing;
mod members;
mod notify;
mod policy;
mod preferences;
mod reader;
mod secrets;
mod sessions;
mod settle;
mod ssh;

pub(in crate::data) use composite::{composite, composite_help};
pub(super) use preferences::preferences;

const KEYS: [&str; 12] = [
    "ssh", "vars", "secrets", "hosts", "groups", "clusters", "import", "defaults", "alias",
    "policy", "notify", "metrics",
];
/// The keys of a file that `[import] files` names.
const FURTHER: [&str; 4] = ["vars", "hosts", "groups", "clusters"];

/// Reads an inventory of at least one file; see [`Inventory::load`].
pub(super) fn inventory(named: &[File], importer: &dyn Importer) -> Result<Inventory, Fault> {
    let (further, problems) = further::read(named, importer);
    let sources: Vec<Source<'_>> = named.iter().chain(&further).map(File::source).collect();
    let mut reader = Reader::new(&sources, named.len());
    let roots = reader.roots()?;
    reader.problems = problems;
    keys(&mut reader, &roots);

    let defaults = defaults::read(&mut reader, &roots);
    let secrets = secrets::read(&mut reader, &roots);
    let policy = policy::read(&mut reader, &roots);
    let notify = notify::read(&mut reader, &roots, &secrets);
    let mut roster = Roster::default();
    let mut hosts = hosts::read(&mut reader, &roots, &mut roster);
    let own_config = defaults.ssh.config.as_ref().map(|given| given.value.as_path());
    let import = Import { roster: &mut roster, hosts: &mut hosts, importer, own_config };
    let read = import::read(&mut reader, &roots, import)?;
    let imported = roots.iter().any(import::is_there);
    let groups = groups::read(&mut reader, &roots, &mut roster, &hosts, &read.groups);
    machines(&mut reader, &roster, &hosts);
    let known = Known { roster: &roster, hosts: &hosts, groups: &groups };
    let clusters = clusters::read(&mut reader, &roots, &known);
    let hosts = settle::hosts(&mut reader, hosts, &groups, &defaults);

    reader.problems.into_result()?;
    let groups = groups.into_iter().map(|resolved| resolved.group).collect();
    let vars = defaults.vars.into_iter().map(|(name, given)| (name, given.value)).collect();
    let text = named.iter().chain(&further).map(|file| file.text.as_str()).collect();
    let (path, ssh) = (named[0].path.clone(), defaults.ssh.plain());
    let Read { unused, notes, .. } = read;
    Ok(Inventory {
        path,
        text,
        ssh,
        vars,
        secrets,
        hosts,
        groups,
        clusters,
        unused,
        notes,
        imported,
        policy,
        notify,
        roster,
    })
}

/// Reports keys that no table has.
fn keys(reader: &mut Reader<'_>, roots: &[Root<'_>]) {
    for root in roots {
        reader.enter(root.file);
        if reader.is_imported() {
            reader.keys(root.table.get_ref(), "an imported file", &FURTHER);
        } else {
            reader.keys(root.table.get_ref(), "the inventory", &KEYS);
        }
    }
}

/// Reports a host that runs on a machine without a name here, or on itself.
fn machines(reader: &mut Reader<'_>, roster: &Roster, hosts: &[DeclaredHost]) {
    for host in hosts {
        let Some(on) = host.on.as_ref().map(|on| &on.value) else { continue };
        let message = if on.text == host.name {
            format!("host {} cannot run on itself", host.name)
        } else if roster.named(&on.text).is_none() {
            format!("`on`: no host `{}`", on.text)
        } else {
            continue;
        };
        reader.push(reader.problem_at(on, message));
    }
}

/// The keys of each table, for the schema.
#[cfg(test)]
pub(super) fn known_keys() -> Vec<(String, Vec<&'static str>)> {
    let mut tables = vec![
        ("the inventory".to_owned(), KEYS.to_vec()),
        ("[ssh]".to_owned(), defaults::SSH_KEYS.to_vec()),
        ("a secret".to_owned(), secrets::SOURCES.to_vec()),
        ("a host".to_owned(), hosts::KEYS.to_vec()),
        ("a group".to_owned(), groups::KEYS.to_vec()),
        ("[import]".to_owned(), import::KEYS.to_vec()),
        ("[policy]".to_owned(), policy::KEYS.to_vec()),
        ("[notify]".to_owned(), notify::KEYS.to_vec()),
        ("[metrics]".to_owned(), notify::METRICS.to_vec()),
    ];
    for (kind, own, _) in clusters::KINDS {
        let keys = clusters::KEYS.iter().chain(own).copied().collect();
        tables.push((format!("a cluster of kind {kind}"), keys));
    }
    tables
}
