//! QingCloud webservice nodes: a new operating system by launching new VMs.

pub mod backup_settings;
pub mod floating_ip;
pub mod gen_settings;
pub mod keepalived_vip;
pub mod relaunch_vm;
pub mod settings;

use anyhow::Result;
use engine::run::Context;

/// The steps in the order of the runbook.
#[derive(clap::Subcommand, Debug)]
#[expect(clippy::large_enum_variant, reason = "there is one value of it in a run")]
pub enum Step {
    /// Back up the settings files of firstbox
    BackupSettings(backup_settings::Args),
    /// Write the settings file of a webservice node
    GenSettings(gen_settings::Args),
    /// Launch a webservice node's VM anew on its new physical host
    RelaunchVm(relaunch_vm::Args),
    /// Bring the floating IP of a webservice node under keepalived
    KeepalivedVip(keepalived_vip::Args),
}

/// Runs one step.
pub fn run(cx: &Context, step: &Step) -> Result<()> {
    match step {
        Step::BackupSettings(args) => backup_settings::run(cx, args),
        Step::GenSettings(args) => gen_settings::run(cx, args),
        Step::RelaunchVm(args) => relaunch_vm::run(cx, args),
        Step::KeepalivedVip(args) => keepalived_vip::run(cx, args),
    }
}
