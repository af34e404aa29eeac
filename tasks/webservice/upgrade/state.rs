//! The state of the upgrade as the hosts show it: facts, guards, and the stages that are more than a step.

use std::net::Ipv4Addr;

use engine::prelude::*;
use engine::run::composite::{At, Composite, Given, Platform as Progressed, Turn};

use crate::common::composite::words;
use crate::webservice::common::platform::{Platform, ZoneKind};
use crate::webservice::common::progress::{Progress, Sight, Standing};
use crate::webservice::common::temporary_address::Reservation;
use crate::webservice::common::{backup_day, floating_ip};
use crate::webservice::{detect_bridge, sync_access_keys, sync_console_keys};

const SETTINGS: &str = "/pitrix/conf/settings";

/// The state of the upgrade at the start.
#[derive(Debug)]
pub(super) struct Upgrade {
    /// The day of the backup.
    stamp: String,
    /// The backup of that day exists.
    backed_up: bool,
    /// The nodes in the order of their turns; the finished ones first.
    nodes: Vec<Standing>,
    turns: Vec<Turn>,
    /// The holder of the floating IP at the start.
    holder: Option<String>,
}

impl Composite for Upgrade {
    fn turns(&self) -> &[Turn] {
        &self.turns
    }

    fn platform(&self) -> Progressed<'_> {
        match self.nodes.iter().all(|node| node.progress == Progress::Old) {
            true if self.backed_up => Progressed::Recorded,
            true => Progressed::Ahead,
            false => Progressed::Done,
        }
    }

    fn fact(&self, at: &At<'_>, name: &str) -> Result<Option<String>> {
        let node = at.turn.map(|turn| self.node(&turn.host));
        let text = |ip: Ipv4Addr| ip.to_string();
        Ok(match (name, node) {
            ("stamp", _) => Some(self.stamp.clone()),
            // Keys come from a node with its old system.
            ("source", _) => {
                let old = |node: &&Standing| node.progress == Progress::Old && node.serves;
                self.nodes.iter().find(old).map(|node| node.node.clone())
            }
            ("vip", _) => vip(at.cx)?.map(text),
            ("addresses", _) => self.addresses(at)?,
            ("fresh", _) => self.is_fresh().then(String::new),
            ("finished", _) => at.finished(),
            ("ip", Some(Standing { reserved: Some(both), .. })) => Some(text(both.temporary)),
            ("any_of", Some(Standing { reserved: Some(_), .. })) => None,
            ("ip", Some(node)) => temporary(&at.given, &node.node)?.0,
            ("any_of", Some(node)) => temporary(&at.given, &node.node)?.1,
            ("bridge", Some(node)) => {
                Some(detect_bridge::of(&at.cx.one_host(&node.new)?, at.cx, SETTINGS)?)
            }
            ("temporary", Some(node)) => reserved(at.cx, node)?.map(text),
            ("address", Some(node)) => reserved(at.cx, node)?.or(node.original).map(text),
            _ => None,
        })
    }

    /// The holder is the last (X0.20). A later stage than the launch is one of the new VM.
    fn may_begin(&self, at: &At<'_>) -> Result<()> {
        let Some(turn) = at.turn else { return Ok(()) };
        let (name, node) = (&turn.host, self.node(&turn.host));
        if node.serves && node.progress != Progress::Old {
            let what = format!("{name} runs on {}, and was launched on {}", node.old, node.new);
            return Err(Fault::refused(what).hint(format!("remove one of the two: cargo xtask webservice rollback-vm --node {name}; or on {}: virsh shutdown {name}", node.old)).into());
        }
        let open = |other: &&Turn| other.host != *name && !at.is_finished(&other.host);
        let holds = self.holder.as_ref() == Some(name) && at.name() == "release-vip";
        if let Some(Turn { host, .. }) =
            self.turns.iter().find(open).filter(|_| holds && at.given.only.is_some())
        {
            let what = format!("{name} holds the floating IP: upgrade {host} first (X0.20)");
            return Err(Fault::refused(what).hint("leave --only-node out").into());
        }
        if node.progress == Progress::Old && at.is_after("relaunch-vm") {
            let what = format!("{name} was not launched yet: {} needs its new VM", at.name());
            let hint = "leave --from out, or start with relaunch-vm";
            return Err(Fault::refused(what).hint(hint).into());
        }
        Ok(())
    }

    fn effect(&self, turn: &Turn) -> String {
        let Standing { old, new, .. } = self.node(&turn.host);
        format!("takes it out of service and moves it from {old} to {new}")
    }
}

impl Upgrade {
    /// The platform; and a temporary address for each node, no two the same.
    pub(super) fn check(given: &Given<'_>) -> Result<()> {
        let firstbox = given.cx.one_host("firstbox")?;
        let place = |fault: Fault| fault.detail("in", given.cx.inventory.path.as_str());
        let platform = Platform::of(&firstbox).map_err(place)?;
        if !platform.is_new() {
            platform.zone().map_err(place)?;
        }
        ZoneKind::of(&firstbox, None).map_err(place)?;
        if given.wants(&["pick-temp-ip", "check-prereqs"]) { addresses(given) } else { Ok(()) }
    }

    /// The nodes in the order of their turns.
    pub(super) fn look(given: &Given<'_>) -> Result<Box<dyn Composite>> {
        let cx = given.cx;
        let (stamp, backed_up) = backup_day::find(cx, SETTINGS, given.flag("stamp", None))?;
        let sight = Sight::of(cx, SETTINGS, &format!("{SETTINGS}.{stamp}"))?;
        let (nodes, holder) = sight.turns(vip(cx)?)?;
        let turns = nodes.iter().map(turn).collect();
        Ok(Box::new(Self { stamp, backed_up, nodes, turns, holder }))
    }

    fn node(&self, name: &str) -> &Standing {
        self.nodes.iter().find(|node| node.node == name).expect("a turn is one of a node")
    }

    /// The upgrade has touched no node and no settings.
    fn is_fresh(&self) -> bool {
        self.nodes.iter().all(|node| node.progress == Progress::Old && node.serves && !node.moved)
    }

    /// The addresses that the upgrade will use, and no host yet.
    fn addresses(&self, at: &At<'_>) -> Result<Option<String>> {
        let mut wanted = Vec::new();
        for node in at.ahead().map(|turn| self.node(&turn.host)) {
            let known = node.reserved.is_some();
            wanted.extend(if known { None } else { temporary(&at.given, &node.node)?.0 });
        }
        let vip = at.value("vip")?;
        wanted.extend(at.value("floating_ip")?.filter(|ip| vip.as_ref() != Some(ip)));
        Ok((!wanted.is_empty()).then(|| wanted.join(",")))
    }

    /// WS-01, and the keys of later stages, before any change.
    pub(super) fn check_all(at: &At<'_>) -> Result<()> {
        at.step()?;
        if let Some(keys) = at.line_of("sync-access-keys")? {
            sync_access_keys::check(at.cx, &words(&keys)?)?;
        }
        let keys = at.line_of("sync-console-keys")?;
        keys.map_or(Ok(()), |keys| sync_console_keys::check(at.cx, &words(&keys)?))
    }

    pub(super) fn show_order(at: &At<'_>) -> Result<()> {
        let names: Vec<&str> = at.ahead().map(|turn| turn.host.as_str()).collect();
        let text = names.join(", then ");
        at.cx.found(Finding::new("order", json!({ "nodes": names, "holder": null }), text))
    }

    pub(super) fn show_bridges(at: &At<'_>) -> Result<()> {
        let upgrade = at.of::<Self>();
        at.early().map(|turn| upgrade.node(&turn.host)).try_for_each(|node| {
            let bridge = detect_bridge::of(&at.cx.one_host(&node.new)?, at.cx, SETTINGS)?;
            let text = format!("{bridge} of {}", node.new);
            at.cx.found(Finding::new("bridge", bridge, text).about(&node.node))
        })
    }

    /// The backup, and its day for later runs.
    pub(super) fn back_up(at: &At<'_>) -> Result<()> {
        let upgrade = at.of::<Self>();
        if !upgrade.backed_up {
            if let Some(node) = upgrade.nodes.iter().find(|node| node.progress != Progress::Old) {
                let (node, backup) = (&node.node, format!("{SETTINGS}.{}", upgrade.stamp));
                let what = format!("{node} is in progress, and its backup {backup} is missing");
                let hint = "name the day of its backup: --stamp YYYYMMDD";
                return Err(Fault::refused(what).hint(hint).into());
            }
            at.step()?;
        }
        backup_day::remember(&at.cx.one_host("firstbox")?, &upgrade.stamp)
    }

    /// The node is finished: its services run, and the hosts show all marks.
    pub(super) fn check_node(at: &At<'_>) -> Result<()> {
        at.step()?;
        let Some(turn) = at.turn.filter(|_| at.cx.is_real()) else { return Ok(()) };
        let backup = format!("{SETTINGS}.{}", at.of::<Self>().stamp);
        let sight = Sight::of(at.cx, SETTINGS, &backup)?;
        let found = sight.standings()?.into_iter().find(|node| node.node == turn.host);
        match found.map(|node| node.progress) {
            Some(Progress::Finished) => Ok(()),
            found => Err(Fault::failed(format!("{} is not finished: {found:?}", turn.host))
                .hint("see the next stage: cargo xtask webservice upgrade --map")
                .into()),
        }
    }
}

/// A node's turn: only a running old VM is stopped, and a node that returns to its own address is not launched again.
fn turn(node: &Standing) -> Turn {
    let Standing { node: host, old, new, progress, .. } = node;
    let begins = match progress {
        Progress::Old if node.serves => Some("release-vip"),
        Progress::Old => Some("shutdown-vm"),
        Progress::Launched => Some("relaunch-vm"),
        Progress::Returning => Some("restore-mgmt-ip"),
        Progress::Back => Some("check-node"),
        Progress::Finished => None,
    };
    let way = begins.map_or_else(|| format!("finished, on {new}"), |_| format!("{old} -> {new}"));
    let seen = (node.installed && *progress != Progress::Old).then_some("install-node");
    let recorded = *progress == Progress::Launched;
    let note =
        format!("{host} is finished: on {new}, with its own address and running services; skipped");
    Turn { host: host.clone(), way, begins, seen, recorded, note }
}

/// Each node gets a temporary address, and no two the same one.
fn addresses(given: &Given<'_>) -> Result<()> {
    let nodes = given.cx.all_hosts("@webservice")?.names();
    let mut known = Vec::new();
    for node in nodes.iter().filter(|node| given.only.is_none_or(|only| only == **node)) {
        let Some(ip) = temporary(given, node)?.0 else { continue };
        if let Some((other, _)) = known.iter().find(|(_, used)| *used == ip) {
            let what = format!("{other} and {node} have the same temporary address {ip}");
            return Err(Fault::usage(what).hint("give each its own").into());
        }
        known.push((node, ip));
    }
    given.named("temp_ip", &nodes)
}

/// The temporary address of a node, or the network to take one from. Flags come before hosts.toml.
fn temporary(given: &Given<'_>, node: &str) -> Result<(Option<String>, Option<String>)> {
    let typed = given.flag("range", None).is_some();
    let ip = if typed { None } else { given.value("temp_ip", Some(node))? };
    let range = if ip.is_none() { given.value("range", None)? } else { None };
    if ip.is_some() || range.is_some() {
        return Ok((ip, range));
    }
    let file = &given.cx.inventory.path;
    Err(Fault::usage(format!("{node} has no temporary address: neither a flag nor a variable in {file} names one"))
        .hint(format!("add to [hosts.{node}]: vars = {{ temp_ip = \"...\" }}; or give --temp-ip {node}=IP, or --range CIDR"))
        .into())
}

/// The temporary address that firstbox has for a node; in a dry run the planned one.
fn reserved(cx: &Context, node: &Standing) -> Result<Option<Ipv4Addr>> {
    let read = |reader: &Reader<'_>| Reservation::read(reader, &node.node);
    let both = cx.one_host("firstbox")?.look("read the reservation", read)?;
    Ok(both.map(|both| both.temporary))
}

/// The present floating IP; in a dry run the planned one.
fn vip(cx: &Context) -> Result<Option<Ipv4Addr>> {
    floating_ip::read(cx, &cx.one_host("firstbox")?, "/pitrix/conf/variables")
}
