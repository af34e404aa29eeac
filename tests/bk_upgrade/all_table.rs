//! The table of `bk-upgrade all`: its records, and the map.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use super::all::{said, upgraded};
use crate::support::rehearsal::Bench;
use crate::support::{Xtask, scratch};

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
        assert!(row.chars().count() <= 100, "{row}");
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
