//! A harness for tests that need the lab: one after the other, and a closing line that counts what was skipped.

use std::io::Write as _;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::time::Instant;

use anyhow::Result;

/// One test: a sentence with underscores, and what it does.
#[derive(Debug, Clone, Copy)]
pub struct Case<B> {
    /// Its name.
    pub name: &'static str,
    /// Fails by an error or a panic.
    pub run: fn(&B) -> Result<()>,
}

/// Runs the cases whose names hold one of the words of the command line. `begin` makes what they share; its `Err`
/// holds why nothing can run here, and all count as skipped. Returns whether none failed.
pub fn run<B>(cases: &[Case<B>], begin: impl FnOnce() -> Result<B, Obstacle>) -> bool {
    let words: Vec<String> = std::env::args().skip(1).collect();
    let filters: Vec<&String> = words.iter().filter(|word| !word.starts_with('-')).collect();
    let chosen: Vec<&Case<B>> = cases
        .iter()
        .filter(|case| filters.is_empty() || filters.iter().any(|word| case.name.contains(*word)))
        .collect();
    if words.iter().any(|word| word == "--list") {
        chosen.iter().for_each(|case| line(&format!("{}: test", case.name)));
        return true;
    }
    let start = Instant::now();
    let (mut passed, mut failed) = (0, 0);
    match begin() {
        Ok(shared) => {
            for case in &chosen {
                if one(case, &shared) { passed += 1 } else { failed += 1 }
            }
        }
        Err(Obstacle::Cannot(reason)) => line(&format!("\nSKIPPED, all of it: {reason}\n")),
        Err(Obstacle::Broken(error)) => {
            failed = chosen.len();
            line(&format!("\nthe lab did not come up: {error:#}\n"));
        }
    }
    let skipped = chosen.len() - passed - failed;
    line(&format!("lab: {:.0} s", start.elapsed().as_secs_f64()));
    line(&format!("{passed} passed, {failed} failed, {skipped} skipped"));
    failed == 0
}

/// Why no case can run.
#[derive(Debug)]
pub enum Obstacle {
    /// This machine cannot: counts as skipped.
    Cannot(String),
    /// It should be able to: counts as failed.
    Broken(anyhow::Error),
}

fn one<B>(case: &Case<B>, shared: &B) -> bool {
    line(&format!("test {} ...", case.name));
    let start = Instant::now();
    let result = catch_unwind(AssertUnwindSafe(|| (case.run)(shared)));
    let word = match &result {
        Ok(Ok(())) => "ok",
        Ok(Err(error)) => {
            line(&format!("{error:#}"));
            "FAILED"
        }
        Err(_) => "FAILED",
    };
    line(&format!("test {} ... {word} ({:.1} s)", case.name, start.elapsed().as_secs_f64()));
    word == "ok"
}

fn line(text: &str) {
    // Nobody is left to tell when standard output is closed.
    drop(writeln!(std::io::stdout().lock(), "{text}"));
}
