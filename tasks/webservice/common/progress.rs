//! The progress of a node in its upgrade, read from the hosts.

use std::net::Ipv4Addr;

use engine::prelude::*;

use super::order::Order;
use super::placement::{self, Move};
use super::settings::Settings;
use super::temporary_address::Reservation;
use super::{node_address, services, vm};

const LAUNCH: Snippet = snippet!("webservice/progress");
const SYSTEM: Snippet = snippet!("webservice/progress_system");

/// The marks of a node's launch: the words of the snippet.
fn launch(reader: &Reader<'_>, dir: &str, node: &str) -> Result<String> {
    let settings = format!("{dir}/{node}");
    reader.ask(LAUNCH, [("NODE", node.into()), ("SETTINGS", settings.into())])
}

/// Refuses a new upgrade of a node whose VM was launched from its present settings.
pub(crate) fn not_launched(reader: &Reader<'_>, dir: &str, node: &str) -> Result<()> {
    if !launch(reader, dir, node)?.lines().any(|word| word == "present") {
        return Ok(());
    }
    let what = format!(
        "{node} was launched from its present settings: reserve a temporary address before the launch"
    );
    Err(Fault::refused(what)
        .hint("see its progress: cargo xtask webservice upgrade --map")
        .hint(format!("to start again, first: cargo xtask webservice rollback-vm --node {node}"))
        .into())
}

/// The progress of a node, in order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Progress {
    /// Its new VM was not launched.
    Old,
    /// Its new VM was launched, and has the temporary address.
    Launched,
    /// Its settings have the original address again; the node or its marks do not.
    Returning,
    /// It has its original address on the new physical host; not all services run.
    Back,
    /// It has its original address and the new system on the new physical host; its services run.
    Finished,
}

/// A node: its old host, its new host, and its progress.
#[derive(Debug, Clone)]
pub(crate) struct Standing {
    pub(crate) node: String,
    pub(crate) old: String,
    pub(crate) new: String,
    pub(crate) progress: Progress,
    /// The old VM runs on the old physical host.
    pub(crate) serves: bool,
    /// Its settings name the new physical host.
    pub(crate) moved: bool,
    /// The platform was installed since the launch.
    pub(crate) installed: bool,
    pub(crate) reserved: Option<Reservation>,
    pub(crate) original: Option<Ipv4Addr>,
}

/// The state before the upgrade, and the present one.
pub(crate) struct Sight<'a> {
    pub(crate) cx: &'a Context,
    pub(crate) firstbox: Host<'a>,
    pub(crate) now: Settings,
    pub(crate) before: Settings,
    pub(crate) moves: [Move; 2],
}

impl<'a> Sight<'a> {
    /// Reads the settings of `dir` and their backup. Without a backup the present settings are the state before.
    pub(crate) fn of(cx: &'a Context, dir: &str, backup: &str) -> Result<Self> {
        let firstbox = cx.one_host("firstbox")?;
        let (now, before) = firstbox.look("read settings", |reader| {
            let now = Settings::read(reader, dir)?;
            let before = Settings::read(reader, backup)?;
            Ok(if before.is_empty() { (now.clone(), now) } else { (now, before) })
        })?;
        let moves = firstbox.look("work out the placement", |_| Ok(placement::swap(&before)?))?;
        Ok(Self { cx, firstbox, now, before, moves })
    }

    /// The progress of the two nodes.
    pub(crate) fn standings(&self) -> Result<[Standing; 2]> {
        let [one, other] = &self.moves;
        Ok([self.standing(one)?, self.standing(other)?])
    }

    /// The two nodes in the order of their turns, and the holder of the floating IP: the finished ones first, then one
    /// in progress, then one without the floating IP, then the holder (X0.20).
    ///
    /// # Errors
    /// Refuses if two nodes hold the floating IP.
    pub(crate) fn turns(&self, vip: Option<Ipv4Addr>) -> Result<(Vec<Standing>, Option<String>)> {
        let mut nodes = self.standings()?.to_vec();
        // A node between its two systems may not answer, so it does not count as the holder.
        let settled = |node: &&Standing| match node.progress {
            Progress::Finished => true,
            Progress::Old => node.serves,
            _ => false,
        };
        let names: Vec<&str> = nodes.iter().filter(settled).map(|node| &*node.node).collect();
        let mut holder = None;
        if !names.is_empty() {
            let order = Order::find(&self.cx.all_hosts(&names.join(","))?, vip)?;
            holder = order.holder.map(str::to_owned);
        }
        nodes.sort_by_key(|node| match node.progress {
            Progress::Finished => 0,
            Progress::Old if node.serves && holder.as_ref() == Some(&node.node) => 3,
            Progress::Old if node.serves => 2,
            _ => 1,
        });
        Ok((nodes, holder))
    }

    fn standing(&self, way: &Move) -> Result<Standing> {
        let node = way.node.as_str();
        let address =
            |settings: &Settings| settings.get(node, "mgmt_network_address")?.parse().ok();
        let (words, reserved) = self.firstbox.look("look at the launch", |reader| {
            Ok((launch(reader, &self.now.dir, node)?, Reservation::read(reader, node)?))
        })?;
        let marked = |word: &str| words.lines().any(|line| line == word);
        let runs_on = |host: &str| -> Result<bool> {
            Ok(vm::state_of(self.cx.one_host(host)?, node)?.as_deref() == Some("running"))
        };
        let serves = runs_on(&way.old)?;
        let original = reserved.map(|both| both.original).or_else(|| address(&self.before));
        let moved = self.now.get(node, "physical_host") == Some(&way.new);
        let mut standing = Standing {
            node: node.to_owned(),
            old: way.old.clone(),
            new: way.new.clone(),
            progress: Progress::Old,
            serves,
            moved,
            installed: marked("installed"),
            reserved,
            original,
        };
        // A mark of an earlier upgrade does not count: its settings had another physical host.
        if !marked("launched") || !moved {
            return Ok(standing);
        }
        let home = original.is_some() && address(&self.now) == original;
        let new_runs = !serves && runs_on(&way.new)?;
        standing.progress = match (reserved.is_some(), marked("present")) {
            (true, _) if home && new_runs => Progress::Returning,
            (false, true) if home && new_runs => self.home(node)?,
            (_, true) => Progress::Launched,
            _ => Progress::Old,
        };
        Ok(standing)
    }

    /// Whether a node with its original address on the new physical host is finished.
    fn home(&self, node: &str) -> Result<Progress> {
        let wanted = self.now.get(node, "os_version").unwrap_or_default().to_owned();
        let well = node_address::node(self.cx, node)?.look("look at the node", |reader| {
            let found = reader.ask(SYSTEM, [])?;
            let is_new =
                !found.is_empty() && format!("{wanted}.").starts_with(&format!("{found}."));
            Ok(is_new && reader.kept(services::SERVICES, services::values("running", &[]))?)
        })?;
        Ok(if well { Progress::Finished } else { Progress::Back })
    }
}
