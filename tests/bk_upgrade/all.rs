//! `bk-upgrade all`, BK-83: the whole runbook as one step.

use std::collections::BTreeSet;
use std::path::Path;

use engine::text::edit::env;

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
        let secrets = secrets(bench);
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

/// The values of the environment files whose names are those of secrets.
fn secrets(bench: &Bench) -> Vec<String> {
    let mut found = BTreeSet::new();
    for dir in ["01-generate", "02-dynamic", "03-userdef", "04-final"] {
        let dir = bench.path("bk-control", &format!("/data/install/bin/{dir}"));
        for file in std::fs::read_dir(dir).into_iter().flatten().flatten() {
            let text = std::fs::read_to_string(file.path()).unwrap_or_default();
            let keys = text.lines().filter_map(|line| line.split_once('=')).map(|(key, _)| key);
            let secret = |key: &&str| {
                ["PASSWORD", "SECRET", "TOKEN", "ZK_AUTH", "MONGODB_URI"]
                    .iter()
                    .any(|word| key.contains(word))
            };
            for key in keys.filter(secret) {
                let value = env::get(&text, key).ok().flatten().unwrap_or_default();
                // An empty one, and words of everyday, are in everything.
                found.extend((value.len() > 7).then_some(value));
            }
        }
    }
    found.into_iter().collect()
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
    assert!(third.contains("\nnote: 63 stages in "), "{third}");
    let list = || Xtask::new(bench.state.path(), &["runs", "list"]).run().stdout;
    let open = "open: the products work with GSE agent 1.0 until the agents are upgraded";
    assert!(list().contains(open) && third.contains(open), "{}", list());
    assert!(!list().contains("protection"), "{}", list());
    bench.ends(0, "bk-upgrade env-agent-v1 --version v2");
    assert!(!list().contains("open:"), "{}", list());
}

/// Nowhere but in files of the hosts and on standard input: not in arguments, environments, output, records.
#[test]
fn no_secret_is_seen_in_the_whole_run() {
    let bench = upgraded();
    let seen = said(&bench, "seen");
    let (count, hits) = seen.split_once('\n').expect("two parts");
    assert!(count.parse::<usize>().expect("a number") > 500, "{count} processes were seen");
    assert_eq!(hits, "");
    let secrets = secrets(&bench);
    assert!(secrets.len() > 8, "{secrets:?}");
    let has = |text: &str| secrets.iter().find(|secret| text.contains(secret.as_str())).cloned();
    for name in ["plan", "run"] {
        assert_eq!(has(&said(&bench, name)), None, "{name}");
    }
    let mut files = 0;
    for run in bench.runs() {
        files += clean(&bench.record(&run), &has, false);
    }
    for host in ["bk-control", "paas1", "paas2", "paas3"] {
        files += clean(&bench.path(host, "/var/lib/standins/log"), &has, true);
        files += clean(&bench.path(host, "/var/lib/xtask"), &has, false);
    }
    assert!(files > 30, "{files}");
}

/// No file of a directory has a secret; of a log of a stand-in only the arguments count, not what it was fed.
fn clean(dir: &Path, has: &dyn Fn(&str) -> Option<String>, log: bool) -> usize {
    let mut files = 0;
    for entry in std::fs::read_dir(dir).into_iter().flatten().flatten() {
        let path = entry.path();
        if path.is_dir() {
            files += clean(&path, has, log);
        } else if let Ok(bytes) = std::fs::read(&path) {
            let text = String::from_utf8_lossy(&bytes);
            let lines = text.lines().filter(|line| !log || !line.starts_with("  stdin: "));
            let text: String = lines.map(|line| format!("{line}\n")).collect();
            assert_eq!(has(&text), None, "{}", path.display());
            files += 1;
        }
    }
    files
}
