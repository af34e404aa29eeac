//! A machine that allows few open files or processes: fewer hosts at once, and none fails for it.

use super::Site;
use crate::support::drill::Drill;
use crate::support::machines::is_root;
use crate::support::{Xtask, fleet};

const NOTE: &str = "this machine allows no more open files or processes (ulimit -n, ulimit -u)";

fn many(count: usize) -> Site {
    let hosts = format!("[hosts.\"n[1-{count}]\"]\nsession = \"exec\"\nexec = [\"env\"]\n");
    Site::new("", "", &hosts)
}

/// Fault T12: the sessions of all hosts together would need more files than there may be.
#[test]
fn few_open_files_mean_fewer_hosts_at_once() {
    let limited = ["sh", "-c", "ulimit -n 64; exec \"$@\"", "sh"];
    let site = many(40);
    for persist in ["0", "60"] {
        let call = site.call(&["pcmd", "-m", "all", "-f", "16", "echo out"]);
        let outcome = call.env("XTASK_PERSIST", persist).behind(&limited).run();
        let said = format!("40 hosts: 40 ok\nnote: only 4 hosts at once: {NOTE}\n");
        assert_eq!((outcome.code, outcome.stderr), (0, said));
        assert_eq!(outcome.stdout.lines().count(), 40);
    }
}

/// Fault T12: hosts that keep their lock need their sessions until the end: too many are refused before any is changed.
#[test]
fn more_locked_hosts_than_there_is_room_for_are_refused() {
    let drill = Drill::on("h[001-004]");
    let call = drill.call("work").behind(&["sh", "-c", "ulimit -n 43; exec \"$@\"", "sh"]);
    let outcome = call.run();
    let said = "error: drill: no room for more than 2 locked hosts at once on this machine\n";
    assert_eq!(outcome.code, 6, "{}", outcome.stderr);
    assert!(outcome.stderr.contains(&said[14..]), "{}", outcome.stderr);
    assert_eq!(drill.log("h001"), "");
}

/// Fault T12: the limit of processes shows itself only when one more cannot be started: a thread or an ssh.
#[test]
fn few_processes_mean_fewer_hosts_at_once() {
    // Root has no such limit, and a user of one's own has other processes.
    if !is_root() {
        return;
    }
    let site = Site::new("", "", "[hosts.\"h[001-012]\"]\n");
    let fleet = fleet().dir.display().to_string();
    let dir = site.dir.path().display().to_string();
    let config = std::fs::read_to_string(site.path("config")).expect("a file");
    site.put("config", &config.replace(&fleet, &dir));
    let script = format!("cp {fleet}/client_key {fleet}/known_hosts {dir}; chown -R nobody {dir}");
    assert!(Xtask::program("sh").args(["-c", &script]).status().expect("sh starts").success());
    for processes in ["20", "10"] {
        let limit = format!("--nproc={processes}");
        let user = ["setpriv", "--reuid", "nobody", "--clear-groups", "prlimit", &limit];
        let call = site.call(&["pcmd", "-m", "all", "-f", "12", "--connect-timeout", "60", "true"]);
        let outcome = call.behind(&user).run();
        assert_eq!(outcome.code, 0, "{}", outcome.stderr);
        assert!(outcome.stderr.starts_with("12 hosts: 12 ok\n"), "{}", outcome.stderr);
    }
}
