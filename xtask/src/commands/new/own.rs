//! `new --shell`: a step of one's own, as one commented file.

use std::fs;

use anyhow::{Context as _, Result};
use camino::{Utf8Path, Utf8PathBuf};
use engine::data::fault::Fault;
use engine::data::unseen::is_unseen;
use engine::run::Options;
use engine::run::report::print;
use engine::text::own_step::OwnStep;
use engine::text::template;
use engine::transport::{lint, replace};

use super::Args;
use crate::cli;
use crate::setup::own;

const TEMPLATE: &str = include_str!("../../../templates/own.sh");

/// Writes the file, and shows what shellcheck finds in it.
pub(super) fn run(options: &Options, args: &Args) -> Result<u8> {
    let (runbook, step) = (&args.runbook, args.step.as_deref().unwrap_or_default());
    if tasks::built_in(runbook, step).is_some() || cli::is_command(runbook) {
        let fault = Fault::usage(format!("`{runbook} {step}` would hide a command of the program"));
        return Err(fault.hint("give it another name").into());
    }
    if step == tasks::graph::NAME {
        let fault = Fault::usage(format!("`{step}` is a command of every runbook"));
        return Err(fault.hint("give it another name").into());
    }
    let words = format!("{runbook} {step}");
    if let Some(file) = tasks::own::all().iter().find(|file| file.words() == words) {
        return Err(Fault::usage(format!("{} is there already", file.path)).into());
    }
    if args.about.contains(is_unseen) {
        let fault = Fault::usage("--about has a character that is not seen");
        return Err(fault.hint("the help is one line of text").into());
    }
    let place = if args.personal { own::personal() } else { own::beside(options) };
    let missing =
        || Fault::usage("there is no directory for it").hint("name an inventory: -i FILE");
    let dir = place.ok_or_else(missing)?.join(runbook);
    let path = dir.join(format!("{step}.sh"));
    let values = [
        ("help", args.about.as_str()),
        ("hosts", args.hosts.as_deref().unwrap_or("@all")),
        ("step", step),
    ];
    let text = template::render("new", TEMPLATE, &values)?;
    OwnStep::parse(path.as_str(), &text, &[])?;
    write(&dir, &path, &text)?;
    let found = lint::shell(path.as_str(), &text)?;
    let lines: String = found.lines.iter().map(|line| format!("{line}\n")).collect();
    let next = "next, after an edit:  cargo xtask check";
    print(&format!("{path}\n{lines}{next} {runbook} {step}\n"))?;
    Ok(0)
}

/// Writes the file whole, and only where there is none.
fn write(dir: &Utf8Path, path: &Utf8PathBuf, text: &str) -> Result<()> {
    fs::create_dir_all(dir).with_context(|| format!("making {dir}"))?;
    match replace::create_synced(path, text.as_bytes(), 0o644) {
        Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {
            Err(Fault::usage(format!("{path} is there already")).into())
        }
        done => done.with_context(|| format!("writing {path}")),
    }
}
