//! `bk-upgrade all` says before it begins which stages wait for a person.

use crate::support::rehearsal::Bench;
use crate::tidy::files;

const SUM: &str = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";

fn map(bench: &Bench, flags: &str) -> String {
    bench.ends(0, &format!("bk-upgrade all --map {flags}")).stdout
}

/// Who waits there, and the flags that answer before.
fn waits<'a>(map: &'a str, stage: &str) -> Option<&'a str> {
    let words = format!("{stage} waits: ");
    let line = map.lines().find_map(|line| line.strip_prefix(&words))?;
    line.split_once("; answered before by ").map(|(_, flags)| flags)
}

#[test]
fn each_stage_that_waits_for_a_person_is_named_with_the_flag_that_answers() {
    let bench = Bench::new();
    bench.prepare("bk-control");
    let by_hand = map(&bench, "--topo-mode manual");
    for (stage, flags) in [
        ("iam-fetch-script", "--migration-sha256 SHA256"),
        ("topo-show-installed", "--ack topo-mapping=TEXT"),
        ("topo-transfer-idle", "--topo-mode api or --ack topo-transfer-idle=TEXT"),
        ("topo-delete-sets", "--topo-mode api or --ack topo-delete-sets=TEXT"),
    ] {
        assert_eq!(waits(&by_hand, stage), Some(flags), "{by_hand}");
    }
    // The inventory has the mode `api`.
    let answered = map(&bench, &format!("--migration-sha256 {SUM}"));
    assert_eq!(waits(&answered, "topo-show-installed"), Some("--ack topo-mapping=TEXT"));
    assert_eq!(waits(&answered, "topo-delete-sets"), None, "{answered}");
    let answered = map(&bench, &format!("--migration-sha256 {SUM} --ack topo-mapping=seen"));
    assert!(!answered.contains("waits: "), "{answered}");
    // Stages that do not run are not named.
    assert!(!map(&bench, "--until paas --migration-sha256 x").contains("waits: "));
}

/// No name runs into the next column.
#[test]
fn every_name_of_the_map_has_a_blank_behind_it() {
    let bench = Bench::new();
    bench.prepare("bk-control");
    let map = map(&bench, "");
    for line in map.lines().filter(|line| line.starts_with("  ")) {
        assert_eq!(line.as_bytes()[23], b' ', "{line}");
    }
    assert!(map.contains("  topo-delete-templates BK-78 "), "{map}");
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
