//! `undo`: undoes the changes of a recorded run.

use camino::{Utf8Path, Utf8PathBuf};
use engine::data::fault::Fault;
use engine::run::Options;
use engine::run::back::{self, Extent};
use engine::run::record::entry::Start;
use engine::run::record::summary::is_command;
use engine::run::record::{self, Opening};
use engine::transport::trust::STDIN;

use super::past::{self, Aim};
use crate::cli;
use crate::setup::{self, Typed};

/// Undo the changes of a run
///
/// Restores the recorded files, unit states and moved paths, the last change first. Refuses a host
/// with a later change to one of them; the other hosts are restored. Stops at the last irreversible
/// operation. -n shows the plan.
///
/// Examples:
///   cargo xtask undo last -n
///   cargo xtask undo 20261121-0233 --only paas2
///   cargo xtask undo last --to remove-units --yes
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    /// The run: its id, a part of it that no other has, or `last`: the last one here that can be undone
    #[arg(value_name = "RUN")]
    run: String,
    /// Only the changes from the start of this stage on
    #[arg(long, value_name = "STAGE")]
    to: Option<String>,
    /// Also undo the changes before an irreversible operation; that one stays
    #[arg(long)]
    past: bool,
}

pub(crate) fn run(mut options: Options, args: &Args, typed: Typed<'_>) -> anyhow::Result<u8> {
    let run = match &typed.opening {
        // The record of a resumed undo names the run that `last` was.
        Opening::Again { dir, .. } => past::undone_by(dir)?,
        _ => {
            let run = past::chosen(Some(&args.run), Aim::Undo, &options)?;
            run.announce(&options, "undo");
            run
        }
    };
    if let Some(damage) = run.journal.damage.first() {
        let message =
            format!("line {} of the record of {} {}", damage.line, run.at.id, damage.what);
        return Err(Fault::refused(message)
            .hint("a changed record is not used for an undo; check it: cargo xtask runs verify")
            .into());
    }
    record::at_rest(&run.at.dir)?;
    let start = run.start()?;
    if is_command(&start.step) {
        let fault =
            Fault::usage(format!("run {} is a {}, which has no undo", run.at.id, start.step));
        return Err(fault.hint("see: cargo xtask runs list").into());
    }
    if let Some(of) = &start.undoes {
        return Err(Fault::usage(format!("run {} is itself the undo of run {of}", run.at.id))
            .hint(format!("run the step again instead; see: cargo xtask runs show {of}"))
            .into());
    }
    setup::same_hosts(&options, start.rehearsal)?;
    options.rehearse |= start.rehearsal;
    if let (true, Some(path)) = (options.inventory.is_empty(), &start.inventory) {
        options.inventory = recorded(path, start)?;
    }
    let extent = Extent { to: args.to.clone(), past: args.past };
    // It works on the hosts of that runbook, so it takes its lock.
    let runbook = cli::runbook(&start.args).or_else(|| own_runbook(start));
    let opening = match typed.opening {
        Opening::New => Opening::Undo(run.at.id.clone()),
        again => again,
    };
    let cx = setup::context(options, Typed { name: "undo", opening, runbook, ..typed })?;
    let result = back::run(&cx, &run.at.dir, &run.journal, &extent);
    Ok(cx.finish(result))
}

/// The runbook of a step of one's own, whose file may be gone.
fn own_runbook(start: &Start) -> Option<&'static str> {
    let (runbook, step) = start.step.split_once(' ')?;
    let is_own = start.snippets.contains_key(&format!("own/{runbook}/{step}"));
    is_own.then(|| &*runbook.to_owned().leak())
}

/// The inventories of a run. The record names them, not the person: so each must be believed.
fn recorded(first: &str, start: &Start) -> anyhow::Result<Vec<Utf8PathBuf>> {
    let typed = cli::inventories(&start.args);
    let inside = |path: &Utf8PathBuf| Utf8Path::new(&start.cwd).join(path);
    let several: Vec<Utf8PathBuf> = typed.iter().map(inside).collect();
    if typed.iter().any(|path| path == STDIN) {
        let fault = Fault::usage("the run has read its inventory from standard input");
        return Err(fault.hint("give it again, from standard input or a file: -i FILE").into());
    }
    let files = if several.len() > 1 { several } else { vec![first.into()] };
    for path in &files {
        setup::believed(path)?;
    }
    Ok(files)
}
