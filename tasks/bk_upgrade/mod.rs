//! BlueKing community edition 6.1 to 6.2.

pub mod bkcli;
pub mod paas;
pub mod venvs;

use anyhow::Result;
use engine::run::Context;

/// The steps in the order of the runbook.
#[derive(clap::Subcommand, Debug)]
#[command(defer = true)]
pub enum Step {
    /// Replace the PaaS services by their 6.2 form
    Paas(paas::Args),
}

/// Runs one step.
pub fn run(cx: &Context, step: &Step) -> Result<()> {
    match step {
        Step::Paas(args) => paas::run(cx, args),
    }
}
