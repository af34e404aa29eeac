//! WS-18, document section 拉起管理节点, lines 127-131. Undo: destroy the new VM and start the old one (WS-29).

use std::time::Duration;

use anyhow::Result;
use engine::data::fault::Fault;
use engine::data::{abs_path::AbsPath, node_name::NodeName};
use engine::ops::{Action, Op, Patience, Reader, State};
use engine::run::{Context, Host, Hosts};
use engine::snippet;
use engine::text::snippet::{Snippet, Value};

use super::settings::Settings;

const DOMAIN: Snippet = snippet!("webservice/domain");
const LAUNCHED: Snippet = snippet!("webservice/launched");
const LAUNCH: Snippet = snippet!("webservice/launch_vm");

/// Launch a webservice node's VM anew on its new physical host
///
/// `launch_vms.sh -f` builds the VM again whenever it is called, so it is called only when the VM
/// was not launched from the present settings, does not run on the physical host they name, or has
/// no NODE.Done there. Refused while the node still runs anywhere else, while its old image lies in
/// the way, and while no other webservice node runs.
///
/// Examples:
///   cargo xtask relaunch-vm --node webservice0 -n
///   cargo xtask relaunch-vm --node webservice0 --yes
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub struct Args {
    /// The node, one at a time
    #[arg(long, value_name = "NODE")]
    node: NodeName,
    /// The launch script on firstbox
    #[arg(long, value_name = "FILE", default_value = "/pitrix/install/launch_vms.sh")]
    launch: AbsPath,
    /// The directory with the settings files
    #[arg(long, value_name = "DIR", default_value = "/pitrix/conf/settings")]
    settings_dir: AbsPath,
    /// Where the physical hosts have the images
    #[arg(long, value_name = "DIR", default_value = "/pitrix/kernels")]
    kernels_dir: AbsPath,
    /// The group of the physical hosts
    #[arg(long, value_name = "GROUP", default_value = "physical")]
    physical: String,
    /// Go on although no other webservice node runs
    #[arg(long)]
    without_peer: bool,
    /// How long the VM may take
    #[arg(long, value_name = "SECS", default_value_t = 1800)]
    wait: u64,
}

/// Checks everywhere, launches on firstbox, waits on the new physical host.
pub fn run(cx: &Context, args: &Args) -> Result<()> {
    let (firstbox, node) = (cx.the("firstbox")?, args.node.to_string());
    let physical = cx.hosts(&format!("@{}", args.physical))?;
    let settings = firstbox
        .look("read settings", |reader| Settings::read(reader, &args.settings_dir.to_string()))?;
    let new = new_host(&settings, &physical, &node)?;
    let vm = Vm { cx, args, node: &node, new, firstbox: &firstbox };
    if firstbox.look("look for the new VM", |reader| vm.probe(reader))? != State::Kept {
        cx.confirm(&format!(
            "builds {node} on {}, destroying a VM of that name there",
            new.name()
        ))?;
        check_elsewhere(args, &settings, &physical, new)?;
        check_image(args, new)?;
    }
    // X0.17: everything that follows over ssh needs the new host key.
    cx.note(&format!("{node} has a new host key now: the next step is `webservice purge-known-hosts --node {node}`"));
    firstbox.ensure(&vm).map(drop)
}

/// The physical host that the settings name, as a host of the inventory.
fn new_host<'a>(settings: &Settings, physical: &Hosts<'a>, node: &str) -> Result<Host<'a>> {
    if !settings.has(node) {
        let fault = Fault::refused(format!("there is no {}/{node}", settings.dir));
        return Err(fault
            .hint(format!("first: cargo xtask gen-settings --node {node} ..."))
            .into());
    }
    let name = settings.get(node, "physical_host").unwrap_or_default();
    physical.iter().find(|host| host.name() == name).ok_or_else(|| {
        Fault::usage(format!(
            "physical host `{name}` of {}/{node} is not in the inventory",
            settings.dir
        ))
        .hint("add it to the group of the physical hosts in hosts.toml")
        .into()
    })
}

/// X0.14, X0.20: the node runs nowhere else, and another one serves.
fn check_elsewhere(
    args: &Args,
    settings: &Settings,
    physical: &Hosts<'_>,
    new: Host<'_>,
) -> Result<()> {
    let node = args.node.to_string();
    let (mut peers, mut running) = (settings.peers(&node), false);
    peers.retain(|peer| *peer != node);
    for host in physical.iter() {
        let domains = host.look("list the VMs", |reader| reader.ask(DOMAIN, []))?;
        let runs = |name: &str| domains.lines().any(|line| line == format!("{name} running"));
        if host.name() != new.name() && runs(&node) {
            let fault = Fault::refused(format!("{node} still runs on {}", host.name()));
            return Err(fault
                .hint(format!(
                    "first: webservice shutdown-vm --node {node}, backup-vm-image --node {node}"
                ))
                .into());
        }
        running |= peers.iter().any(|peer| runs(peer));
    }
    if !running && !args.without_peer {
        let fault = Fault::refused(format!(
            "no other webservice node runs (looked for {})",
            if peers.is_empty() { "none".to_owned() } else { peers.join(", ") }
        ));
        return Err(fault
            .hint("one node at a time; --without-peer if the service is down anyway")
            .into());
    }
    Ok(())
}

/// X0.15: an image that is complete and not ours is the old VM's.
fn check_image(args: &Args, new: Host<'_>) -> Result<()> {
    let (node, dir) = (args.node.to_string(), args.kernels_dir.to_string());
    let done = new.look("look at the images", |reader| {
        reader.kept(LAUNCHED, [("NODE", node.as_str().into()), ("DIR", dir.as_str().into())])
    })?;
    let runs = new.look("list the VMs", |reader| {
        Ok(reader.ask(DOMAIN, [])?.lines().any(|line| line == format!("{node} running")))
    })?;
    if done && !runs {
        let fault = Fault::refused(format!(
            "{dir}/{node}.img on {} is complete and its VM does not run",
            new.name()
        ));
        return Err(fault
            .hint("move it aside first: webservice backup-vm-image, or start it: virsh start")
            .into());
    }
    Ok(())
}

/// The VM runs, as the present settings want it.
struct Vm<'a> {
    cx: &'a Context,
    args: &'a Args,
    node: &'a str,
    new: Host<'a>,
    firstbox: &'a Host<'a>,
}

impl Vm<'_> {
    fn values(&self) -> Vec<(&'static str, Value)> {
        vec![
            ("NODE", self.node.into()),
            ("LAUNCH", self.args.launch.to_string().into()),
            ("SETTINGS", format!("{}/{}", self.args.settings_dir, self.node).into()),
        ]
    }
}

impl Op for Vm<'_> {
    fn describe(&self) -> String {
        format!("launch {} on {}", self.node, self.new.name())
    }

    fn probe(&self, firstbox: &Reader<'_>) -> Result<State> {
        let dir = self.args.kernels_dir.to_string();
        let mut missing = Vec::new();
        let (runs, done) = self.new.look("look at the VM", |reader| {
            let runs = reader
                .ask(DOMAIN, [])?
                .lines()
                .any(|line| line == format!("{} running", self.node));
            Ok((
                runs,
                reader
                    .kept(LAUNCHED, [("NODE", self.node.into()), ("DIR", dir.as_str().into())])?,
            ))
        })?;
        if !runs {
            missing.push(format!("{}: {} does not run", self.new.name(), self.node));
        }
        if !done {
            missing.push(format!("{}: no {dir}/{}.Done", self.new.name(), self.node));
        }
        if !firstbox.kept(LAUNCH, self.values())? {
            missing
                .push(format!("{}: not launched from the present settings", self.firstbox.name()));
        }
        Ok(if missing.is_empty() { State::Kept } else { State::needed(missing.join("\n")) })
    }

    fn change(&self, _: &Reader<'_>) -> Result<Vec<Action>> {
        let limit = Duration::from_secs(self.args.wait).min(self.cx.options.limit());
        Ok(vec![Action::change(LAUNCH, self.values()).within(limit)])
    }

    fn undo(&self, _: &Reader<'_>) -> Result<Option<Vec<Action>>> {
        Ok(None)
    }

    fn patience(&self) -> Patience {
        Patience { interval: Duration::from_secs(2), limit: Duration::from_secs(self.args.wait) }
    }
}
