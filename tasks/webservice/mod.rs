//! QingCloud webservice nodes: a new operating system by launching new VMs.

pub mod backup_settings;
mod executable;
pub mod floating_ip;
pub mod gen_settings;
pub mod keepalived_vip;
pub mod relaunch_vm;
pub mod settings;
mod settings_values;
mod vm;

use anyhow::Result;
use engine::run::Context;

/// The steps in the order of the runbook.
#[derive(clap::Subcommand, Debug)]
#[expect(missing_docs, reason = "the help of a step is the doc comment of its `Args`")]
#[expect(clippy::large_enum_variant, reason = "there is one value of it in a run")]
pub enum Step {
    BackupSettings(backup_settings::Args),
    GenSettings(gen_settings::Args),
    RelaunchVm(relaunch_vm::Args),
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
