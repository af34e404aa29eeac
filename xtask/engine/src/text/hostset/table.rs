//! Host sets as a table of facts: `tests/hostsets.tsv`.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use super::*;
use crate::data::expression::Sign;

const TABLE: &str = include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../tests/hostsets.tsv"));

/// The rows of the table, as columns.
fn rows() -> impl Iterator<Item = Vec<&'static str>> {
    let lines = TABLE.lines().filter(|line| !line.is_empty() && !line.starts_with('#'));
    lines.map(|line| line.split('\t').collect())
}

/// An inventory of all hosts that the rows with groups name.
fn groups() -> Inventory {
    let (mut text, mut names) = (String::from("[groups]\n"), BTreeSet::new());
    for row in rows().filter(|row| row[0] == "group") {
        let _ = writeln!(text, "{} = \"{}\"", row[1], row[2]);
        for term in expression::parse(row[2]).unwrap() {
            if let Word::Hosts(hosts) = term.word {
                names.extend(hosts);
            }
        }
    }
    for name in names {
        let _ = writeln!(text, "[hosts.\"{name}\"]");
    }
    Inventory::parse("hosts.toml".into(), &text, &|_| unreachable!("nothing is imported")).unwrap()
}

/// The result of an expression without groups over the hosts that it names, and how many they are.
fn alone(text: &str) -> Result<(String, usize), SpannedError> {
    let terms = expression::parse(text)?;
    let mut all: Vec<&String> = Vec::new();
    for term in &terms {
        match &term.word {
            Word::Hosts(names) => all.extend(names),
            Word::All if term.sign == Sign::Add && term.at.is_empty() => {}
            _ => return Err(SpannedError::new(term.at.clone(), "a group")),
        }
    }
    all.sort();
    all.dedup();
    let found = expression::evaluate(text, &terms, all.len(), |term| match &term.word {
        Word::Hosts(names) => Ok(names.iter().flat_map(|name| all.binary_search(&name)).collect()),
        _ => Err(SpannedError::new(term.at.clone(), "a group")),
    })?;
    Ok((range::fold(found.iter().map(|&number| all[number])), found.len()))
}

/// Each row holds; a row whose result differs from ClusterShell's says why.
#[test]
fn every_row_of_the_table_of_host_sets_holds() {
    let inventory = groups();
    let (mut wrong, mut count) = (String::new(), 0);
    for row in rows().filter(|row| row[0] != "group") {
        let [text, result, hosts, ..] = row[..] else { panic!("a row of three columns: {row:?}") };
        count += 1;
        let is = if text.contains('@') {
            resolve(&inventory, text).map(|hosts| (fold(hosts.clone()), hosts.len())).ok()
        } else {
            alone(text).ok()
        };
        let is = is.map_or(("refused".to_owned(), 0), |is| is);
        if is != (result.to_owned(), hosts.parse().unwrap_or(0)) {
            let _ = writeln!(wrong, "{text}\t{}\t{}", is.0, is.1);
        }
    }
    assert!(wrong.is_empty(), "rows that hold no longer, with the result now:\n{wrong}");
    assert!(count >= 300, "{count} rows");
}
