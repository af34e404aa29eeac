//! Document section 拉起管理节点.
//!
//! - Hosts: firstbox; reads the physical hosts
//! - Changes: launches the node's VM on its new physical host; needs proved backups of its files and its old image
//! - Proof: the VM runs there, its image is complete, and it was launched from the present settings
//! - Undo: no: destroy the new VM, start the old one
//!
//! ```sh
//! /pitrix/install/launch_vms.sh -f webservice0/1
//! ```

use engine::prelude::*;

use super::common::args::Node;
use super::common::settings::Settings;
use super::common::settings_backup::Physical;
use super::common::vm::{self, Launch, Vm};
use super::common::{node_files, old_image};

const ANSWERS: Snippet = snippet!("webservice/relaunch_vm_sshd");

/// Runs `launch_vms.sh -f`, then waits for sshd of the new VM. The script rebuilds the VM at every
/// call. So the launch is skipped if the VM was launched from the present settings, runs, and has
/// NODE.Done on its physical host. Refuses while another VM of the node runs anywhere, or its old image
/// is in the way. Refuses also while no other webservice node runs.
///
/// Before that it proves the backups of the node: its files on firstbox, and its old image on the old
/// physical host. Each byte is read again, also directly before the launch. No flag replaces them.
///
/// Examples:
///   cargo xtask relaunch-vm --node webservice0 -n
///   cargo xtask relaunch-vm --node webservice0 --yes
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub struct Args {
    #[command(flatten)]
    node: Node,
    #[command(flatten)]
    launch: Launch,
    #[command(flatten)]
    physical: Physical,
    /// Backup directory of the node's files on firstbox [default: /root/NODE-bak]
    #[arg(long, value_name = "DIR")]
    files_backup: Option<AbsPath>,
    /// Age limit of the backups in days
    #[arg(long, value_name = "DAYS", default_value_t = 30)]
    max_backup_age: u16,
}

/// Checks everywhere, launches on firstbox, waits on the new physical host.
pub fn run(cx: &Context, args: &Args) -> Result<()> {
    let (firstbox, node) = (cx.one_host("firstbox")?, args.node.to_string());
    // Checks all physical hosts, also with --only (X0.14).
    let physical = args.physical.hosts(cx)?;
    let settings = firstbox.look("read settings", |reader| {
        Settings::read(reader, &args.launch.settings_dir.to_string())
    })?;
    let new = vm::new_host(&settings, &physical, &node)?;
    let vm = Vm { cx, args: &args.launch, node: &node, new, firstbox: &firstbox };
    if firstbox.look("look for the new VM", |reader| vm.state(reader))? == State::Kept {
        firstbox.ensure(&vm)?;
    } else {
        vm.check_peers(&settings, &physical)?;
        vm.check_running(&physical)?;
        vm.check_image()?;
        let backups = args.backups(&firstbox, &physical, &vm)?;
        cx.confirm(&format!(
            "builds {node} on {}, destroying a VM of that name there; irreversible",
            new.name()
        ))?;
        surface(cx, &settings, &node);
        cx.rebuilt(&node)?;
        firstbox.destroy(&vm, &backups)?;
    }
    // virsh reports `running` long before the system in the VM is up.
    let address = settings.get(&node, "mgmt_network_address").unwrap_or_default();
    let up = Wait::until(
        format!("sshd of {node} answers at {address}"),
        ANSWERS,
        [("ADDRESS", address.into())],
    );
    firstbox.ensure(&up.at_most(args.launch.wait.limit())).map(drop)
}

impl Args {
    /// The files of the node (X0.5) and its old image (X0.15), proved.
    fn backups<'a>(
        &self,
        firstbox: &Host<'a>,
        physical: &Hosts<'a>,
        vm: &Vm<'_>,
    ) -> Result<ProvenBackup<'a>> {
        let days = Duration::from_secs(u64::from(self.max_backup_age) * 24 * 3600);
        let demand = Demand::new(days, vm.destroys());
        let dest = node_files::place(self.files_backup.as_ref(), &self.node);
        let files = node_files::backup(firstbox, &dest, &self.node)?;
        let files = firstbox.proven(&files, &demand)?;
        let (dir, node) = (self.launch.kernels_dir.as_str(), self.node.as_str());
        let image = old_image::backup(firstbox.machine()?, dir, node);
        let holder = old_image::holder(physical, &image, node)?;
        Ok(files.and(holder.proven(&image, &demand)?))
    }
}

/// Notes on the steps after the launch.
fn surface(cx: &Context, settings: &Settings, node: &str) {
    let address = settings.get(node, "mgmt_network_address").unwrap_or_default();
    cx.note(&format!("the new VM has a new host key; after the launch, on firstbox: ssh-keygen -R {node}; ssh-keygen -R {address} (X0.17)"));
    cx.note("the new VM has the stock logo, local_config.yaml and rc.local; restore the backup before keepalived-vip (X0.5)");
}
