//! Which hosts there are, and their roles.

use std::path::Path;

use anyhow::{Result, bail};

use crate::host::Host;
use crate::roles;

/// The first hosts of a lab; after them come `spare2`, `spare3`, ... without a role.
const PLAN: &[(&str, &[&str])] = &[
    ("firstbox", &["firstbox", "control"]),
    ("paas1", &["paas", "uecm"]),
    ("paas2", &["paas", "uecm"]),
    ("paas3", &["paas", "uecm"]),
    ("webservice0", &["webservice"]),
    ("webservice1", &["webservice"]),
    ("node1", &["physical"]),
    ("node2", &["physical"]),
    ("spare1", &[]),
];

/// The hosts of a new lab in `dir`. `roles` holds `HOST=ROLE,ROLE`, in the place of the plan's.
pub fn hosts(dir: &Path, count: usize, roles: &[String]) -> Result<Vec<Host>> {
    if !(1..=200).contains(&count) {
        bail!("{count} hosts: between 1 and 200");
    }
    let mut hosts: Vec<Host> = (0..count).map(|number| host(dir, number)).collect();
    for text in roles {
        let Some((name, names)) = text.split_once('=') else {
            bail!("{text}: write HOST=ROLE,ROLE")
        };
        let Some(host) = hosts.iter_mut().find(|host| host.name == name) else {
            bail!("no host {name} among {count}")
        };
        host.roles = names.split(',').filter(|name| !name.is_empty()).map(str::to_owned).collect();
        roles::of(host)?;
    }
    Ok(hosts)
}

fn host(dir: &Path, number: usize) -> Host {
    let (name, roles) = match PLAN.get(number) {
        Some((name, roles)) => ((*name).to_owned(), *roles),
        None => (format!("spare{}", number + 2 - PLAN.len()), &[][..]),
    };
    let roles = roles.iter().map(|role| (*role).to_owned()).collect();
    make(dir, name, number, roles)
}

fn make(dir: &Path, name: String, number: usize, roles: Vec<String>) -> Host {
    let dir = dir.join("hosts").join(&name);
    Host { name, address: format!("10.99.0.{}", number + 1), roles, dir }
}

/// One line a host: name, then roles.
pub fn write(hosts: &[Host]) -> String {
    hosts.iter().map(|host| format!("{} {}\n", host.name, host.roles.join(" "))).collect()
}

/// Reads the file of [`write()`].
pub fn read(dir: &Path, text: &str) -> Vec<Host> {
    let words = text.lines().map(|line| line.split_whitespace().map(str::to_owned));
    words
        .enumerate()
        .filter_map(|(number, mut words)| Some(make(dir, words.next()?, number, words.collect())))
        .collect()
}
