//! `runs report`: a run as one file, in five forms, and the page in a real browser.

mod forms;
mod large;
mod page;

use std::path::Path;

use serde_json::json;

use crate::support::written::Written;
use crate::support::{Outcome, Xtask};

/// Texts that would do harm where a form takes them for more than text.
const HOSTILE: &str = "</script><script>window.harm=1</script><img src=x onerror=window.harm=2>`|\u{202e}& ]]> <!-- ::error::x \u{1b}[31m";

fn report(state: &Path, words: &[&str]) -> Outcome {
    Xtask::new(state, &[&["runs", "report", "20261121"], words].concat()).run()
}

/// A run that failed on one of three hosts, with every kind of thing in it, and was resumed.
fn eventful(state: &Path) -> Written {
    let id = "20261121-023311-bk-upgrade-paas";
    let start = json!({ "ticket": "CHG-7", "reason": format!("because {HOSTILE}") });
    let mut run = Written::new(state, id, "bk-upgrade paas", &start);
    run.add(5, json!({ "event": "hosts", "hosts": ["paas1", "paas2", "paas10"] }));
    let identity = json!({
        "event": "identity", "host": "paas1", "machine_id": "9f86d081", "host_key": format!("SHA256:abc{HOSTILE}"), "pin": "match"
    });
    run.add(10, identity);
    run.add(20, json!({ "event": "confirm", "what": format!("sure? {HOSTILE}"), "answer": "yes" }));
    run.add(30, json!({ "event": "stage", "name": "stop", "of": 2 }));
    for (at, host) in [(40, "paas1"), (50, "paas2"), (60, "paas10")] {
        let what = "disable bk-paas.service";
        let op = run.begins(at, host, what, "-enabled\n+disabled\n", true);
        let outputs = run.output(&format!("000{op}.{host}"), &format!("stopped {host}\n"), "");
        run.ends(at + 400, op, [host, what, "changed"], &json!({ "outputs": outputs }));
    }
    run.add(1000, json!({ "event": "ack", "name": "drained", "text": format!("seen {HOSTILE}"), "user": "bob" }));
    run.add(1100, json!({ "event": "stage", "name": "remove-venv", "of": 2 }));
    let what = "remove /data/venv";
    let op = run.begins(1200, "paas1", what, "", false);
    run.ends(1900, op, ["paas1", what, "changed"], &json!({}));
    run.found(2400, ["paas2", "wait until port 8080 answers", "kept"], &json!({}));
    let what = format!("write {HOSTILE}");
    let op = run.begins(2500, "paas10", &what, &format!("+{HOSTILE}\n"), true);
    let outputs = run.output("0009.paas10", &format!("out {HOSTILE}\n"), &"eeeee\n".repeat(12_000));
    let error = format!("exit 1: {HOSTILE}\nsecond line");
    let more = json!({ "error": error, "outputs": outputs });
    run.ends(3000, op, ["paas10", &what, "failed"], &more);
    let hosts = json!({
        "words": { "paas1": "changed", "paas2": "changed", "paas10": "failed" },
        "open": ["paas10"], "only": true,
    });
    run.add(3100, json!({ "event": "end", "exit": 1, "hosts": hosts }));
    let again = json!({
        "event": "resume", "kind": "retry", "args": ["retry"], "user": "bob", "from": "desk8", "pid": 8,
        "only": ["paas10"], "torn": null,
    });
    run.add(600_000, again);
    run.add(600_010, json!({ "event": "hosts", "hosts": ["paas10"] }));
    run.add(600_020, json!({ "event": "stage", "name": "remove-venv", "of": 2 }));
    let op = run.begins(600_100, "paas10", &what, &format!("+{HOSTILE}\n"), true);
    run.ends(600_900, op, ["paas10", &what, "failed"], &more);
    let hosts = json!({ "words": { "paas10": "failed" }, "open": ["paas10"], "only": true });
    run.add(601_000, json!({ "event": "end", "exit": 1, "hosts": hosts }));
    run.flush();
    run
}
