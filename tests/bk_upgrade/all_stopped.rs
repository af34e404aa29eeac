//! `bk-upgrade all` that is stopped in many ways: the same command goes on, up to the same end.

use super::all::{ALL, upgraded};
use crate::support::rehearsal::{Bench, Snapshot, compare};

/// How a run is stopped.
enum Stop {
    /// This host cannot be opened.
    Off(&'static str),
    /// The program is killed when an operation with these words has begun.
    Killed(&'static str),
    /// The session of the host ends when an operation with these words has begun: host, the command that hangs then, one of
    /// its arguments, the words.
    Cut(&'static str, &'static str, &'static str, &'static str),
    /// A directory of the host is a disk of so many KiB.
    Disk(&'static str, &'static str, u32),
    /// A tool of the vendor says that the disk is full, and ends with this code. With 0 its words decide (X4.36).
    Full(&'static str, &'static str, &'static str, i32),
}

use Stop::{Cut, Disk, Full, Killed, Off};

/// The sections of the document: first and last stage, and how each run of them is stopped before it comes to its end.
const SECTIONS: [(&str, &str, &[Stop]); 6] = [
    (
        "preflight",
        "mongodb-backup",
        &[
            Off("paas3"),
            Killed("dump the databases to"),
            Disk("paas2", "/data", 16),
            Cut("paas2", "mongodump", "", "dump MongoDB to"),
        ],
    ),
    (
        "backup-install-dir",
        "sync-common",
        &[
            Off("paas1"),
            Killed("set BK_JOB_RUN_MODE=stable"),
            Full("bk-control", "bkcli", "sync", 1),
            Cut("bk-control", "bkcli", "sync", "send the deploy scripts"),
        ],
    ),
    (
        "paas",
        "iam-saas",
        &[
            Off("paas2"),
            Killed("load the new SaaS environment variables"),
            Full("bk-control", "bkcli", "bkauth", 0),
            Cut("bk-control", "bkcli", "paas_plugins", "install paas_plugins"),
        ],
    ),
    (
        "iam-search-engine",
        "job-after-upgrade",
        &[
            Off("paas1"),
            Full("bk-control", "bkcli", "cmdb", 0),
            Killed("download /usr/local/bin/yq"),
            Cut("paas3", "java", "BEFORE_UPDATE_JOB", "run the upgrader, BEFORE_UPDATE_JOB"),
        ],
    ),
    (
        "nodeman",
        "log",
        &[
            Off("paas3"),
            Killed("load the agent and plugin packages"),
            Cut("paas1", "docker", "exec", "initialize the spaces of monitoring"),
            Full("bk-control", "bkcli", "bklog", 0),
        ],
    ),
    (
        "topo-guard",
        "refresh-version",
        &[
            Off("paas2"),
            Killed("write the manifest of /data/backup/topology"),
            Disk("bk-control", "/data/backup", 8),
            Killed("transfer the hosts of the business"),
            Cut("bk-control", "bkcli", "initdata", "register the hosts of the business"),
        ],
    ),
];

impl Stop {
    /// Runs `line`, which this stops; then everything works again.
    fn run(&self, bench: &Bench, line: &str) {
        match *self {
            Off(host) => {
                let heal = bench.cut_off(host);
                let said = bench.ends(4, line).stderr;
                assert!(said.contains(&format!("{host}: unreachable")), "{said}");
                heal();
            }
            Killed(what) => bench.kill_at(line, what),
            Cut(host, command, only, what) => {
                let only = if only.is_empty() { String::new() } else { format!("only={only}\n") };
                bench.order(host, command, &format!("hang=2\ncode=0\nonce=yes\n{only}"));
                let cut = bench.cut_at(line, host, what);
                // A long command goes on, and is found again; of another one nobody knows how far it came.
                let words = match cut.code {
                    0 => "continues, connecting again",
                    1 => "was killed; it is not known how far it came",
                    _ => "the connection was lost while the command ran; it may have finished",
                };
                assert!([0, 1, 4].contains(&cut.code), "{line}: {what}: {}", cut.code);
                assert!(cut.stderr.contains(words), "{line}: {what}: {}\n{}", cut.code, cut.stderr);
                // It is forgotten when the command has read it.
                std::fs::remove_file(
                    bench.path(host, &format!("/var/lib/standins/fail/{command}")),
                )
                .unwrap_or_default();
            }
            Disk(host, dir, size) => {
                let heal = bench.small_disk(host, dir, size);
                let said = bench.ends(1, line).stderr;
                assert!(said.contains("No space left on device"), "{said}");
                heal();
            }
            Full(host, command, only, code) => {
                let message = "[ERROR] write failed: No space left on device";
                bench.order(
                    host,
                    command,
                    &format!("code={code}\nmessage={message}\nonly={only}\n"),
                );
                let said = bench.ends(1, line).stderr;
                assert!(said.contains("No space left on device"), "{said}");
                bench.heal(host, command);
            }
        }
    }
}

/// Without what differs from run to run.
fn steady(bench: &Bench) -> Snapshot {
    let mut found = bench.result();
    let noise = [
        "/data/dbbak/bk_mysql_alldata.",
        "/data/mongodb_bak/20",
        "/data/install_20",
        "/data/src/backup/job_frontend",
        "/bin/01-generate/dbadmin.env",
        // The file's number and times.
        ".xtask-sum",
        // The deployments that still have to time out.
        ".slow",
        "/xtask/",
    ];
    found.retain(|path, _| !noise.iter().any(|part| path.contains(part)));
    // The vendor's comment tells how often a row was written: a run that was killed may have written it before.
    for (_, text) in found.iter_mut().filter(|(path, _)| path.ends_with("/paas_app_envvars")) {
        *text = text.replace("Update by install script", "Set by install script");
    }
    found
}

/// Each section is stopped in each way, and finished by the same command. A first deployment on the PaaS times out.
#[test]
fn a_run_that_is_stopped_in_every_section_ends_as_one_that_is_not() {
    let bench = Bench::new();
    bench.prepare("bk-control,paas[1-3]");
    for app in ["bk_user_manage", "bk_nodeman"] {
        bench.write_shared(&format!("saas/{app}.slow"), "1\n");
    }
    for (from, until, stops) in SECTIONS {
        let line = format!("{ALL} --from {from} --until {until} --retry-wait 0");
        for stop in stops {
            stop.run(&bench, &line);
        }
        bench.ends(0, &line);
    }
    bench.is_kept(ALL);
    assert_eq!(bench.calls("bk-control", "bkcli", "'bk_user_manage'"), 2);
    compare(&steady(&upgraded()), &steady(&bench));
}

/// A host of a module is down: the module stops and names it, and nothing of the rest has begun.
#[test]
fn a_module_that_stops_ends_the_run() {
    let bench = Bench::unpacked();
    let heal = bench.cut_off("paas2");
    let said = bench.ends(4, &format!("{ALL} --from paas --until usermgr")).stderr;
    assert!(said.contains("paas2: unreachable") && said.contains(" paas/stop\n"), "{said}");
    let begun =
        |stage: &&str| said.lines().any(|line| line.starts_with("== ") && line.ends_with(stage));
    for stage in [" paas/remove-units", " nginx-templates", " bkauth", " usermgr"] {
        assert!(!begun(&stage), "{stage}\n{said}");
    }
    assert!(said.contains("--from paas --until usermgr"), "{said}");
    assert_eq!(bench.calls("bk-control", "bkcli", "install"), 0);
    heal();
}
