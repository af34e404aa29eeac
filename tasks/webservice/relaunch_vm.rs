//! Document section 拉起管理节点.
//!
//! - Hosts: firstbox; reads the physical hosts
//! - Changes: launches the node's VM on its new physical host
//! - Proof: the VM runs there, its image is complete, and it was launched from the present settings
//! - Undo: no: destroy the new VM, start the old one
//!
//! ```sh
//! /pitrix/install/launch_vms.sh -f webservice0/1
//! ```

use engine::prelude::*;

use super::common::settings::Settings;
use super::common::settings_backup::Physical;
use super::common::vm::{self, Launch, Vm};

const ANSWERS: Snippet = snippet!("webservice/relaunch_vm_sshd");

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
    node: NodeName,
    #[command(flatten)]
    launch: Launch,
    #[command(flatten)]
    physical: Physical,
}

/// Checks everywhere, launches on firstbox, waits on the new physical host.
pub fn run(cx: &Context, args: &Args) -> Result<()> {
    let (firstbox, node) = (cx.one_host("firstbox")?, args.node.to_string());
    // X0.14: "nowhere" is all of them, whatever --only says.
    let physical = args.physical.hosts(cx)?;
    let settings = firstbox.look("read settings", |reader| {
        Settings::read(reader, &args.launch.settings_dir.to_string())
    })?;
    let new = vm::new_host(&settings, &physical, &node)?;
    let vm = Vm { cx, args: &args.launch, node: &node, new, firstbox: &firstbox };
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
    firstbox.ensure(&up.at_most(args.launch.wait.limit())).map(drop)
}

/// What follows from the launch and is no part of it.
fn surface(cx: &Context, settings: &Settings, node: &str) {
    let address = settings.get(node, "mgmt_network_address").unwrap_or_default();
    cx.note(&format!("the new VM has a new host key; right after the launch, on firstbox: ssh-keygen -R {node}; ssh-keygen -R {address} (X0.17)"));
    cx.note("the new VM has the stock logo, local_config.yaml and rc.local; put the backed-up ones back before keepalived-vip (X0.5)");
}
