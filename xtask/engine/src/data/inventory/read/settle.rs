//! The values that hold for each host: its own, else those of its groups, else the defaults.

use std::collections::{BTreeMap, BTreeSet};

use super::declared::DeclaredHost;
use super::groups::Resolved;
use super::reader::Reader;
use crate::data::inventory::host::{Host, Session};
use crate::data::inventory::ssh::Ssh;

type Vars = BTreeMap<String, String>;

/// The hosts with all values applied. Two groups that give a host different values are a problem:
/// no order of groups would be obvious to a reader.
pub(super) fn hosts(
    reader: &mut Reader<'_>,
    declared: Vec<DeclaredHost>,
    groups: &[Resolved],
    ssh: &Ssh,
    vars: &Vars,
) -> Vec<Host> {
    // For each host, the groups that give it something.
    let mut givers: Vec<Vec<&Resolved>> = vec![Vec::new(); declared.len()];
    let gives = |it: &&Resolved| !it.vars.is_empty() || it.sudo.is_some() || it.identity.is_some();
    for group in groups.iter().filter(gives) {
        group.group.hosts.iter().for_each(|&host| givers[host].push(group));
    }
    declared
        .into_iter()
        .zip(givers)
        .map(|(host, givers)| {
            let of = || givers.iter().copied();
            let mut values = vars.clone();
            let names: BTreeSet<&String> = of().flat_map(|group| group.vars.keys()).collect();
            for name in names {
                let givers = of().filter_map(|group| Some((group, group.vars.get(name)?.as_str())));
                let value = if host.vars.contains_key(name) {
                    None
                } else {
                    agreed(reader, &host.name, name, givers)
                };
                values.extend(value.map(|value| (name.clone(), value.to_owned())));
            }
            let sudo = host.sudo.or_else(|| {
                agreed(reader, &host.name, "become", of().filter_map(|g| Some((g, g.sudo?))))
            });
            let identity = host.identity.or_else(|| {
                agreed(reader, &host.name, "identity", of().filter_map(|g| Some((g, g.identity?))))
            });
            settled(host, values, sudo, identity, ssh)
        })
        .collect()
}

fn settled(
    host: DeclaredHost,
    mut vars: Vars,
    sudo: Option<bool>,
    identity: Option<bool>,
    ssh: &Ssh,
) -> Host {
    vars.extend(host.vars);
    let over_ssh = host.session == Session::Ssh;
    Host {
        name: host.name,
        address: host.address,
        port: host.port.or(ssh.port.filter(|_| over_ssh)),
        user: host.user.or(ssh.user.clone().filter(|_| over_ssh)),
        session: host.session,
        sudo: sudo.unwrap_or(ssh.sudo),
        identity: identity.or(ssh.identity).unwrap_or(true),
        on: host.on.map(|on| on.text),
        vars,
    }
}

/// The one value that all `givers` agree on.
fn agreed<'g, T: PartialEq>(
    reader: &mut Reader<'_>,
    host: &str,
    name: &str,
    givers: impl Iterator<Item = (&'g Resolved, T)>,
) -> Option<T> {
    let mut first: Option<(&Resolved, T)> = None;
    for (group, value) in givers {
        match &first {
            None => first = Some((group, value)),
            Some((_, same)) if *same == value => {}
            Some((other, _)) => {
                let (one, two) = (&other.group.name, &group.group.name);
                let message = format!(
                    "groups `{one}` and `{two}` give host {host} different values of `{name}`"
                );
                let place = reader.source.place(other.span.clone());
                let problem = reader.source.problem(group.span.clone(), message);
                let hint = format!("set `{name}` on the host, or in one of the groups only");
                reader.push(problem.hint(Some(hint)).other(place, "the other group"));
                return None;
            }
        }
    }
    first.map(|(_, value)| value)
}
