//! `bk-upgrade all`, BK-83: the whole runbook as one step.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::all_secrets;
use crate::support::rehearsal::{Bench, compare};
use crate::support::secrets::Watch;
use crate::support::{Xtask, scratch, write};

pub(super) const ALL: &str = "bk-upgrade all --yes";
const HOSTS: &str = "bk-control,paas[1-3]";

/// What a stage reports: host, outcome, operation.
type Shown = BTreeSet<(String, String, String)>;

/// The hosts after the dry run and the run. What both said is in files below `xtask/shown`.
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
        let shown = bench.state.path().join("xtask/shown");
        std::fs::create_dir(&shown).expect("a directory");
        write(&shown.join("plan"), &(plan.stdout + &plan.stderr));
        write(&shown.join("run"), &(run.stdout + &run.stderr));
        let hits: Vec<String> = hits.into_iter().collect();
        write(&shown.join("seen"), &format!("{count}\n{}", hits.join("\n")));
    })
}

pub(super) fn said(bench: &Bench, name: &str) -> String {
    std::fs::read_to_string(bench.state.path().join("xtask/shown").join(name)).expect("a text")
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

/// The stages of the table in an output, in order, and what each reports. Long numbers are times, and become `N`.
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

/// `BK-24 to BK-30, BK-82`: the numbers.
fn numbers(records: &str) -> BTreeSet<u32> {
    let number = |text: &str| text.trim().trim_start_matches("BK-").parse::<u32>().ok();
    let parts = records.split(',').filter_map(|part| {
        let (from, to) = part.split_once(" to ").unwrap_or((part, part));
        Some(number(from)?..=number(to)?)
    });
    parts.flatten().collect()
}

/// Rows without a stage, and why.
const NO_STAGE: [(&str, &str); 3] = [
    ("all", "it is the table"),
    ("restore", "it is the way back"),
    ("traps", "it prints what the program knows"),
];
/// Records that two stages share, and why.
const TWICE: [(u32, &str); 4] = [
    (23, "the installation of the search adds its variables later than the rest"),
    (36, "the upgrade and its check"),
    (52, "the upgrade and its check"),
    (53, "the upgrader runs before and after the upgrade (X4.52)"),
];

/// Each of the 83 records is in a row of the list, and each row's records are those of its stages.
#[test]
fn every_record_is_a_stage_of_the_table() {
    let book = tasks::RUNBOOKS.iter().find(|book| book.name == "bk-upgrade").expect("a runbook");
    let state = scratch();
    let script = Xtask::new(state.path(), &["bk-upgrade", "all", "--script"]).run().stdout;
    let mut stages: BTreeMap<String, Vec<u32>> = BTreeMap::new();
    let lines: Vec<&str> = script.lines().collect();
    for pair in lines.windows(2) {
        let Some(step) = pair[1].strip_prefix("step bk-upgrade ") else { continue };
        let records = pair[0].rsplit_once(" (").map_or("", |(_, rest)| rest.trim_end_matches(')'));
        let step = step.split_whitespace().next().unwrap_or_default();
        stages.entry(step.to_owned()).or_default().extend(numbers(records));
    }
    let of = |row: &&tasks::list::Row| !NO_STAGE.iter().any(|(name, _)| *name == row.name());
    let mut all = BTreeSet::from([83]);
    for row in book.rows.iter().filter(of) {
        let mut found =
            stages.remove(&row.name()).unwrap_or_else(|| panic!("{}: no stage", row.name()));
        found.sort_unstable();
        let wanted: Vec<u32> = numbers(row.records).into_iter().collect();
        for (number, _) in TWICE {
            let first = found.iter().position(|known| *known == number);
            first.filter(|_| wanted.contains(&number)).map(|at| found.remove(at));
        }
        assert_eq!(found, wanted, "{}", row.name());
        all.extend(wanted);
    }
    assert!(stages.is_empty(), "stages without a row: {stages:?}");
    assert_eq!(all, (1..=83).collect());
    let document = book.rows.iter().find(|row| row.name() == "all").expect("a row");
    assert_eq!(document.records, "BK-83");
}

/// The marks of the map are what the run has met: questions, points of no return, work of a person.
#[test]
fn the_map_tells_of_questions_waits_and_points_of_no_return() {
    let bench = upgraded();
    let (mut asked, mut waited, mut last) = (BTreeSet::new(), BTreeSet::new(), BTreeSet::new());
    let journal = bench.journals().into_iter().max_by_key(Vec::len).expect("a run");
    let mut stage = String::new();
    for line in &journal {
        match line["event"].as_str() {
            Some("stage") => stage = line["name"].as_str().expect("a name").to_owned(),
            Some("confirm") => drop(asked.insert(stage.clone())),
            Some("ack") => drop(waited.insert(stage.clone())),
            Some("intent") if line["undo"] == Value::Null => drop(last.insert(stage.clone())),
            _ => {}
        }
    }
    let outer = |all: BTreeSet<String>| -> BTreeSet<String> {
        all.into_iter()
            .map(|stage| stage.split('/').next().unwrap_or_default().to_owned())
            .collect()
    };
    let fresh = Bench::new();
    let map = fresh.ends(0, "bk-upgrade all --map").stdout;
    let marked = |mark: &str| -> BTreeSet<String> {
        let rows = map.lines().filter(|line| line.starts_with("  ") && line.contains(mark));
        rows.filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect()
    };
    assert_eq!(outer(asked), marked(" asks "), "{map}");
    assert_eq!(outer(waited), marked(" waits "), "{map}");
    assert_eq!(outer(last), marked(" no return "), "{map}");
    for row in map.lines().filter(|line| line.starts_with("  ")) {
        assert!(row.contains(" BK-"), "{row}");
        assert!(row.len() <= 100, "{row}");
    }
    for said in [
        "iam-fetch-script waits: a person reads the script and accepts it; answered before by --migration-sha256",
        "topo-show-installed waits: a person compares",
        "left: 1 h 30 m, 63 stages never measured",
    ] {
        assert!(map.contains(said), "{said}\n{map}");
    }
    let by_hand = fresh.ends(0, "bk-upgrade all --map --topo-mode manual").stdout;
    assert!(by_hand.contains("topo-delete-sets waits: a person deletes the sets"), "{by_hand}");
    let known = "0abafff238a8".repeat(6);
    let known = fresh.ends(0, &format!("bk-upgrade all --map --migration-sha256 {}", &known[..64]));
    assert!(!known.stdout.contains("iam-fetch-script waits"), "{}", known.stdout);
    // At each point of no return after a measured run: what follows, the way back, the clock.
    let text = said(&bench, "run");
    let first = "note: sync-common: no return; what follows: 40 stages, about ";
    assert!(text.contains(first), "{text}");
    assert!(
        text.contains(
            "; the way back, `bk-upgrade restore`: never measured; of the 90 m of the document "
        ),
        "{text}"
    );
}
