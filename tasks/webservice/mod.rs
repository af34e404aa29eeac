//! QingCloud webservice nodes: a new operating system by launching new VMs.

pub mod backup_settings;
pub mod check_console;
pub mod check_prereqs;
pub mod check_services;
pub mod detect_bridge;
mod executable;
pub mod floating_ip;
pub mod gen_settings;
pub mod keepalived_vip;
mod order;
mod placement;
pub mod plan_order;
pub mod plan_placement;
pub mod platform;
pub mod relaunch_vm;
mod services;
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
    CheckPrereqs(check_prereqs::Args),
    PlanOrder(plan_order::Args),
    BackupSettings(backup_settings::Args),
    PlanPlacement(plan_placement::Args),
    DetectBridge(detect_bridge::Args),
    GenSettings(gen_settings::Args),
    RelaunchVm(relaunch_vm::Args),
    KeepalivedVip(keepalived_vip::Args),
    CheckServices(check_services::Args),
    CheckConsole(check_console::Args),
}

/// Runs one step.
pub fn run(cx: &Context, step: &Step) -> Result<()> {
    match step {
        Step::CheckPrereqs(args) => check_prereqs::run(cx, args),
        Step::PlanOrder(args) => plan_order::run(cx, args),
        Step::BackupSettings(args) => backup_settings::run(cx, args),
        Step::PlanPlacement(args) => plan_placement::run(cx, args),
        Step::DetectBridge(args) => detect_bridge::run(cx, args),
        Step::GenSettings(args) => gen_settings::run(cx, args),
        Step::RelaunchVm(args) => relaunch_vm::run(cx, args),
        Step::KeepalivedVip(args) => keepalived_vip::run(cx, args),
        Step::CheckServices(args) => check_services::run(cx, args),
        Step::CheckConsole(args) => check_console::run(cx, args),
    }
}
