//! The VM of a webservice node: its old place, its new place, and its launch.

use engine::prelude::*;

use super::args::SettingsDir;
use super::settings::Settings;
use crate::common::args::WaitTimeout;

const DOMAIN: Snippet = snippet!("webservice/vm_states");
const LAUNCHED: Snippet = snippet!("webservice/relaunch_vm_launched");
const LAUNCH: Snippet = snippet!("webservice/relaunch_vm");
const BEGUN: Snippet = snippet!("webservice/relaunch_vm_begun");

/// The launch of a VM.
#[derive(clap::Args, Debug)]
pub(crate) struct Launch {
    /// The launch script on firstbox
    #[arg(long, value_name = "FILE", default_value = "/pitrix/install/launch_vms.sh")]
    pub(crate) launch: AbsPath,
    #[command(flatten)]
    pub(crate) settings_dir: SettingsDir,
    /// Image directory on the physical hosts
    #[arg(long, value_name = "DIR", default_value = "/pitrix/kernels")]
    pub(crate) kernels_dir: AbsPath,
    /// Continue even if no other webservice node runs
    #[arg(long)]
    pub(crate) without_peer: bool,
    #[command(flatten)]
    pub(crate) wait: WaitTimeout<1800>,
}

/// The VM runs with the present settings.
pub(crate) struct Vm<'a> {
    pub(crate) cx: &'a Context,
    pub(crate) args: &'a Launch,
    pub(crate) node: &'a str,
    pub(crate) new: Host<'a>,
    pub(crate) firstbox: &'a Host<'a>,
}

/// The physical host of the settings, as a host of the inventory.
pub(crate) fn new_host<'a>(
    settings: &Settings,
    physical: &Hosts<'a>,
    node: &str,
) -> Result<Host<'a>> {
    if !settings.has(node) {
        let fault = Fault::refused(format!("no {}/{node}", settings.dir));
        let hint = format!("first: cargo xtask gen-settings --node {node} ...");
        return Err(fault.hint(hint).into());
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

/// The state of a VM on a physical host, in the words of virsh; `None` if it is not defined.
pub(crate) fn state_of(host: Host<'_>, name: &str) -> Result<Option<String>> {
    let domains = host.look("list the VMs", |reader| reader.ask(DOMAIN, []))?;
    let of = |line: &str| Some(line.strip_prefix(name)?.strip_prefix(' ')?.to_owned());
    Ok(domains.lines().find_map(of))
}

/// A VM that is missing on its host.
pub(crate) fn not_here(host: Host<'_>, node: &str) -> Fault {
    Fault::refused(format!("{} has no VM {node}", host.name()))
        .hint("name its physical host before the upgrade: --physical-host HOST")
}

/// Refuses a running old VM: two VMs with one address would conflict.
pub(crate) fn only_one(physical: &Hosts<'_>, node: &str) -> Result<()> {
    let mut running = Vec::new();
    for host in physical.iter() {
        if state_of(host, node)?.as_deref() == Some("running") {
            running.push(host.name());
        }
    }
    if running.len() > 1 {
        let what =
            format!("{node} runs on {}: the old VM has the same address", running.join(" and "));
        return Err(Fault::refused(what).hint("shut the old one down there").into());
    }
    Ok(())
}

/// Whether the VM may write to its disk: in every state but off.
fn is_up(state: &Option<String>) -> bool {
    state.as_deref().is_some_and(|state| !matches!(state, "shut off" | "crashed"))
}

impl Vm<'_> {
    fn values(&self) -> Vec<(&'static str, Value)> {
        let settings = format!("{}/{}", self.args.settings_dir, self.node);
        let launch = self.args.launch.to_string();
        vec![("NODE", self.node.into()), ("LAUNCH", launch.into()), ("SETTINGS", settings.into())]
    }

    /// The script on firstbox; its marker has the hash of the settings.
    fn launch(&self) -> Script {
        Script::new(format!("launched/{}", self.node), LAUNCH, self.values())
            .outdated("not launched from the present settings")
    }

    /// The new image is complete on its physical host.
    fn is_built(&self) -> Result<bool> {
        let dir = self.args.kernels_dir.to_string();
        self.new.look("look at the images", |reader| {
            reader.kept(LAUNCHED, [("NODE", self.node.into()), ("DIR", dir.into())])
        })
    }

    /// A launch from these settings was started here and did not finish.
    fn is_begun(&self) -> Result<bool> {
        self.firstbox.look("look for an unfinished launch", |reader| {
            let [node, _, settings] = self.values().try_into().expect("three values");
            reader.kept(BEGUN, [node, settings])
        })
    }

    /// Another node serves: one node at a time (X0.20).
    pub(crate) fn check_peers(&self, settings: &Settings, physical: &Hosts<'_>) -> Result<()> {
        let peers = settings.peers(self.node);
        for host in physical.iter() {
            for peer in &peers {
                if state_of(host, peer)?.as_deref() == Some("running") {
                    return Ok(());
                }
            }
        }
        if self.args.without_peer {
            return Ok(());
        }
        let looked = if peers.is_empty() { "none".to_owned() } else { peers.join(", ") };
        Err(Fault::refused(format!("no other webservice node runs (looked for {looked})"))
            .hint("one node at a time; --without-peer if the service is down anyway")
            .into())
    }

    /// The node runs nowhere (X0.14). A VM on the new host counts too, unless an unfinished launch left it:
    /// after the swap the settings name the new host.
    pub(crate) fn check_running(&self, physical: &Hosts<'_>) -> Result<()> {
        // A dry run that would shut the old VM down before still finds it running.
        if self.cx.is_pending() {
            return Ok(());
        }
        for host in physical.iter() {
            let state = state_of(host, self.node)?;
            if !is_up(&state) || (host.name() == self.new.name() && self.is_begun()?) {
                continue;
            }
            let (node, name) = (self.node, host.name());
            let what = format!("{node} is {} on {name}", state.unwrap_or_default());
            let fault = Fault::refused(what).hint(format!(
                "shut it down and move its image aside first; on {name}: virsh shutdown {node}"
            ));
            return Err(if name == self.new.name() {
                let hint = format!(
                    "if the settings still name the old physical host: cargo xtask gen-settings --node {node} ..."
                );
                fault.hint(hint).into()
            } else {
                fault.into()
            });
        }
        Ok(())
    }

    /// A complete image that this step did not make is the old VM's (X0.15).
    pub(crate) fn check_image(&self) -> Result<()> {
        if !self.is_built()? || is_up(&state_of(self.new, self.node)?) || self.is_begun()? {
            return Ok(());
        }
        let (dir, node, host) = (&self.args.kernels_dir, self.node, self.new.name());
        let fault = Fault::refused(format!(
            "{dir}/{node}.img on {host} is complete and its VM does not run"
        ));
        let hint = format!(
            "move it aside first (never over an old-{node}.img), or start it; on {host}: virsh start {node}"
        );
        Err(fault.hint(hint).into())
    }

    /// The present state; the same for the guards, the plan and the wait.
    pub(crate) fn state(&self, firstbox: &Reader<'_>) -> Result<State> {
        let (node, new, dir) = (self.node, self.new.name(), &self.args.kernels_dir);
        let mut missing = Vec::new();
        match state_of(self.new, node)?.as_deref() {
            Some("running") => {}
            Some(state) => missing.push(format!("{new}: {node} is {state}")),
            None => missing.push(format!("{new}: {node} does not run")),
        }
        if !self.is_built()? {
            missing.push(format!("{new}: no {dir}/{node}.Done"));
        }
        if let State::Needed(need) = self.launch().probe(firstbox)? {
            missing.push(format!("{}: {}", self.firstbox.name(), need.diff.trim_end()));
        }
        Ok(if missing.is_empty() { State::Kept } else { State::needed(missing.join("\n")) })
    }
}

impl Op for Vm<'_> {
    fn describe(&self) -> String {
        format!("launch {} on {}", self.node, self.new.name())
    }

    fn probe(&self, firstbox: &Reader<'_>) -> Result<State> {
        self.state(firstbox)
    }

    fn change(&self, firstbox: &Reader<'_>) -> Result<Vec<Action>> {
        let limit = self.args.wait.limit().min(self.cx.options.limit());
        self.launch().within(limit).change(firstbox)
    }

    fn undo(&self, _: &Reader<'_>) -> Result<Option<Vec<Undo>>> {
        Ok(None)
    }

    /// The machine that the node was, and a VM of that name on its new host.
    fn destroys(&self) -> Vec<Doomed> {
        let image = format!("{}/{}.img", self.args.kernels_dir, self.node);
        vec![Doomed::Host(self.node.to_owned()), Doomed::path_on(self.new.name(), image)]
    }

    fn poll(&self) -> Poll {
        Poll { interval: Duration::from_secs(2), limit: self.args.wait.limit() }
    }
}
