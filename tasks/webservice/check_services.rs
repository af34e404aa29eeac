//! Document section 检查服务.
//!
//! - Hosts: one node
//! - Changes: nothing
//! - Proof: every program of supervisor is RUNNING
//! - Undo: nothing to undo
//!
//! ```sh
//! /pitrix/upgrade/exec_nodes.sh -f webservice0/1 "supervisorctl status"
//! ```

use engine::prelude::*;

use super::common::args::Node;
use super::common::{node_address, services};
use crate::common::args::WaitTimeout;

/// Runs supervisorctl on the node itself and judges its output: the wrapper of the document hides the
/// exit code (X0.24, XX.9). A program in the state FATAL fails at once.
///
/// Examples:
///   cargo xtask webservice check-services --node webservice0
///   cargo xtask webservice check-services --node webservice0 --allow-stopped cron,mail
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub struct Args {
    #[command(flatten)]
    node: Node,
    #[command(flatten)]
    wait: WaitTimeout<300>,
    /// Programs that may be stopped
    #[arg(long, value_name = "NAME,NAME", value_delimiter = ',')]
    allow_stopped: Vec<String>,
}

/// Waits on the node.
pub fn run(cx: &Context, args: &Args) -> Result<()> {
    node_address::node(cx, args.node.as_str())?
        .ensure(&running(&args.allow_stopped, args.wait.seconds()))
        .map(drop)
}

/// The gate: the services of a node run (WS-25).
pub(super) fn running(allowed: &[String], seconds: u64) -> Wait {
    Wait::until(
        "every program of supervisor runs",
        services::SERVICES,
        services::values("running", allowed),
    )
    .at_most(Duration::from_secs(seconds))
    .fails_on(" is FATAL")
}
