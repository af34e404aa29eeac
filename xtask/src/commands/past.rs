//! Recorded runs as the commands that go on with them or take them back see them.

use anyhow::{Context as _, Result};
use camino::Utf8Path;
use engine::data::fault::Fault;
use engine::run::record::INVENTORY;
use engine::run::record::entry::{Entry, Start};
use engine::run::record::journal::{Journal, is_running};
use engine::run::record::store;
use engine::run::record::summary::{State, Summary};

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

/// The newest run that can go on; when there is none, the newest that is going on.
///
/// # Errors
/// Exit 2 when there is none either.
pub(crate) fn newest_open() -> Result<Run> {
    let mut running = None;
    for at in store::all()?.into_iter().rev() {
        // What cannot be read is not what was meant.
        let Ok(run) = Run::read(at) else { continue };
        if run.summary.resumable {
            return Ok(run);
        }
        if run.summary.state == State::Running {
            running.get_or_insert(run);
        }
    }
    let over = || {
        Fault::usage("every recorded run has come to its end").hint("see: cargo xtask runs list")
    };
    Ok(running.ok_or_else(over)?)
}

/// The run that the undo recorded in `dir` takes back.
pub(crate) fn undone_by(dir: &Utf8Path) -> Result<Run> {
    let undo = Run::read(store::Run::at(dir))?;
    let missing =
        || Fault::usage(format!("the record of {} does not say what it takes back", undo.at.id));
    find(undo.start()?.undoes.as_deref().ok_or_else(missing)?)
}

impl Run {
    fn read(at: store::Run) -> Result<Self> {
        // Asked first: what ends in between is read with its end.
        let running = is_running(&at.dir);
        let journal = at.journal()?;
        let summary = Summary::new(&at.id, &journal, running);
        Ok(Self { at, journal, summary })
    }

    /// How it began.
    ///
    /// # Errors
    /// When the journal does not say.
    pub(crate) fn start(&self) -> Result<&Start> {
        let missing = || Fault::usage(format!("the record of run {} has no beginning", self.at.id));
        Ok(self.summary.start.as_ref().ok_or_else(missing)?)
    }

    /// The inventory as it was when the run began.
    pub(crate) fn inventory(&self) -> Result<String> {
        let path = self.at.dir.join(INVENTORY);
        std::fs::read_to_string(&path).with_context(|| format!("reading {path}"))
    }

    /// Whether more than one stage was asked for. Those that had no turn are in no line of their own.
    pub(crate) fn is_staged(&self) -> bool {
        self.journal.entries().any(|entry| matches!(entry, Entry::Stage { of, .. } if *of > 1))
    }

    /// The hosts that are not done: failed, unreachable, without a turn, or in the middle of something.
    pub(crate) fn open_hosts(&self) -> Vec<String> {
        let done = |outcome: &str| matches!(outcome, "kept" | "changed" | "undone");
        let open = self.summary.hosts.iter().filter(|host| !done(&host.outcome));
        open.map(|host| host.host.clone()).collect()
    }
}
