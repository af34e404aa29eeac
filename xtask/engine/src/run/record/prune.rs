//! Deletes old runs by age and number, except those still needed.

use std::fs;
use std::time::Duration;

use anyhow::Result;
use jiff::{Timestamp, ToSpan as _};

use super::journal;
use super::place::state_dir;
use super::store::{self, Run};
use super::summary::{State, Summary};

/// The limits of age and number.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// The age limit of a run in days.
    pub days: u32,
    /// The number of newest runs that stay, unless they are old.
    pub keep: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self { days: 90, keep: 1000 }
    }
}

/// A run beyond the limits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Candidate {
    /// The run.
    pub run: Run,
    /// Why it stays; none when it is deleted.
    pub needed: Option<&'static str>,
}

/// The runs beyond the limits, oldest first.
///
/// # Errors
/// When the directory of runs cannot be read.
pub fn beyond(limits: Limits) -> Result<Vec<Candidate>> {
    Ok(among(store::all()?, limits, Timestamp::now()))
}

/// The same of these runs; their age is that at the time `now`.
fn among(runs: Vec<Run>, limits: Limits, now: Timestamp) -> Vec<Candidate> {
    let newest = runs.len().saturating_sub(limits.keep);
    let hours = i64::from(limits.days) * 24;
    let limit = now.checked_sub(hours.hours()).unwrap_or(Timestamp::MIN).to_string();
    // Both times are written alike, largest unit first.
    let old = |run: &Run| !run.began.is_empty() && run.began < limit;
    let found = runs.into_iter().enumerate().filter(|(place, run)| *place < newest || old(run));
    found.map(|(_, run)| candidate(run)).collect()
}

/// Whether `run` may be deleted.
pub fn candidate(run: Run) -> Candidate {
    // Without a journal nothing was done. An unreadable journal may still be needed.
    let needed = match run.dir.join(journal::FILE).exists() {
        true => run.summary().map_or(Some("its journal cannot be read"), |it| needed(&it)),
        false => None,
    };
    Candidate { run, needed }
}

fn needed(summary: &Summary) -> Option<&'static str> {
    match summary {
        it if it.state == State::Running => Some("it is running"),
        it if it.resumable => Some("it can still be resumed"),
        it if it.undoable => Some("it can still be undone"),
        it if !it.items.is_empty() => Some("it has open items"),
        _ => None,
    }
}

/// Deletes runs beyond the usual limits, at most once a day, because reading old journals takes time. The age counts up
/// to the run before this one: a clock that is wrong once deletes nothing.
///
/// # Errors
/// When a run cannot be deleted.
pub fn automatic() -> Result<()> {
    const DAY: Duration = Duration::from_secs(24 * 3600);
    let stamp = state_dir()?.join("pruned");
    let last = fs::metadata(&stamp).and_then(|meta| meta.modified()).ok();
    if last.and_then(|last| last.elapsed().ok()).is_some_and(|since| since < DAY) {
        return Ok(());
    }
    fs::write(&stamp, "")?;
    store::sweep()?;
    let runs = store::all()?;
    let now = today(&runs, Timestamp::now());
    for candidate in among(runs, Limits::default(), now) {
        if candidate.needed.is_none() {
            candidate.run.remove()?;
        }
    }
    Ok(())
}

/// The time up to which age counts: that of the run before the last one, or `now` when it is earlier.
fn today(runs: &[Run], now: Timestamp) -> Timestamp {
    let before = runs.iter().rev().nth(1).and_then(|run| run.began.parse().ok());
    before.map_or(Timestamp::MIN, |before: Timestamp| before.min(now))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn run(name: &str, began: &str) -> Run {
        Run { id: name.to_owned(), dir: name.into(), began: began.to_owned(), head: None }
    }

    fn gone(runs: &[Run], now: Timestamp) -> Vec<String> {
        let found = among(runs.to_vec(), Limits::default(), now);
        found.into_iter().map(|it| it.run.id).collect()
    }

    /// Fault T14: a run of the year 2106 deleted fresh ones.
    #[test]
    fn a_clock_that_is_wrong_once_deletes_nothing() {
        let runs = [
            run("old", "2026-01-01T00:00:00.000Z"),
            run("fresh", "2026-11-20T00:00:00.000Z"),
            run("last", "2026-11-21T00:00:00.000Z"),
            run("wrong", "2106-01-01T00:00:00.000Z"),
        ];
        let wrong: Timestamp = "2106-01-01T00:00:01Z".parse().unwrap();
        assert_eq!(gone(&runs, today(&runs, wrong)), ["old"]);
        let right: Timestamp = "2026-11-22T00:00:00Z".parse().unwrap();
        let later = [&runs[..], &[run("right", "2026-11-22T00:00:00.000Z")]].concat();
        assert_eq!(gone(&later, today(&later, right)), ["old"]);
    }
}
