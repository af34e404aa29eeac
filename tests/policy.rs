//! Change control: tickets and reasons.

use crate::support::machines::Machines;
use crate::support::{records, write};

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

/// A machine of a site with these demands.
fn site(policy: &str) -> Machines {
    let machines = Machines::new(&["control"]);
    machines.inventory(&["control"], &format!("[policy]\n{policy}\n"));
    machines
}

/// The day of the week in so many days.
fn day(ahead: i64) -> String {
    let day = jiff::Zoned::now().checked_add(jiff::Span::new().days(ahead)).expect("a day");
    day.strftime("%a").to_string()
}

#[test]
fn outside_of_its_windows_nothing_is_touched_unless_a_person_says_why() {
    let shut = format!("{} 10:00-11:00", day(3));
    let machines = site(&format!("windows = [{shut:?}]"));
    let refused = machines.step("alice", &[]).run();
    assert_eq!((refused.code, refused.stdout.as_str()), (6, ""));
    let lines: Vec<&str> = refused.stderr.lines().collect();
    assert_eq!(lines[0], "error: outside of the maintenance windows");
    assert!(lines[1].starts_with(&format!("  now      {} 20", day(0))), "{}", refused.stderr);
    assert_eq!(lines[2], format!("  windows  {shut}"));
    assert!(lines[3].starts_with(&format!("  next     {} 20", day(3))), "{}", refused.stderr);
    assert!(lines[3].contains(" 10:00 "), "{}", refused.stderr);
    assert!(lines[5].ends_with(" --override windows --reason TEXT"), "{}", refused.stderr);
    assert_eq!(machines.get("control", "home/table").as_deref(), Some(""));
    assert!(!machines.dir.path().join("alice/state/xtask/runs").exists());
    // The variable of one shell moves no window.
    let moved = machines.step("alice", &[]).env("TZ", "AAA-12").run();
    assert_eq!((moved.code, moved.stderr.contains("AAA")), (6, false), "{}", moved.stderr);
    // Looks, rehearsals and commands are free.
    assert_eq!(machines.step("alice", &["-n"]).run().code, 0);
    assert_eq!(machines.run("alice", &["pcmd", "-w", "control", "true"]).run().code, 0);
    // Without a reason nobody overrules.
    let silent = machines.step("alice", &["--override", "windows"]).run();
    assert_eq!((silent.code, silent.stdout.as_str()), (2, ""));
    assert!(silent.stderr.starts_with("error: --override needs a reason\n"), "{}", silent.stderr);
    let urgent = ["--override", "windows", "--reason", "the disk fills"];
    let done = machines.step("alice", &urgent).run();
    assert_eq!((done.code, done.stdout.as_str()), (0, "control: changed\n"), "{}", done.stderr);
    let note = format!("note: outside of the maintenance windows, {shut}: overridden\n");
    assert!(done.stderr.contains(&note), "{}", done.stderr);
    let shown = machines.run("alice", &["runs", "show"]).run().stdout;
    let answer =
        format!("outside of the maintenance windows, {shut}: overridden: the disk fills\n");
    assert!(shown.contains(&answer), "{shown}");
    // An undo changes hosts, too.
    let undo = machines.run("alice", &["undo", "last", "--yes"]).run();
    assert_eq!(undo.code, 6, "{}", undo.stderr);
    assert!(undo.stderr.contains("error: outside of the maintenance windows"), "{}", undo.stderr);
    machines.inventory(&["control"], "[policy]\nwindows = [\"00:00-24:00\"]\n");
    assert_eq!(machines.step("bob", &[]).run().code, 0);
}

#[test]
fn an_override_of_yesterday_is_none_of_today() {
    let machines = site(&format!("windows = [\"{} 10:00-11:00\"]", day(3)));
    machines.put("control", "home/meanwhile", "exit 3\n");
    let urgent = ["--override", "windows", "--reason", "the disk fills"];
    let failed = machines.step("alice", &urgent).run();
    assert_eq!(failed.code, 1, "{}", failed.stderr);
    machines.put("control", "home/meanwhile", "");
    let resumed = machines.run("alice", &["resume", "--yes"]).run();
    assert_eq!(resumed.code, 6, "{}", resumed.stderr);
    assert!(resumed.stderr.contains("outside of the maintenance windows"), "{}", resumed.stderr);
    let bare = machines.run("alice", &["resume", "--yes", "--override", "windows"]).run();
    assert_eq!(bare.code, 2, "{}", bare.stderr);
    let words = ["resume", "--yes", "--override", "windows", "--reason", "again"];
    let done = machines.run("alice", &words).run();
    assert_eq!((done.code, done.stdout.as_str()), (0, "control: changed\n"), "{}", done.stderr);
}

#[test]
fn a_ticket_and_a_reason_can_be_required() {
    let machines = site("require_ticket = true\nrequire_reason = true");
    let ends = |code: i32, words: &[&str], said: &str| {
        let run = machines.step("alice", words).run();
        assert_eq!(run.code, code, "{}", run.stderr);
        assert!(run.stderr.contains(said), "{}", run.stderr);
    };
    ends(6, &[], "error: this site requires a ticket for every change\n");
    ends(6, &["--ticket", "CHG-7"], "error: this site requires a reason for every change\n");
    ends(6, &["--reason", "x"], " --ticket ID\nhint: or without one:  cargo xtask ");
    assert_eq!(machines.get("control", "home/table").as_deref(), Some(""));
    ends(0, &["--override", "ticket", "--reason", "x"], "note: no ticket, which [policy] requires");
    ends(0, &["--ticket", "CHG-7", "--reason", "x"], "");
    // Of several files the strictest holds.
    let more = machines.dir.path().join("more.toml");
    write(&more, &format!("[policy]\nwindows = [\"{} 10:00-11:00\"]\n", day(3)));
    let more = more.to_str().expect("a plain path");
    let hosts = machines.dir.path().join("hosts.toml").display().to_string();
    let both = ["-i", &hosts, "-i", more, "--ticket", "CHG-7", "--reason", "x"];
    ends(6, &both, "error: outside of the maintenance windows\n");
}
