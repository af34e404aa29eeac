//! `undo`: takes back what a recorded run did.

use camino::Utf8PathBuf;
use engine::data::fault::Fault;
use engine::run::Options;
use engine::run::back::{self, Extent};
use engine::run::record::{self, Opening};

use super::past;
use crate::cli;
use crate::setup::{self, Typed};

/// Take back what a run did
///
/// Plays what the run recorded, the last change first: files, unit states, moved paths are as they were
/// before. A host on which somebody has changed one of these things since is refused, the others
/// go back. It stops at the last point of no return. See what it would do with -n.
///
/// Examples:
///   cargo xtask undo last -n
///   cargo xtask undo 20261121-0233 --only paas2
///   cargo xtask undo last --to remove-units --yes
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    /// The run: its id, a part of it that no other has, or `last`
    #[arg(value_name = "RUN")]
    run: String,
    /// Only what was done from the beginning of this stage on
    #[arg(long, value_name = "STAGE")]
    to: Option<String>,
    /// Also what came before a point of no return, which itself stays
    #[arg(long)]
    past: bool,
}

/// With `opening` of a run that goes on, or of a new one.
pub(crate) fn run(
    mut options: Options,
    args: &Args,
    words: Vec<String>,
    opening: Option<Opening>,
) -> anyhow::Result<u8> {
    let run = match &opening {
        // Which run `last` was is in the record of the undo that goes on.
        Some(Opening::Again { dir, .. }) => past::undone_by(dir)?,
        _ => past::find(&args.run)?,
    };
    if let Some(damage) = run.journal.damage.first() {
        let message =
            format!("line {} of the record of {} {}", damage.line, run.at.id, damage.what);
        return Err(Fault::refused(message)
            .hint(
                "what somebody has changed is not played back; look at it: cargo xtask runs verify",
            )
            .into());
    }
    record::at_rest(&run.at.dir)?;
    let start = run.start()?;
    if let Some(of) = &start.undoes {
        return Err(Fault::usage(format!("run {} has itself taken back run {of}", run.at.id))
            .hint(format!(
                "what it took back, the step does again; see: cargo xtask runs show {of}"
            ))
            .into());
    }
    setup::same_hosts(&options, start.rehearsal)?;
    options.rehearse |= start.rehearsal;
    options.inventory =
        options.inventory.or_else(|| start.inventory.as_ref().map(Utf8PathBuf::from));
    let extent = Extent { to: args.to.clone(), past: args.past };
    // It works on the hosts of that runbook, so nobody else may.
    let runbook = cli::runbook(&start.args);
    let opening = opening.unwrap_or_else(|| Opening::Undo(run.at.id.clone()));
    let cx = setup::context(options, Typed { name: "undo", words, opening, runbook })?;
    let result = back::run(&cx, &run.at.dir, &run.journal, &extent);
    Ok(cx.finish(result))
}
