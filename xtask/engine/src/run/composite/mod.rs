//! A whole runbook as one step: a table of stages, the facts of its hosts, and their progress.
//!
//! A stage is the command line of a step. The engine has the order, the gates, the map, the script and the time.

mod args;
mod at;
mod budget;
mod forecast;
mod go;
mod graph;
mod input;
mod line;
mod map;
mod past;
mod recorded;
mod script;
mod stage;
mod state;
mod table;
#[cfg(test)]
mod tests;
mod waits;

use std::any::Any;
use std::collections::BTreeSet;

use anyhow::Result;

pub use args::{Args, FLAGS, arguments};
pub use at::At;
pub use graph::groups;
pub use input::{Check, Given, Input};
pub use line::{Filling, Line};
pub use stage::{Own, Scope, Stage};
pub use table::{About, Fact, Script, Steps, Table, WayBack};
pub use waits::Waits;

use past::Past;
use state::Run;

use super::context::Context;
use crate::data::fault::Fault;

/// A runbook at the start of a run, as the hosts show it.
pub trait Composite: Any {
    /// The hosts in the order of their turns, the finished ones first.
    fn turns(&self) -> &[Turn] {
        &[]
    }

    /// The progress of the stages of the platform.
    fn platform(&self) -> Platform<'_>;

    /// A value that is computed from hosts: one of [`Table::facts`].
    ///
    /// # Errors
    /// What cannot be read.
    fn fact(&self, at: &At<'_>, name: &str) -> Result<Option<String>>;

    /// Checks that a host may have its turn, from this stage on.
    ///
    /// # Errors
    /// A guard that does not hold.
    fn may_begin(&self, _: &At<'_>) -> Result<()> {
        Ok(())
    }

    /// What its turn does to a host, for the question before it.
    fn effect(&self, turn: &Turn) -> String {
        format!("works on {}", turn.host)
    }
}

/// A host, and its progress as the hosts show it.
#[derive(Debug, Clone, Default)]
pub struct Turn {
    /// Its name.
    pub host: String,
    /// What happens to it, in a few words: `node1 -> node2`.
    pub way: String,
    /// The first stage that it still needs; none when it is finished.
    pub begins: Option<&'static str>,
    /// Up to this stage the hosts show it as done; these run again, and keep everything.
    pub seen: Option<&'static str>,
    /// The map takes a stage behind `begins` as done when the record has it later than `begins`.
    pub recorded: bool,
    /// What is said when it is finished.
    pub note: String,
}

/// The progress of the stages of the platform.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Platform<'a> {
    /// None is done.
    Ahead,
    /// The record shows which ones are done.
    Recorded,
    /// These are done.
    These(&'a BTreeSet<String>),
    /// All of them are done.
    Done,
}

/// The stages as a script for sh.
pub fn script(table: &Table) -> String {
    script::text(table)
}

/// Checks, asks, works; prints the map before and after.
///
/// # Errors
/// Refused when a guard does not hold or the window is too short; otherwise the first failure of a stage.
pub fn run(cx: &Context, args: &Args) -> Result<()> {
    with(cx, args, &|cx| Past::of(args.table, cx), &jiff::Timestamp::now)
}

/// The same with another record and clock.
fn with(
    cx: &Context,
    args: &Args,
    look_back: &dyn Fn(&Context) -> Result<Past>,
    now: &dyn Fn() -> jiff::Timestamp,
) -> Result<()> {
    let table = args.table;
    if cx.options.emit.is_some() {
        let (runbook, step) = table.name.split_once(' ').unwrap_or(("", table.name));
        let fault = Fault::usage(format!(
            "--emit cannot print the {step} as a script: its steps wait for other hosts"
        ));
        return Err(fault
            .hint(format!("each step has its own: cargo xtask {runbook} STEP --emit HOST"))
            .hint(format!("the steps as a script: cargo xtask {} --script", table.name))
            .into());
    }
    let given = Given {
        cx,
        wanted: !args.map,
        fresh: args.fresh,
        only: args.only.as_ref().map(crate::data::node_name::NodeName::as_str),
        typed: &args.typed,
        table,
        stages: &args.selection,
    };
    args.selection.check()?;
    at::check_lines(&given)?;
    (table.check)(&given)?;
    if !args.map {
        cx.can_confirm(table.service)?;
    }
    let run = Run::new(cx, args, given, (table.look)(&given)?, look_back, now)?;
    run.show_map()?;
    if args.map {
        return Ok(());
    }
    let result = run.go();
    // A dry run changes no progress, nor does a run with nothing to do.
    if cx.is_real() && (result.is_err() || run.has_worked()) {
        run.show_end(result.is_ok())?;
    }
    result
}
