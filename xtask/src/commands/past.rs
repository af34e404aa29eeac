//! Recorded runs, for the commands that resume, undo or show them: whose run is `last`?

mod choice;

use anyhow::{Context as _, Result};
use camino::Utf8Path;
use engine::data::fault::Fault;
use engine::run::Options;
use engine::run::record::entry::Start;
use engine::run::record::journal::{Journal, is_running};
use engine::run::record::summary::{Summary, local};
use engine::run::record::{HOSTS, INVENTORY, store};
use engine::run::report::Report;
use engine::text::quote;
use engine::transport::trust;

use super::runs::state;

/// A run that was recorded.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) at: store::Run,
    pub(crate) journal: Journal,
    pub(crate) summary: Summary,
}

/// The use of a run, which decides whether it can be the last one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Aim {
    /// It can be resumed, and no later run of the same step has done its work.
    Resume,
    /// It has changed something that was not undone.
    Undo,
    /// It did some work; the command to show it: `runs show`.
    Show(&'static str),
}

/// The run that `name` means; without a name, or with `last`, the last one here that suits the `aim`.
///
/// # Errors
/// Exit 2 when there is none, or more than one.
pub(crate) fn chosen(name: Option<&str>, aim: Aim, options: &Options) -> Result<Run> {
    match name {
        Some(name) if name != "last" => Run::read(store::find(name)?),
        _ => choice::last(aim, options),
    }
}

/// The newest runs whose id begins with `prefix`, the last one first: all of them, or those that suit the `aim` and have ended.
pub(crate) fn newest(aim: Option<Aim>, prefix: &str) -> impl Iterator<Item = Run> {
    choice::newest(aim, prefix)
}

/// The run that the undo recorded in `dir` reverts.
pub(crate) fn undone_by(dir: &Utf8Path) -> Result<Run> {
    let undo = Run::read(store::Run::at(dir))?;
    let missing = || {
        Fault::usage(format!("the record of {} does not name the run that it undoes", undo.at.id))
    };
    Run::read(store::find(undo.start()?.undoes.as_deref().ok_or_else(missing)?)?)
}

impl Run {
    fn read(at: store::Run) -> Result<Self> {
        // Asked first: a run that ends meanwhile is read with its end.
        let running = is_running(&at.dir);
        let journal = at.journal()?;
        let summary = Summary::new(&at.id, &journal, running);
        Ok(Self { at, journal, summary })
    }

    /// Its start.
    ///
    /// # Errors
    /// If the journal has no start.
    pub(crate) fn start(&self) -> Result<&Start> {
        let missing = || Fault::usage(format!("the record of run {} has no start", self.at.id));
        Ok(self.summary.start.as_ref().ok_or_else(missing)?)
    }

    /// The text of the inventory at the start of the run, and its hosts where imports had a say in them.
    pub(crate) fn inventory(&self) -> Result<(String, Option<String>)> {
        let read = |name| {
            let path = self.at.dir.join(name);
            trust::read_text(&path).with_context(|| format!("reading {path}"))
        };
        let hosts = self.at.dir.join(HOSTS).exists().then(|| read(HOSTS));
        Ok((read(INVENTORY)?, hosts.transpose()?))
    }

    /// Names the run before anything happens to it: `resume RUN`, and below who started it when, where and how.
    pub(crate) fn announce(&self, options: &Options, word: &str) {
        let report = Report::new(options, String::new(), engine::ops::ensure::Mode::Run);
        let style = report.err_style();
        report.line(&format!("{} {}", style.bold(word), self.line()));
    }

    /// `RUN: failed, 2026-11-21 02:33:11 by ann on desk7 in /work: cargo xtask bk-upgrade paas`.
    fn line(&self) -> String {
        let (run, began) = (&self.summary, local(&self.at.began));
        let head = self.at.head.clone().unwrap_or_default();
        let (user, from, cwd) = (&head.user, &head.from, &head.cwd);
        let command = command(&head.args);
        format!("{}: {}, {began} by {user} on {from} in {cwd}: {command}", run.id, state(run))
    }
}

/// The command line of a run, ready to paste.
pub(crate) fn command(args: &[String]) -> String {
    let words: Vec<&str> =
        ["cargo", "xtask"].into_iter().chain(args.iter().map(String::as_str)).collect();
    quote::join(&words).unwrap_or_default()
}
