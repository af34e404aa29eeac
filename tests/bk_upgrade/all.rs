//! `bk-upgrade all`, BK-83: the whole runbook as one step.

use std::collections::BTreeSet;

use super::all_secrets;
use crate::support::rehearsal::{Bench, compare};
use crate::support::secrets::Watch;
use crate::support::{Xtask, write};

pub(super) const ALL: &str = "bk-upgrade all --yes";
const HOSTS: &str = "bk-control,paas[1-3]";

/// What a stage has shown: host, outcome, operation.
type Shown = BTreeSet<(String, String, String)>;

/// The hosts after the dry run and the run. What both said is in files below `xtask/said`.
pub(super) fn upgraded() -> Bench {
    Bench::made("bk-all", |bench| {
        bench.prepare(HOSTS);
        let before = bench.snapshot();
        let secrets = all_secrets::secrets(bench);
        assert!(secrets.len() > 8, "{secrets:?}");
        let watch = Watch::start(secrets);
        let plan = bench.ends(3, &format!("{ALL} -n -v --exit-code"));
        compare(&before, &bench.snapshot());
        let run = bench.ends(0, &format!("{ALL} -v"));
        let (count, hits) = watch.ends();
        let shown = bench.state.path().join("xtask/said");
        std::fs::create_dir(&shown).expect("a directory");
        write(&shown.join("plan"), &(plan.stdout + &plan.stderr));
        write(&shown.join("run"), &(run.stdout + &run.stderr));
        let hits: Vec<String> = hits.into_iter().collect();
        write(&shown.join("seen"), &format!("{count}\n{}", hits.join("\n")));
    })
}

pub(super) fn said(bench: &Bench, name: &str) -> String {
    std::fs::read_to_string(bench.state.path().join("xtask/said").join(name)).expect("a text")
}

/// `paas[1-3],bk-control`: a name each.
fn names(hosts: &str) -> Vec<String> {
    let numbers = |part: &str| -> Vec<u32> {
        let number = |text: &str| text.parse::<u32>().expect("a number");
        let (from, to) = part.split_once('-').unwrap_or((part, part));
        (number(from)..=number(to)).collect()
    };
    let (mut found, mut rest) = (Vec::new(), hosts);
    while !rest.is_empty() {
        let end = rest.find([',', '[']).unwrap_or(rest.len());
        let (name, tail) = rest.split_at(end);
        match tail.strip_prefix('[').and_then(|tail| tail.split_once(']')) {
            Some((inside, tail)) => {
                let all = inside.split(',').flat_map(numbers);
                found.extend(all.map(|number| format!("{name}{number}")));
                rest = tail.trim_start_matches(',');
            }
            None => {
                found.push(name.to_owned());
                rest = tail.trim_start_matches(',');
            }
        }
    }
    found
}

/// The stages of the table in an output, in order, and what each has shown. Long numbers are times, and become `N`.
fn shown(text: &str) -> Vec<(String, Shown)> {
    let mut stages: Vec<(String, Shown)> = Vec::new();
    for line in text.lines() {
        if let Some(part) = line.strip_prefix("== ") {
            let stage = part.split('/').next().unwrap_or_default();
            if stages.last().is_none_or(|(known, _)| known != stage) {
                stages.push((stage.to_owned(), Shown::new()));
            }
            continue;
        }
        let Some((hosts, rest)) = line.split_once(": ") else { continue };
        let Some((outcome, what)) = rest.split_once("  ") else { continue };
        let is_one = ["kept", "changed", "needed", "unknown"].contains(&outcome);
        if let Some((_, shown)) = stages.last_mut().filter(|_| is_one && !hosts.contains(' ')) {
            let what = steady(what.split("   ").next().unwrap_or_default());
            shown.extend(
                names(hosts).into_iter().map(|host| (host, outcome.to_owned(), what.clone())),
            );
        }
    }
    stages
}

fn steady(text: &str) -> String {
    let mut done = String::new();
    for part in text.split_inclusive(|c: char| !c.is_ascii_digit()) {
        let number = part.trim_end_matches(|c: char| !c.is_ascii_digit());
        done += if number.len() > 5 { "N" } else { number };
        done += &part[number.len()..];
    }
    done
}

/// The run does what the dry run says, stage by stage. What a dry run cannot know it names.
#[test]
fn the_run_does_what_the_dry_run_says() {
    let bench = upgraded();
    let (plan, run) = (shown(&said(&bench, "plan")), shown(&said(&bench, "run")));
    let stages =
        |all: &[(String, Shown)]| all.iter().map(|(name, _)| name.clone()).collect::<Vec<_>>();
    assert_eq!(stages(&plan), stages(&run));
    let of = |shown: &Shown, wanted: &str| -> BTreeSet<(String, String)> {
        let all = shown.iter().filter(|(_, outcome, _)| outcome == wanted);
        all.map(|(host, _, what)| (host.clone(), what.clone())).collect()
    };
    let mut known = 0;
    for ((stage, planned), (_, done)) in plan.iter().zip(&run) {
        let (needed, unknown) = (of(planned, "needed"), of(planned, "unknown"));
        let mut changed = of(done, "changed");
        // Its name has the checksum of a file that is not there yet.
        changed.retain(|(_, what)| !what.starts_with("by hand: iam-script-"));
        let broken: Vec<_> = needed.difference(&changed).collect();
        assert!(broken.is_empty(), "{stage}: -n said that it is needed: {broken:?}");
        if unknown.is_empty() {
            assert_eq!(needed, changed, "{stage}");
            known += 1;
        }
        let lies: Vec<_> = of(planned, "kept").intersection(&changed).cloned().collect();
        assert!(lies.is_empty(), "{stage}: -n said that it is kept: {lies:?}");
    }
    assert!(said(&bench, "plan").contains("a person accepts the file"));
    assert!(known >= 25, "only {known} of {} stages are known before", plan.len());
}

/// X4.72: a second and a third run change nothing. What is left to do stands in the list of runs until it is done.
#[test]
fn what_is_done_is_kept_and_what_is_open_stays_in_sight() {
    let bench = upgraded();
    bench.is_kept(ALL);
    let third = bench.ends(0, ALL).stderr;
    let changed = |line: &&str| line.contains(": changed");
    assert_eq!(third.lines().find(changed), None);
    assert!(
        third.contains("skipped: the upgrade has begun, and a dump of now would not be one of 6.1"),
        "{third}"
    );
    assert!(third.contains(" · 63 stages; the document expects "), "{third}");
    let list = || Xtask::new(bench.state.path(), &["runs", "list"]).run().stdout;
    let open = "open: the products work with GSE agent 1.0 until the agents are upgraded";
    assert!(list().contains(open) && third.contains(open), "{}", list());
    assert!(!list().contains("protection"), "{}", list());
    bench.ends(0, "bk-upgrade env-agent-v1 --version v2");
    assert!(!list().contains("open:"), "{}", list());
}
