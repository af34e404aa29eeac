//! The page of a large run: 1,000 hosts with 50 operations each.

use std::path::Path;
use std::time::Instant;

use serde_json::json;

use super::page::{COUNT, fill, texts};
use super::report;
use crate::support::chromium::{Browser, address};
use crate::support::scratch;
use crate::support::written::Written;

/// A record of so many operations on so many hosts, in ten stages. Every 97th host fails in the last one.
fn large(state: &Path, hosts: usize, operations: usize) {
    let id = "20261121-023311-bk-upgrade-all";
    let mut run = Written::new(state, id, "bk-upgrade all", &json!({}));
    let names: Vec<String> = (1..=hosts).map(|host| format!("node{host:04}")).collect();
    run.add(1, json!({ "event": "hosts", "hosts": names }));
    let stages =
        ["fetch-package", "paas", "iam", "cmdb", "gse", "job", "nodeman", "log", "monitor", "topo"];
    let mut words = serde_json::Map::new();
    for number in 0..operations {
        let at = number as i64 * 2000;
        if number % (operations / 10) == 0 {
            run.add(
                at,
                json!({ "event": "stage", "name": stages[number * 10 / operations], "of": 10 }),
            );
        }
        for (place, host) in names.iter().enumerate() {
            let what = format!("set key {number} of /etc/app/app.conf");
            let at = at + (place % 32) as i64 * 7;
            if number + 1 == operations && place % 97 == 0 {
                let outputs = run.output(&format!("{place:04}.{host}"), "", "disk full\n");
                let more = json!({ "error": format!("exit 1 on {host}"), "outputs": outputs });
                run.found(at + 400, [host, &what, "failed"], &more);
                words.insert(host.clone(), json!("failed"));
            } else if number % 3 == 0 {
                run.found(at + 400, [host, &what, "kept"], &json!({}));
            } else {
                let diff = format!("-key{number} = old\n+key{number} = new\n");
                let op = run.begins(at, host, &what, &diff, number % 10 != 9);
                run.ends(at + 400, op, [host, &what, "changed"], &json!({}));
            }
            words.entry(host.clone()).or_insert(json!("changed"));
        }
    }
    let open: Vec<&String> =
        words.iter().filter(|(_, word)| **word == "failed").map(|(host, _)| host).collect();
    let end = json!({ "words": words, "open": open, "only": true });
    run.add(operations as i64 * 2000, json!({ "event": "end", "exit": 1, "hosts": end }));
    run.flush();
}

/// The page of 50,000 operations. The times stand in the output of the test; its only limit is that of a hang.
#[test]
fn the_page_of_a_thousand_hosts_opens_and_makes_what_is_in_view() {
    let state = scratch();
    large(state.path(), 1000, 50);
    let dir = scratch();
    let file = dir.path().join("report.html");
    let begun = Instant::now();
    let done = report(state.path(), &["--output", &file.display().to_string()]);
    let made = begun.elapsed();
    assert_eq!(done.code, 0, "{}", done.stderr);
    let mut browser = Browser::start();
    browser.size(1280, 900, false);
    let begun = Instant::now();
    browser.open(&address(&file));
    browser.until("document.querySelectorAll('#timeline .row').length === 1000");
    browser.eval("document.getElementById('timeline').scrollIntoView({ behavior: 'instant' })");
    browser.until("document.querySelectorAll('#timeline .lane .bar').length > 500");
    let opened = begun.elapsed();
    let bytes = file.metadata().expect("a file").len();
    let times = browser.eval("Math.round(performance.now())");
    eprintln!("{bytes} bytes, made in {made:?}, opened in {opened:?} ({times} ms after its start)");
    assert_eq!(browser.eval(COUNT), "1,000 hosts, 50,000 operations");
    assert_eq!(browser.eval("document.querySelectorAll('#timeline .row').length"), 1000);
    // Only what is near the window has its bars.
    let bars = browser.eval("document.querySelectorAll('#timeline .lane .bar').length");
    assert!(bars.as_u64().is_some_and(|bars| bars < 10_000), "{bars}");
    let failed = texts(&mut browser, "#attention .failure h3");
    assert_eq!(failed.len(), 11, "each has its own error");
    fill(&mut browser, "words", "disk full", "11 of 1,000 hosts, 11 of 50,000 operations");
    fill(&mut browser, "words", "", "1,000 hosts, 50,000 operations");
    browser
        .eval("void document.getElementById('timeline').scrollIntoView({ behavior: 'instant' })");
    if let Some(dir) = std::env::var_os("XTASK_PICTURES") {
        std::fs::write(Path::new(&dir).join("large.png"), browser.picture()).expect("a place");
        std::fs::write(Path::new(&dir).join("large.pdf"), browser.print()).expect("a place");
    }
    assert_eq!(browser.complaints(), Vec::<String>::new());
}
