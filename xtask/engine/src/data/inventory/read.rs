//! Reads `hosts.toml`. All problems are collected, so that one run shows them all.

use camino::Utf8Path;
use toml::de::DeTable;

use super::Inventory;
use super::roster::Roster;
use super::ssh::Ssh;
use crate::data::fault::Fault;
use clusters::Known;
use declared::DeclaredHost;
use import::Read;
use reader::Reader;

mod clusters;
mod declared;
mod groups;
mod hosts;
mod import;
mod members;
mod reader;
mod secrets;
mod settle;

const KEYS: [&str; 7] = ["ssh", "vars", "secrets", "hosts", "groups", "clusters", "import"];
const SSH_KEYS: [&str; 6] = ["user", "port", "config", "become", "identity", "connect_timeout"];

/// Reads an inventory; see [`Inventory::parse`].
pub(super) fn inventory(path: &Utf8Path, text: &str, read: Read<'_>) -> Result<Inventory, Fault> {
    let mut reader = Reader::new(path, text);
    let root = reader.parse()?;
    let root = root.get_ref();
    reader.keys(root, "the inventory", &KEYS);

    let ssh = ssh(&mut reader, root);
    let vars = reader.vars(root, "vars");
    let secrets = secrets::read(&mut reader, root);
    let mut roster = Roster::default();
    let mut hosts = hosts::read(&mut reader, root, &mut roster);
    let modules = import::read(&mut reader, root, &mut roster, &mut hosts, read);
    let groups = groups::read(&mut reader, root, &mut roster, &hosts, &modules);
    machines(&mut reader, &roster, &hosts);
    let known = Known { roster: &roster, hosts: &hosts, groups: &groups };
    let clusters = clusters::read(&mut reader, root, &known);
    let hosts = settle::hosts(&mut reader, hosts, &groups, &ssh, &vars);

    reader.problems.into_result()?;
    let groups = groups.into_iter().map(|resolved| resolved.group).collect();
    let (path, text) = (path.to_owned(), text.to_owned());
    Ok(Inventory { path, text, ssh, vars, secrets, hosts, groups, clusters, roster })
}

/// `[ssh]`
fn ssh(reader: &mut Reader<'_>, root: &DeTable<'_>) -> Ssh {
    let Some(table) = reader.table(root, "ssh") else { return Ssh::default() };
    reader.keys(table, "[ssh]", &SSH_KEYS);
    Ssh {
        user: reader.text(table, "user"),
        port: reader.number(table, "port", 1..=65535),
        config: reader.text(table, "config").map(|path| reader.beside(&path)),
        sudo: reader.sudo(table).unwrap_or_default(),
        identity: reader.truth(table, "identity"),
        connect_timeout: reader.number(table, "connect_timeout", 1..=3600),
    }
}

/// Reports a host that runs on a machine without a name here, or on itself.
fn machines(reader: &mut Reader<'_>, roster: &Roster, hosts: &[DeclaredHost]) {
    for host in hosts {
        let Some(on) = &host.on else { continue };
        if on.text == host.name {
            reader.bad(on.span.clone(), format!("host {} cannot run on itself", host.name));
        } else if roster.named(&on.text).is_none() {
            reader.bad(on.span.clone(), format!("`on`: no host `{}`", on.text));
        }
    }
}
