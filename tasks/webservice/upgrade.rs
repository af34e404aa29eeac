//! WS-30: all steps for one node after the other, document section 操作过程, lines 8 and 10. Undo: as each step; `rollback-vm` from the launch on.
//!
//! ```text
//! + 必须逐个关停旧的`webservice`节点, 优先关闭没有`VIP`的节点，然后重新拉起虚拟机，检查无误后，重复步骤。
//! + 此处以改造`2`个`webservice`节点为例。
//! ```

mod input;
mod map;
mod node;
mod order;
mod platform;
mod release_vip;
pub mod stage;
mod typed;

use std::cell::RefCell;
use std::collections::BTreeSet;

use anyhow::Result;
use engine::data::fault::Fault;
use engine::data::node_name::NodeName;
use engine::data::stamp::Stamp;
use engine::run::{Context, Stages};

use self::input::{Given, Input};
use self::stage::Stage;
use super::progress::{Progress, Sight, Standing};

const SETTINGS: &str = "/pitrix/conf/settings";
const VARIABLES: &str = "/pitrix/conf/variables";

/// Upgrade the webservice nodes, one after the other
///
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
    input: Input,
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
    let input = Input::of(cx, args)?;
    if !args.map {
        cx.can_confirm("the upgrade takes one node after the other out of service")?;
    }
    let upgrade = Upgrade::look(cx, args, input)?;
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

impl<'a> Upgrade<'a> {
    fn look(cx: &'a Context, args: &'a Args, input: Input) -> Result<Self> {
        let (stamp, backed_up) = platform::stamp(cx, args)?;
        let sight = Sight::of(cx, SETTINGS, &format!("{SETTINGS}.{stamp}"))?;
        if let Some(only) = &args.only_node
            && !sight.moves.iter().any(|way| way.node == only.as_str())
        {
            let fault = Fault::usage(format!("{only} is no webservice node"));
            return Err(fault.detail("in", &sight.before.dir).into());
        }
        let (nodes, holder) = order::find(cx, sight.standings()?)?;
        Ok(Self { cx, args, input, stamp, backed_up, nodes, holder, done: RefCell::default() })
    }

    /// The nodes that this run is about and that are not finished.
    fn ahead(&self) -> impl Iterator<Item = &Standing> {
        let wanted = |node: &&Standing| {
            self.args.only_node.as_ref().is_none_or(|only| only.as_str() == node.node)
        };
        self.nodes.iter().filter(wanted).filter(|node| node.progress != Progress::Finished)
    }

    fn go(&self) -> Result<()> {
        for node in self.nodes.iter().filter(|node| node.progress == Progress::Finished) {
            let Standing { node, new, .. } = node;
            self.cx.note(&format!(
                "{node} is finished: on {new}, with its own address, services run; skipped"
            ));
        }
        let Some(next) = self.ahead().next() else { return Ok(()) };
        // What its turn would refuse is refused before the platform is touched for it.
        self.may_begin(next, &self.stages_of(next, true).collect::<Vec<_>>())?;
        for stage in Stage::all().iter().filter(|stage| !stage.of_node()) {
            if self.args.stages.has(stage) {
                self.part(&stage.name(), || self.once(*stage))?;
            }
        }
        let mut first = true;
        for node in self.ahead() {
            let stages: Vec<Stage> = self.stages_of(node, first).collect();
            if !stages.is_empty() {
                self.turn(node, &stages)?;
            }
            first = false;
        }
        Ok(())
    }

    /// The stages of a node that are asked for and not behind it. `--from` is about the node whose turn it is.
    fn stages_of(&self, node: &Standing, first: bool) -> impl Iterator<Item = Stage> {
        let asked = move |stage: &Stage| {
            if first { self.args.stages.has(stage) } else { !self.args.stages.is_only() }
        };
        let ahead = node.stages_ahead();
        Stage::all().iter().copied().filter(|stage| stage.of_node()).filter(asked).filter(ahead)
    }

    /// Asks once for a node, before any work on it.
    fn ask(&self, node: &Standing, stages: &[Stage]) -> Result<()> {
        let Standing { node, old, new, .. } = node;
        let names: Vec<String> = stages.iter().map(|stage| stage.name()).collect();
        let what = match stages.iter().find(|stage| stage.no_return()) {
            Some(last) => format!(
                "takes it out of service and moves it from {old} to {new}; cannot be taken back from {} on, but by rollback-vm",
                last.name()
            ),
            None => format!("does {}", names.join(", ")),
        };
        self.cx.confirm(&format!("{node}: {what}"))
    }

    /// One part, by the name that the record has for it.
    fn part(&self, name: &str, work: impl FnOnce() -> Result<()>) -> Result<()> {
        let of = if self.args.stages.is_only() { 1 } else { Stage::all().len() };
        self.cx.part(name, of, work)?;
        self.done.borrow_mut().insert(name.to_owned());
        Ok(())
    }
}
