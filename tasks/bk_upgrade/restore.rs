//! The document has no way back (X4.69).
//!
//! - Hosts: the control machine, the hosts of MySQL and MongoDB, all hosts with a module
//! - Changes: stops the services of BlueKing, brings back trees, databases and unit files of 6.1; what it replaces stays aside
//! - Proof: each backup is proved before anything is touched; tables and documents are those of the dumps
//! - Undo: no: what was written since the dumps is gone; run the upgrade again

mod args;
mod databases;
mod plan;
mod trees;
mod units;

use engine::prelude::*;

pub use self::args::{Args, Stage};
use self::plan::Plan;
use super::common::dumps;
use super::common::everywhere::everywhere;
use super::sync_common::Sent;

/// Finds and proves everything first, lists what is lost, asks, then works stage by stage.
pub fn run(cx: &Context, args: &Args) -> Result<()> {
    let hosts = everywhere(cx, args.hosts.as_deref())?;
    let plan = Plan::make(cx, args)?;
    let kept = units::Kept::find(cx, args, &hosts)?;
    if plan.is_done() && kept.is_empty() {
        cx.note("the trees and databases are those of 6.1: nothing is stopped");
        plan.trees(&args.stages)?;
        plan.databases(cx, &args.stages)?;
        return units::tell_rest(cx, args, &hosts);
    }
    plan.tell(cx);
    kept.tell(cx);
    cx.confirm(&format!("{}; irreversible", plan.words()))?;
    cx.stage(&args.stages, Stage::Stop, || units::stop(&hosts))?;
    plan.trees(&args.stages)?;
    plan.databases(cx, &args.stages)?;
    cx.stage(&args.stages, Stage::Units, || kept.bring_back(cx))?;
    cx.stage(&args.stages, Stage::Sync, || {
        let control = cx.one_host("control")?;
        control.ensure(&Sent::to(&hosts, &args.install_dir, args.wait.limit())).map(drop)
    })?;
    cx.note(dumps::NOT_SAVED);
    if cx.is_real() { units::tell_rest(cx, args, &hosts) } else { Ok(()) }
}
