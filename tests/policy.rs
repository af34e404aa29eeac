//! Change control: tickets and reasons.

use crate::support::machines::Machines;
use crate::support::records;

#[test]
fn ticket_and_reason_are_in_the_record_and_in_both_lists() {
    let machines = Machines::new(&["control"]);
    let alice = |words: &[&str]| machines.run("alice", words).run();
    let state = machines.dir.path().join("alice/state");
    let plain = machines.step("alice", &[]).run();
    assert_eq!(plain.code, 0, "{}", plain.stderr);
    let head = |text: &str| text.lines().next().unwrap_or_default().to_owned();
    assert!(!head(&alice(&["runs", "list"]).stdout).contains("TICKET"));
    let words = ["--reason", "neue Umgebung, 环境"];
    let run = machines.step("alice", &words).env("XTASK_TICKET", "CHG-7").run();
    assert_eq!(run.code, 0, "{}", run.stderr);
    let id = records::runs(&state).pop().expect("a run");
    let start = &records::journal(&state, &id)[0];
    assert_eq!([&start["ticket"], &start["reason"]], ["CHG-7", "neue Umgebung, 环境"]);
    let shown = alice(&["runs", "show"]).stdout;
    assert!(shown.contains("  ticket  CHG-7\n  reason  neue Umgebung, 环境\n"), "{shown}");
    let list = alice(&["runs", "list"]).stdout;
    assert!(head(&list).contains("USER   TICKET  TOOK"), "{list}");
    assert_eq!(list.matches(" CHG-7 ").count(), 1, "{list}");
    let list: serde_json::Value = serde_json::from_str(&alice(&["runs", "list", "--json"]).stdout)
        .expect("one JSON document");
    assert_eq!(list["runs"][0]["start"]["ticket"], "CHG-7");
    assert!(list["runs"][1]["start"].get("ticket").is_none());
}

#[test]
fn a_ticket_is_a_word_and_a_reason_is_a_line() {
    let machines = Machines::new(&["control"]);
    for (words, said) in [
        (["--ticket", "CHG 7"], "an id has no blanks (a sentence is for --reason)"),
        (["--ticket", ""], "it is empty"),
        (["--reason", "a\nb"], "character 2 is U+000A, and one line of plain text is needed"),
        (["--reason", "\u{202e}b"], "character 1 is U+202E"),
    ] {
        let wrong = machines.step("alice", &words).run();
        assert_eq!((wrong.code, wrong.stdout.as_str()), (2, ""), "{words:?}");
        assert!(wrong.stderr.contains(said), "{}", wrong.stderr);
    }
    assert!(!machines.dir.path().join("alice/state/xtask/runs").exists());
}
