//! The stages of the upgrade for the platform: checks, backups, keys, settings, packages.

use std::net::Ipv4Addr;

use engine::prelude::*;
use engine::text::edit::env;

use super::parse_args::{parse_args, word};
use super::stage::Stage;
use super::{Args, SETTINGS, Upgrade, config};
use crate::webservice::common::platform::{Platform, ZoneKind};
use crate::webservice::common::progress::{Progress, Standing};
use crate::webservice::common::settings::Settings;
use crate::webservice::common::temporary_address::{self, Reservation};
use crate::webservice::detect_bridge::{self, Network};
use crate::webservice::{
    backup_node_files, backup_settings, build_pkgs, check_prereqs, gen_mac, gen_node_list,
    gen_settings, pick_temp_ip, plan_placement, set_floating_ip, sync_access_keys,
    sync_console_keys,
};

const HOST: &str = "physical_host";
/// File on firstbox that names the backup of the state before the upgrade. Otherwise a second run on another day
/// would use that day's backup, and swap the physical hosts back (X0.10).
const REMEMBERED: &str = "/var/lib/xtask/webservice-upgrade";

/// The day of the backup, and whether it exists.
pub(super) fn stamp(cx: &Context, args: &Args) -> Result<(String, bool)> {
    let today = cx.date8();
    cx.one_host("firstbox")?.look("look for the backup of the settings", |reader| {
        let now = Settings::read(reader, SETTINGS)?;
        let read = |stamp: &str| Settings::read(reader, &format!("{SETTINGS}.{stamp}"));
        let differs = |before: &Settings| before.clone().at(SETTINGS) != now;
        let mut remembered = match reader.read(REMEMBERED.into())? {
            Entry::File(file) => env::get(file.text(REMEMBERED.into())?, "stamp")?,
            _ => None,
        };
        // A rollback ends the upgrade: another day starts a new one.
        if let Some(then) = remembered.clone().filter(|then| *then != today) {
            let before = read(&then)?;
            let home = |node: &&str| before.get(node, HOST) == now.get(node, HOST);
            if differs(&before) && now.peers("").iter().all(home) {
                remembered = None;
            }
        }
        let given = args.stamp.as_ref().map(ToString::to_string);
        if let (Some(given), Some(then)) = (&given, &remembered)
            && given != then
            && is_under_way(reader, &now, &read(then)?)?
        {
            let what = format!("the upgrade that started with {SETTINGS}.{then} is in progress");
            return Err(Fault::refused(what).hint("leave --stamp out to continue it").into());
        }
        let known = given.or(remembered);
        let stamp = known.clone().unwrap_or(today);
        let before = read(&stamp)?;
        if known.is_none() && !before.is_empty() && differs(&before) {
            let what = format!("{SETTINGS}.{stamp} exists, and differs from the present settings");
            return Err(Fault::refused(what)
                .hint(format!("if it is the state before the upgrade: --stamp {stamp}"))
                .hint("if not, move it aside")
                .into());
        }
        Ok((stamp, !before.is_empty()))
    })
}

/// A node has a temporary address, or only one of the two has moved.
fn is_under_way(reader: &Reader<'_>, now: &Settings, before: &Settings) -> Result<bool> {
    let nodes = now.peers("");
    for node in &nodes {
        if Reservation::read(reader, node)?.is_some() {
            return Ok(true);
        }
    }
    let moved = nodes.iter().filter(|node| now.get(node, HOST) != before.get(node, HOST)).count();
    Ok(moved > 0 && moved < nodes.len())
}

impl Upgrade<'_> {
    /// One stage of the platform.
    pub(super) fn once(&self, stage: Stage) -> Result<()> {
        let cx = self.cx;
        match stage {
            Stage::CheckPrereqs => self.check(),
            Stage::PlanOrder => {
                let names: Vec<&str> = self.ahead().map(|node| node.node.as_str()).collect();
                cx.note(&format!("one at a time (X0.20): {}", names.join(", then ")));
                Ok(())
            }
            Stage::BackupSettings => self.back_up(),
            Stage::BackupNodeFiles => self
                .old(|node| backup_node_files::run(cx, &parse_args(&[word("node", &node.node)])?)),
            Stage::SetFloatingIp => match self.args.given.floating_ip {
                Some(ip) => set_floating_ip::run(cx, &parse_args(&[word("ip", ip)])?),
                None => Ok(()),
            },
            Stage::SyncAccessKeys => {
                self.keys(|words| sync_access_keys::run(cx, &parse_args(words)?))
            }
            Stage::SyncConsoleKeys if self.config.zone == ZoneKind::Sub => {
                cx.note("a sub zone has no console keys (X0.9)");
                Ok(())
            }
            Stage::SyncConsoleKeys => {
                self.keys(|words| sync_console_keys::run(cx, &parse_args(words)?))
            }
            Stage::PickTempIp => self.old(|node| {
                let (temporary, _) = match node.reserved {
                    Some(both) => (word("ip", both.temporary), None),
                    None => config::temporary(cx, self.args, &node.node)?,
                };
                pick_temp_ip::run(cx, &parse_args(&[word("node", &node.node), temporary])?)
            }),
            Stage::GenMac => {
                self.old(|node| gen_mac::run(cx, &parse_args(&[word("node", &node.node)])?))
            }
            Stage::PlanPlacement if self.is_fresh() => {
                plan_placement::run(cx, &parse_args(&[word("stamp", &self.stamp)])?)
            }
            Stage::DetectBridge => self.old(|node| {
                let bridge = self.bridge(node)?;
                cx.note(&format!("{}: {bridge} of {}", node.node, node.new));
                Ok(())
            }),
            Stage::GenSettings => self.old(|node| self.settings(node)),
            Stage::GenNodeList => gen_node_list::run(cx, &parse_args(&self.config.node_list)?),
            Stage::BuildPkgs => build_pkgs::run(cx, &parse_args(&[])?),
            _ => Ok(()),
        }
    }

    /// The upgrade has touched no node and no settings.
    fn is_fresh(&self) -> bool {
        self.nodes.iter().all(|node| node.progress == Progress::Old && node.serves && !node.moved)
    }

    /// The same for each node whose new VM was not launched; the others need nothing.
    fn old(&self, work: impl Fn(&Standing) -> Result<()>) -> Result<()> {
        self.ahead().filter(|node| node.progress == Progress::Old).try_for_each(work)
    }

    /// Keys come from a node with its old system; if there is none, an earlier run copied them.
    fn keys(&self, work: impl Fn(&[String]) -> Result<()>) -> Result<()> {
        let source = self.nodes.iter().find(|node| node.progress == Progress::Old && node.serves);
        let Some(source) = source else {
            self.cx.note("no node runs its old system any more: the keys were copied before");
            return Ok(());
        };
        let words = [&[word("node", &source.node)], &self.config.database[..]].concat();
        work(&words)
    }

    fn back_up(&self) -> Result<()> {
        let cx = self.cx;
        if !self.backed_up {
            if let Some(node) = self.nodes.iter().find(|node| node.progress != Progress::Old) {
                let what = format!(
                    "{} is in progress, and its backup {SETTINGS}.{} is missing",
                    node.node, self.stamp
                );
                return Err(Fault::refused(what)
                    .hint("name the day of its backup: --stamp YYYYMMDD")
                    .into());
            }
            backup_settings::run(cx, &parse_args(&[word("stamp", &self.stamp)])?)?;
        }
        let firstbox = cx.one_host("firstbox")?;
        firstbox.ensure(&Directory::present("/var/lib/xtask").stays())?;
        let text = format!("stamp={}\n", self.stamp);
        firstbox.ensure(&FileContent::new(REMEMBERED, text)).map(drop)
    }

    fn bridge(&self, node: &Standing) -> Result<String> {
        let network =
            self.cx.one_host("firstbox")?.look("read the management network", |reader| {
                Network::of(&Settings::read(reader, SETTINGS)?)
            })?;
        detect_bridge::find(&self.cx.one_host(&node.new)?, &network, &"br0".parse()?)
    }

    fn settings(&self, node: &Standing) -> Result<()> {
        let reserved = self.reserved(&node.node)?.ok_or_else(|| {
            Fault::refused(format!("{} has no temporary address", node.node))
                .hint("first: cargo xtask webservice upgrade pick-temp-ip")
        })?;
        let words = [
            word("node", &node.node),
            word("mgmt-address", reserved.temporary),
            word("bridge", self.bridge(node)?),
            word("stamp", &self.stamp),
        ];
        gen_settings::run(self.cx, &parse_args(&words)?)
    }

    /// The reservation on firstbox; in a dry run the planned one.
    pub(super) fn reserved(&self, node: &str) -> Result<Option<Reservation>> {
        let firstbox = self.cx.one_host("firstbox")?;
        firstbox.look("read the reservation", |reader| Reservation::read(reader, node))
    }

    /// WS-01, and all checks of later stages, before any change.
    fn check(&self) -> Result<()> {
        let cx = self.cx;
        if !self.is_fresh() {
            cx.note("the upgrade is in progress: its prerequisites were checked at the start");
            return Ok(());
        }
        check_prereqs::run(cx, &parse_args(&self.config.new_system)?)?;
        let firstbox = cx.one_host("firstbox")?;
        let platform = Platform::of(&firstbox)?;
        let mut wanted: Vec<Ipv4Addr> = Vec::new();
        for node in self.ahead().filter(|node| node.reserved.is_none()) {
            wanted.extend(config::temporary(cx, self.args, &node.node)?.1);
        }
        let vip = config::vip(cx)?;
        wanted.extend(self.args.given.floating_ip.filter(|ip| vip != Some(*ip)));
        firstbox.look("check addresses", |reader| {
            let settings = Settings::read(reader, SETTINGS)?;
            let network = Network::of(&settings)?;
            for ip in wanted {
                temporary_address::unnamed(&settings, ip)?;
                if !network.has(ip) {
                    let what = format!("{ip} is not in the management network of the nodes");
                    return Err(Fault::usage(what)
                        .hint("use a free address of that network")
                        .into());
                }
                if !temporary_address::is_free(reader, ip, None)? {
                    let what = format!("address {ip} is in use");
                    return Err(Fault::refused(what)
                        .hint("use an address for which no host answers")
                        .into());
                }
            }
            for node in self.ahead() {
                let mac = settings.get(&node.node, "mgmt_network_mac_address");
                if let Some(mac) = mac.and_then(|text| text.parse::<Mac>().ok()) {
                    settings.check_mac(&node.node, &mac)?;
                }
            }
            // No script reads the file of an unused zone (X0.31).
            if !platform.is_new() && !settings.has_zone(platform.zone()?) {
                let what = format!("no node is in zone `{}`", platform.zone()?);
                return Err(Fault::refused(what)
                    .detail("in", SETTINGS)
                    .hint("correct zone_id in hosts.toml")
                    .into());
            }
            Ok(())
        })?;
        self.keys(|words| sync_access_keys::check(cx, &parse_args(words)?))?;
        if self.config.zone == ZoneKind::Sub {
            return Ok(());
        }
        self.keys(|words| sync_console_keys::check(cx, &parse_args(words)?))
    }
}
