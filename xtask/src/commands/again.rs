//! `resume` and `retry`: continue an unfinished run.

use anyhow::Context as _;
use engine::data::fault::Fault;
use engine::data::inventory::Inventory;
use engine::data::range::fold;
use engine::run::Options;
use engine::run::record::entry::{Again, Start};
use engine::run::record::{self, Opening, Shells};
use engine::text::words;

use super::apply;
use super::past::{self, Aim, Run};
use crate::cli;

/// Continue a run that stopped
///
/// Starts the step of the run again with the same arguments, in the same record. Checks finished work
/// again, and keeps it if it still holds. Options after `resume` are added. Questions are asked again,
/// also after a run with --yes.
///
/// Examples:
///   cargo xtask resume
///   cargo xtask resume 20261121-0233 --yes
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct ResumeArgs {
    /// The run: its id or a part of it [default: the only one that can be resumed here]
    #[arg(value_name = "RUN")]
    run: Option<String>,
}

/// Continue a run on its open hosts: failed, unreachable, not reached
///
/// Works like `resume`, but only on these hosts. A step of several stages, or one that ended before its
/// last work, starts again on all hosts: they need that work.
///
/// Examples:
///   cargo xtask retry
///   cargo xtask retry last --timeout 600
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct RetryArgs {
    /// The run: its id or a part of it [default: the only one that can be resumed here]
    #[arg(value_name = "RUN")]
    run: Option<String>,
}

pub(crate) fn resume(options: &Options, args: &ResumeArgs, flags: &[String]) -> anyhow::Result<u8> {
    let run = chosen(options, args.run.as_deref())?;
    again(options, &run, flags, Again::Resume, None)
}

pub(crate) fn retry(options: &Options, args: &RetryArgs, flags: &[String]) -> anyhow::Result<u8> {
    let run = chosen(options, args.run.as_deref())?;
    let open = run.summary.open.clone();
    if open.is_empty() {
        return Err(Fault::usage(format!("no host of run {} has failed", run.at.id))
            .hint(format!("continue on all hosts: cargo xtask resume {}", run.at.id))
            .into());
    }
    let only = run.summary.narrow.then_some(open);
    again(options, &run, flags, Again::Retry, only)
}

fn chosen(options: &Options, word: Option<&str>) -> anyhow::Result<Run> {
    let run = past::chosen(word, Aim::Resume, options)?;
    record::at_rest(&run.at.dir)?;
    if !run.summary.resumable {
        return Err(Fault::usage(format!("run {} is done and cannot be resumed", run.at.id))
            .hint("to run it again, run the step")
            .into());
    }
    Ok(run)
}

/// Starts the step of `run` again, in its directory and with its arguments. A recorded `--yes` answers no question, and a recorded
/// `--accept-loss` accepts none: the person of then is not the one of now.
fn again(
    options: &Options,
    run: &Run,
    flags: &[String],
    kind: Again,
    only: Option<Vec<String>>,
) -> anyhow::Result<u8> {
    let start = run.start()?;
    if start.args.iter().any(|word| word.contains("****")) {
        let message = format!(
            "the command line of run {} held a secret, which the record leaves out",
            run.at.id
        );
        return Err(Fault::refused(message)
            .hint("type the step again; finished operations are kept")
            .into());
    }
    let (word, on) = match &only {
        Some(hosts) => (kind.word(), format!(" on {}", fold(hosts))),
        None => (kind.word(), String::new()),
    };
    run.announce(options, &format!("{word}{on}"));
    std::env::set_current_dir(&start.cwd)
        .with_context(|| format!("going to {}, where the run was started", start.cwd))?;
    let recorded = start.args.clone();
    let mut words = recorded.clone();
    let only_open = only.iter().map(|hosts| format!("--only={}", fold(hosts)));
    words::insert(&mut words, only_open.chain(flags.iter().cloned()));
    let opening = Opening::Again { dir: run.at.dir.clone(), kind, only };
    let past = cli::Past {
        words: &recorded,
        rehearsal: start.rehearsal,
        differences: &|now| differences(run, start, now),
        saved: apply::of_run(start)?,
        consents: start.plan.is_none() || flags.iter().any(|word| word.starts_with("--inventory=")),
    };
    cli::again(words, opening, past, options)
}

/// The inputs that changed since the run started, a line or a diff each.
fn differences(run: &Run, start: &Start, now: &Inventory) -> anyhow::Result<Vec<String>> {
    let mut found = Vec::new();
    if let Some(path) = &start.inventory {
        let (text, hosts) = run.inventory()?;
        // A record without them is of an earlier version, or nothing was imported.
        let resolved = now.resolved().filter(|_| hosts.is_some());
        let pairs = [
            (path.clone(), Some(text), Some(now.text.clone())),
            (format!("hosts of {path}"), hosts, resolved),
        ];
        let changed = pairs.into_iter().filter(|(_, then, now)| then != now);
        found.extend(changed.map(|(name, then, now)| {
            engine::text::diff::unified(&name, then.as_deref(), now.as_deref())
        }));
    }
    let program = env!("CARGO_PKG_VERSION");
    if start.program != program {
        found.push(format!("program {} -> {program}", start.program));
    }
    let now = tasks::shells();
    for (name, then) in &start.snippets {
        let hash = now.hashes.get(name);
        if hash == Some(then) {
            continue;
        }
        found.push(if name.starts_with("own/") {
            let text = now.texts.iter().find(|text| hash == Some(&Shells::hash(text.as_bytes())));
            let kept = record::kept(&run.at.dir, then)?;
            engine::text::diff::unified(name, Some(&kept), text.map(String::as_str))
        } else {
            format!("snippets/{name}.sh has changed")
        });
    }
    Ok(found)
}
