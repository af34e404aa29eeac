//! All steps for one node after the other, document section 操作过程.
//!
//! - Hosts: those of the steps below
//! - Changes: all of these steps, once for the platform, then for one node after the other
//! - Proof: the gates `check-services`, `check-console` and `check-node` of each node
//! - Undo: up to `relaunch-vm` of a node: that of the steps; from there on `rollback-vm`
//!
//! ```text
//! + 必须逐个关停旧的`webservice`节点, 优先关闭没有`VIP`的节点，然后重新拉起虚拟机，检查无误后，重复步骤。
//! + 此处以改造`2`个`webservice`节点为例。
//! ```

mod config;
mod map;
mod node;
mod order;
mod parse_args;
mod platform;
mod release_vip;
mod sequence;
pub mod stage;

use std::cell::RefCell;
use std::collections::BTreeSet;

use engine::prelude::*;

use self::config::{Config, Given};
use self::stage::Stage;
use super::common::progress::Standing;

const SETTINGS: &str = "/pitrix/conf/settings";
const VARIABLES: &str = "/pitrix/conf/variables";

/// Runs the steps of the runbook, each with its own checks. The first ones run once for the platform,
/// the others for each node, the holder of the floating IP last (X0.20). The next node starts after
/// the checks of services and console page of the node before. Stops at the first failure; the same
/// command continues from there, also on another day. Skips a finished node.
///
/// hosts.toml can hold values of the flags: base_image, repo_dir, account_db_host, account_db_user,
/// account_db_kind, console_url, console_expect and temp_range in `[vars]`, temp_ip in the vars of
/// each node.
///
/// Examples:
///   cargo xtask webservice upgrade -n
///   cargo xtask webservice upgrade --only-node webservice0 --yes
///   cargo xtask webservice upgrade --from deploy
///   cargo xtask webservice upgrade --map
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub struct Args {
    #[command(flatten)]
    stages: Stages<Stage>,
    /// Only this node, and the stages of the platform for it
    #[arg(long, value_name = "NODE")]
    only_node: Option<NodeName>,
    /// Show the finished and the next stages, and do nothing
    #[arg(long)]
    pub(super) map: bool,
    /// Day of the backup of the state before the upgrade [default: that of the running upgrade, else today]
    #[arg(long, value_name = "YYYYMMDD")]
    stamp: Option<Stamp>,
    #[command(flatten)]
    given: Given,
}

/// The state of the upgrade at the start.
struct Upgrade<'a> {
    cx: &'a Context,
    args: &'a Args,
    config: Config,
    /// The day of the backup.
    stamp: String,
    /// The backup of that day exists.
    backed_up: bool,
    /// The nodes in the order of their turns; the finished ones first.
    nodes: Vec<Standing>,
    /// The holder of the floating IP at the start.
    holder: Option<String>,
    /// The finished parts.
    done: RefCell<BTreeSet<String>>,
}

/// Checks, asks, works; prints the map before and after.
pub fn run(cx: &Context, args: &Args) -> Result<()> {
    if cx.options.emit.is_some() {
        let fault = Fault::usage(
            "--emit cannot print the upgrade as a script: its steps wait for other hosts",
        );
        return Err(fault
            .hint("each step has its own: cargo xtask webservice STEP --emit HOST")
            .into());
    }
    let config = Config::of(cx, args)?;
    if !args.map {
        cx.can_confirm("the upgrade takes one node after the other out of service")?;
    }
    let upgrade = Upgrade::look(cx, args, config)?;
    upgrade.show_map()?;
    if args.map {
        return Ok(());
    }
    let result = upgrade.go();
    // A dry run changes no progress, nor does a run with nothing to do.
    if cx.is_real() && (result.is_err() || !upgrade.done.borrow().is_empty()) {
        upgrade.show_map()?;
    }
    result
}
