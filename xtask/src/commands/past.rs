//! Recorded runs, for the commands that resume or undo them.

use anyhow::{Context as _, Result};
use camino::Utf8Path;
use engine::data::fault::Fault;
use engine::run::record::INVENTORY;
use engine::run::record::entry::{Entry, Start};
use engine::run::record::journal::{Journal, is_running};
use engine::run::record::store;
use engine::run::record::summary::{State, Summary};
use engine::transport::trust;

/// A run that was recorded.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) at: store::Run,
    pub(crate) journal: Journal,
    pub(crate) summary: Summary,
}

/// The run that `name` means; see [`store::find`].
pub(crate) fn find(name: &str) -> Result<Run> {
    Run::read(store::find(name)?)
}

/// The newest run that can be resumed; without one, the newest that is still running.
///
/// # Errors
/// Exit 2 without either.
pub(crate) fn newest_open() -> Result<Run> {
    let mut running = None;
    for at in store::all()?.into_iter().rev() {
        // An unreadable record is not the wanted one.
        let Ok(run) = Run::read(at) else { continue };
        if run.summary.resumable {
            return Ok(run);
        }
        if run.summary.state == State::Running {
            running.get_or_insert(run);
        }
    }
    let over = || Fault::usage("every recorded run is finished").hint("see: cargo xtask runs list");
    Ok(running.ok_or_else(over)?)
}

/// The run that the undo recorded in `dir` reverts.
pub(crate) fn undone_by(dir: &Utf8Path) -> Result<Run> {
    let undo = Run::read(store::Run::at(dir))?;
    let missing = || {
        Fault::usage(format!("the record of {} does not name the run that it undoes", undo.at.id))
    };
    find(undo.start()?.undoes.as_deref().ok_or_else(missing)?)
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

    /// The inventory at the start of the run.
    pub(crate) fn inventory(&self) -> Result<String> {
        let path = self.at.dir.join(INVENTORY);
        trust::read_text(&path).with_context(|| format!("reading {path}"))
    }

    /// Whether more than one stage was selected. A stage that did not start has no line of its own.
    pub(crate) fn is_staged(&self) -> bool {
        self.journal.entries().any(|entry| matches!(entry, Entry::Stage { of, .. } if *of > 1))
    }

    /// The unfinished hosts: failed, unreachable, not started, or interrupted.
    pub(crate) fn open_hosts(&self) -> Vec<String> {
        let done = |outcome: &str| matches!(outcome, "kept" | "changed" | "undone");
        let open = self.summary.hosts.iter().filter(|host| !done(&host.outcome));
        open.map(|host| host.host.clone()).collect()
    }
}
