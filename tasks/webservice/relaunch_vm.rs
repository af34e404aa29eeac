//! WS-18, document section 拉起管理节点, lines 127-131. Undo: destroy the new VM and start the old one (WS-29).
//!
//! ```sh
//! /pitrix/install/launch_vms.sh -f webservice0/1
//! ```

use std::time::Duration;

use anyhow::Result;
use engine::data::{abs_path::AbsPath, node_name::NodeName};
use engine::ops::{State, Wait};
use engine::run::Context;
use engine::snippet;
use engine::text::snippet::Snippet;

use super::settings::Settings;
use super::settings_backup::Physical;
use super::vm::{self, Vm};

const ANSWERS: Snippet = snippet!("webservice/sshd_answers");

/// Launch a webservice node's VM anew on its new physical host
///
/// `launch_vms.sh -f` builds the VM again whenever it is called, so it is called only when the VM
/// was not launched from the present settings, does not run on the physical host they name, or has
/// no NODE.Done there. Then sshd of the new VM is waited for. Refused while a VM of the node that is
/// not the work of this step runs anywhere, while its old image lies in the way, and while no other
/// webservice node runs.
///
/// Examples:
///   cargo xtask relaunch-vm --node webservice0 -n
///   cargo xtask relaunch-vm --node webservice0 --yes
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub struct Args {
    /// The node, one at a time
    #[arg(long, value_name = "NODE")]
    pub(super) node: NodeName,
    /// The launch script on firstbox
    #[arg(long, value_name = "FILE", default_value = "/pitrix/install/launch_vms.sh")]
    pub(super) launch: AbsPath,
    /// The directory with the settings files
    #[arg(long, value_name = "DIR", default_value = "/pitrix/conf/settings")]
    pub(super) settings_dir: AbsPath,
    /// Where the physical hosts have the images
    #[arg(long, value_name = "DIR", default_value = "/pitrix/kernels")]
    pub(super) kernels_dir: AbsPath,
    #[command(flatten)]
    physical: Physical,
    /// Go on although no other webservice node runs
    #[arg(long)]
    pub(super) without_peer: bool,
    /// How long the VM may take
    #[arg(long, alias = "patience", value_name = "SECS", default_value_t = 1800)]
    pub(super) wait_timeout: u64,
}

/// Checks everywhere, launches on firstbox, waits on the new physical host.
pub fn run(cx: &Context, args: &Args) -> Result<()> {
    let (firstbox, node) = (cx.one_host("firstbox")?, args.node.to_string());
    // X0.14: "nowhere" is all of them, whatever --only says.
    let physical = args.physical.hosts(cx)?;
    let settings = firstbox
        .look("read settings", |reader| Settings::read(reader, &args.settings_dir.to_string()))?;
    let new = vm::new_host(&settings, &physical, &node)?;
    let vm = Vm { cx, args, node: &node, new, firstbox: &firstbox };
    if firstbox.look("look for the new VM", |reader| vm.state(reader))? != State::Kept {
        vm.check_peers(&settings, &physical)?;
        vm.check_running(&physical)?;
        vm.check_image()?;
        cx.confirm(&format!(
            "builds {node} on {}, destroying a VM of that name there; cannot be taken back",
            new.name()
        ))?;
        surface(cx, &settings, &node);
        cx.rebuilt(&node)?;
    }
    firstbox.ensure(&vm)?;
    // virsh says `running` long before the system in the VM is up.
    let address = settings.get(&node, "mgmt_network_address").unwrap_or_default();
    let up = Wait::until(
        format!("sshd of {node} answers at {address}"),
        ANSWERS,
        [("ADDRESS", address.into())],
    );
    firstbox.ensure(&up.at_most(Duration::from_secs(args.wait_timeout))).map(drop)
}

/// What follows from the launch and is no part of it.
fn surface(cx: &Context, settings: &Settings, node: &str) {
    let address = settings.get(node, "mgmt_network_address").unwrap_or_default();
    cx.note(&format!("the new VM has a new host key; right after the launch, on firstbox: ssh-keygen -R {node}; ssh-keygen -R {address} (X0.17)"));
    cx.note("the new VM has the stock logo, local_config.yaml and rc.local; put the backed-up ones back before keepalived-vip (X0.5)");
}
