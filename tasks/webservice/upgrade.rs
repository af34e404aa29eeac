//! All steps for one node after the other, document section 操作过程.
//!
//! - Hosts: those of the steps below
//! - Changes: all of these steps, once for the platform, then for one node after the other
//! - Proof: the gates `check-services`, `check-console` and `check-node` of each node
//! - Undo: up to `relaunch-vm` of a node: as the steps; from there on `rollback-vm`
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

/// Runs the steps of the runbook, each with its own checks: first once for the platform, then for each
/// node, the holder of the floating IP last (X0.20). The next node has its turn when services and
/// console page of the one before are seen to be well. It stops at the first failure; the same command
/// goes on from there, also on another day. A node that is finished is skipped.
///
/// What is given below can stand in hosts.toml as well: base_image, repo_dir, account_db_host,
/// account_db_user, account_db_kind, console_url, console_expect and temp_range in `[vars]`, temp_ip in
/// the vars of each node.
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
    /// Only this node, and what the platform needs for it
    #[arg(long, value_name = "NODE")]
    only_node: Option<NodeName>,
    /// Show what is done and what is next, and do nothing
    #[arg(long)]
    pub(super) map: bool,
    /// The day of the backup that is the state before the upgrade [default: that of the upgrade under way, else today]
    #[arg(long, value_name = "YYYYMMDD")]
    stamp: Option<Stamp>,
    #[command(flatten)]
    given: Given,
}

/// The upgrade as it stands when it begins.
struct Upgrade<'a> {
    cx: &'a Context,
    args: &'a Args,
    config: Config,
    /// The day of the backup.
    stamp: String,
    /// The backup of that day is there.
    backed_up: bool,
    /// The nodes in the order of their turns; the finished ones first.
    nodes: Vec<Standing>,
    /// Which of them held the floating IP when it began.
    holder: Option<String>,
    /// The parts that have come to their end.
    done: RefCell<BTreeSet<String>>,
}

/// Looks, asks, works; the map comes before and after.
pub fn run(cx: &Context, args: &Args) -> Result<()> {
    if cx.options.emit.is_some() {
        let fault =
            Fault::usage("the upgrade is no script for one host: its steps wait for other hosts");
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
    // A dry run has not come any further, nor has one that found nothing to do.
    if cx.is_real() && (result.is_err() || !upgrade.done.borrow().is_empty()) {
        upgrade.show_map()?;
    }
    result
}
