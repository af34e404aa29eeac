//! Ctrl-C in the middle of a step: running operations may finish, nothing new begins, the record is whole.

use std::net::TcpListener;

use serde_json::Value;

use super::signal;
use crate::support::drill::{Drill, Running};
use crate::support::shown::steady;
use crate::support::{Xtask, processes, sleepers, wait_until};

/// Two hosts start a service that takes long, a third waits for its turn.
fn at_work(seconds: &str, line: &str) -> (Drill, Running) {
    let drill = Drill::on("h[001-003]");
    for host in ["h001", "h002"] {
        drill.put(host, "hang", seconds);
    }
    let running = drill.spawn(&format!("work --fanout 2 {line}"));
    wait_until("two services start", || sleepers(seconds) == 2);
    (drill, running)
}

/// Lets the hanging command continue.
fn release(seconds: &str) {
    processes(&format!("sleep {seconds}")).into_iter().for_each(|pid| signal("-TERM", pid.into()));
}

/// Each intent has its result, and the record its end.
fn is_whole(drill: &Drill, code: i32, outcome: &str) {
    let text = |line: &Value, name: &str| line[name].as_str().expect("text").to_owned();
    let intents = drill.journal("intent");
    let results = drill.journal("result");
    assert!(!intents.is_empty());
    for intent in &intents {
        let same =
            |result: &&Value| result["host"] == intent["host"] && result["what"] == intent["what"];
        let result = results.iter().find(same).expect("a result");
        assert_eq!(text(result, "outcome"), outcome, "{result}");
    }
    assert_eq!(drill.journal("end")[0]["exit"], code);
}

#[test]
fn the_first_signal_lets_what_runs_finish_and_starts_nothing_new() {
    for (name, seconds, code, word) in
        [("-INT", "31.50", 130, "interrupted"), ("-TERM", "31.51", 143, "terminated")]
    {
        let (drill, mut running) = at_work(seconds, "");
        signal(name, running.child.id().into());
        running.says(
            "stopping: waiting up to 30 s for running operations; press Ctrl-C again to stop them",
        );
        release(seconds);
        let outcome = running.ends();
        assert_eq!((outcome.code, sleepers(seconds)), (code, 0));
        let hosts = format!("h001: {word}\nh002: {word}\nh003: not reached\n");
        assert_eq!(outcome.stdout, hosts, "{}", outcome.stderr);
        let report = outcome.stderr.split("error: ").nth(1).expect("a report");
        let report: Vec<String> = report.lines().map(steady).collect();
        assert_eq!(
            report[..3],
            [
                format!("drill: 2 of 3 hosts {word}, 1 not reached"),
                format!("  h[001-002]: {word} before: start second"),
                "hint: to continue where it stopped:  cargo xtask resume RUN".to_owned(),
            ]
        );
        for host in ["h001", "h002"] {
            assert!(drill.has(host, "first") && drill.log(host) == "first ", "{}", drill.log(host));
        }
        assert_eq!(drill.log("h003"), "");
        is_whole(&drill, code, "changed");
        // Once more, and it is done.
        ["h001", "h002"].iter().for_each(|host| drill.put(host, "hang", "0"));
        drill.ends(0, "work");
    }
}

#[test]
fn the_second_signal_ends_what_runs() {
    let (drill, mut running) = at_work("31.52", "--grace 600");
    signal("-INT", running.child.id().into());
    running.says("stopping: waiting up to 600 s");
    signal("-INT", running.child.id().into());
    let outcome = running.ends();
    assert_eq!((outcome.code, sleepers("31.52")), (130, 0));
    assert_eq!(outcome.stdout, "h001: interrupted\nh002: interrupted\nh003: not reached\n");
    assert!(outcome.stderr.contains("cargo xtask resume"), "{}", outcome.stderr);
    assert!(!drill.has("h001", "first") && drill.log("h001") == "first ");
    is_whole(&drill, 130, "interrupted");
}

#[test]
fn what_runs_ends_with_the_grace_time() {
    for (line, seconds) in [("--grace 1", "31.53"), ("--grace 0", "31.54")] {
        let (drill, running) = at_work(seconds, line);
        signal("-TERM", running.child.id().into());
        let outcome = running.ends();
        assert_eq!((outcome.code, sleepers(seconds)), (143, 0));
        assert_eq!(outcome.stderr.contains("stopping: "), line == "--grace 1");
        is_whole(&drill, 143, "terminated");
    }
}

/// `timeout` sends its signal to the process and to the group: that is one request.
#[test]
fn an_echo_of_the_first_signal_is_no_second_one() {
    let (drill, mut running) = at_work("31.55", "");
    let pid = running.child.id().to_string();
    let twice = format!("kill -TERM {pid}; kill -HUP {pid}");
    assert!(Xtask::program("sh").args(["-c", &twice]).status().expect("sh starts").success());
    running.says("stopping: ");
    release("31.55");
    assert_eq!(running.ends().code, 143);
    is_whole(&drill, 143, "changed");
}

#[test]
fn a_wait_is_over_with_the_first_signal() {
    let drill = Drill::on("h001");
    let mut running = drill.spawn("wait --grace 600");
    running.says("changed  start first");
    signal("-INT", running.child.id().into());
    let outcome = running.ends();
    assert_eq!((outcome.code, outcome.stdout.as_str()), (130, "h001: interrupted\n"));
    assert!(outcome.stderr.contains("cargo xtask resume"), "{}", outcome.stderr);
    assert_eq!(drill.journal("end")[0]["exit"], 130);
}

/// Ctrl-C goes to every process at the terminal; the connections outlive it.
#[test]
fn ctrl_c_at_a_terminal_leaves_the_connections_until_what_runs_is_done() {
    let drill = Drill::on("h001");
    drill.put("h001", "hang", "31.56");
    let mut terminal = drill.terminal("work");
    wait_until("the service starts", || sleepers("31.56") == 1);
    terminal.types("\x03");
    terminal.says(
        "stopping: waiting up to 30 s for running operations; press Ctrl-C again to stop them",
    );
    release("31.56");
    let (code, said) = terminal.leaves();
    assert_eq!(code, 130, "{said}");
    assert!(said.contains("cargo xtask resume"), "{said}");
    assert!(drill.has("h001", "first") && !drill.has("h001", "second"));
    is_whole(&drill, 130, "changed");
}

/// A step outside any fan-out has no list of hosts that were not reached: the error says where it stands.
#[test]
fn a_step_on_one_host_says_what_it_did_not_begin() {
    let drill = Drill::on("h001");
    drill.put("h001", "hang", "31.57");
    let mut running = drill.spawn("serial");
    wait_until("the service starts", || sleepers("31.57") == 1);
    signal("-INT", running.child.id().into());
    running.says("stopping: ");
    release("31.57");
    let outcome = running.ends();
    assert_eq!((outcome.code, outcome.stdout.as_str()), (130, "h001: changed\n"));
    let report = "error: interrupted before: start second\n\
                  hint: to continue where it stopped:  cargo xtask resume RUN\n";
    let said = outcome.shown(&[]);
    assert!(said.contains(report), "{said}");
}

#[test]
fn a_step_does_not_wait_for_a_host_that_is_silent() {
    let silent = TcpListener::bind("127.0.1.7:0").expect("a free port");
    let port = silent.local_addr().expect("an address").port();
    let drill = Drill::on("a0").with_a0("127.0.1.7", port);
    let running = drill.spawn("work --grace 600 --connect-timeout 600");
    let (_open, _) = silent.accept().expect("a connection");
    signal("-INT", running.child.id().into());
    let outcome = running.ends();
    assert_eq!((outcome.code, outcome.stdout.as_str()), (130, "a0: interrupted\n"));
    assert!(outcome.stderr.contains("then rerun only these"), "{}", outcome.stderr);
    assert!(drill.journal("intent").is_empty());
}
