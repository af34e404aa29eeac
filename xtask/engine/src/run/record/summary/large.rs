//! A journal of many operations on many hosts.

use std::time::{Duration, Instant};

use super::*;
use crate::run::record::entry::{Done, Intent};

/// Fault Z1: the summary goes through a journal a fixed number of times. It takes about a second for
/// these 300,000 operations; a search through the earlier ones, or through all of them for each host,
/// takes more than a quarter of an hour.
#[test]
fn many_operations_on_many_hosts_are_summed_up() {
    const HOSTS: u64 = 100_000;
    let (mut journal, begun) = (Journal::default(), Instant::now());
    let mut add = |entry: Entry| {
        let line = journal.lines.len() as u64 + 1;
        journal.lines.push(Line { line, at: "2026-11-21T02:33:11.123Z".to_owned(), entry });
    };
    for op in 0..3 * HOSTS {
        let (host, what) = (format!("h{}", op % HOSTS), "w".to_owned());
        let changed = op < HOSTS;
        if changed {
            let (diff, hash, undo) = (String::new(), String::new(), Some(Vec::new()));
            add(Entry::Intent(Intent {
                op,
                host: host.clone(),
                what: what.clone(),
                diff,
                hash,
                undo,
            }));
        }
        let outcome = if changed { "changed" } else { "kept" }.to_owned();
        add(Entry::Result(Done {
            op,
            host,
            what,
            outcome,
            seconds: 0.1,
            error: None,
            outputs: vec![],
        }));
    }
    let hosts: Vec<String> = (0..HOSTS / 2).map(|host| format!("h{host}")).collect();
    add(Entry::Undone { by: "u".to_owned(), hosts, to: None, after: None });
    let summary = Summary::new("r", &journal, false);
    assert_eq!((summary.hosts.len(), summary.operations.len()), (100_000, 300_000));
    let count = |word: &str| summary.hosts.iter().filter(|host| host.outcome == word).count();
    assert_eq!((count("changed"), count("undone")), (50_000, 50_000));
    assert!(begun.elapsed() < Duration::from_secs(120), "{:?}", begun.elapsed());
}
