//! Values of the keepalived configuration, checked more strictly than by keepalived.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use engine::prelude::*;
use engine::transport::secret::Secret;

/// The VRRP group. The last part of an address can be 0 or 255, a group cannot (X3.42).
pub(crate) fn vrid(given: Option<u8>, vip: Ipv4Addr) -> Result<u8, Fault> {
    let vrid = given.unwrap_or(vip.octets()[3]);
    if (1..=254).contains(&vrid) {
        return Ok(vrid);
    }
    let from = if given.is_some() { String::new() } else { format!(" (the last part of {vip})") };
    Err(Fault::usage(format!("VRRP group {vrid}{from} is not from 1 to 254"))
        .hint("choose one that no other cluster of this network uses: --vrid N"))
}

/// One priority per host, all different (X3.45).
pub(crate) fn priorities(
    hosts: &Hosts<'_>,
    given: &[(String, u8)],
) -> Result<BTreeMap<String, u8>, Fault> {
    let mut priorities = BTreeMap::new();
    for (name, _) in given {
        if !hosts.names().contains(&name.as_str()) {
            return Err(Fault::usage(format!(
                "--priority names {name}, which is not among {}",
                fold(hosts.names())
            )));
        }
    }
    for (number, name) in hosts.names().into_iter().enumerate() {
        let default = 100_usize
            .checked_sub(number * 10)
            .and_then(|value| u8::try_from(value).ok())
            .filter(|value| *value > 0);
        let given = given.iter().rfind(|(host, _)| host == name).map(|(_, value)| *value);
        let value = given.or(default).ok_or_else(|| {
            Fault::usage(format!("no priority for {name}")).hint(format!("--priority {name}=N"))
        })?;
        if let Some((other, _)) = priorities.iter().find(|(_, other)| **other == value) {
            return Err(Fault::usage(format!(
                "{other} and {name} would have the same priority {value}"
            ))
            .hint("give each host its own: --priority HOST=N"));
        }
        priorities.insert(name.to_owned(), value);
    }
    Ok(priorities)
}

/// Refuses the address of a host.
pub(crate) fn unused(cx: &Context, vip: Ipv4Addr) -> Result<(), Fault> {
    match cx.inventory.at(&vip.to_string()) {
        Some(host) => Err(Fault::usage(format!("--vip {vip} is the address of {}", host.name))
            .hint("use an address that no host has")),
        None => Ok(()),
    }
}

/// The password, a secret of hosts.toml; it reaches a host on standard input only (XX.1). A longer one is
/// refused: keepalived truncates it, so different passwords would match (X3.44).
pub(crate) fn password(cx: &Context) -> Result<Secret> {
    let password = cx.secret("vrrp_password")?;
    let text = password.expose();
    if text.len() > 8
        || !text.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"'#!{}\\".contains(&byte))
    {
        let fault = Fault::usage(
            "secret `vrrp_password` does not fit: keepalived takes 1 to 8 plain characters, and truncates the rest",
        );
        return Err(fault.hint("use letters and digits").into());
    }
    Ok(password)
}

pub(crate) fn priority(text: &str) -> Result<(String, u8), String> {
    let parsed = text
        .split_once('=')
        .and_then(|(host, number)| Some((host.to_owned(), number.parse().ok()?)));
    match parsed {
        Some((host, number @ 1..=254)) => Ok((host, number)),
        _ => Err("write HOST=N, N being 1 to 254".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn vrrp_groups_at_the_edges_are_refused() {
        assert_eq!(vrid(None, Ipv4Addr::new(10, 0, 0, 224)).unwrap(), 224);
        for (given, last) in [(None, 0), (None, 255), (Some(0), 9), (Some(255), 9)] {
            assert!(vrid(given, Ipv4Addr::new(10, 0, 0, last)).is_err(), "{given:?} {last}");
        }
    }
}
