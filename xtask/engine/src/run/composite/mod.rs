//! A whole runbook as one step: a table of stages, the facts of its hosts, and their progress.
//!
//! A stage is the command line of a step. The engine has the order, the gates, the map, the script and the time.

mod args;
mod at;
mod budget;
mod forecast;
mod go;
mod input;
mod line;
mod map;
mod past;
mod script;
mod state;
mod table;
#[cfg(test)]
mod tests;
mod waits;

use anyhow::Result;

pub use args::Args;
pub use at::At;
pub use input::{Given, Input};
pub use line::Line;
pub use table::{About, Fact, Scope, Script, Stage, Steps, WayBack};
pub use waits::Waits;

use past::Past;
use state::Run;

use super::context::Context;
use crate::data::fault::Fault;

/// The own work of a stage without a step, or around its step ([`At::step`]).
pub type Own<C> = fn(&C, &At<'_, C>) -> Result<()>;

/// A runbook as one step. It has stages that are done once, and the turns of hosts, or only one of the two.
///
/// Its value is the state of the runbook at the start of a run, as the hosts show it.
pub trait Composite: Sized + 'static {
    /// The command: `webservice upgrade`.
    const NAME: &'static str;
    /// The help, with its first line and examples.
    const HELP: &'static str;
    /// The word for a host of its turns: `node` gives `--only-node` and `{node}`. Empty without turns.
    const HOST: &'static str = "";
    /// What its whole work does to a service, for the question at the start.
    const SERVICE: &'static str;
    /// The record or trap of the order of the hosts, for messages.
    const ORDER: &'static str = "";
    /// The role of the host whose variables hold for the platform.
    const ROLE: &'static str;
    /// The stages, in order: first those of the platform, then those of each host.
    const STAGES: &'static [Stage<Self>];
    /// The stages in the order of the document, where that is another one, each with a warning or nothing: `--doc-order`.
    /// Only without turns.
    const DOC_ORDER: &'static [(&'static str, &'static str)] = &[];
    /// The minutes that the document expects for all stages together, pages and dumps too. A stage that was never measured
    /// counts with its share. Only without turns.
    const MINUTES: Option<u32> = None;
    /// The values that a person gives.
    const INPUTS: &'static [Input];
    /// The values that [`Self::fact`] computes.
    const FACTS: &'static [Fact];
    /// The steps of the program.
    const STEPS: Steps;
    /// The way back of a host after its last point of no return.
    const WAY_BACK: WayBack;
    /// The parts of its script that no table has.
    const SCRIPT: Script;

    /// Checks what no single value shows, before any host is touched.
    ///
    /// # Errors
    /// What is wrong, with its place.
    fn check(given: &Given<'_>) -> Result<()>;

    /// Looks at the hosts.
    ///
    /// # Errors
    /// What cannot be read; a guard that does not hold.
    fn look(given: &Given<'_>) -> Result<Self>;

    /// The hosts in the order of their turns, the finished ones first.
    fn turns(&self) -> &[Turn] {
        &[]
    }

    /// The progress of the stages of the platform.
    fn platform(&self) -> Platform;

    /// A value that is computed from hosts: one of [`Self::FACTS`].
    ///
    /// # Errors
    /// What cannot be read.
    fn fact(&self, at: &At<'_, Self>, name: &str) -> Result<Option<String>>;

    /// Checks that a host may have its turn, from this stage on.
    ///
    /// # Errors
    /// A guard that does not hold.
    fn may_begin(&self, _: &At<'_, Self>) -> Result<()> {
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
pub enum Platform {
    /// None is done.
    Ahead,
    /// The record shows which ones are done.
    Recorded,
    /// All of them are done.
    Done,
}

/// The stages as a script for sh.
pub fn script<C: Composite>() -> String {
    script::text::<C>()
}

/// Checks, asks, works; prints the map before and after.
///
/// # Errors
/// Refused when a guard does not hold or the window is too short; otherwise the first failure of a stage.
pub fn run<C: Composite>(cx: &Context, args: &Args<C>) -> Result<()> {
    with(cx, args, &Past::of::<C>, &jiff::Timestamp::now)
}

/// The same with another record and clock.
fn with<C: Composite>(
    cx: &Context,
    args: &Args<C>,
    look_back: &dyn Fn(&Context) -> Result<Past>,
    now: &dyn Fn() -> jiff::Timestamp,
) -> Result<()> {
    if cx.options.emit.is_some() {
        let (runbook, step) = C::NAME.split_once(' ').unwrap_or(("", C::NAME));
        let fault = Fault::usage(format!(
            "--emit cannot print the {step} as a script: its steps wait for other hosts"
        ));
        return Err(fault
            .hint(format!("each step has its own: cargo xtask {runbook} STEP --emit HOST"))
            .hint(format!("the steps as a script: cargo xtask {} --script", C::NAME))
            .into());
    }
    let given = Given {
        cx,
        wanted: !args.map,
        only: args.only.as_ref().map(crate::data::node_name::NodeName::as_str),
        typed: &args.typed,
        inputs: C::INPUTS,
        role: C::ROLE,
        stages: &args.selection,
    };
    args.selection.check()?;
    at::check_lines::<C>(&given)?;
    C::check(&given)?;
    if !args.map {
        cx.can_confirm(C::SERVICE)?;
    }
    let run = Run::new(cx, args, given, C::look(&given)?, look_back, now)?;
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
