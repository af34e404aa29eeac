//! What an operation costs in round trips.

use std::collections::BTreeSet;
use std::path::Path;

use engine::data::outcome::Outcome;

use crate::bench::Host;
use crate::vocabulary::{prepare, prepared, rows, variables};

/// A host for all rows, and its directory.
fn host() -> (Host, String) {
    let dir = tempfile::tempdir().unwrap();
    prepare(dir.path()).unwrap();
    let words = variables(dir.path());
    let prefix: Vec<&str> = ["env"].into_iter().chain(words.iter().map(String::as_str)).collect();
    let mut host = Host::behind(&prefix);
    let path = dir.path().display().to_string();
    host.dir = dir;
    (host, path)
}

#[test]
fn a_kept_operation_is_one_round_trip() {
    let (host, dir) = host();
    let mut wrong = Vec::new();
    for row in rows() {
        assert_eq!(host.raw(&prepared(&dir, row.setup), b""), "0 ", "{}", row.name);
        let op = (row.op)(&dir);
        let first = host.ensure(&*op).unwrap();
        let only_reads = ["Assert", "Wait"].contains(&row.name);
        let wanted = if only_reads { Outcome::Kept } else { Outcome::Changed };
        assert_eq!(first, wanted, "{}", row.name);
        let before = host.trips();
        assert_eq!(host.ensure(&*op).unwrap(), Outcome::Kept, "{}", row.name);
        let trips = host.trips() - before;
        if trips != 1 {
            wrong.push(format!("{}: {trips}", row.name));
        }
    }
    assert_eq!(wrong, Vec::<String>::new());
}

/// The names of the types that are operations.
fn operations(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            operations(&path, found);
            continue;
        }
        let text = std::fs::read_to_string(&path).unwrap();
        let names = text.lines().filter_map(|line| line.strip_prefix("impl Op for "));
        found.extend(names.filter_map(|rest| rest.split([' ', '<']).next()).map(str::to_owned));
    }
}

#[test]
fn every_operation_has_a_row() {
    let mut missing = BTreeSet::new();
    operations(Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/src/ops")), &mut missing);
    assert!(missing.len() > 10, "{missing:?}");
    // What undo makes of another operation's record is no word of a step.
    missing.remove("Recorded");
    for row in rows() {
        missing.remove(row.name.split([',', ':']).next().unwrap_or_default());
    }
    assert_eq!(missing, BTreeSet::new(), "add a row to tests/ops/vocabulary.rs");
}
