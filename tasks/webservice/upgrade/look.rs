//! The state of the upgrade, and its facts, as the hosts show them.

use engine::prelude::*;
use engine::run::composite::{At, Given, Turn};
use engine::text::edit::env;

use super::{SETTINGS, Upgrade, VARIABLES, guards};
use crate::webservice::common::floating_ip;
use crate::webservice::common::order::Order;
use crate::webservice::common::progress::{Progress, Sight, Standing};
use crate::webservice::common::settings::Settings;
use crate::webservice::common::temporary_address::Reservation;
use crate::webservice::detect_bridge::{self, Network};

const HOST: &str = "physical_host";
/// File on firstbox that names the backup of the state before the upgrade. Otherwise a second run on another day
/// would use that day's backup, and swap the physical hosts back (X0.10).
pub(super) const REMEMBERED: &str = "/var/lib/xtask/webservice-upgrade";

impl Upgrade {
    pub(super) fn look_at_hosts(given: &Given<'_>) -> Result<Self> {
        let (stamp, backed_up) = stamp(given)?;
        let sight = Sight::of(given.cx, SETTINGS, &format!("{SETTINGS}.{stamp}"))?;
        let (nodes, holder) = order(given.cx, sight.standings()?)?;
        let turns = nodes.iter().map(turn).collect();
        Ok(Self { stamp, backed_up, nodes, turns, holder })
    }

    pub(super) fn node(&self, name: &str) -> &Standing {
        self.nodes.iter().find(|node| node.node == name).expect("a turn is one of a node")
    }

    /// One of `FACTS`.
    pub(super) fn compute(&self, at: &At<'_, Self>, name: &str) -> Result<Option<String>> {
        let cx = at.cx;
        let node = at.turn.map(|turn| self.node(&turn.host));
        let reserved = || node.map_or(Ok(None), |node| reserved(cx, &node.node));
        let address = |ip: std::net::Ipv4Addr| ip.to_string();
        Ok(match (name, node) {
            ("stamp", _) => Some(self.stamp.clone()),
            // Keys come from a node with its old system.
            ("source", _) => {
                let old = |node: &&Standing| node.progress == Progress::Old && node.serves;
                self.nodes.iter().find(old).map(|node| node.node.clone())
            }
            ("vip", _) => {
                let firstbox = cx.one_host("firstbox")?;
                floating_ip::read(cx, &firstbox, VARIABLES)?.map(address)
            }
            ("finished", _) => {
                let finished = self.nodes.iter().map(|node| node.node.as_str());
                let finished: Vec<&str> = finished.filter(|node| at.is_finished(node)).collect();
                (!finished.is_empty()).then(|| finished.join(","))
            }
            ("ip", Some(node)) => match node.reserved {
                Some(both) => Some(address(both.temporary)),
                None => guards::temporary(&at.given, &node.node)?.0,
            },
            ("any_of", Some(node)) if node.reserved.is_none() => {
                guards::temporary(&at.given, &node.node)?.1
            }
            ("bridge", Some(node)) => Some(bridge(cx, node)?),
            ("temporary", Some(node)) => {
                let both = reserved()?.ok_or_else(|| {
                    Fault::refused(format!("{} has no temporary address", node.node))
                        .hint("first: cargo xtask webservice upgrade pick-temp-ip")
                })?;
                Some(address(both.temporary))
            }
            ("address", Some(node)) => {
                reserved()?.map(|both| both.temporary).or(node.original).map(address)
            }
            _ => None,
        })
    }
}

/// A node's turn: only a running old VM is stopped, and a node that returns to its own address is not launched again.
fn turn(node: &Standing) -> Turn {
    let Standing { node: name, old, new, progress, .. } = node;
    let begins = match progress {
        Progress::Old if node.serves => Some("release-vip"),
        Progress::Old => Some("shutdown-vm"),
        Progress::Launched => Some("relaunch-vm"),
        Progress::Returning => Some("restore-mgmt-ip"),
        Progress::Back => Some("check-node"),
        Progress::Finished => None,
    };
    let way = begins.map_or_else(|| format!("finished, on {new}"), |_| format!("{old} -> {new}"));
    Turn {
        host: name.clone(),
        way,
        begins,
        seen: (node.installed && *progress != Progress::Old).then_some("install-node"),
        recorded: *progress == Progress::Launched,
        note: format!("{name} is finished: on {new}, with its own address and running services; skipped"),
    }
}

/// The reservation on firstbox; in a dry run the planned one.
fn reserved(cx: &Context, node: &str) -> Result<Option<Reservation>> {
    cx.one_host("firstbox")?
        .look("read the reservation", |reader| Reservation::read(reader, node))
}

/// The bridge of the new physical host.
pub(super) fn bridge(cx: &Context, node: &Standing) -> Result<String> {
    let network = cx.one_host("firstbox")?.look("read the management network", |reader| {
        Network::of(&Settings::read(reader, SETTINGS)?)
    })?;
    detect_bridge::find(&cx.one_host(&node.new)?, &network, &"br0".parse()?)
}

/// One in progress, then one without the floating IP, then the holder (X0.20); and the holder.
fn order(cx: &Context, nodes: [Standing; 2]) -> Result<(Vec<Standing>, Option<String>)> {
    // A node between its two systems may not answer, so it does not count as the holder.
    let settled = |node: &&Standing| match node.progress {
        Progress::Finished => true,
        Progress::Old => node.serves,
        _ => false,
    };
    let names: Vec<&str> = nodes.iter().filter(settled).map(|node| node.node.as_str()).collect();
    let mut holder = None;
    if !names.is_empty() {
        let vip = floating_ip::read(cx, &cx.one_host("firstbox")?, VARIABLES)?;
        let order = Order::find(&cx.all_hosts(&names.join(","))?, vip)?;
        holder = order.holder.map(str::to_owned);
    }
    let mut nodes = nodes.to_vec();
    nodes.sort_by_key(|node| match node.progress {
        Progress::Finished => 0,
        Progress::Old if node.serves && holder.as_ref() == Some(&node.node) => 3,
        Progress::Old if node.serves => 2,
        _ => 1,
    });
    Ok((nodes, holder))
}

/// The day of the backup, and whether it exists.
fn stamp(given: &Given<'_>) -> Result<(String, bool)> {
    let today = given.cx.date8();
    let typed = given.flag("stamp", None).map(str::to_owned);
    given.cx.one_host("firstbox")?.look("look for the backup of the settings", |reader| {
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
        if let (Some(typed), Some(then)) = (&typed, &remembered)
            && typed != then
            && is_under_way(reader, &now, &read(then)?)?
        {
            let what = format!("the upgrade that started with {SETTINGS}.{then} is in progress");
            return Err(Fault::refused(what).hint("leave --stamp out to continue it").into());
        }
        let known = typed.or(remembered);
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
