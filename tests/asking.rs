//! Questions, gates, batches, and the work that only a person can do.

mod by_hand;

use expect_test::expect;

use crate::support::drill::Drill;
use crate::support::shown::steady;
use crate::support::{Outcome, Xtask, scratch, write};

/// The text on a terminal; the program says its lines after it.
fn screen(told: &(i32, String)) -> String {
    let lines = told.1.lines().map(|line| format!("{}\n", steady(line)));
    format!("exit {}\n{}", told.0, lines.collect::<String>())
}

fn answers(drill: &Drill) -> Vec<(String, String)> {
    let text = |value: &serde_json::Value| value.as_str().expect("text").to_owned();
    let lines = drill.journal("confirm");
    lines.iter().map(|line| (text(&line["what"]), text(&line["answer"]))).collect()
}

fn words(outcome: &Outcome) -> String {
    outcome.shown(&[])
}

#[test]
fn one_host_is_confirmed_by_yes() {
    let drill = Drill::on("h001");
    let told = drill.typed("asked", "y\n");
    expect![[r#"
        exit 0
        drill on h001: starts two services
        Continue? [y/N] h001: changed
    "#]]
    .assert_eq(&screen(&told));
    assert_eq!(answers(&drill), [("starts two services".to_owned(), "y".to_owned())]);
    for typed in ["n\n", "\n", "1\n", "\x04"] {
        let drill = Drill::on("h001");
        let (code, said) = drill.typed("asked", typed);
        assert_eq!(code, 5, "{said}");
        assert!(said.contains("error: stopped: the answer was "), "{said}");
        assert_eq!(drill.log("h001"), "");
    }
}

#[test]
fn more_hosts_are_confirmed_by_their_number() {
    let drill = Drill::on("h[001-003]");
    for (typed, said) in [("y\n", "`y`"), ("2\n", "`2`"), ("\n", "no")] {
        let told = drill.typed("asked", typed);
        assert_eq!(told.0, 5, "{}", told.1);
        assert!(told.1.contains(&format!("stopped: the answer was {said}\n")), "{}", told.1);
    }
    assert_eq!(drill.log("h001"), "");
    let told = drill.typed("asked", "3\n");
    expect![[r#"
        exit 0
        drill on h[001-003]: starts two services
        Type the number of hosts, 3, to continue: h001: changed
        h002: changed
        h003: changed
    "#]]
    .assert_eq(&screen(&told));
}

/// Fault T14: the hint was `--only ''`.
#[test]
fn ctrl_c_at_a_question_is_an_answer() {
    let drill = Drill::on("h001");
    let mut terminal = drill.terminal("asked");
    terminal.says("starts two services");
    terminal.types("\x03");
    let (code, said) = terminal.leaves();
    assert_eq!((code, drill.log("h001").as_str()), (130, ""), "{said}");
    let hint = "hint: then run it again, finished operations are kept:  cargo xtask ";
    assert!(said.contains(hint) && !said.contains("--only"), "{said}");
}

/// Fault T14: exit 1, as if something had failed on a host.
#[test]
fn an_answer_that_is_no_text_is_no() {
    let drill = Drill::on("h001");
    let mut terminal = drill.terminal("asked");
    terminal.says("starts two services");
    terminal.types_bytes(b"\xff\xfe\n");
    let (code, said) = terminal.leaves();
    assert_eq!((code, drill.log("h001").as_str()), (5, ""), "{said}");
    assert!(said.contains("error: stopped: the answer is no UTF-8 text"), "{said}");
}

/// No terminal and no `--yes`: a refusal before the first host, of which even the way is nonsense.
#[test]
fn without_a_terminal_only_yes_goes_on() {
    let dir = scratch();
    let file = dir.path().join("hosts.toml");
    let host = "[hosts.\"x[1-2]\"]\nsession = \"exec\"\nexec = [\"/nonexistent/never-run\"]\n";
    write(&file, &format!("{host}[groups]\ncontrol = \"x1\"\npaas = \"x[1-2]\"\n"));
    let args = ["-i", file.to_str().expect("a plain path"), "bk-upgrade", "paas"];
    let refused = Xtask::new(dir.path(), &args).run();
    expect![[r#"
        exit 6
        -- stderr
        error: needs --yes without a terminal: takes the PaaS desktop and API down until `update` is done; irreversible: rm-venv, update, saas-env
        hint: check the plan with -n, then add --yes
        record: RUN
    "#]]
    .assert_eq(&words(&refused));

    let drill = Drill::on("h[001-002]");
    assert_eq!(drill.typed("asked --json", "2\n").0, 6);
    assert_eq!(drill.log("h001"), "");
    drill.ends(0, "asked --yes");
    assert_eq!(answers(&drill), [("starts two services".to_owned(), "--yes".to_owned())]);
}

#[test]
fn a_point_of_no_return_that_nobody_asked_about_is_asked_about_once() {
    let drill = Drill::on("h[001-003]");
    let refused = drill.ends(6, "forgetful");
    assert_eq!(refused.stdout, "h001: refused\nh002: refused\nh003: refused\n");
    let said = "needs --yes without a terminal: irreversible: replace the data";
    assert!(refused.stderr.contains(said), "{}", refused.stderr);
    // The reversible part was done.
    assert!(drill.has("h001", "first") && !drill.has("h001", "new"));

    let (code, said) = drill.typed("forgetful --fanout 1", "n\n");
    assert_eq!((code, said.matches("Continue?").count()), (5, 1), "{said}");
    let told = drill.typed("forgetful --fanout 1", "y\n");
    expect![[r#"
        exit 0
        drill on h001: irreversible: replace the data, and all later operations on any host
        Continue? [y/N] h001: changed
        h002: changed
        h003: changed
    "#]]
    .assert_eq(&screen(&told));

    let drill = Drill::on("h001");
    drill.ends(0, "forgetful --yes");
    assert!(drill.has("h001", "new"));
}

#[test]
fn a_plan_marks_what_cannot_be_taken_back() {
    let drill = Drill::on("h001");
    let plan = drill.ends(0, "forgetful -n");
    expect![[r#"
        exit 0
        -- stdout
        h001: needed
        -- stderr
        h001: needed  start first
        h001: needed  replace the data   (irreversible)
        -n: 1 needed (replace 1, start 1); run it without -n
    "#]]
    .assert_eq(&words(&plan));
    let plan: serde_json::Value =
        serde_json::from_str(&drill.ends(0, "forgetful -n --json").stdout).expect("JSON");
    let marks: Vec<_> = plan["operations"]
        .as_array()
        .expect("operations")
        .iter()
        .map(|operation| operation["point_of_no_return"].as_bool())
        .collect();
    assert_eq!(marks, [None, Some(true)]);
    assert!(!drill.has("h001", "log"));
}

#[test]
fn a_failed_batch_is_the_last_one() {
    let drill = Drill::on("h[001-006]");
    drill.put("h002", "fail", "");
    let stopped = drill.ends(5, "work --batch 34%");
    let hosts = "h001: changed\nh002: failed\nh003: not reached\nh004: not reached\n\
                 h005: not reached\nh006: not reached\n";
    assert_eq!(stopped.stdout, hosts, "a third of six is two");
    assert!(stopped.stderr.contains("--only 'h[002-006]'"), "{}", stopped.stderr);
    let gone_on = drill.ends(1, "work --batch 2 --max-fail 1");
    assert_eq!(gone_on.stdout.matches("changed").count(), 4, "{}", gone_on.stdout);
    // Rounded down, and never less than one.
    let drill = Drill::on("h[001-003]");
    drill.put("h002", "fail", "");
    let stopped = drill.ends(5, "work --batch 1%");
    assert_eq!(stopped.stdout, "h001: changed\nh002: failed\nh003: not reached\n");
}

#[test]
fn hosts_that_do_not_answer_count_as_failed() {
    let drill = Drill::on("a0,h[001-003]").with_a0("127.0.1.1", 1);
    let stopped = drill.ends(5, "work --batch 1 --max-fail 0");
    let hosts = "a0: unreachable\nh001: not reached\nh002: not reached\nh003: not reached\n";
    assert_eq!(stopped.stdout, hosts);
    let gone_on = drill.ends(4, "work --batch 1 --max-fail 1");
    assert_eq!(gone_on.stdout.matches(": changed").count(), 3, "{}", gone_on.stdout);
}

#[test]
fn a_gate_stands_between_batches() {
    let drill = Drill::on("h[001-003]");
    let told = drill.typed("work --batch 1 --gate", "y\nno\n");
    expect![[r#"
        exit 5
        drill: so far 1 changed; next: h002
        Continue? [y/N] drill: so far 2 changed; next: h003
        Continue? [y/N] h001: changed
        h002: changed
        h003: not reached
        error: stopped: the answer was no
        hint: to continue where it stopped:  cargo xtask resume RUN
        hint: or undo its changes:  cargo xtask undo RUN
        record: RUN
    "#]]
    .assert_eq(&screen(&told));
    assert_eq!(drill.log("h003"), "");
    // Nobody is there to open it: nothing begins, and there is nothing to record.
    let refused = drill.ends(6, "work --batch 1 --gate");
    assert!(refused.stderr.contains("--gate asks before each further batch"), "{}", refused.stderr);
    assert_eq!((refused.stdout.as_str(), drill.log("h003").as_str()), ("", ""));
    let done = drill.ends(0, "work --batch 1 --gate --yes");
    assert_eq!(done.stdout, "h001: kept\nh002: kept\nh003: changed\n");
}

#[test]
fn one_host_after_the_other_in_the_order_of_the_step() {
    let drill = Drill::on("h[001-003]");
    // The check between two hosts finds the fault of the first, which is the second of the inventory.
    drill.put("h002", "sick", "");
    let failed = drill.ends(6, "rolling --last h001");
    assert_eq!(failed.stdout, "h001: not reached\nh002: refused\nh003: not reached\n");
    assert!(failed.stderr.contains("h002 is not healthy"), "{}", failed.stderr);
    std::fs::remove_file(drill.path("h002", "sick")).expect("a file");
    let (code, said) = drill.typed("rolling --last h001 --gate", "n\n");
    assert_eq!((code, drill.log("h003").as_str()), (5, ""), "{said}");
    assert!(said.contains("drill: so far 1 kept; next: h003"), "{said}");
    drill.put("h003", "fail", "");
    let failed = drill.ends(1, "rolling --last h001");
    assert_eq!(failed.stdout, "h001: not reached\nh002: kept\nh003: failed\n");
    std::fs::remove_file(drill.path("h003", "fail")).expect("a file");
    // Nobody comes after the last one.
    drill.put("h001", "sick", "");
    let done = drill.ends(0, "rolling --last h001");
    assert_eq!(done.stdout, "h001: changed\nh002: kept\nh003: changed\n");
    let order: Vec<String> = drill
        .journal("intent")
        .iter()
        .map(|line| line["host"].as_str().expect("a host").to_owned())
        .collect();
    assert_eq!(order, ["h003", "h003", "h001", "h001"]);
}
