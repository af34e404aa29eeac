//! A machine that allows few open files or processes: fewer hosts at once, and none fails for it.

use super::Site;
use crate::support::drill::Drill;
use crate::support::machines::is_root;

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
        assert_eq!(outcome.stdout.lines().count(), 80);
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

/// Fault T12: the limit of processes shows itself only when one more cannot be started.
#[test]
fn few_processes_mean_fewer_hosts_at_once() {
    // The limit counts all processes of a user, and root has none: a user of nobody else's is needed.
    if !is_root() {
        return;
    }
    let site = many(12);
    let open: std::fs::Permissions = std::os::unix::fs::PermissionsExt::from_mode(0o777);
    std::fs::set_permissions(site.dir.path(), open).expect("a mode");
    let user = [
        "setpriv",
        "--reuid",
        "64312",
        "--regid",
        "64312",
        "--clear-groups",
        "prlimit",
        "--nproc=20",
    ];
    let outcome =
        site.call(&["pcmd", "-m", "all", "-f", "12", "echo out; sleep 0.1"]).behind(&user).run();
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    assert!(outcome.stderr.starts_with("12 hosts: 12 ok\n"), "{}", outcome.stderr);
}
