//! Journals fit their JSON Schema, checked by a program that is not ours.

use engine::data::loss::Loss;
use engine::run::record::backed::Backed;
use engine::run::record::entry::{
    Again, Done, Entry, Followed, Intent, Resume, Standing, Start, Undo,
};
use engine::run::record::finding::Finding;

use super::{PAAS, ends, pcmd, records};
use crate::support::rehearsal::Bench;
use crate::support::{Xtask, root, write};

fn text(text: &str) -> String {
    text.to_owned()
}

/// Every kind of entry, with everything in it that it can have.
fn every_kind() -> Vec<Entry> {
    let hash = "0".repeat(64);
    let undo = Undo {
        ran: text("r"),
        thing: text("/x"),
        look: Some(text("true")),
        script: text("true"),
        feed: Some(text("0001")),
        last: true,
        seconds: Some(3),
        takes: vec![
            Loss::stop(),
            Loss::stop_of("h"),
            Loss::units(["a.service"]).for_a_time(),
            Loss::removal("c", "h"),
        ],
    };
    let bare = Undo { look: None, feed: None, seconds: None, takes: vec![], ..undo.clone() };
    let intent = Intent {
        op: 1,
        host: text("h"),
        what: text("w"),
        diff: text("d"),
        hash: hash.clone(),
        undo: Some(vec![undo, bare]),
    };
    let done = Done {
        op: 1,
        host: text("h"),
        what: text("w"),
        outcome: text("failed"),
        seconds: 0.5,
        error: Some(text("e")),
        outputs: vec![text("0001.h")],
    };
    let start = Start {
        schema: 2,
        run: text("r"),
        number: 1,
        step: text("s"),
        args: vec![text("s")],
        alias: Some(text("a")),
        snippets: [(text("ops/file"), text("0123456789abcdef"))].into(),
        user: text("u"),
        from: text("f"),
        pid: 1,
        program: text("0"),
        cwd: text("/"),
        inventory: Some(text("/i")),
        inventory_sha256: hash.clone(),
        rehearsal: true,
        undoes: Some(text("r")),
        ticket: Some(text("CHG-7")),
        reason: Some(text("why")),
        plan: Some(Followed { path: text("/p.json"), sha256: hash.clone() }),
    };
    let resume = Resume {
        kind: Again::Retry,
        args: vec![],
        user: text("u"),
        from: text("f"),
        pid: 1,
        only: Some(vec![text("h")]),
        torn: Some(text("{")),
        ticket: Some(text("CHG-8")),
        reason: Some(text("why")),
    };
    let standing =
        Standing { words: [(text("h"), text("failed"))].into(), open: vec![text("h")], only: true };
    let (host, machine_id, host_key) = (text("h"), text("m"), text("k"));
    vec![
        Entry::Start(start),
        Entry::Resume(Resume { kind: Again::Resume, only: None, torn: None, ..resume.clone() }),
        Entry::Resume(resume),
        Entry::Hosts { hosts: vec![text("h")] },
        Entry::Stage { name: text("s"), of: 1 },
        Entry::Intent(Intent { undo: None, ..intent.clone() }),
        Entry::Intent(intent),
        Entry::Result(Done { error: None, outputs: vec![], ..done.clone() }),
        Entry::Result(done),
        Entry::Identity { host, machine_id, host_key, pin: text("match") },
        Entry::Moved { host: text("h"), address: Some(text("10.0.0.1")) },
        Entry::Moved { host: text("h"), address: None },
        Entry::Ack { name: text("n"), text: text("t"), user: text("u") },
        Entry::Confirm { what: text("w"), answer: text("a") },
        Entry::Finding(Finding::new("n", vec!["v"], "t")),
        Entry::Finding(Finding::new("n", "v", "t").about("h")),
        Entry::Backup(Backed {
            host: text("h"),
            place: text("/b"),
            thing: text("t"),
            cluster: text("c"),
            manifest: "0".repeat(64),
            made: text("2026-11-21T02:33:11Z"),
            age: 7,
            files: 1,
            bytes: 2,
            checks: vec![text("complete")],
            doomed: vec![text("host h")],
            again: true,
        }),
        Entry::Opened {
            op: 1,
            host: text("h"),
            name: text("n"),
            what: text("w"),
            closes: text("s --node h"),
        },
        Entry::Closed { host: text("h"), name: text("n"), run: text("r"), by: text("r") },
        Entry::Cluster {
            name: text("c"),
            host: text("h"),
            when: text("before"),
            reading: text("3 of 3 healthy"),
        },
        Entry::Undone { by: text("r"), hosts: vec![text("h")], to: None, after: None },
        Entry::Undone { by: text("r"), hosts: vec![], to: Some(text("s")), after: Some(7) },
        Entry::End { exit: 0, error: None, hosts: None },
        Entry::End { exit: 143, error: Some(text("e")), hosts: Some(standing) },
    ]
}

#[test]
fn every_line_of_a_journal_fits_its_schema_and_nothing_else_does() {
    let bench = Bench::unpacked();
    bench.prepare("paas[1-3],bk-control");
    bench.order("paas2", "systemctl", "code=1\nmessage=no\nonly=stop\n");
    bench.ends(1, PAAS);
    bench.heal("paas2", "systemctl");
    bench.ends(0, PAAS);
    let state = bench.state.path();
    pcmd(state, "echo x; echo y >&2; exit 3");
    let mut lines = String::new();
    for entry in every_kind() {
        let mut line = serde_json::to_value(&entry).expect("JSON");
        line["line"] = 1.into();
        line["at"] = "2026-11-21T02:33:11.123Z".into();
        line["chain"] = "f".repeat(64).into();
        lines += &format!("{line}\n");
        line["more"] = 1.into();
        lines += &format!("!\n{line}\n");
        let fields = line.as_object_mut().expect("an object");
        fields.retain(|name, _| name != "more" && name != "at");
        lines += &format!("!\n{line}\n");
    }
    lines += "!\n{}\n";
    let kinds = state.join("kinds.jsonl");
    write(&kinds, &lines);
    let schema = state.join("schema.json");
    write(&schema, &ends(state, 0, "schema").0);

    let tool = root().join("tests/lib/journal_schema.py");
    // One of them may have the package that the other has not.
    for python in ["python3", "/usr/bin/python3"] {
        let mut check = Xtask::program(python);
        check.arg(&tool).arg(&schema).arg(&kinds);
        check.args(records(state).iter().map(|record| record.join("journal.jsonl")));
        let Ok(said) = check.output() else { continue };
        if said.status.code() == Some(3) {
            continue;
        }
        let text = String::from_utf8_lossy(&said.stdout);
        assert!(said.status.success(), "{text}{}", String::from_utf8_lossy(&said.stderr));
        return;
    }
    eprintln!(
        "SKIPPED: no python3-jsonschema here; install it: apt-get install python3-jsonschema"
    );
}
