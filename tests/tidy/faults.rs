//! Each fault that was found in the field has a test that names it.

use std::collections::BTreeSet;

use super::{File, files, none};

/// The areas of the faults, with the number of each: sessions, BlueKing's files and calls, edits, runs, trust and
/// secrets, size.
const AREAS: [(char, u32); 6] = [('S', 8), ('B', 6), ('E', 3), ('R', 5), ('T', 14), ('Z', 1)];

/// The numbers in a doc comment such as `/// Faults S1, T5: …`.
fn numbers(line: &str) -> Option<Vec<&str>> {
    let rest = line.trim().strip_prefix("/// Fault")?;
    let (list, _) = rest.trim_start_matches('s').split_once(':')?;
    Some(list.split(',').map(str::trim).collect())
}

/// The faults that the tests of a file name. The comment belongs to the next `#[test]`.
fn named(file: &File) -> BTreeSet<String> {
    let lines: Vec<&str> = file.text.lines().map(str::trim).collect();
    let is_of_a_test = |at: usize| {
        let next = lines[at..].iter().find(|line| !line.starts_with("///"));
        next.is_some_and(|line| *line == "#[test]")
    };
    let comments = lines.iter().enumerate().filter(|(at, _)| is_of_a_test(*at));
    comments.filter_map(|(_, line)| numbers(line)).flatten().map(str::to_owned).collect()
}

#[test]
fn every_fault_from_the_field_has_a_test() {
    let rust = files().into_iter().filter(|file| file.path.ends_with(".rs"));
    let named: BTreeSet<String> = rust.flat_map(|file| named(&file)).collect();
    let all =
        AREAS.iter().flat_map(|(area, count)| (1..=*count).map(move |n| format!("{area}{n}")));
    let all: BTreeSet<String> = all.collect();
    none("no test names this fault", all.difference(&named).cloned());
    none("no such fault", named.difference(&all).cloned());
}

#[test]
fn a_comment_counts_only_above_a_test() {
    let text = "/// Faults S1, T5: why.\n/// More.\n#[test]\nfn a() {}\n/// Fault S2: not a test.\nfn b() {}\n";
    let file = File { path: "a.rs".to_owned(), text: text.to_owned() };
    assert_eq!(named(&file), BTreeSet::from(["S1".to_owned(), "T5".to_owned()]));
}
