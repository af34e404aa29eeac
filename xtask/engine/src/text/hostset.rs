//! Host-set expressions over an inventory, and BlueKing's ways to name targets.
//!
//! The syntax is that of [`expression`]. The order of the result is the
//! order of the inventory; no host is in it twice.

use std::collections::BTreeSet;

use crate::data::expression::{self, Term, Word};
use crate::data::fault::Fault;
use crate::data::inventory::{Group, Host, Inventory};
use crate::data::nearest::nearest;
use crate::data::range;
use crate::data::spanned_error::SpannedError;

/// The hosts that an expression stands for: at least one, in the order of the inventory.
///
/// A word is the name of a host or, when no host has that name, the address of exactly one.
///
/// # Errors
/// A usage fault that shows the expression and points at what is wrong: syntax, an unknown host or
/// group, or the part that left no host.
pub fn resolve<'a>(inventory: &'a Inventory, text: &str) -> Result<Vec<&'a Host>, Fault> {
    let numbers = expression::parse(text).and_then(|terms| {
        expression::evaluate(text, &terms, inventory.hosts.len(), |term| find(inventory, term))
    });
    match numbers {
        Ok(numbers) => Ok(numbers.into_iter().map(|number| &inventory.hosts[number]).collect()),
        Err(spanned) => {
            let fault = spanned.into_fault("target", text);
            Err(fault.detail("in", inventory.path.as_str()))
        }
    }
}

/// The hosts of addresses or names, as `-H 10.0.0.1,10.0.0.2` gives them. Commas and blanks separate
/// them, any number of each: scripts build the list with `printf '%s,'`.
///
/// # Errors
/// As [`resolve`], and for an expression that is more than a list.
pub fn resolve_address<'a>(inventory: &'a Inventory, text: &str) -> Result<Vec<&'a Host>, Fault> {
    match text.find(['@', '!', '&']) {
        None => {
            let separates = |c: char| c == ',' || c.is_ascii_whitespace();
            let names: Vec<&str> = text.split(separates).filter(|name| !name.is_empty()).collect();
            resolve(inventory, &names.join(",")).map_err(|fault| {
                let hint = "a host, its user and its port are declared in hosts.toml";
                if fault.hints.is_empty() { fault.hint(hint) } else { fault }
            })
        }
        Some(at) if text[..at].ends_with(expression::is_name) && text[at..].starts_with('@') => {
            Err(SpannedError::new(at..at + 1, "`-H` takes no login name")
                .hint("the user of a host is declared in hosts.toml: user = \"NAME\"")
                .into_fault("target", text))
        }
        Some(at) => Err(SpannedError::new(at..at + 1, "`-H` takes addresses and names only")
            .hint("use `-w` for host sets, `-m` for modules")
            .into_fault("target", text)),
    }
}

/// The hosts of a BlueKing module as `-m` gives it: `paas`, `monitorv3_monitor`, also as
/// `monitorv3(monitor)`, in any case; hand-written groups count as modules.
///
/// `all` is every host of `install.config` when one is imported, as in BlueKing; else every host.
///
/// # Errors
/// A usage fault for a module that no host has.
pub fn module<'a>(inventory: &'a Inventory, name: &str) -> Result<Vec<&'a Host>, Fault> {
    let all = name.eq_ignore_ascii_case("all");
    let hosts: BTreeSet<usize> = match (all, group(inventory, name)) {
        (true, _) => every(inventory),
        (_, Some(group)) => group.hosts.iter().copied().collect(),
        (_, None) => return Err(missing(inventory, name)),
    };
    if hosts.is_empty() {
        return Err(Fault::usage("no host matches: the inventory has no hosts")
            .detail("in", inventory.path.as_str()));
    }
    Ok(hosts.into_iter().map(|number| &inventory.hosts[number]).collect())
}

/// The names of hosts as one folded text, which is an expression for them: `paas[1-3],db`.
pub fn fold<'a>(hosts: impl IntoIterator<Item = &'a Host>) -> String {
    range::fold(hosts.into_iter().map(|host| &host.name))
}

/// The hosts of one word of an expression.
fn find(inventory: &Inventory, term: &Term) -> Result<BTreeSet<usize>, SpannedError> {
    let names = match &term.word {
        Word::All => return Ok((0..inventory.hosts.len()).collect()),
        Word::Hosts(names) => return inventory.roster.hosts(names, &term.at),
        Word::Groups(names) => names,
    };
    let mut hosts = BTreeSet::new();
    for name in names {
        let group = inventory.group(name);
        let group = group.ok_or_else(|| inventory.roster.missing_group(name, &term.at))?;
        hosts.extend(&group.hosts);
    }
    Ok(hosts)
}

/// The group of a module. BlueKing writes projects three ways: `monitorv3(influxdb-proxy)` in
/// `install.config`, `monitorv3_influxdb_proxy` in its shell arrays, and a mix of both. Its own `pcmd`
/// takes any case.
fn group<'a>(inventory: &'a Inventory, name: &str) -> Option<&'a Group> {
    let name =
        name.strip_suffix(')').map_or_else(|| name.into(), |name| name.replacen('(', "_", 1));
    let plain = |name: &str| name.replace('-', "_").to_ascii_lowercase();
    let same = |group: &&Group| plain(&group.name) == plain(&name);
    inventory.group(&name).or_else(|| inventory.groups.iter().find(same))
}

/// All hosts that carry a module, or all hosts when no module is imported.
fn every(inventory: &Inventory) -> BTreeSet<usize> {
    let modules = inventory.groups.iter().filter(|group| group.module);
    let hosts: BTreeSet<usize> = modules.flat_map(|group| &group.hosts).copied().collect();
    if hosts.is_empty() { (0..inventory.hosts.len()).collect() } else { hosts }
}

fn missing(inventory: &Inventory, name: &str) -> Fault {
    let fault = Fault::usage(format!("no module `{name}`")).detail("in", inventory.path.as_str());
    let near = nearest(name, inventory.groups.iter().map(|group| group.name.as_str()));
    if inventory.host(name).is_some() {
        return fault.hint(format!("`{name}` is a host: name it with `-w {name}`"));
    }
    match near {
        Some(near) => fault.hint(format!("did you mean `{near}`?")),
        None => fault.hint("list the modules: cargo xtask hosts groups"),
    }
}

#[cfg(test)]
mod large;
#[cfg(test)]
mod table;
#[cfg(test)]
mod tests;
