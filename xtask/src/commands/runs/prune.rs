//! `runs prune`: deletes old runs, keeps needed ones.

use anyhow::Result;
use engine::data::fault::{Fault, Kind};
use engine::run::Options;
use engine::run::options::Output;
use engine::run::record::prune::{Candidate, Limits, beyond, candidate};
use engine::run::report::Report;
use engine::transport::interrupt::Interrupt;
use serde_json::json;

use super::chosen;
use crate::commands::form::document;

#[derive(clap::Args, Debug)]
pub(crate) struct Args {
    /// Delete these runs, even resumable and undoable ones; asks first
    #[arg(value_name = "RUN", conflicts_with_all = ["older_than", "keep"])]
    runs: Vec<String>,
    /// Delete the runs that started longer ago than this
    #[arg(long, value_name = "DAYS", default_value_t = Limits::default().days)]
    older_than: u32,
    /// Delete all but this number of newest runs
    #[arg(long, value_name = "N", default_value_t = Limits::default().keep)]
    keep: usize,
}

pub(crate) fn run(options: &Options, report: &Report, args: &Args) -> Result<u8> {
    let named = !args.runs.is_empty();
    let found = if named {
        chosen(&args.runs, "runs prune", options)?.into_iter().map(candidate).collect()
    } else {
        beyond(Limits { days: args.older_than, keep: args.keep })?
    };
    // A named run is deleted, but never while a process works on it.
    let stays = |it: &Candidate| it.needed.is_some() && !named;
    let (kept, gone): (Vec<_>, Vec<_>) = found.into_iter().partition(stays);
    if !gone.is_empty() && !options.dry_run {
        confirm(options, report, &gone)?;
    }
    let text = options.form() == Output::Text;
    for it in &gone {
        if !options.dry_run {
            it.run.remove()?;
        }
        if text {
            let word = if options.dry_run { "would be deleted" } else { "deleted" };
            report.result(&format!("{}: {word}", it.run.id));
        }
    }
    if text {
        for it in &kept {
            report.inform(&format!("{}: kept, {}", it.run.id, it.needed.unwrap_or_default()));
        }
        return Ok(0);
    }
    let id = |it: &Candidate| it.run.id.clone();
    let value = json!({
        "deleted": gone.iter().map(id).collect::<Vec<_>>(),
        "kept": kept.iter().map(|it| json!({ "run": it.run.id, "because": it.needed })).collect::<Vec<_>>(),
    });
    document(options, "runs", &value)?;
    Ok(0)
}

fn confirm(options: &Options, report: &Report, gone: &[Candidate]) -> Result<()> {
    if options.yes {
        return Ok(());
    }
    let count = gone.len();
    let plural = if count == 1 { "" } else { "s" };
    let what = format!("delete the record of {count} run{plural}");
    if !report.can_ask() {
        let fault = Fault::refused(format!("needs --yes without a terminal: {what}"));
        return Err(fault.hint("see which with -n, then add --yes").into());
    }
    for it in gone {
        let needed = it.needed.map(|why| format!("  ({why})")).unwrap_or_default();
        report.line(&format!("  {}{needed}", it.run.id));
    }
    let answer = report.ask(&format!(": {what}\nContinue? [y/N] "), &Interrupt::install()?)?;
    if matches!(answer.as_str(), "y" | "yes") {
        return Ok(());
    }
    Err(Fault::new(Kind::Stopped, "stopped: the answer was no").into())
}
