//! Every step behaves as its case says: planned, cut off, broken, killed, run twice, taken back.

use std::collections::BTreeMap;
use std::collections::BTreeSet;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Mutex;
use std::time::{Duration, Instant};

use crate::support::case::Cases;
use crate::support::handbook::{rows, word};
use crate::tidy::{none, read};

/// The steps of the runbooks, and whether each changes hosts: `("webservice", "deploy", true)`.
fn steps() -> Vec<(String, String, bool)> {
    let list = rows(&["list", "--json"], "steps");
    let step = |row: &serde_json::Value| {
        let (runbook, step) = word(row, "step").split_once(' ')?;
        let changes = row["changes"].as_bool().expect("a flag");
        Some((runbook.to_owned(), step.to_owned(), changes))
    };
    list.iter().filter_map(step).collect()
}

fn cases() -> BTreeMap<String, Cases> {
    let runbooks: BTreeSet<String> = steps().into_iter().map(|(runbook, ..)| runbook).collect();
    let cases = runbooks.into_iter().map(|runbook| {
        let text = read(&format!("tests/{}/cases.toml", runbook.replace('-', "_")));
        assert!(!text.is_empty(), "no cases of {runbook}");
        let cases = Cases::new(&runbook, &text);
        (runbook, cases)
    });
    cases.collect()
}

#[test]
fn every_step_has_a_case_and_every_case_a_step() {
    let (steps, cases) = (steps(), cases());
    let mut wrong = Vec::new();
    for (runbook, step, changes) in &steps {
        let Some((_, case)) = cases[runbook].steps().find(|(name, _)| name == step) else {
            wrong.push(format!("{runbook} {step}: no case"));
            continue;
        };
        let either = |one: bool, other: bool| one != other;
        if !either(case.breaks.is_some(), case.unbroken.is_some()) {
            wrong.push(format!("{runbook} {step}: say `breaks` or why not: `unbroken`"));
        }
        if !either(case.cuts.is_some(), case.uncut.is_some()) {
            wrong.push(format!("{runbook} {step}: say `cuts` or why not: `uncut`"));
        }
        if !changes && case.no_undo.is_some() {
            wrong.push(format!("{runbook} {step}: changes nothing, so `no-undo` says nothing"));
        }
    }
    for (runbook, cases) in &cases {
        let known = |name: &str| steps.iter().any(|(own, step, _)| own == runbook && step == name);
        let names = cases
            .steps()
            .map(|(name, _)| name)
            .chain(cases.steps().filter_map(|(_, case)| case.after.as_deref()));
        wrong.extend(
            names.filter(|name| !known(name)).map(|name| format!("{runbook} {name}: no step")),
        );
    }
    none("tests/RUNBOOK/cases.toml", wrong);
}

/// `CASE='webservice deploy'` runs one.
#[test]
fn every_step_does_what_its_case_says() {
    let cases = cases();
    let only = std::env::var("CASE").ok();
    let wanted = |(runbook, step, _): &(String, String, bool)| {
        only.as_ref().is_none_or(|only| *only == format!("{runbook} {step}"))
    };
    let queue: Vec<_> = steps().into_iter().filter(wanted).rev().collect();
    assert!(!queue.is_empty(), "no step {only:?}");
    let (queue, failed, times) = (Mutex::new(queue), Mutex::default(), Mutex::default());
    let failed: &Mutex<Vec<String>> = &failed;
    let times: &Mutex<Vec<(Duration, String)>> = &times;
    let work = || {
        while let Some((runbook, step, changes)) = { queue.lock().expect("a queue").pop() } {
            let (name, began) = (format!("{runbook} {step}"), Instant::now());
            let run = || cases[&runbook].run(&step, changes);
            if catch_unwind(AssertUnwindSafe(run)).is_err() {
                failed.lock().expect("a list").push(name.clone());
            }
            times.lock().expect("a list").push((began.elapsed(), name));
        }
    };
    std::thread::scope(|scope| {
        let threads = std::thread::available_parallelism().map_or(2, usize::from);
        (0..threads).for_each(|_| drop(scope.spawn(work)));
    });
    let mut times = times.lock().expect("a list");
    times.sort();
    for (time, name) in times.iter().rev().take(10) {
        println!("{:6.1} s  {name}", time.as_secs_f64());
    }
    let failed = failed.lock().expect("a list");
    assert!(failed.is_empty(), "these did not:\n  {}", failed.join("\n  "));
}
