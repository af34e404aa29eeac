//! `bk-upgrade all` says before it begins which stages wait for a person.

use crate::support::rehearsal::Bench;
use crate::tidy::files;

const SUM: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

fn map(bench: &Bench, flags: &str) -> String {
    bench.ends(0, &format!("bk-upgrade all --map {flags}")).stdout
}

/// The stage of a line of the map, and the rest of it.
fn row<'a>(map: &'a str, stage: &str) -> &'a str {
    let words = |line: &&str| line.split_whitespace().next() == Some(stage);
    map.lines().rfind(words).unwrap_or_default()
}

#[test]
fn each_stage_that_waits_for_a_person_is_named_with_the_flag_that_answers() {
    let bench = Bench::new();
    bench.prepare("bk-control");
    let by_hand = map(&bench, "--topo-mode manual");
    assert!(by_hand.contains("\nwaits for a person, unless one of these flags answers before:\n"));
    for (stage, flags) in [
        ("iam-fetch-script", "--migration-sha256 SHA256"),
        ("topo-show-installed", "--ack topo-mapping=TEXT"),
        ("topo-transfer-idle", "--topo-mode api, or --ack topo-transfer-idle=TEXT"),
        ("topo-delete-sets", "--topo-mode api, or --ack topo-delete-sets=TEXT"),
    ] {
        assert_eq!(row(&by_hand, stage), format!("  {stage:<22}{flags}"), "{by_hand}");
    }
    // The inventory has the mode `api`.
    let answered = map(&bench, &format!("--migration-sha256 {SUM}"));
    assert_eq!(
        row(&answered, "topo-show-installed"),
        "  topo-show-installed   --ack topo-mapping=TEXT"
    );
    assert!(row(&answered, "topo-delete-sets").contains("to come"), "{answered}");
    let answered = map(&bench, &format!("--migration-sha256 {SUM} --ack topo-mapping=seen"));
    assert!(!answered.contains("waits for a person"), "{answered}");
    // Stages that do not run are not named.
    assert!(!map(&bench, "--until paas").contains("waits for a person"));
}

/// No name runs into the next column.
#[test]
fn every_name_of_the_map_has_a_blank_behind_it() {
    let bench = Bench::new();
    bench.prepare("bk-control");
    let map = map(&bench, "");
    for line in map.lines().filter(|line| line.starts_with("  ")) {
        let end = line.trim_start().find("no return").map_or(22, |at| at + 2);
        assert!(end >= 24 || end == 22, "{line}");
        assert_eq!(line.as_bytes()[23], b' ', "{line}");
    }
    assert!(map.contains("  topo-delete-templates no return"), "{map}");
}

/// What the cases of the steps do by hand is in the map of the whole.
#[test]
fn no_other_step_waits_for_a_person() {
    let bench = Bench::new();
    bench.prepare("bk-control");
    let map = map(&bench, "--topo-mode manual");
    let cases =
        files().into_iter().filter(|file| file.path.contains("snapshots/cases/bk-upgrade-"));
    let mut seen = 0;
    for file in cases {
        for (at, found) in file.text.match_indices("by hand: ") {
            let name = &file.text[at + found.len()..];
            let name = name.split(|c: char| c.is_whitespace()).next().unwrap_or_default();
            seen += 1;
            // Its name has the checksum of the file.
            let known =
                name.starts_with("iam-script-") || map.contains(&format!("--ack {name}=TEXT"));
            assert!(known, "{}: {name}", file.path);
        }
    }
    assert!(seen > 1, "{seen}");
}
