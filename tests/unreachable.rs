//! Hosts that are not there, each for its own reason.

use std::net::TcpListener;
use std::path::Path;
use std::time::{Duration, Instant};

use expect_test::expect;

use crate::support::{Outcome, Xtask, fleet, scratch, write};

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
    let row = |line: &str| match line.starts_with("silent ") {
        true => "silent   timed out\n".to_owned(),
        false => format!("{line}\n"),
    };
    outcome.stdout = outcome.stdout.lines().map(row).collect();
    outcome
}

#[test]
fn hosts_check_tells_every_reason_in_a_table() {
    let (outcome, took, dir) = run(&["hosts", "check", "--connect-timeout", "5"]);
    assert!(took < Duration::from_secs(25), "{took:?}");
    expect![[]].assert_eq(&without_words_about_silence(outcome).shown(&[(dir.path(), "DIR")]));
}

#[test]
fn pcmd_names_the_unreachable_and_serves_the_others() {
    let args = ["pcmd", "-w", "good,refused,silent", "--connect-timeout", "5", "echo here"];
    let (outcome, took, dir) = run(&args);
    assert!(took < Duration::from_secs(25), "{took:?}");
    expect![[]].assert_eq(&without_words_about_silence(outcome).shown(&[(dir.path(), "DIR")]));
}

#[test]
fn a_failure_weighs_more_than_an_unreachable_host() {
    let (outcome, _, dir) = run(&["pcmd", "-w", "good,refused", "exit 3"]);
    expect![[]].assert_eq(&outcome.shown(&[(dir.path(), "DIR")]));
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
