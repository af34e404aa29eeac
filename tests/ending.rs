//! However a command is ended, nothing of it is left on its host.

mod stopping;

use std::process::{Child, Output, Stdio};

use expect_test::expect;

use crate::support::drill::Drill;
use crate::support::{Xtask, fleet, processes, scratch, sleepers, wait_until};

/// A child in the background, one that ignores SIGTERM, and the command itself.
fn stubborn(seconds: &str) -> String {
    format!("sleep {seconds} & (trap '' TERM; sleep {seconds}; sleep {seconds}) & sleep {seconds}")
}

/// Starts `pcmd` and waits until the command runs on all hosts.
fn started(state: &std::path::Path, hosts: &str, count: usize, seconds: &str) -> Child {
    let child = fleet().xtask(state, &["pcmd", "-w", hosts, &stubborn(seconds)]).spawn();
    wait_until("the command runs", || sleepers(seconds) == 3 * count);
    child
}

pub(crate) fn signal(name: &str, pid: i64) {
    let sent =
        Xtask::program("kill").args([name, "--", &pid.to_string()]).stderr(Stdio::null()).status();
    assert!(sent.expect("kill starts").success());
}

fn texts(output: &Output) -> (Option<i32>, String, String) {
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    let stderr: String = text(&output.stderr)
        .lines()
        .filter(|line| !line.starts_with("record: "))
        .map(|line| format!("{line}\n"))
        .collect();
    (output.status.code(), text(&output.stdout), stderr)
}

#[test]
fn a_time_out_ends_the_whole_group_on_every_host() {
    let state = scratch();
    let outcome = fleet()
        .xtask(state.path(), &["pcmd", "--timeout", "1", "-w", "h[001-002]", &stubborn("31.20")])
        .run();
    assert_eq!(sleepers("31.20"), 0);
    assert_eq!((outcome.code, outcome.stdout.as_str()), (124, ""));
    let lines: Vec<&str> = outcome.stderr.lines().take(3).collect();
    assert_eq!(
        lines,
        [
            "h001: timed out: the command was stopped after 1 s",
            "h002: timed out: the command was stopped after 1 s",
            "2 hosts: 2 timed out (h[001-002])"
        ]
    );
}

/// The record keeps the output of a change whose time was over.
#[test]
fn what_a_change_printed_before_a_time_out_is_recorded() {
    let drill = Drill::on("h001");
    drill.put("h001", "hang", "31.29");
    drill.ends(124, "--timeout 1 work");
    let name = drill.journal("result")[0]["outputs"][0].as_str().expect("a name").to_owned();
    let kept = std::fs::read_to_string(format!("{}/outputs/{name}.out", drill.record()));
    assert_eq!(kept.expect("an output"), "first takes its time\n");
    assert_eq!(sleepers("31.29"), 0);
}

#[test]
fn what_came_before_a_time_out_is_shown() {
    let state = scratch();
    let outcome = fleet()
        .xtask(state.path(), &["pcmd", "--timeout", "1", "-w", "h001", "echo begun; sleep 31.21"])
        .run();
    assert_eq!(
        (outcome.code, outcome.stdout.as_str(), outcome.stderr.as_str()),
        (124, "begun\n", "h001: timed out: the command was stopped after 1 s\n")
    );
    assert_eq!(sleepers("31.21"), 0);
}

#[test]
fn ctrl_c_and_sigterm_end_the_whole_group() {
    for (name, seconds, code, word) in
        [("-INT", "31.22", 130, "interrupted"), ("-TERM", "31.23", 143, "terminated")]
    {
        let state = scratch();
        let child = started(state.path(), "h[001-002]", 2, seconds);
        signal(name, child.id().into());
        let output = child.wait_with_output().expect("an end");
        assert_eq!(sleepers(seconds), 0);
        let stderr = format!(
            "h001: {word}: stopped by a signal\nh002: {word}: stopped by a signal\n2 hosts: 2 {word} (h[001-002])\n"
        );
        assert_eq!(texts(&output), (Some(code), String::new(), stderr));
    }
}

#[test]
fn hosts_that_had_no_turn_are_named_after_ctrl_c() {
    let state = scratch();
    let args = ["pcmd", "-w", "h[001-003]", "-f", "1", "sleep 31.24"];
    let child = fleet().xtask(state.path(), &args).spawn();
    wait_until("the command runs", || sleepers("31.24") == 1);
    signal("-INT", child.id().into());
    let output = child.wait_with_output().expect("an end");
    let stderr = "h001: interrupted: stopped by a signal\nh002: interrupted: not started\n\
                  h003: interrupted: not started\n3 hosts: 3 interrupted (h[001-003])\n";
    assert_eq!(texts(&output), (Some(130), String::new(), stderr.into()));
}

#[test]
fn nothing_is_left_when_the_program_is_killed() {
    let state = scratch();
    let mut child = started(state.path(), "h[001-002]", 2, "31.25");
    child.kill().expect("a kill");
    child.wait().expect("an end");
    wait_until("the hosts are clean", || sleepers("31.25") == 0);
}

#[test]
fn a_connection_cut_in_the_middle_is_named_and_leaves_nothing() {
    let state = scratch();
    let child = started(state.path(), "h[001-002]", 2, "31.26");
    let ours = |pid: &i32| {
        let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
        let parent = stat.rsplit(')').next().and_then(|rest| rest.split_whitespace().nth(1));
        parent == Some(child.id().to_string().as_str())
    };
    let clients: Vec<i32> = processes("-- 127.0.1.").into_iter().filter(ours).collect();
    assert_eq!(clients.len(), 2);
    clients.into_iter().for_each(|pid| signal("-KILL", pid.into()));
    let output = child.wait_with_output().expect("an end");
    let lost = "unreachable: the connection was lost while the command ran; it may have finished";
    let stderr = format!("h001: {lost}\nh002: {lost}\n2 hosts: 2 unreachable (h[001-002])\n");
    assert_eq!(texts(&output), (Some(4), String::new(), stderr));
    wait_until("the hosts are clean", || sleepers("31.26") == 0);
}

#[test]
fn a_host_that_drops_the_connection_is_named_and_the_others_go_on() {
    let state = scratch();
    // The parent of the session's shell is the sshd of this very connection.
    let drops = "echo begun; case $SSH_CONNECTION in *' 127.0.1.1 '*) sleep 2; kill -9 $PPID; sleep 31.27 ;; esac; echo done";
    let outcome = fleet().xtask(state.path(), &["pcmd", "-w", "h[001-002]", drops]).run();
    // A client that writes at this moment says it in other words.
    let closed = "Connection to 127.0.1.1 closed by remote host.";
    let shown = outcome.shown(&[]).replace("client_loop: send disconnect: Broken pipe", closed);
    expect![[r#"
        exit 4
        -- stdout
        h001: begun
        h002: begun
        h002: done
        -- stderr
        h001: Connection to 127.0.1.1 closed by remote host.
        h001: unreachable: the connection was lost while the command ran; it may have finished
        2 hosts: 1 ok, 1 unreachable (h001)
        hint: to rerun only these:  cargo xtask pcmd 'echo begun; case $SSH_CONNECTION in *'\'' 127.0.1.1 '\''*) sleep 2; kill -9 $PPID; sleep N.NN ;; esac; echo done' --only h001
        record: RUN
    "#]]
    .assert_eq(&shown);
    wait_until("the host is clean", || sleepers("31.27") == 0);
}

#[test]
fn a_service_that_a_command_leaves_behind_goes_on() {
    let state = scratch();
    let leaves = "setsid sleep 31.28 >/dev/null 2>&1 </dev/null & echo begun";
    let outcome = fleet().xtask(state.path(), &["pcmd", "-w", "h001", leaves]).run();
    assert_eq!(
        (outcome.code, outcome.stdout.as_str(), outcome.stderr.as_str()),
        (0, "begun\n", "")
    );
    // Its shell has gone on before it has become `sleep`.
    wait_until("the service is there", || sleepers("31.28") == 1);
    for pid in processes("sleep 31.28") {
        signal("-TERM", pid.into());
    }
}
