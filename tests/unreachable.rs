//! Hosts that are not there, each for its own reason.

use std::net::TcpListener;
use std::path::Path;
use std::time::{Duration, Instant};

use expect_test::expect;

use crate::ending::signal;
use crate::support::{Outcome, Xtask, fleet, scratch, write};

/// The port of the fleet.
fn port() -> String {
    std::fs::read_to_string(fleet().dir.join("port")).expect("a file").trim().to_owned()
}

/// A host of each kind at the sshd of the fleet; `silent` accepts and never speaks.
fn inventory(dir: &Path, silent: &TcpListener) {
    let fleet = fleet().dir.display();
    let at = |name: &str| std::fs::read_to_string(fleet.to_string() + name).expect("a file");
    let (port, key) = (at("/port"), at("/host_key.pub"));
    let port = port.trim();
    let script = format!(
        "cd {}; ssh-keygen -q -t ed25519 -N '' -f other && cut -d' ' -f1,2 other.pub",
        dir.display()
    );
    let other =
        Xtask::program("sh").args(["-c", &script]).output().expect("ssh-keygen starts").stdout;
    let other = String::from_utf8(other).expect("a key");
    write(
        &dir.join("known"),
        &format!("[127.0.1.1]:{port} {key}[127.0.1.2]:{port} {other}[127.0.1.4]:{port} {key}"),
    );
    let common = "UserKnownHostsFile known\nGlobalKnownHostsFile /dev/null\nIdentitiesOnly yes\n\
                  IdentityAgent none\nStrictHostKeyChecking yes\nLogLevel ERROR";
    let common = common.replace(" known\n", &format!(" {}/known\n", dir.display()));
    write(
        &dir.join("ssh_config"),
        &format!(
            "Host 127.0.1.4\n  IdentityFile {}/other\nHost 127.0.1.1 127.0.1.2 127.0.1.3 127.0.1.6\n  IdentityFile {fleet}/client_key\nHost *\n{common}\n",
            dir.display()
        ),
    );
    let silent = silent.local_addr().expect("an address").port();
    write(
        &dir.join("hosts.toml"),
        &format!(
            "[ssh]\nuser = \"root\"\nconfig = \"ssh_config\"\nport = {port}\n\
             [hosts.changed]\naddress = \"127.0.1.2\"\n[hosts.unknown]\naddress = \"127.0.1.3\"\n\
             [hosts.login]\naddress = \"127.0.1.4\"\n[hosts.refused]\naddress = \"127.0.1.1\"\nport = 1\n\
             [hosts.silent]\naddress = \"127.0.1.6\"\nport = {silent}\n[hosts.good]\naddress = \"127.0.1.1\"\n"
        ),
    );
}

fn run(args: &[&str]) -> (Outcome, Duration, tempfile::TempDir) {
    let dir = scratch();
    let silent = TcpListener::bind("127.0.1.6:0").expect("a free port");
    inventory(dir.path(), &silent);
    let start = Instant::now();
    let outcome =
        Xtask::new(dir.path(), args).env("XTASK_INVENTORY", dir.path().join("hosts.toml")).run();
    (outcome, start.elapsed(), dir)
}

/// Whether ssh or we notice first that a host is silent is a matter of milliseconds.
fn without_words_about_silence(mut outcome: Outcome) -> Outcome {
    let ours = |line: &&str| !line.contains("during banner exchange");
    outcome.stderr = outcome.stderr.lines().filter(ours).map(|line| format!("{line}\n")).collect();
    let row = |line: &str| {
        let silent = line.starts_with("silent   timed out");
        format!("{}\n", if silent { "silent   timed out" } else { line })
    };
    outcome.stdout = outcome.stdout.lines().map(row).collect();
    outcome
}

#[test]
fn hosts_check_tells_every_reason_in_a_table() {
    let (outcome, took, dir) = run(&["hosts", "check", "--connect-timeout", "10"]);
    assert!(took < Duration::from_secs(60), "{took:?}");
    expect![[r#"
        exit 4
        -- stdout
        changed  wrong host key: it has changed   Host key for [127.0.1.2]:PORT has changed and you have requested strict checking.
        unknown  wrong host key: it is not known  No ED25519 host key is known for [127.0.1.3]:PORT and you have requested strict checking.
        login    login refused                    root@127.0.1.4: Permission denied (publickey).
        refused  connection refused               ssh: connect to host 127.0.1.1 port 1: Connection refused
        silent   timed out
        good     reachable                        N.NN s
        -- stderr
        hint: check sshd on the host, or raise --connect-timeout
        hint: check that sshd listens on that port
        hint: check user and key: ssh -F DIR/ssh_config -p PORT -l root -o BatchMode=yes 127.0.1.4 true
        hint: connect once by hand and compare the fingerprint: ssh -F DIR/ssh_config -p PORT -l root -o BatchMode=no -o StrictHostKeyChecking=ask 127.0.1.3 true
        hint: if the host was rebuilt on purpose, remove its old key: ssh-keygen -f DIR/known -R '[127.0.1.2]:PORT'
    "#]]
    .assert_eq(
        &without_words_about_silence(outcome)
            .shown(&[(dir.path(), "DIR"), (Path::new(&port()), "PORT")]),
    );
}

#[test]
fn pcmd_names_the_unreachable_and_serves_the_others() {
    let args = ["pcmd", "-w", "good,refused,silent", "--connect-timeout", "10", "echo here"];
    let (outcome, took, dir) = run(&args);
    assert!(took < Duration::from_secs(60), "{took:?}");
    expect![[r#"
        exit 4
        -- stdout
        good: here
        -- stderr
        refused: unreachable: connection refused
            stderr  ssh: connect to host 127.0.1.1 port 1: Connection refused
        silent: unreachable: timed out: sshd does not answer
        3 hosts: 1 ok, 2 unreachable (refused,silent)
        hint: check that sshd listens on that port
        hint: check sshd on the host, or raise --connect-timeout
        hint: to rerun only these:  cargo xtask pcmd --connect-timeout 10 'echo here' --only refused,silent
        record: RUN
    "#]]
    .assert_eq(&without_words_about_silence(outcome).shown(&[(dir.path(), "DIR")]));
}

#[test]
fn a_failure_weighs_more_than_an_unreachable_host() {
    let (outcome, _, dir) = run(&["pcmd", "-w", "good,refused", "exit 3"]);
    expect![[r#"
        exit 1
        -- stderr
        refused: unreachable: connection refused
            stderr  ssh: connect to host 127.0.1.1 port 1: Connection refused
        good: exit 3
        2 hosts: 1 exit 3 (good), 1 unreachable (refused)
        hint: check that sshd listens on that port
        record: RUN
    "#]]
    .assert_eq(&outcome.shown(&[(dir.path(), "DIR")]));
}

/// The silent host stands before the good one in the inventory, and keeps nobody waiting.
#[test]
fn a_check_tells_programs_of_each_host_as_it_answers() {
    let args = ["hosts", "check", "-w", "silent,good", "--output", "jsonl"];
    let (outcome, ..) = run(&[&args[..], &["--connect-timeout", "6"]].concat());
    let hosts: Vec<serde_json::Value> =
        outcome.stdout.lines().map(|line| serde_json::from_str(line).expect("JSON")).collect();
    let hosts: Vec<&str> = hosts.iter().map(|host| host["host"].as_str().expect("text")).collect();
    assert_eq!((hosts, outcome.code), (vec!["good", "silent"], 4));
}

#[test]
fn the_check_is_also_there_for_programs() {
    let (outcome, _, _dir) = run(&["hosts", "check", "-w", "refused,good", "--json"]);
    let document: serde_json::Value = serde_json::from_str(&outcome.stdout).expect("JSON");
    assert_eq!(document["schema"], 1);
    assert_eq!(document["hosts"][0]["host"], "refused");
    assert_eq!(document["hosts"][0]["state"], "connection refused");
    assert_eq!(document["hosts"][1]["state"], "reachable");
    assert_eq!((outcome.code, outcome.stderr.as_str()), (4, ""));
    let (outcome, _, _dir) = run(&["hosts", "check", "-w", "good", "--output", "jsonl"]);
    let line: serde_json::Value = serde_json::from_str(outcome.stdout.trim_end()).expect("JSON");
    assert_eq!((line["schema"].as_u64(), line["state"].as_str()), (Some(1), Some("reachable")));
    assert_eq!((outcome.code, outcome.stderr.as_str()), (0, ""));
}

#[test]
fn ctrl_c_does_not_wait_for_a_host_that_is_silent() {
    let dir = scratch();
    let silent = TcpListener::bind("127.0.1.6:0").expect("a free port");
    inventory(dir.path(), &silent);
    let args = ["pcmd", "-w", "silent", "--connect-timeout", "600", "true"];
    let call = Xtask::new(dir.path(), &args).env("XTASK_INVENTORY", dir.path().join("hosts.toml"));
    let child = call.spawn();
    let (_open, _) = silent.accept().expect("a connection");
    signal("-INT", child.id().into());
    let output = child.wait_with_output().expect("an end");
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    assert_eq!(
        (output.status.code(), text(&output.stdout), text(&output.stderr)),
        (Some(130), String::new(), "silent: interrupted: stopped by a signal\n".to_owned())
    );
}
