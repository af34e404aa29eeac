//! A record that goes away in the middle of its run: what cannot be recorded is not changed.

use std::path::Path;

use crate::ending::signal;
use crate::support::drill::Drill;
use crate::support::{Xtask, fleet, processes, scratch, sleepers, wait_until, write};

/// A way to lose the record, and the words of the error.
type Loss = (&'static str, &'static dyn Fn(&Path), &'static str);

fn copied(record: &Path) {
    let kept = record.with_file_name("kept");
    std::fs::rename(record, &kept).expect("a record");
    let copied = Xtask::program("cp").arg("-a").arg(&kept).arg(record).status();
    assert!(copied.expect("cp starts").success());
}

/// Fault T13: the next change went ahead unrecorded.
#[test]
fn nothing_is_changed_after_the_record_has_gone() {
    let ways: [Loss; 4] = [
        ("31.71", &|record| std::fs::remove_dir_all(record).expect("a record"), "deleted or moved"),
        (
            "31.72",
            &|record| std::fs::remove_file(record.join("journal.jsonl")).expect("a journal"),
            "deleted or moved",
        ),
        (
            "31.73",
            &|record| std::fs::rename(record, record.with_file_name("other")).expect("a record"),
            "deleted or moved",
        ),
        ("31.74", &copied, "replaced"),
    ];
    for (seconds, lose, words) in ways {
        let drill = Drill::on("h[001-002]");
        drill.put("h001", "hang", seconds);
        let running = drill.spawn("work --fanout 1");
        wait_until("the first operation begins", || sleepers(seconds) == 1);
        lose(Path::new(&drill.record()));
        for pid in processes(&format!("sleep {seconds}")) {
            signal("-TERM", pid.into());
        }
        let outcome = running.ends();
        assert_eq!(
            (outcome.code, outcome.stdout.as_str()),
            (5, "h001: stopped\nh002: stopped\n"),
            "{}",
            outcome.stderr
        );
        assert!(
            outcome.stderr.contains(&format!("journal.jsonl was {words} during the run")),
            "{}",
            outcome.stderr
        );
        assert_eq!((drill.log("h001").as_str(), drill.log("h002").as_str()), ("first ", ""));
    }
}

/// Fault T13: the same for the next host of a `pcmd`.
#[test]
fn a_command_does_not_start_after_the_record_has_gone() {
    let state = scratch();
    let (ran, go) = (state.path().join("ran"), state.path().join("go"));
    let (file, until) = (ran.display(), go.display());
    let command = format!("echo x >>{file}; until [ -e {until} ]; do sleep 0.1; done");
    let args = ["pcmd", "-w", "h[001-002]", "-p", "1", &command];
    let child = fleet().xtask(state.path(), &args).spawn();
    wait_until("the command runs", || ran.exists());
    std::fs::remove_dir_all(state.path().join("xtask/runs")).expect("the record");
    write(&go, "");
    let output = child.wait_with_output().expect("an end");
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(said.contains("h002: stopped: cannot write the run record"), "{said}");
    assert_eq!(std::fs::read_to_string(&ran).expect("a file"), "x\n");
}
