//! The guards of the upgrade, and its stages that are more than a step.

use engine::prelude::*;
use engine::run::composite::{At, Given};

use super::look::{self, REMEMBERED};
use super::{SETTINGS, Upgrade};
use crate::list::words;
use crate::webservice::common::platform::{Platform, ZoneKind};
use crate::webservice::common::progress::{Progress, Sight, Standing};
use crate::webservice::common::settings::Settings;
use crate::webservice::common::temporary_address;
use crate::webservice::detect_bridge::Network;
use crate::webservice::{sync_access_keys, sync_console_keys};

/// What no single value shows: the platform, and a temporary address for each node, no two the same.
pub(super) fn check(given: &Given<'_>) -> Result<()> {
    let cx = given.cx;
    let firstbox = cx.one_host("firstbox")?;
    let place = |fault: Fault| fault.detail("in", cx.inventory.path.as_str());
    let platform = Platform::of(&firstbox).map_err(place)?;
    if !platform.is_new() {
        platform.zone().map_err(place)?;
    }
    ZoneKind::of(&firstbox, None).map_err(place)?;
    if !given.wants(&["pick-temp-ip", "check-prereqs"]) {
        return Ok(());
    }
    let nodes = cx.all_hosts("@webservice")?.names();
    let mut known = Vec::new();
    for node in nodes.iter().filter(|node| given.only.is_none_or(|only| only == **node)) {
        let Some(ip) = temporary(given, node)?.0 else { continue };
        if let Some((other, _)) = known.iter().find(|(_, used)| *used == ip) {
            let what = format!("{other} and {node} have the same temporary address {ip}");
            return Err(Fault::usage(what).hint("give each its own").into());
        }
        known.push((node, ip));
    }
    if let Some(node) = given.named("temp_ip").find(|node| !nodes.contains(node)) {
        let fault = Fault::usage(format!("--temp-ip: {node} is not a host of @webservice"));
        return Err(fault.detail("there are", nodes.join(", ")).into());
    }
    Ok(())
}

/// The temporary address of a node, or the network to take one from. Flags come before hosts.toml.
pub(super) fn temporary(given: &Given<'_>, node: &str) -> Result<(Option<String>, Option<String>)> {
    let flag = given.flag("temp_ip", Some(node)).map(str::to_owned);
    if flag.is_none() && let Some(range) = given.flag("range", None) {
        return Ok((None, Some(range.to_owned())));
    }
    let ip = flag.map_or_else(|| given.variable("temp_ip", Some(node)), |ip| Ok(Some(ip)))?;
    let range = if ip.is_none() { given.variable("range", None)? } else { None };
    if ip.is_none() && range.is_none() {
        let file = &given.cx.inventory.path;
        return Err(Fault::usage(format!("{node} has no temporary address: neither a flag nor a variable in {file} names one"))
            .hint(format!("add to [hosts.{node}]: vars = {{ temp_ip = \"...\" }}; or give --temp-ip {node}=IP, or --range CIDR"))
            .into());
    }
    Ok((ip, range))
}

impl Upgrade {
    /// No other node is in progress (X0.20). A later stage than the launch is one of the new VM.
    pub(super) fn next_is(&self, at: &At<'_, Self>) -> Result<()> {
        let Some(turn) = at.turn else { return Ok(()) };
        let (name, node) = (&turn.host, self.node(&turn.host));
        if node.serves && node.progress != Progress::Old {
            let what = format!("{name} runs on {}, and was launched on {}", node.old, node.new);
            return Err(Fault::refused(what).hint(format!("remove one of the two: cargo xtask webservice rollback-vm --node {name}; or on {}: virsh shutdown {name}", node.old)).into());
        }
        let mut others = self.nodes.iter().filter(|other| {
            other.node != *name && !at.is_finished(&other.node)
        });
        let between = |other: &&Standing| other.progress != Progress::Old || !other.serves;
        if let Some(other) = others.clone().find(between) {
            let what = format!("{} is in progress: {name} is next when it is finished (X0.20)", other.node);
            let hint = "leave --only-node out: the upgrade continues with it";
            return Err(Fault::refused(what).hint(hint).into());
        }
        let holds = self.holder.as_ref() == Some(name) && at.name() == "release-vip";
        if let Some(other) = others.next().filter(|_| holds && at.given.only.is_some()) {
            let what = format!("{name} holds the floating IP: upgrade {} first (X0.20)", other.node);
            return Err(Fault::refused(what).hint("leave --only-node out").into());
        }
        if node.progress == Progress::Old && at.is_after("relaunch-vm") {
            let what = format!("{name} was not launched yet: {} needs its new VM", at.name());
            return Err(Fault::refused(what).hint("leave --from out, or start with relaunch-vm").into());
        }
        Ok(())
    }

    /// The upgrade has touched no node and no settings.
    fn is_fresh(&self) -> bool {
        self.nodes.iter().all(|node| node.progress == Progress::Old && node.serves && !node.moved)
    }

    pub(super) fn show_order(&self, at: &At<'_, Self>) -> Result<()> {
        let names: Vec<&str> = at.ahead().map(|turn| turn.host.as_str()).collect();
        at.cx.note(&format!("one at a time (X0.20): {}", names.join(", then ")));
        Ok(())
    }

    pub(super) fn show_placement(&self, at: &At<'_, Self>) -> Result<()> {
        if self.is_fresh() { at.step() } else { Ok(()) }
    }

    pub(super) fn show_bridges(&self, at: &At<'_, Self>) -> Result<()> {
        at.early().map(|turn| self.node(&turn.host)).try_for_each(|node| {
            let bridge = look::bridge(at.cx, node)?;
            at.cx.note(&format!("{}: {bridge} of {}", node.node, node.new));
            Ok(())
        })
    }

    /// The backup, and its day for later runs.
    pub(super) fn back_up(&self, at: &At<'_, Self>) -> Result<()> {
        if !self.backed_up {
            if let Some(node) = self.nodes.iter().find(|node| node.progress != Progress::Old) {
                let (node, stamp) = (&node.node, &self.stamp);
                let what = format!("{node} is in progress, and its backup {SETTINGS}.{stamp} is missing");
                let hint = "name the day of its backup: --stamp YYYYMMDD";
                return Err(Fault::refused(what).hint(hint).into());
            }
            at.step()?;
        }
        let firstbox = at.cx.one_host("firstbox")?;
        firstbox.ensure(&Directory::present("/var/lib/xtask").stays())?;
        let text = format!("stamp={}\n", self.stamp);
        firstbox.ensure(&FileContent::new(REMEMBERED, text)).map(drop)
    }

    /// The node is finished: its services run, and the hosts show all marks.
    pub(super) fn check_node(&self, at: &At<'_, Self>) -> Result<()> {
        at.step()?;
        let Some(turn) = at.turn.filter(|_| at.cx.is_real()) else { return Ok(()) };
        let sight = Sight::of(at.cx, SETTINGS, &format!("{SETTINGS}.{}", self.stamp))?;
        let found = sight.standings()?.into_iter().find(|node| node.node == turn.host);
        match found.map(|node| node.progress) {
            Some(Progress::Finished) => Ok(()),
            found => Err(Fault::failed(format!("{} is not finished: {found:?}", turn.host))
                .hint("see the next stage: cargo xtask webservice upgrade --map")
                .into()),
        }
    }

    /// WS-01, and all checks of later stages, before any change.
    pub(super) fn check_all(&self, at: &At<'_, Self>) -> Result<()> {
        let cx = at.cx;
        if !self.is_fresh() {
            cx.note("the upgrade is in progress: its prerequisites were checked at the start");
            return Ok(());
        }
        at.step()?;
        let ahead: Vec<&Standing> = at.ahead().map(|turn| self.node(&turn.host)).collect();
        let mut wanted = Vec::new();
        for node in ahead.iter().filter(|node| node.reserved.is_none()) {
            wanted.extend(temporary(&at.given, &node.node)?.0);
        }
        let vip = at.value("vip")?;
        wanted.extend(at.value("floating_ip")?.filter(|ip| vip.as_ref() != Some(ip)));
        let firstbox = cx.one_host("firstbox")?;
        let platform = Platform::of(&firstbox)?;
        firstbox.look("check addresses", |reader| {
            let settings = Settings::read(reader, SETTINGS)?;
            let network = Network::of(&settings)?;
            for ip in &wanted {
                let ip = ip.parse()?;
                temporary_address::unnamed(&settings, ip)?;
                if !network.has(ip) {
                    let what = format!("{ip} is not in the management network of the nodes");
                    return Err(Fault::usage(what).hint("use a free address of that network").into());
                }
                if !temporary_address::is_free(reader, ip, None)? {
                    let hint = "use an address for which no host answers";
                    return Err(Fault::refused(format!("address {ip} is in use")).hint(hint).into());
                }
            }
            for node in &ahead {
                let mac = settings.get(&node.node, "mgmt_network_mac_address");
                if let Some(mac) = mac.and_then(|text| text.parse::<Mac>().ok()) {
                    settings.check_mac(&node.node, &mac)?;
                }
            }
            // No script reads the file of an unused zone (X0.31).
            if !platform.is_new() && !settings.has_zone(platform.zone()?) {
                let what = format!("no node is in zone `{}`", platform.zone()?);
                let fault = Fault::refused(what).detail("in", SETTINGS);
                return Err(fault.hint("correct zone_id in hosts.toml").into());
            }
            Ok(())
        })?;
        if let Some(keys) = at.line_of("sync-access-keys")? {
            sync_access_keys::check(cx, &words(&keys)?)?;
        }
        if let Some(keys) = at.line_of("sync-console-keys")? {
            sync_console_keys::check(cx, &words(&keys)?)?;
        }
        Ok(())
    }
}
