//! A harness for tests that need labs: lanes side by side, the cases of a lane one after the other, and a closing line
//! that counts the skipped tests.

use std::cell::Cell;
use std::io::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

use anyhow::Result;

/// One test: a sentence with underscores, and its function.
#[derive(Debug, Clone, Copy)]
pub struct Case<B> {
    /// Its name.
    pub name: &'static str,
    /// Fails by an error or a panic.
    pub run: fn(&B) -> Result<()>,
}

/// Cases that share one lab. Lanes share nothing, so they can run at the same time.
#[derive(Debug)]
pub struct Lane<B: 'static> {
    /// Its name, which is also a part of the name of its lab.
    pub name: &'static str,
    /// The hosts that are up before its first case; a case can start others of the plan.
    pub hosts: &'static [&'static str],
    /// In this order.
    pub cases: &'static [&'static [Case<B>]],
}

/// Why no case can run.
#[derive(Debug)]
pub enum Obstacle {
    /// This machine cannot: counts as skipped.
    Cannot(String),
    /// It should be able to: counts as failed.
    Broken(anyhow::Error),
}

/// How many cases ended how.
#[derive(Debug, Default)]
struct Tally {
    passed: usize,
    failed: usize,
    skipped: usize,
}

/// Runs the cases whose names hold one of the words of the command line, `side_by_side` lanes at a time. `begin` makes
/// the value that the cases of a lane share; its `Err` holds the reason why none of them can run. Returns whether none failed.
pub fn run<B>(
    lanes: &[Lane<B>],
    side_by_side: usize,
    begin: impl Fn(&Lane<B>) -> Result<B, Obstacle> + Sync,
) -> bool {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let filters: Vec<String> =
        words.iter().filter(|word| !word.starts_with('-')).cloned().collect();
    let chosen: Vec<(&Lane<B>, Vec<&Case<B>>)> = lanes
        .iter()
        .map(|lane| (lane, choose(lane, &filters)))
        .filter(|(_, cases)| !cases.is_empty())
        .collect();
    if words.iter().any(|word| word == "--list") {
        let names = chosen.iter().flat_map(|(_, cases)| cases);
        names.for_each(|case| line(&format!("{}: test", case.name)));
        return true;
    }
    let (start, next, total) = (Instant::now(), AtomicUsize::new(0), Mutex::new(Tally::default()));
    thread::scope(|scope| {
        for _ in 0..side_by_side.min(chosen.len()) {
            scope.spawn(|| {
                while let Some((lane, cases)) = chosen.get(next.fetch_add(1, Ordering::Relaxed)) {
                    let tally = one_lane(lane, cases, &begin);
                    if let Ok(mut total) = total.lock() {
                        total.add(&tally);
                    }
                }
            });
        }
    });
    let Tally { passed, failed, skipped } = total.into_inner().unwrap_or_default();
    line(&format!("lab: {:.0} s", start.elapsed().as_secs_f64()));
    line(&format!("{passed} passed, {failed} failed, {skipped} skipped"));
    let all: usize = chosen.iter().map(|(_, cases)| cases.len()).sum();
    failed == 0 && passed + skipped == all
}

impl Tally {
    fn add(&mut self, other: &Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

fn choose<'a, B>(lane: &'a Lane<B>, filters: &[String]) -> Vec<&'a Case<B>> {
    let is_chosen =
        |case: &&Case<B>| filters.is_empty() || filters.iter().any(|word| case.name.contains(word));
    lane.cases.iter().copied().flatten().filter(is_chosen).collect()
}

fn one_lane<B>(
    lane: &Lane<B>,
    cases: &[&Case<B>],
    begin: impl Fn(&Lane<B>) -> Result<B, Obstacle>,
) -> Tally {
    let mut tally = Tally::default();
    NAME.set(lane.name);
    match begin(lane) {
        Ok(shared) => {
            for case in cases {
                if one(case, &shared) { tally.passed += 1 } else { tally.failed += 1 }
            }
        }
        Err(Obstacle::Cannot(reason)) => {
            line(&format!("\nSKIPPED, all of {}: {reason}\n", lane.name));
            tally.skipped = cases.len();
        }
        Err(Obstacle::Broken(error)) => {
            line(&format!("\nthe lab of {} did not start: {error:#}\n", lane.name));
            tally.failed = cases.len();
        }
    }
    tally
}

fn one<B>(case: &Case<B>, shared: &B) -> bool {
    NAME.set(case.name);
    line(&format!("test {} ...", case.name));
    let start = Instant::now();
    let result = catch_unwind(AssertUnwindSafe(|| (case.run)(shared)));
    let word = match &result {
        Ok(Ok(())) => "ok",
        Ok(Err(error)) => {
            line(&format!("{}: {error:#}", case.name));
            "FAILED"
        }
        Err(_) => "FAILED",
    };
    line(&format!("test {} ... {word} ({:.1} s)", case.name, start.elapsed().as_secs_f64()));
    word == "ok"
}

thread_local! {
    /// The case, or the lane, that this thread works at.
    static NAME: Cell<&'static str> = const { Cell::new("") };
}

/// A figure for the reader of the output, with the name of the case that says it.
pub fn note(text: &str) {
    crate::say(&format!("  {}: {text}", NAME.get()));
}

fn line(text: &str) {
    // Nobody is left to tell when standard output is closed.
    drop(writeln!(std::io::stdout().lock(), "{text}"));
}
