//! One person at a time: the lock of a host, and that of a runbook.

mod sessions;

use std::io::Read as _;
use std::process::Child;

use engine::data::holder::Holder;
use engine::transport::admit::{Admission, Lock};
use engine::transport::channel::Channel;

use crate::support::machines::{Machines, settings};
use crate::support::{Outcome, Xtask, processes, sleepers, wait_until};

fn holder(who: &str) -> Holder {
    let (from, process, since) = ("ops1".into(), "1".into(), "2026-11-21T17:00:05Z".into());
    let (who, what) = (who.into(), "bk-upgrade paas".into());
    Holder { who, from, process, what, since, run: "r".into(), ..Holder::default() }
}

fn lock(channel: &Channel, who: &str) -> Lock {
    let Admission { lock, .. } = channel.admit(Some(&holder(who)), &settings()).expect("a shell");
    lock.expect("it was asked for")
}

/// A run that stays inside until [`Inside::leave`].
struct Inside<'a>(&'a Machines, Child);

impl<'a> Inside<'a> {
    fn enter(machines: &'a Machines, operator: &str) -> Self {
        Self::enter_for(machines, operator, &[])
    }

    fn enter_for(machines: &'a Machines, operator: &str, words: &[&str]) -> Self {
        let meanwhile = "while [ ! -e \"$HOME/leave\" ]; do sleep 0.05; done\n";
        machines.put("control", "home/meanwhile", meanwhile);
        // That of the run before; the first has none.
        drop(std::fs::remove_file(machines.home("control").join("home/leave")));
        let child = machines.step(operator, words).spawn();
        wait_until("a run is inside", || machines.home("control").join("home/inside").exists());
        Self(machines, child)
    }

    fn leave(mut self) -> i32 {
        self.0.put("control", "home/leave", "");
        self.1.wait().expect("an end").code().unwrap_or(-1)
    }
}

#[test]
fn two_runners_are_never_inside_together() {
    let machines = Machines::new(&["control"]);
    machines.put("control", "home/meanwhile", "sleep 0.02\n");
    assert_eq!(machines.step("before", &[]).run().code, 0, "the first contact pins");
    for round in 0..100 {
        machines.put("control", "home/table", "");
        let (one, two) = (machines.step("one", &[]).spawn(), machines.step("two", &[]).spawn());
        let codes = [one, two].map(|run| {
            let output = run.wait_with_output().expect("an end");
            let told = String::from_utf8_lossy(&output.stderr).into_owned();
            let code = output.status.code().unwrap_or(-1);
            assert!(code == 0 || code == 7, "round {round}: {code}\n{told}");
            code
        });
        assert!(codes.contains(&0), "round {round}: nobody got in");
    }
    assert_eq!(machines.get("control", "home/overlaps"), None);
    wait_until("the lock is gone", || machines.get("control", "run/xtask.lock").is_none());
}

#[test]
fn the_second_operator_sees_who_what_since_when_and_from_where() {
    let machines = Machines::new(&["control"]);
    let why = ["--ticket", "CHG-7", "--reason", "neue Umgebung für SaaS"];
    let inside = Inside::enter_for(&machines, "alice", &why);
    let said = machines.get("control", "run/xtask.lock").expect("a lock");
    let held = Holder::parse(&said);
    assert_eq!((held.who.as_str(), held.process), ("alice", inside.1.id().to_string()));
    assert!(held.from.ends_with(" (from 192.0.2.7)") && !held.shell.is_empty(), "{said}");
    assert!(held.what.starts_with("bk-upgrade paas saas-env --install-dir "), "{said}");
    let refused = machines.step("bob", &[]).run();
    assert_eq!((refused.code, refused.stdout.as_str()), (7, "control: locked\n"));
    let lines: Vec<&str> = refused.stderr.lines().skip(2).collect();
    assert_eq!(lines[0], "error: bk-upgrade paas: 1 of 1 host locked");
    assert_eq!(lines[1], format!("  control: locked by alice on {}", held.from));
    assert_eq!(lines[2], format!("    runs     {}", held.what));
    assert_eq!(lines[3..5], ["    ticket   CHG-7", "    reason   neue Umgebung für SaaS"]);
    assert!(lines[5].starts_with("    since    20"), "{}", refused.stderr);
    assert_eq!(lines[6], format!("    process  {}", inside.1.id()));
    assert_eq!(lines[7], format!("    record   {}", held.run));
    assert_eq!(lines[8], "hint: wait for it with --wait SECS, or ask that person");
    // A step that only reads is let in.
    let plan = machines.step("bob", &["-n"]).run();
    assert_eq!((plan.code, plan.stdout.as_str()), (0, "control: needed\n"), "{}", plan.stderr);
    assert_eq!(machines.step("bob", &["--emit", "control"]).run().code, 0);
    assert_eq!(machines.run("bob", &["pcmd", "-w", "control", "true"]).run().code, 0);
    assert_eq!(machines.run("bob", &["hosts", "check"]).run().code, 0);
    assert_eq!(inside.leave(), 0);
    assert_eq!(machines.get("control", "home/overlaps"), None);
}

/// XX.13: two people, one runbook.
#[test]
fn one_run_of_a_runbook_at_a_time_and_no_host_is_touched_before() {
    let machines = Machines::new(&["control"]);
    let inside = Inside::enter(&machines, "alice");
    let runs = || {
        std::fs::read_dir(machines.dir.path().join("alice/state/xtask/runs")).expect("runs").count()
    };
    let before = runs();
    let refused = machines.step("alice", &["--only", "control"]).run();
    assert_eq!((refused.code, refused.stdout.as_str()), (7, ""));
    assert!(refused.stderr.starts_with("error: locked by alice on "), "{}", refused.stderr);
    assert!(
        refused.stderr.contains(&format!("process  {}\n", inside.1.id())),
        "{}",
        refused.stderr
    );
    assert_eq!(runs(), before, "a run that does not begin has no record");
    assert_eq!(machines.step("alice", &["-n"]).run().code, 0);
    // Another inventory has other hosts.
    let other = machines.dir.path().join("other.toml");
    std::fs::copy(machines.dir.path().join("hosts.toml"), &other).expect("a copy");
    let elsewhere = machines.step("alice", &["-i", other.to_str().expect("a path")]).run();
    assert!(elsewhere.stderr.contains("control: locked by alice"), "{}", elsewhere.stderr);
    assert_eq!(inside.leave(), 0);
    assert_eq!(machines.step("alice", &[]).run().code, 0);
}

#[test]
fn who_waits_gets_the_lock_when_it_is_free() {
    let machines = Machines::new(&["control"]);
    let inside = Inside::enter(&machines, "alice");
    let mut waiting = machines.step("bob", &["--wait", "120"]).spawn();
    let mut stderr = waiting.stderr.take().expect("a pipe");
    let mut told = Vec::new();
    wait_until("it says that it waits", || {
        let mut byte = [0; 256];
        let read = stderr.read(&mut byte).expect("a pipe");
        told.extend_from_slice(&byte[..read]);
        String::from_utf8_lossy(&told).contains("note: waiting for control: locked by alice on ")
    });
    assert_eq!(inside.leave(), 0);
    stderr.read_to_end(&mut told).expect("a pipe");
    let told = String::from_utf8_lossy(&told).into_owned();
    assert_eq!(waiting.wait().expect("an end").code(), Some(0), "{told}");
    assert_eq!(told.matches("waiting for").count(), 1, "{told}");
    let inside = Inside::enter(&machines, "alice2");
    let own = machines.step("alice2", &["--wait", "1"]).run();
    assert_eq!(own.code, 7);
    assert!(
        own.stderr.starts_with("note: waiting for the runbook bk-upgrade with "),
        "{}",
        own.stderr
    );
    assert_eq!(inside.leave(), 0);
}

#[test]
fn a_holder_that_is_killed_frees_its_locks() {
    let machines = Machines::new(&["control"]);
    let mut inside = Inside::enter(&machines, "alice");
    inside.1.kill().expect("it runs");
    inside.1.wait().expect("an end");
    wait_until("the host has let go", || machines.get("control", "run/xtask.lock").is_none());
    machines.put("control", "home/meanwhile", "");
    std::fs::remove_dir(machines.home("control").join("home/inside")).expect("it was inside");
    let next = machines.step("alice", &[]).run();
    assert_eq!((next.code, next.stdout.as_str()), (0, "control: changed\n"), "{}", next.stderr);
    assert_eq!(machines.get("control", "home/overlaps"), None);
}

#[test]
fn what_a_step_leaves_running_does_not_hold_the_lock() {
    let machines = Machines::new(&["control"]);
    let daemon =
        "nohup sleep 31.61 >/dev/null 2>&1 &\nnohup setsid sleep 31.61 >/dev/null 2>&1 &\n";
    machines.put("control", "home/meanwhile", daemon);
    assert_eq!(machines.step("alice", &[]).run().code, 0);
    assert_eq!(sleepers("31.61"), 2);
    wait_until("the lock is gone", || machines.get("control", "run/xtask.lock").is_none());
    machines.put("control", "home/meanwhile", "");
    assert_eq!(machines.step("bob", &[]).run().code, 0);
    for pid in processes("sleep 31.61") {
        let kill = Xtask::program("kill")
            .arg(pid.to_string())
            .stderr(std::process::Stdio::null())
            .status();
        kill.expect("kill starts");
    }
}

#[test]
fn a_lock_that_was_left_behind_is_taken_over() {
    let machines = Machines::new(&["control"]);
    machines.put("control", "run/xtask.lock", &format!("{}\nshell 1\n", holder("carol")));
    let outcome = machines.step("alice", &[]).run();
    assert_eq!(outcome.code, 0, "{}", outcome.stderr);
    let note = "note: control: took over the stale lock of carol on ops1 (bk-upgrade paas)";
    assert!(outcome.stderr.contains(note), "{}", outcome.stderr);
}

#[test]
fn when_one_host_is_locked_nothing_is_changed_on_any() {
    let names = ["control", "web1", "web2"];
    let machines = Machines::new(&names);
    for name in names {
        std::fs::create_dir_all(machines.home(name).join("home/.envs/old")).expect("a directory");
        machines.put(name, "home/.bash_profile", "rmvirtualenv() { rmdir \"$HOME/.envs/$1\"; }\n");
    }
    let web2 = machines.channel("web2");
    assert_eq!(lock(&web2, "carol"), Lock::Taken(None));
    // The install path differs from machine to machine; a link gives it one name.
    let venvs = |outcome: &Outcome| {
        let there = |name: &&str| machines.home(name).join("home/.envs/old").exists();
        (outcome.code, names.iter().filter(|name| there(name)).count())
    };
    let run = || {
        for name in names {
            let link = machines.home(name).join("run/bk");
            drop(std::os::unix::fs::symlink(machines.home(name).join("home"), link));
        }
        machines.run("alice", &machines.removal()).run()
    };
    let refused = run();
    assert_eq!(venvs(&refused), (7, 3), "{}", refused.stderr);
    assert_eq!(refused.stdout, "control: not reached\nweb1: not reached\nweb2: locked\n");
    assert_eq!(machines.pins(), None, "who is not admitted is not pinned");
    web2.close(&settings());
    let done = run();
    assert_eq!(venvs(&done), (0, 0), "{}", done.stderr);
}

#[test]
fn a_host_without_flock_is_refused() {
    let machines = Machines::new(&["control"]);
    let bin = machines.home("control").join("few");
    let script = "mkdir \"$1\" && for tool in sh bash setsid sed cat grep stat head base64 wc; do ln -s \"$(command -v $tool)\" \"$1\"; done";
    Xtask::program("sh").args(["-c", script, "sh"]).arg(&bin).status().expect("sh starts");
    let mut way = machines.way("control");
    let mysql = machines.home("control").join("bin");
    way.extend(["/usr/bin/env".to_owned(), format!("PATH={}:{}", bin.display(), mysql.display())]);
    let inventory = format!(
        "[hosts.control]\nsession = \"exec\"\nexec = {way:?}\n[groups]\npaas = \"control\"\n"
    );
    crate::support::write(&machines.dir.path().join("hosts.toml"), &inventory);
    let refused = machines.step("alice", &[]).run();
    assert_eq!(
        (refused.code, refused.stdout.as_str()),
        (6, "control: refused\n"),
        "{}",
        refused.stderr
    );
    assert!(
        refused.stderr.contains("control: refused: cannot lock the host: it has no `flock`"),
        "{}",
        refused.stderr
    );
    assert_eq!(machines.get("control", "home/table").as_deref(), Some(""));
}
