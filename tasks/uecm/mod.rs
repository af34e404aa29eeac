//! UECM: k3s, etcd and TiDB from three VMs to six physical hosts.

pub mod keepalived_vip;
mod vrrp;

use anyhow::Result;
use engine::run::Context;

/// The steps in the order of the runbook.
#[derive(clap::Subcommand, Debug)]
#[expect(missing_docs, reason = "the help of a step is the doc comment of its `Args`")]
pub enum Step {
    KeepalivedVip(keepalived_vip::Args),
}

/// Runs one step.
pub fn run(cx: &Context, step: &Step) -> Result<()> {
    match step {
        Step::KeepalivedVip(args) => keepalived_vip::run(cx, args),
    }
}
