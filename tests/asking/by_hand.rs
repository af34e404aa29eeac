//! Manual operations: shown, acknowledged, recorded, not asked for again.

use expect_test::expect;

use super::{screen, words};
use crate::support::drill::Drill;

fn acks(drill: &Drill) -> Vec<(String, String)> {
    let text = |value: &serde_json::Value| value.as_str().expect("text").to_owned();
    let lines = drill.journal("ack");
    assert!(lines.iter().all(|line| !text(&line["user"]).is_empty()));
    lines.iter().map(|line| (text(&line["name"]), text(&line["text"]))).collect()
}

#[test]
fn a_plan_shows_what_needs_a_person() {
    let drill = Drill::on("h001");
    expect![[r#"
        exit 0
        -- stdout
        h001: needed
        -- stderr
        h001: needed  start first
        h001: needed  by hand: cable
            Swap the cable.
            Mind the colours.
        h001: needed  start second
        -n: 1 needed (start 2, by hand 1); run it without -n
    "#]]
    .assert_eq(&words(&drill.ends(0, "manual -n --ack cable")));
    let script = drill.ends(0, "manual --emit h001").stdout;
    assert!(script.contains("# by hand: cable\n# Swap the cable.\n"), "{script}");
}

#[test]
fn without_a_terminal_it_stops_with_the_command_to_paste() {
    let drill = Drill::on("h001");
    expect![[r#"
        exit 5
        -- stdout
        h001: stopped
        -- stderr
        h001: stopped  by hand: cable   0.0 s
        error: drill: 1 of 1 host stopped
          h001: stopped: by hand: cable waits for a person
            do  Swap the cable.
                Mind the colours.
        hint: when it is done, TEXT being the cable's number:  cargo xtask resume RUN --ack cable=TEXT
        record: RUN
    "#]]
    .assert_eq(&words(&done_before(&drill, 5, "manual --evidence")));
    // `--yes` answers questions; it has not swapped a cable. A word is not a number of a cable.
    drill.ends(5, "manual --evidence --yes");
    drill.ends(5, "manual --evidence --ack cable");
    assert!(!drill.has("h001", "second"));
    drill.ends(0, "manual --evidence --ack cable=A,17");
    assert_eq!(acks(&drill), [("cable".to_owned(), "A,17".to_owned())]);
    assert!(drill.has("h001", "second"));
}

/// The service before the manual operation is there already.
fn done_before(drill: &Drill, code: i32, line: &str) -> crate::support::Outcome {
    drill.ends(0, "wait -n");
    drill.put("h001", "first", "");
    drill.ends(code, line)
}

#[test]
fn a_person_answers_once_for_all_hosts() {
    let drill = Drill::on("h[001-002]");
    let told = drill.typed("manual --evidence --fanout 1", "A 17\n");
    expect![[r#"
        exit 0
        drill on h001, by hand: cable
            Swap the cable.
            Mind the colours.
        When it is done, type the cable's number: h001: changed
        h002: changed
    "#]]
    .assert_eq(&screen(&told));
    assert_eq!(acks(&drill), [("cable".to_owned(), "A 17".to_owned())]);

    let drill = Drill::on("h001");
    let (code, said) = drill.typed("manual", "n\n");
    assert_eq!((code, drill.has("h001", "second")), (5, false), "{said}");
    assert!(
        said.contains("cargo xtask resume ") && said.contains("-drill --ack cable\n"),
        "{said}"
    );
    assert_eq!(drill.typed("manual", "y\n").0, 0);
}

#[test]
fn what_the_recorded_run_has_acknowledged_is_not_asked_again() {
    let drill = Drill::on("h001");
    drill.put("h001", "fail", "");
    done_before(&drill, 1, "manual --evidence --ack cable=A17");
    std::fs::remove_file(drill.path("h001", "fail")).expect("a file");
    drill.ends(0, &format!("manual --evidence --again {}", drill.record()));
    assert_eq!(acks(&drill), [("cable".to_owned(), "A17".to_owned())]);
}

#[test]
fn a_host_that_can_tell_is_believed_more_than_a_person() {
    let drill = Drill::on("h001");
    let wrong = drill.ends(1, "manual --seen --ack cable");
    assert!(
        wrong.stderr.contains("cable is acknowledged, but the check on the host still fails"),
        "{}",
        wrong.stderr
    );
    drill.ends(5, &format!("manual --seen --again {}", drill.record()));
    drill.put("h001", "cable", "");
    drill.ends(0, "manual --seen");
    assert!(acks(&drill).is_empty());
}

#[test]
fn the_environment_acknowledges_too_and_a_strange_name_is_told() {
    let drill = Drill::on("h001");
    let done = drill.call("manual --evidence").env("XTASK_ACK", "fan, cable=A17").run();
    assert_eq!(done.code, 0, "{}", done.stderr);
    assert!(
        done.stderr.contains("note: --ack fan: no manual operation of this run has that name\n"),
        "{}",
        done.stderr
    );
    assert!(!done.stderr.contains("--ack cable"), "{}", done.stderr);
}
