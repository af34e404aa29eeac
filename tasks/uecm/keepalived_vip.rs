//! UE-33, document 003 step 6, lines 287-317. Undo: the configuration as it was; stop keepalived.

use std::collections::BTreeMap;
use std::net::Ipv4Addr;

use anyhow::Result;
use engine::carry::secret::Secret;
use engine::data::fault::Fault;
use engine::data::ifname::Ifname;
use engine::data::range::fold;
use engine::ops::{Assert, FileContent, Patience, Units};
use engine::run::{Context, Host, Hosts};
use engine::snippet;
use engine::text::snippet::Snippet;
use engine::text::template;

use crate::keepalived_vip::{CHECK, check_holder};

const INTERFACE: Snippet = snippet!("uecm/interface");
const TEMPLATE: &str = include_str!("../../snippets/uecm/keepalived.conf.template");
const CONF: &str = "/etc/keepalived/keepalived.conf";

/// Bring the virtual IP of the platform under keepalived
///
/// Renders the configuration on all hosts at once and starts keepalived on one after the other,
/// highest priority first. A host whose configuration and daemon are as they should be is left
/// alone. The password is the secret `vrrp_password` of hosts.toml.
///
/// Examples:
///   cargo xtask uecm keepalived-vip --vip 172.18.5.224 -n
///   cargo xtask uecm keepalived-vip --vip 172.18.5.224 --vrid 51 --iface eth0 --yes
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
// Both profiles are flattened into one command, where a second group named `Args` would clash.
#[group(skip)]
pub struct Args {
    /// The virtual IP, used by nobody else
    #[arg(long, value_name = "IP")]
    vip: Option<Ipv4Addr>,
    /// The VRRP group, 1 to 254 [default: the last part of the virtual IP]
    #[arg(long, value_name = "N")]
    vrid: Option<u8>,
    /// The hosts, highest priority first
    #[arg(long, value_name = "HOSTSET", default_value = "@phy_servers")]
    holders: String,
    /// A host's priority, 1 to 254 [default: 100, 90, 80, ...]
    #[arg(long, value_name = "HOST=N", value_parser = priority)]
    priority: Vec<(String, u8)>,
    /// The interface for the virtual IP
    #[arg(long, value_name = "IF", default_value = "LAN1")]
    iface: Ifname,
    /// Seconds between two announcements
    #[arg(long, value_name = "SECS", default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..))]
    advert_int: u8,
    /// Let a returning host with a higher priority take the address back
    #[arg(long)]
    preempt: bool,
}

/// Checks, renders, starts.
pub fn run(cx: &Context, args: &Args) -> Result<()> {
    let Some(vip) = args.vip else {
        return Err(Fault::usage("which virtual IP? give --vip IP").into());
    };
    let vrid = vrid(args.vrid, vip)?;
    let hosts = cx.hosts(&args.holders)?;
    let priorities = priorities(&hosts, &args.priority)?;
    unused(cx, vip)?;
    let password = password(cx)?;
    cx.confirm(&format!(
        "starts or reloads keepalived on {}; {vip} can move",
        fold(hosts.names())
    ))?;
    // X3.41: with `nopreempt` the old holders keep the address for as long as their keepalived runs.
    cx.note("the old VMs keep the address until keepalived is stopped there; do that next, one VM at a time (X3.41)");

    hosts.each(|host| {
        let missing = Assert::new(
            INTERFACE,
            [("IFACE", args.iface.to_string().into())],
            format!("{} has no interface {}", host.name(), args.iface),
        );
        host.ensure(&missing.hint("name another: --iface IF"))?;
        let conf = render(args, vip, vrid, priorities[host.name()], &password)?;
        host.ensure(
            &FileContent::new(CONF, conf).mode("640").masking(["auth_pass"]).checked_by(CHECK),
        )
        .map(drop)
    })?;
    let mut order: Vec<Host<'_>> = hosts.iter().collect();
    order.sort_by_key(|host| std::cmp::Reverse(priorities[host.name()]));
    // X3.43: `start` alone would leave a running daemon with its old file.
    for host in order {
        host.ensure(
            &Units::active(["keepalived"]).newer_than([CONF]).patience(Patience::seconds(30)),
        )?;
    }
    check_holder(cx, &hosts, vip)
}

fn render(args: &Args, vip: Ipv4Addr, vrid: u8, priority: u8, password: &Secret) -> Result<String> {
    let numbers = (vrid.to_string(), priority.to_string(), args.advert_int.to_string());
    let text = template::render(
        "keepalived.conf.template",
        TEMPLATE,
        &[
            ("interface", &args.iface.to_string()),
            ("virtual_router_id", &numbers.0),
            ("priority", &numbers.1),
            ("advert_int", &numbers.2),
            ("nopreempt", if args.preempt { "# preempt" } else { "nopreempt" }),
            ("auth_pass", password.expose()),
            ("virtual_ipaddress", &vip.to_string()),
        ],
    );
    Ok(text?)
}

/// X3.42: the last part of an address can be 0 or 255, a VRRP group cannot.
fn vrid(given: Option<u8>, vip: Ipv4Addr) -> Result<u8, Fault> {
    let vrid = given.unwrap_or(vip.octets()[3]);
    if (1..=254).contains(&vrid) {
        return Ok(vrid);
    }
    let from = if given.is_some() { String::new() } else { format!(" (the last part of {vip})") };
    Err(Fault::usage(format!("VRRP group {vrid}{from} is not from 1 to 254"))
        .hint("choose one that no other cluster of this network has: --vrid N"))
}

/// X3.45: one priority per host, all different.
fn priorities(hosts: &Hosts<'_>, given: &[(String, u8)]) -> Result<BTreeMap<String, u8>, Fault> {
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

/// The address belongs to no host.
fn unused(cx: &Context, vip: Ipv4Addr) -> Result<(), Fault> {
    let text = vip.to_string();
    match cx.inventory.hosts.iter().find(|host| host.address.as_deref() == Some(text.as_str())) {
        Some(host) => Err(Fault::usage(format!("--vip {vip} is the address of {}", host.name))
            .hint("take an address that no host has")),
        None => Ok(()),
    }
}

/// X3.44: keepalived cuts longer passwords, so that different ones match.
fn password(cx: &Context) -> Result<Secret> {
    let password = cx.secret("vrrp_password")?;
    let text = password.expose();
    if text.len() > 8
        || !text.bytes().all(|byte| byte.is_ascii_graphic() && !b"\"'#!{}\\".contains(&byte))
    {
        let fault = Fault::usage(
            "secret `vrrp_password` does not fit: keepalived takes 1 to 8 plain characters, and cuts the rest off",
        );
        return Err(fault.hint("take letters and digits").into());
    }
    Ok(password)
}

fn priority(text: &str) -> Result<(String, u8), String> {
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
