//! QingCloud webservice nodes: a new operating system by launching new VMs.

mod account_db;
pub mod backup_node_files;
pub mod backup_settings;
pub mod backup_vm_image;
pub mod build_pkgs;
pub mod check_console;
pub mod check_prereqs;
pub mod check_services;
pub mod deploy;
pub mod detect_bridge;
mod executable;
pub mod floating_ip;
pub mod gen_mac;
pub mod gen_node_list;
pub mod gen_settings;
mod host_keys;
pub mod install_node;
pub mod keepalived_vip;
mod keys;
mod login;
pub mod nginx_conf;
mod node_address;
mod node_files;
mod old_image;
mod order;
pub mod pick_temp_ip;
mod placement;
pub mod plan_order;
pub mod plan_placement;
pub mod platform;
mod progress;
pub mod purge_known_hosts;
pub mod rc_local_keepalived;
pub mod relaunch_vm;
pub mod restore_mgmt_ip;
pub mod restore_node_files;
pub mod rollback_vm;
mod services;
pub mod set_floating_ip;
pub mod settings;
mod settings_backup;
mod settings_values;
mod shutdown;
pub mod shutdown_vm;
pub mod stop_services;
pub mod sync_access_keys;
pub mod sync_console_keys;
mod temporary_address;
pub mod traps;
pub mod upgrade;
mod vip_package;
mod vm;

use anyhow::Result;
use engine::run::Context;

/// The steps in the order of the runbook.
#[derive(clap::Subcommand, Debug)]
#[command(defer = true)]
pub enum Step {
    /// Upgrade the webservice nodes, one after the other
    Upgrade(upgrade::Args),
    /// Check what the upgrade needs, before anything is touched (reads only)
    CheckPrereqs(check_prereqs::Args),
    /// Tell which webservice node is upgraded first (reads only)
    PlanOrder(plan_order::Args),
    /// Back up the settings files of firstbox
    BackupSettings(backup_settings::Args),
    /// Back up logo, local_config.yaml and rc.local of a webservice node
    BackupNodeFiles(backup_node_files::Args),
    /// Give the webservice nodes a floating IP, when they had none
    SetFloatingIp(set_floating_ip::Args),
    /// Take a zone's access keys over into the variables of firstbox
    SyncAccessKeys(sync_access_keys::Args),
    /// Take the global zone's console keys over into the variables of firstbox
    SyncConsoleKeys(sync_console_keys::Args),
    /// Reserve a temporary management address for a webservice node
    PickTempIp(pick_temp_ip::Args),
    /// Give a webservice node's settings a MAC address of their own
    GenMac(gen_mac::Args),
    /// Tell which physical host each webservice node moves to (reads only)
    PlanPlacement(plan_placement::Args),
    /// Tell which bridge of a host has the management network (reads only)
    DetectBridge(detect_bridge::Args),
    /// Write the settings file of a webservice node
    GenSettings(gen_settings::Args),
    /// Refresh the list of all nodes of the platform
    GenNodeList(gen_node_list::Args),
    /// Build the packages of the platform
    BuildPkgs(build_pkgs::Args),
    /// Stop all services of a webservice node
    StopServices(stop_services::Args),
    /// Shut the old VM of a webservice node down
    ShutdownVm(shutdown_vm::Args),
    /// Move the old VM's image aside on its physical host
    BackupVmImage(backup_vm_image::Args),
    /// Launch a webservice node's VM anew on its new physical host
    RelaunchVm(relaunch_vm::Args),
    /// Remove the old host keys of a webservice node wherever it is known
    PurgeKnownHosts(purge_known_hosts::Args),
    /// Install the platform on a webservice node that was launched
    InstallNode(install_node::Args),
    /// Install the services of the zone on a webservice node
    Deploy(deploy::Args),
    /// Give a webservice node its own logo and local_config.yaml back
    RestoreNodeFiles(restore_node_files::Args),
    /// Give a webservice node the nginx configuration of the package
    NginxConf(nginx_conf::Args),
    /// Bring the floating IP of a webservice node under keepalived
    KeepalivedVip(keepalived_vip::Args),
    /// Put the keepalived block into a webservice node's rc.local
    RcLocalKeepalived(rc_local_keepalived::Args),
    /// Wait until every service of a webservice node runs (reads only)
    CheckServices(check_services::Args),
    /// Look at the console page, and have a person look (reads only)
    CheckConsole(check_console::Args),
    /// Give a webservice node its original management address back
    RestoreMgmtIp(restore_mgmt_ip::Args),
    /// Bring the old VM of a webservice node back
    RollbackVm(rollback_vm::Args),
    /// List the document's mistakes, and what is done about each (reads only)
    Traps(traps::Args),
}

impl Step {
    /// Whether it can change a host; the others only look.
    pub const fn changes(&self) -> bool {
        if let Step::Upgrade(args) = self {
            return !args.map;
        }
        !matches!(
            self,
            Self::CheckPrereqs(_)
                | Self::PlanOrder(_)
                | Self::PlanPlacement(_)
                | Self::DetectBridge(_)
                | Self::CheckServices(_)
                | Self::CheckConsole(_)
                | Self::Traps(_)
        )
    }
}

/// Runs one step.
pub fn run(cx: &Context, step: &Step) -> Result<()> {
    match step {
        Step::Upgrade(args) => upgrade::run(cx, args),
        Step::CheckPrereqs(args) => check_prereqs::run(cx, args),
        Step::PlanOrder(args) => plan_order::run(cx, args),
        Step::BackupSettings(args) => backup_settings::run(cx, args),
        Step::BackupNodeFiles(args) => backup_node_files::run(cx, args),
        Step::SetFloatingIp(args) => set_floating_ip::run(cx, args),
        Step::SyncAccessKeys(args) => sync_access_keys::run(cx, args),
        Step::SyncConsoleKeys(args) => sync_console_keys::run(cx, args),
        Step::PickTempIp(args) => pick_temp_ip::run(cx, args),
        Step::GenMac(args) => gen_mac::run(cx, args),
        Step::PlanPlacement(args) => plan_placement::run(cx, args),
        Step::DetectBridge(args) => detect_bridge::run(cx, args),
        Step::GenSettings(args) => gen_settings::run(cx, args),
        Step::GenNodeList(args) => gen_node_list::run(cx, args),
        Step::BuildPkgs(args) => build_pkgs::run(cx, args),
        Step::StopServices(args) => stop_services::run(cx, args),
        Step::ShutdownVm(args) => shutdown_vm::run(cx, args),
        Step::BackupVmImage(args) => backup_vm_image::run(cx, args),
        Step::RelaunchVm(args) => relaunch_vm::run(cx, args),
        Step::PurgeKnownHosts(args) => purge_known_hosts::run(cx, args),
        Step::InstallNode(args) => install_node::run(cx, args),
        Step::Deploy(args) => deploy::run(cx, args),
        Step::RestoreNodeFiles(args) => restore_node_files::run(cx, args),
        Step::NginxConf(args) => nginx_conf::run(cx, args),
        Step::KeepalivedVip(args) => keepalived_vip::run(cx, args),
        Step::RcLocalKeepalived(args) => rc_local_keepalived::run(cx, args),
        Step::CheckServices(args) => check_services::run(cx, args),
        Step::CheckConsole(args) => check_console::run(cx, args),
        Step::RestoreMgmtIp(args) => restore_mgmt_ip::run(cx, args),
        Step::RollbackVm(args) => rollback_vm::run(cx, args),
        Step::Traps(args) => traps::show(&cx.options, args),
    }
}
