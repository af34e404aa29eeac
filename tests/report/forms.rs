//! The forms for tickets, programs and a CI; files.

use std::os::unix::fs::PermissionsExt as _;

use serde_json::{Value, json};

use super::{HOSTILE, eventful, report};
use crate::support::written::Written;
use crate::support::{Xtask, scratch};

/// Without the time of making, which alone differs.
fn steady(text: &str) -> String {
    let (before, rest) = text.split_once("\"made\":").expect("a time");
    let (_, after) = rest.split_once('Z').expect("UTC");
    format!("{before}{after}")
}

/// The text outside of code: a run of backticks ends with the next run of the same length.
fn prose(text: &str) -> String {
    let (mut prose, mut rest) = (String::new(), text);
    while let Some(at) = rest.find('`') {
        prose += &rest[..at];
        rest = &rest[at..];
        let ticks = "`".repeat(rest.len() - rest.trim_start_matches('`').len());
        rest = &rest[ticks.len()..];
        let is_end =
            |at: &usize| !rest[at + ticks.len()..].starts_with('`') && !rest[..*at].ends_with('`');
        let end = rest.match_indices(&ticks).map(|(at, _)| at).find(is_end).expect("an end");
        rest = &rest[end + ticks.len()..];
    }
    prose + rest
}

#[test]
fn a_ticket_gets_the_result_the_failures_the_evidence_and_the_next_command() {
    let state = scratch();
    eventful(state.path());
    let text = report(state.path(), &[]);
    assert_eq!((text.code, text.stderr.as_str()), (0, ""));
    assert_eq!(report(state.path(), &["--output", "md"]), text);
    let expected = expect_test::expect_file!["../snapshots/report.ticket"];
    expected.assert_eq(&text.stdout);
    // Outside of code there is nothing of a host: no tag, no link, no mention.
    let prose = prose(&text.stdout);
    assert!(!prose.contains('<') && !prose.contains("harm"), "{prose}");
}

#[test]
fn a_ci_gets_a_test_for_each_operation_and_an_annotation_for_each_failure() {
    let state = scratch();
    eventful(state.path());
    let junit = report(state.path(), &["--output", "junit"]);
    assert_eq!(junit.code, 0, "{}", junit.stderr);
    // A reader of XML, and what it finds.
    let read = "import sys, xml.etree.ElementTree as tree\n\
        top = tree.fromstring(sys.stdin.buffer.read())\n\
        for suite in top:\n\
        \x20 print(suite.get('name'), *(suite.get(name) for name in ('tests', 'failures', 'errors', 'skipped', 'timestamp')), sep='|')\n\
        \x20 for case in suite:\n\
        \x20   print(' ', case.get('classname'), case.get('name').split()[0], *(it.tag for it in case))\n\
        fault = top.find('.//failure')\n\
        print(fault.get('message') == fault.text.splitlines()[0], 'eeee' in fault.text)\n";
    let python =
        Xtask::start(std::path::Path::new("/usr/bin/python3"), state.path(), &["-c", read]);
    let found = python.fed(&junit.stdout);
    let expected = "stop|3|0|0|0|2026-11-21T02:33:11\n  paas1 disable\n  paas2 disable\n  paas10 disable\n\
        remove-venv|3|0|0|1|2026-11-21T02:33:12\n  paas1 remove\n  paas2 wait\n  paas10 write skipped\n\
        remove-venv (process 2)|1|1|0|0|2026-11-21T02:43:11\n  paas10 write failure\nTrue True\n";
    assert_eq!((found.code, found.stdout.as_str()), (0, expected), "{}", found.stderr);
    let lines = report(state.path(), &["--output", "github"]).stdout;
    let lines: Vec<&str> = lines.lines().collect();
    assert_eq!(lines.len(), 2, "{lines:?}");
    assert!(
        lines[0].starts_with("::error title=bk-upgrade paas%3A paas10 failed::write "),
        "{}",
        lines[0]
    );
    assert!(
        lines[0].ends_with("%0Asecond line%0Aeeeee%0Aeeeee%0Aeeeee%0Aeeeee%0Aeeeee"),
        "{}",
        lines[0]
    );
    assert!(
        lines[1].starts_with("::notice title=bk-upgrade paas%3A failed::1 of 3 hosts failed"),
        "{}",
        lines[1]
    );
}

/// A retry of one host does not hide what is still open on another one.
#[test]
fn a_failure_stays_one_until_a_later_process_has_worked_on_its_host() {
    let state = scratch();
    let id = "20261121-023311-bk-upgrade-paas";
    let mut run = Written::new(state.path(), id, "bk-upgrade paas", &json!({}));
    let failed = json!({ "error": "exit 1" });
    for (at, host) in [(10, "paas1"), (20, "paas2")] {
        run.found(at, [host, "check it", "failed"], &failed);
    }
    let hosts = |word: &str, open: &[&str]| json!({ "words": { "paas1": word, "paas2": "failed" }, "open": open, "only": true });
    run.add(
        30,
        json!({ "event": "end", "exit": 1, "hosts": hosts("failed", &["paas1", "paas2"]) }),
    );
    let again = json!({
        "event": "resume", "kind": "retry", "args": ["retry"], "user": "ann", "from": "desk7", "pid": 8,
        "only": ["paas1"], "torn": null,
    });
    run.add(40, again);
    run.found(50, ["paas1", "check it", "kept"], &json!({}));
    run.add(60, json!({ "event": "end", "exit": 0, "hosts": hosts("kept", &["paas2"]) }));
    run.flush();
    let text = report(state.path(), &[]).stdout;
    let failures = text.split("#### Failures").nth(1).expect("failures");
    assert!(
        failures.contains("- `paas2`: **failed** `check it`") && !failures.contains("paas1"),
        "{text}"
    );
    let junit = report(state.path(), &["--output", "junit"]).stdout;
    let counts = "tests=\"3\" failures=\"1\" errors=\"0\"";
    assert!(junit.contains(counts) && junit.matches("<skipped").count() == 1, "{junit}");
}

/// A host that was unreachable has no operation.
#[test]
fn what_happened_without_an_operation_and_the_error_above_a_long_output_are_in_every_form() {
    let state = scratch();
    let mut run = Written::new(state.path(), "20261121-023311-pcmd", "pcmd", &json!({}));
    run.add(5, json!({ "event": "hosts", "hosts": ["paas1", "paas2", "paas3"] }));
    let long: String = (1..=13).map(|line| format!("line {line}\n")).collect();
    // The first stream has no line end.
    let outputs = run.output("0001.paas1", "no end", &long);
    let more = json!({ "error": "it went wrong", "outputs": outputs });
    run.found(10, ["paas1", "./check", "exit 3"], &more);
    let words = json!({ "paas1": "exit 3", "paas2": "unreachable", "paas3": "unreachable" });
    let hosts = json!({ "words": words, "open": [], "only": false });
    run.add(30, json!({ "event": "end", "exit": 4, "hosts": hosts }));
    run.flush();
    let form = |form: &str| report(state.path(), &["--output", form]).stdout;
    let last: String = (2..=13).map(|line| format!("  line {line}\n")).collect();
    let failures = format!(
        "#### Failures\n\n- `paas1`: **exit 3** `./check`\n  ```text\n  it went wrong\n  ```\n  ```text\n  \
         [2 lines before]\n{last}  ```\n- `paas[2-3]`: **unreachable**\n\n"
    );
    let ticket = form("md");
    assert!(ticket.contains(&failures), "{ticket}");
    let junit = form("junit");
    for part in [
        "tests=\"3\" failures=\"1\" errors=\"2\"",
        "<failure type=\"exit 3\" message=\"it went wrong\">it went wrong&#10;no end&#10;line 1&#10;",
        "classname=\"paas3\" name=\"the run\" time=\"0.000\"><error type=\"unreachable\"",
    ] {
        assert!(junit.contains(part), "{part}: {junit}");
    }
    let lines = form("github");
    assert!(lines.contains("::error title=pcmd%3A paas[2-3] unreachable::"), "{lines}");
    let value: Value = serde_json::from_str(&form("json")).expect("JSON");
    assert_eq!([0, 1, 2].map(|at| value["hosts"][at]["lost"] == true), [false, true, true]);
    // It is of another place, so it has to be named, for the command that was typed.
    for command in ["show", "report", "watch"] {
        let refused = Xtask::new(state.path(), &["runs", command]).run();
        let hint = format!("name it: cargo xtask runs {command} RUN\n");
        assert!(refused.code == 2 && refused.stderr.ends_with(&hint), "{}", refused.stderr);
    }
}

#[test]
fn programs_get_everything_and_equal_records_give_equal_files() {
    let state = scratch();
    eventful(state.path());
    let one = report(state.path(), &["--output", "json"]).stdout;
    let other = report(state.path(), &["--json"]).stdout;
    assert_eq!(steady(&one), steady(&other));
    let pages = [0, 1].map(|_| report(state.path(), &["--output=html"]).stdout);
    assert_eq!(steady(&pages[0]), steady(&pages[1]));
    let value: Value = serde_json::from_str(&one).expect("JSON");
    assert_eq!(value["schema"], 1);
    assert_eq!(
        [&value["ticket"], &value["state"], &value["exit"]],
        [&Value::from("CHG-7"), &Value::from("failed"), &Value::from(1)]
    );
    let document = &value["document"];
    assert_eq!(
        (&document["step"], &document["file"]),
        (&Value::from("bk-upgrade paas"), &Value::from("bk-upgrade-6.1-to-6.2.md"))
    );
    let operations = value["operations"].as_array().expect("operations");
    assert_eq!(operations.len(), 7);
    let last = &operations[6];
    assert_eq!(
        [&last["process"], &last["good"], &last["stage"]],
        [&Value::from(1), &Value::from(false), &Value::from("remove-venv")]
    );
    // What a terminal would obey is written out.
    let printed = &last["printed"];
    let out = printed[0]["text"].as_str().expect("an output");
    assert!(out.contains("<U+202E>") && out.contains("^[[31m") && !out.contains('\u{1b}'), "{out}");
    assert_eq!(
        [&printed[1]["bytes"], &printed[1]["cut"]],
        [&Value::from(72_000), &Value::from(true)]
    );
    assert!(
        printed[1]["text"]
            .as_str()
            .is_some_and(|text| text.len() > 32_000 && text.len() <= 32 << 10)
    );
    assert!(HOSTILE.contains(
        value["answers"][0]["what"].as_str().expect("a question").get(6..20).expect("it")
    ));
    assert_eq!(value["hosts"][0]["identity"]["machine_id"], "9f86d081");
    assert_eq!(value["stages"][1]["ended"], "2026-11-21T02:33:14.100Z");
    assert_eq!(value["processes"][1]["kind"], "retry");
    assert_eq!(value["next"][1]["command"], "cargo xtask retry 20261121-023311-bk-upgrade-paas");
    // `--output` of all other commands means the same here.
    let set = |form: &str| {
        Xtask::new(state.path(), &["runs", "report", "paas"]).env("XTASK_OUTPUT", form).run().stdout
    };
    assert_eq!(steady(&set("json")), steady(&one));
    assert!(set("text").starts_with("### `bk-upgrade paas`: failed"));
}

#[test]
fn a_file_is_private_says_its_form_by_its_ending_and_is_never_replaced_by_accident() {
    let state = scratch();
    eventful(state.path());
    let dir = scratch();
    let starts = [
        ("a.html", "<!doctype html>"),
        ("a.md", "### `bk-upgrade paas`"),
        ("a.json", "{\n"),
        ("a.xml", "<?xml version=\"1.0\""),
    ];
    for (name, start) in starts {
        let file = dir.path().join(name);
        let path = file.display().to_string();
        let done = report(state.path(), &["--output", &path]);
        assert_eq!((done.code, done.stdout, done.stderr), (0, format!("{path}\n"), String::new()));
        let text = std::fs::read_to_string(&file).expect("a file");
        assert!(text.starts_with(start), "{name}");
        let mode = file.metadata().expect("a file").permissions().mode();
        assert_eq!(mode & 0o777, 0o600, "{name}");
    }
    let page = dir.path().join("a.html").display().to_string();
    std::fs::write(&page, "mine").expect("a file");
    let refused = report(state.path(), &["--output", &page]);
    let said = format!(
        "error: {page} is there already, and is not replaced\nhint: name another, or replace it:  --replace\n"
    );
    assert_eq!((refused.code, refused.stdout.as_str(), refused.stderr), (2, "", said));
    assert_eq!(std::fs::read_to_string(&page).expect("a file"), "mine");
    assert_eq!(report(state.path(), &["--output", &page, "--replace"]).code, 0);
    assert!(std::fs::read_to_string(&page).expect("a file").starts_with("<!doctype html>"));
    // Another name, with the form beside it.
    let odd = dir.path().join("report").display().to_string();
    assert_eq!(report(state.path(), &["--output", &odd, "--format", "junit"]).code, 0);
    assert_eq!(std::fs::read_dir(dir.path()).expect("a directory").count(), 5);
    for (word, said) in
        [("htlm", "did you mean `html`?"), ("a.txt", "endings: .html, .md, .json, .xml")]
    {
        let wrong = report(state.path(), &["--output", word]);
        assert_eq!((wrong.code, wrong.stdout.as_str()), (2, ""), "{word}");
        assert!(wrong.stderr.contains(said), "{}", wrong.stderr);
    }
    let nowhere = dir.path().join("none/a.md").display().to_string();
    let failed = report(state.path(), &["--output", &nowhere]);
    assert_eq!(failed.code, 2, "{}", failed.stderr);
    assert!(
        failed.stderr.starts_with(&format!("error: writing {nowhere}: No such file")),
        "{}",
        failed.stderr
    );
}
