//! `apply`: the run of a saved plan.

use std::time::Duration;

use anyhow::Context as _;
use camino::{Utf8Path, Utf8PathBuf};
use engine::data::fault::Fault;
use engine::data::span::{self, Span};
use engine::run::Options;
use engine::run::record::Opening;
use engine::run::record::entry::Start;
use engine::run::record::summary::local;
use engine::run::report::{Report, print};
use engine::run::saved::{Follow, Plan, SCHEMA_JSON, Saved};
use engine::text::words;
use engine::transport::trust::STDIN;

use crate::cli;

/// The word for an inventory among the typed flags.
const INVENTORY: &str = "--inventory=";

/// A clock may be this much ahead of another.
const SKEW: i64 = 300;

/// The oldest plan that is accepted.
const MAX_AGE: Span = Span(Duration::from_secs(24 * 60 * 60));

/// Do exactly what a saved plan shows
///
/// Runs the step of the plan. Compares each operation on each host with the plan before anything changes.
/// Refuses a host whose state, identity or commands differ; the other hosts continue. Refuses the whole plan
/// if program, snippets or inventory differ, or if it is too old. -n compares only.
///
/// Examples:
///   cargo xtask bk-upgrade paas -n --save paas.json
///   cargo xtask apply paas.json -n
///   cargo xtask apply paas.json --yes
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    /// The plan, as `-n --save FILE` wrote it
    #[arg(value_name = "PLAN", required_unless_present = "schema")]
    plan: Option<Utf8PathBuf>,
    /// Oldest plan that is accepted: `90m`, `24h`
    #[arg(long, value_name = "TIME", default_value = "24h")]
    max_age: Span,
    /// Print the JSON Schema of a saved plan
    #[arg(long)]
    schema: bool,
}

pub(crate) fn run(options: &Options, args: &Args, flags: &[String]) -> anyhow::Result<u8> {
    let Some(path) = args.plan.as_ref().filter(|_| !args.schema) else {
        return print(&format!("{}\n", SCHEMA_JSON.trim_end())).map(|()| 0);
    };
    let plan = Plan::read(path)?;
    let typed = inventories(flags);
    own_flags(options, &plan, &typed)?;
    young(path, &plan, args.max_age, plan.remedy())?;
    announce(options, path, &plan);
    // The plan is named from here, the rest from where it was made.
    let path = &path.canonicalize_utf8().unwrap_or_else(|_| path.clone());
    std::env::set_current_dir(&plan.cwd)
        .with_context(|| format!("going to {}, where the plan was made", plan.cwd))?;
    let recorded = plan.args.clone();
    let mut words = recorded.clone();
    // Typed inventories are those of the plan, but from another directory.
    let others = flags.iter().filter(|word| !word.starts_with(INVENTORY)).cloned();
    let named = typed.iter().map(|path| format!("{INVENTORY}{path}"));
    words::insert(&mut words, others.chain(named));
    let consents = !typed.is_empty();
    let rehearsal = plan.rehearsal;
    let saved = follow(path, plan)?;
    let differences = &|_: &_| Ok(Vec::new());
    let past = cli::Past { words: &recorded, rehearsal, differences, saved, consents };
    cli::again(words, Opening::New, past, options)
}

/// The plan that a recorded run follows, for a process that resumes it.
///
/// # Errors
/// When the plan is no longer there, is another one, or is too old.
pub(super) fn of_run(start: &Start) -> anyhow::Result<Saved> {
    let Some(followed) = &start.plan else { return Ok(Saved::None) };
    let path = Utf8Path::new(&followed.path);
    let plan = Plan::read(path)?;
    if plan.sha256() != followed.sha256 {
        let fault = Fault::refused(format!("{path} is not the plan that the run follows"));
        return Err(fault.hint(plan.remedy()).into());
    }
    let apply = super::past::command(&["apply".to_owned(), path.to_string()]);
    young(
        path,
        &plan,
        MAX_AGE,
        format!("or finish it, if it still holds:  {apply} --max-age TIME"),
    )?;
    follow(path, plan)
}

fn follow(path: &Utf8Path, plan: Plan) -> anyhow::Result<Saved> {
    let follow = Follow::new(path, plan, env!("XTASK_VERSION"), tasks::shells)?;
    Ok(Saved::Following(Box::new(follow)))
}

/// Refuses flags that would make it another run.
fn own_flags(options: &Options, plan: &Plan, typed: &[Utf8PathBuf]) -> Result<(), Fault> {
    let wrong =
        [("-i", !typed.is_empty() && *typed != planned(plan)), ("--emit", options.emit.is_some())];
    match wrong.into_iter().find(|(_, given)| *given) {
        Some((flag, _)) => Err(Fault::usage(format!("{flag} cannot stand beside a saved plan"))
            .hint("the plan has it; leave it out, or make a new plan")),
        None => Ok(()),
    }
}

/// The inventories that were typed.
fn inventories(flags: &[String]) -> Vec<Utf8PathBuf> {
    let typed = flags.iter().filter_map(|word| word.strip_prefix(INVENTORY));
    typed.map(|path| whole(Utf8Path::new(path))).collect()
}

/// The inventories of the plan.
fn planned(plan: &Plan) -> Vec<Utf8PathBuf> {
    let named = cli::inventories(&plan.args);
    let named =
        if named.is_empty() { plan.inventory.iter().map(Into::into).collect() } else { named };
    let inside = |path: Utf8PathBuf| match path == STDIN {
        true => path,
        false => whole(&Utf8Path::new(&plan.cwd).join(path)),
    };
    named.into_iter().map(inside).collect()
}

/// The path from `/`, as far as there is such a file.
fn whole(path: &Utf8Path) -> Utf8PathBuf {
    let there = (path != STDIN).then(|| path.canonicalize_utf8().ok()).flatten();
    there.unwrap_or_else(|| path.to_owned())
}

/// Refuses a plan that is too old, or of another time.
fn young(path: &Utf8Path, plan: &Plan, limit: Span, remedy: String) -> anyhow::Result<()> {
    let age = jiff::Timestamp::now().duration_since(plan.made()?).as_secs();
    if age < -SKEW {
        let fault = Fault::refused(format!("{path} was made in the future: {}", local(&plan.made)));
        return Err(fault.hint("set the clock of this machine").into());
    }
    let old = u64::try_from(age).unwrap_or_default();
    if old > limit.0.as_secs() {
        let age = span::shown(old as f64);
        return Err(Fault::refused(format!("{path} is {age} old, and --max-age is {limit}"))
            .hint(remedy)
            .into());
    }
    Ok(())
}

/// Names the plan: `apply PLAN: DATE by USER on MACHINE: COMMAND`.
fn announce(options: &Options, path: &Utf8Path, plan: &Plan) {
    let report = Report::new(options, String::new(), engine::ops::ensure::Mode::Run);
    let (style, made) = (report.err_style(), local(&plan.made));
    let ticket = plan.ticket.as_ref().map(|ticket| format!(", {ticket}")).unwrap_or_default();
    let line = super::past::command(&plan.args);
    report.line(&format!(
        "{} {path}: {made} by {} on {}{ticket}: {line}",
        style.bold("apply"),
        plan.user,
        plan.from
    ));
}
