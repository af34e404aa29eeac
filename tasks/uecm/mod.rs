//! UECM: k3s, etcd and TiDB from three VMs to six physical hosts.

pub mod keepalived_vip;
mod vrrp;

use anyhow::Result;
use engine::run::Context;

/// The steps in the order of the runbook.
#[derive(clap::Subcommand, Debug)]
#[command(defer = true)]
pub enum Step {
    /// Bring the virtual IP of the platform under keepalived
    KeepalivedVip(keepalived_vip::Args),
}

/// Runs one step.
pub fn run(cx: &Context, step: &Step) -> Result<()> {
    match step {
        Step::KeepalivedVip(args) => keepalived_vip::run(cx, args),
    }
}
