//! Recorded runs as the commands that go on with them or take them back see them.

use anyhow::{Context as _, Result};
use camino::{Utf8Path, Utf8PathBuf};
use engine::data::fault::Fault;
use engine::run::record::entry::{Entry, Start};
use engine::run::record::journal::Journal;
use engine::run::record::{INVENTORY, state_dir};

/// A run that was recorded.
#[derive(Debug)]
pub(crate) struct Run {
    pub(crate) id: String,
    pub(crate) dir: Utf8PathBuf,
    pub(crate) journal: Journal,
}

/// The run of this id, or of this part of an id that no other has; `last` is the newest.
///
/// # Errors
/// Exit 2 when there is none, or more than one.
pub(crate) fn find(word: &str) -> Result<Run> {
    let ids = ids()?;
    let fit: Vec<&String> = match word {
        "last" => ids.first().into_iter().collect(),
        _ if ids.iter().any(|id| id == word) => ids.iter().filter(|id| *id == word).collect(),
        _ => ids.iter().filter(|id| id.contains(word)).collect(),
    };
    match fit[..] {
        [id] => read(id),
        [] => Err(Fault::usage(format!("there is no run `{word}`"))
            .hint("see: cargo xtask runs list")
            .into()),
        _ => {
            let some: Vec<&str> = fit.iter().take(5).map(|id| id.as_str()).collect();
            Err(Fault::usage(format!("`{word}` is part of {} runs", fit.len()))
                .detail("for example", some.join(", "))
                .hint("give more of the id")
                .into())
        }
    }
}

/// The newest run that has not come to its end.
///
/// # Errors
/// Exit 2 when there is none.
pub(crate) fn newest_open() -> Result<Run> {
    for id in ids()? {
        // What cannot be read is not what was meant.
        let Ok(run) = read(&id) else { continue };
        if run.start().is_ok_and(|start| start.step != "pcmd") && run.can_resume() {
            return Ok(run);
        }
    }
    Err(Fault::usage("every recorded run has come to its end")
        .hint("see: cargo xtask runs list")
        .into())
}

/// The run that the undo recorded in `dir` takes back.
pub(crate) fn undone_by(dir: &Utf8Path) -> Result<Run> {
    let undo = read(dir.file_name().unwrap_or_default())?;
    let missing =
        || Fault::usage(format!("the record of {} does not say what it takes back", undo.id));
    find(undo.start()?.undoes.as_deref().ok_or_else(missing)?)
}

/// All ids, the newest first.
fn ids() -> Result<Vec<String>> {
    let runs = state_dir()?.join("runs");
    let Ok(entries) = runs.read_dir_utf8() else { return Ok(Vec::new()) };
    let mut ids: Vec<String> = entries
        .map(|entry| entry.map(|entry| entry.file_name().to_owned()))
        .collect::<std::io::Result<_>>()
        .with_context(|| format!("reading {runs}"))?;
    // The inventory is written once, when a run begins: it tells runs of one second apart.
    let began = |id: &String| {
        let beginning = runs.join(id).join(INVENTORY).metadata();
        (id.get(..15).map(str::to_owned), beginning.and_then(|meta| meta.modified()).ok())
    };
    ids.sort_by_cached_key(|id| std::cmp::Reverse(began(id)));
    Ok(ids)
}

fn read(id: &str) -> Result<Run> {
    let dir = state_dir()?.join("runs").join(id);
    let journal = Journal::read(&dir).with_context(|| format!("reading the record of run {id}"))?;
    Ok(Run { id: id.to_owned(), dir, journal })
}

impl Run {
    /// How it began.
    ///
    /// # Errors
    /// When the journal does not say.
    pub(crate) fn start(&self) -> Result<&Start> {
        let start = self.journal.entries().find_map(|entry| match entry {
            Entry::Start(start) => Some(start),
            _ => None,
        });
        let missing = || Fault::usage(format!("the record of run {} has no beginning", self.id));
        Ok(start.ok_or_else(missing)?)
    }

    /// The inventory as it was when the run began.
    pub(crate) fn inventory(&self) -> Result<String> {
        let path: &Utf8Path = &self.dir.join(INVENTORY);
        std::fs::read_to_string(path).with_context(|| format!("reading {path}"))
    }

    /// Whether it stopped before its end, or something in it failed, and nobody took it back since.
    pub(crate) fn can_resume(&self) -> bool {
        // What was refused before it did anything has ended; what was killed has not.
        let counts = |entry: &Entry| matches!(entry, Entry::Intent(_) | Entry::Result(_));
        let ended = |entry: &Entry| matches!(entry, Entry::End { .. });
        if self.journal.entries().any(ended) && !self.journal.entries().any(counts) {
            return false;
        }
        let over = self.journal.entries().filter_map(|entry| match entry {
            Entry::Start(_) | Entry::Resume(_) => Some(false),
            Entry::End { exit, .. } => Some(*exit == 0),
            Entry::Undone { to: None, .. } => Some(true),
            _ => None,
        });
        !over.last().unwrap_or(true)
    }

    /// Whether more than one stage was asked for. Those that had no turn are in no line of their own.
    pub(crate) fn is_staged(&self) -> bool {
        self.journal.entries().any(|entry| matches!(entry, Entry::Stage { of, .. } if *of > 1))
    }

    /// The hosts that are not done: failed, unreachable, without a turn, or in the middle of something.
    pub(crate) fn open_hosts(&self) -> Vec<String> {
        let mut hosts: Vec<(String, bool)> = Vec::new();
        let mut set = |host: &str, open: bool| match hosts.iter_mut().find(|(name, _)| name == host)
        {
            Some(entry) => entry.1 = open,
            None => hosts.push((host.to_owned(), open)),
        };
        for entry in self.journal.entries() {
            match entry {
                Entry::Hosts { hosts } => hosts.iter().for_each(|host| set(host, true)),
                Entry::Intent(intent) => set(&intent.host, true),
                Entry::Result(done) => {
                    let open = !matches!(&*done.outcome, "kept" | "changed" | "ok");
                    set(&done.host, open);
                }
                _ => {}
            }
        }
        hosts.into_iter().filter(|(_, open)| *open).map(|(host, _)| host).collect()
    }
}
