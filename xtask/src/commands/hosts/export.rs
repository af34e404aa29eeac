//! `hosts export`: the hosts for other tools. `[import]` reads all three forms.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::net::Ipv6Addr;

use engine::data::inventory::{Host, Inventory, Session};
use serde_json::{Map, Value, json};

/// The forms.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub(crate) enum Format {
    /// The JSON of `ansible-inventory --list`
    Json,
    /// An inventory of Ansible as INI
    Ansible,
    /// Host entries for ssh; hosts of other sessions are left out
    #[value(alias = "ssh_config")]
    SshConfig,
}

/// The text, and what the form cannot have: hosts, groups as `@NAME`, variables as `var NAME`.
pub(crate) fn text(inventory: &Inventory, hosts: &[Host], format: Format) -> (String, Vec<String>) {
    let reached = |host: &&Host| match format {
        Format::SshConfig => host.session == Session::Ssh,
        Format::Json => connection(host).is_some(),
        Format::Ansible => connection(host).is_some() && is_plain(&host.name),
    };
    let (kept, left): (Vec<&Host>, Vec<&Host>) = hosts.iter().partition(reached);
    let mut left: Vec<String> = left.into_iter().map(|host| host.name.clone()).collect();
    let text = match format {
        Format::Json => document(inventory, &kept),
        Format::Ansible => {
            let names = kept.iter().flat_map(|host| host.vars.keys());
            let odd: BTreeSet<&String> = names.filter(|name| !is_variable(name)).collect();
            let groups = groups(inventory, &kept).into_iter().map(|(name, _)| name);
            left.extend(groups.filter(|name| name.contains(':')).map(|name| format!("@{name}")));
            left.extend(odd.into_iter().map(|name| format!("var {name}")));
            ini(inventory, &kept)
        }
        Format::SshConfig => kept.into_iter().map(entry).collect(),
    };
    (text, left)
}

/// Whether a name of a host means itself in an INI: behind a colon Ansible sees a port.
fn is_plain(name: &str) -> bool {
    !name.contains(':') || name.parse::<Ipv6Addr>().is_ok()
}

/// Whether `NAME=VALUE` of an INI can have this name.
fn is_variable(name: &str) -> bool {
    let good = |c: char| c.is_alphanumeric() || "_-.".contains(c);
    !name.is_empty() && name.chars().all(good)
}

/// Its way in Ansible's words, and its address there; none for a command that Ansible does not have.
fn connection(host: &Host) -> Option<(Option<&str>, Option<&str>)> {
    let address = host.address.as_deref();
    match &host.session {
        Session::Ssh => Some((None, address)),
        Session::Local => Some((Some("local"), address)),
        Session::Exec(words) => match words.iter().map(String::as_str).collect::<Vec<_>>()[..] {
            [kind @ ("docker" | "podman"), "exec", "-i", name] => Some((Some(kind), Some(name))),
            _ => None,
        },
    }
}

/// The variables that Ansible needs, and the host's own.
fn vars(host: &Host) -> Vec<(&str, Value)> {
    let (way, address) = connection(host).unwrap_or_default();
    let raised = host.sudo.then_some(true);
    let own = [
        ("ansible_host", address.map(Value::from)),
        ("ansible_port", host.port.map(Value::from)),
        ("ansible_user", host.user.as_deref().map(Value::from)),
        ("ansible_connection", way.map(Value::from)),
        ("ansible_become", raised.map(Value::from)),
        ("ansible_become_user", host.become_user.as_deref().map(Value::from)),
    ];
    let own = own.into_iter().filter_map(|(name, value)| Some((name, value?)));
    let more = host.vars.iter().map(|(name, value)| (name.as_str(), Value::from(value.as_str())));
    own.chain(more).collect()
}

/// The groups with their hosts among these, without empty ones.
fn groups<'i>(inventory: &'i Inventory, hosts: &[&Host]) -> Vec<(&'i str, Vec<&'i str>)> {
    let here: std::collections::BTreeSet<&str> = hosts.iter().map(|it| it.name.as_str()).collect();
    let names = |group| {
        let names = inventory.members(group).map(|host| host.name.as_str());
        names.filter(|name| here.contains(name)).collect::<Vec<_>>()
    };
    let groups = inventory.groups.iter().map(|group| (group.name.as_str(), names(group)));
    groups.filter(|(_, hosts)| !hosts.is_empty()).collect()
}

fn document(inventory: &Inventory, hosts: &[&Host]) -> String {
    let of = |host: &&Host| {
        let vars: Map<String, Value> =
            vars(host).into_iter().map(|(name, value)| (name.to_owned(), value)).collect();
        (host.name.clone(), Value::from(vars))
    };
    let hostvars: Map<String, Value> = hosts.iter().map(of).collect();
    let names: Vec<&str> = hosts.iter().map(|host| host.name.as_str()).collect();
    let mut root: BTreeMap<&str, Value> = BTreeMap::new();
    for (name, hosts) in groups(inventory, hosts) {
        root.insert(name, json!({ "hosts": hosts }));
    }
    root.insert("all", json!({ "hosts": names }));
    root.insert("_meta", json!({ "hostvars": hostvars }));
    format!("{:#}\n", json!(root))
}

fn ini(inventory: &Inventory, hosts: &[&Host]) -> String {
    let mut text = String::new();
    for host in hosts {
        text.push_str(&host.name);
        for (name, value) in vars(host).into_iter().filter(|(name, _)| is_variable(name)) {
            // Writing into a text cannot fail.
            let _ = write!(text, " {name}={}", word(&value));
        }
        text.push('\n');
    }
    let groups = groups(inventory, hosts).into_iter().filter(|(name, _)| !name.contains(':'));
    for (name, hosts) in groups {
        let _ = write!(text, "\n[{name}]\n{}\n", hosts.join("\n"));
    }
    text
}

/// A value as a literal of Python, for Ansible reads one: `4.10` would be the number 4.1. A text stands in quotes of its
/// own, and in those by which Ansible splits the line.
fn word(value: &Value) -> String {
    let Some(text) = value.as_str() else {
        return if value == &Value::Bool(true) { "True".to_owned() } else { value.to_string() };
    };
    let mut literal = String::from("'");
    for c in text.chars() {
        match c {
            '\'' | '\\' => literal.extend(['\\', c]),
            '\n' => literal.push_str("\\n"),
            '\t' => literal.push_str("\\t"),
            c if c.is_control() || ['\u{2028}', '\u{2029}', '\u{feff}'].contains(&c) => {
                let _ = write!(literal, "\\u{:04x}", u32::from(c));
            }
            c => literal.push(c),
        }
    }
    literal.push('\'');
    format!("\"{}\"", literal.replace('\\', "\\\\").replace('"', "\\\""))
}

fn entry(host: &Host) -> String {
    let mut text = format!("Host {}\n", host.name);
    let port = host.port.map(|port| port.to_string());
    let lines = [
        ("HostName", host.address.as_deref()),
        ("Port", port.as_deref()),
        ("User", host.user.as_deref()),
    ];
    for (key, value) in lines {
        let Some(value) = value else { continue };
        let value = value.replace('%', "%%");
        let value = if value.contains(' ') { format!("\"{value}\"") } else { value };
        let _ = writeln!(text, "  {key} {value}");
    }
    text
}
