//! Jobs over lost connections, killed runners and a restarted sshd.

use std::path::PathBuf;
use std::time::{Duration, Instant};

use crate::ending::signal;
use crate::support::drill::{Drill, Running};
use crate::support::machines::Machines;
use crate::support::{Fleet, Outcome, Xtask, processes, wait_until};

/// The job is started and prints.
fn counting(drill: &Drill) -> Running {
    let running = drill.spawn("job");
    grows(drill);
    running
}

fn size(drill: &Drill) -> u64 {
    std::fs::metadata(drill.path("h001", "jobs/count/output")).map_or(0, |file| file.len())
}

/// The job prints more.
fn grows(drill: &Drill) {
    let before = size(drill);
    wait_until("the job prints", || size(drill) > before + 2000);
}

/// The ssh of this runner.
fn clients(running: &Running) -> Vec<i32> {
    let parent = running.child.id().to_string();
    processes("-- 127.0.1.").into_iter().filter(|pid| parent_of(*pid) == parent).collect()
}

fn parent_of(pid: i32) -> String {
    let stat = std::fs::read_to_string(format!("/proc/{pid}/stat")).unwrap_or_default();
    let words = stat.rsplit(')').next().unwrap_or_default();
    words.split_whitespace().nth(1).unwrap_or_default().to_owned()
}

/// Kills the connection of this runner from its own side.
fn cut(running: &Running) {
    let clients = clients(running);
    assert_eq!(clients.len(), 1);
    signal("-KILL", clients[0].into());
    wait_until("the runner connects again", || {
        clients != self::clients(running) && !self::clients(running).is_empty()
    });
}

/// Every line of the job once, in the record of the last run, and nothing of it left on the host.
fn whole(drill: &Drill) {
    let outputs = PathBuf::from(drill.record()).join("outputs");
    let files =
        std::fs::read_dir(outputs).expect("outputs").map(|file| file.expect("a file").path());
    let last = files.max().expect("an output");
    let output = std::fs::read_to_string(last).expect("text");
    let lines = std::fs::read_to_string(drill.path("h001", "lines")).expect("a number");
    let lines: u32 = lines.trim().parse().expect("a number");
    let wanted: String =
        (1..=lines).map(|number| format!("line {number} of a long output\n")).collect();
    let rest = output.strip_prefix(&wanted).expect("whole output");
    // After it, the reason of a failure.
    assert!(rest.is_empty() || rest.starts_with("count: exit 3"), "{rest}");
    assert_eq!(drill.log("h001").matches("job").count(), 1);
    no_process(drill);
}

fn no_process(drill: &Drill) {
    let run = drill.path("h001", "jobs/count/run").display().to_string();
    wait_until("the job is gone", || processes(&run).is_empty());
}

fn notes(outcome: &Outcome) -> Vec<&str> {
    outcome.stderr.lines().filter(|line| line.starts_with("note: ")).collect()
}

const LOST: &str = "note: h001: the connection was lost; count continues, connecting again";

#[test]
fn a_job_outlives_its_connections_and_its_output_comes_whole() {
    let drill = Drill::on("h001");
    let running = counting(&drill);
    // From the side of the runner, twice, and from the side of the host: the session's sshd.
    for _ in 0..2 {
        cut(&running);
        grows(&drill);
    }
    let client = clients(&running);
    signal("-KILL", far_end(&drill).into());
    wait_until("the runner connects again", || {
        let now = clients(&running);
        !now.is_empty() && now != client
    });
    grows(&drill);
    drill.put("h001", "stop", "0");
    let outcome = running.ends();
    assert_eq!(
        (outcome.code, outcome.stdout.as_str()),
        (0, "h001: changed\n"),
        "{}",
        outcome.stderr
    );
    assert_eq!(notes(&outcome), [LOST]);
    whole(&drill);
    assert!(!drill.has("h001", "jobs"));
    assert_eq!(drill.ends(0, "job").stdout, "h001: kept\n");
}

/// The sshd of the session that holds the drill's lock. The shell of a lost session may still be named there.
fn far_end(drill: &Drill) -> i32 {
    let name = |pid: i32| std::fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default();
    let sshd = || {
        let lock = std::fs::read_to_string(drill.dir.path().join("run/xtask.lock")).ok()?;
        let mut pid = lock.lines().find_map(|line| line.strip_prefix("shell ")?.parse().ok())?;
        while !name(pid).starts_with("sshd") {
            pid = parent_of(pid).parse().ok()?;
        }
        Some(pid)
    };
    // Beside other tests an sshd can be slow, and the runner tries again after pauses.
    let (start, mut found) = (Instant::now(), sshd());
    while found.is_none() && start.elapsed() < Duration::from_secs(120) {
        std::thread::sleep(Duration::from_millis(20));
        found = sshd();
    }
    found.expect("a session holds the lock")
}

#[test]
fn a_job_outlives_its_runner_and_the_next_run_or_resume_takes_its_result() {
    for again in ["job", "resume"] {
        let drill = Drill::on("h001");
        let mut running = counting(&drill);
        running.child.kill().expect("a kill");
        running.child.wait().expect("an end");
        grows(&drill);
        let plan = drill.ends(0, "job -n");
        assert!(plan.stderr.contains("count runs since "), "{}", plan.stderr);
        assert!(plan.stderr.contains("; a run follows it"), "{}", plan.stderr);
        let line = if again == "job" {
            "job".to_owned()
        } else {
            format!("--again {} job", drill.record())
        };
        let mut next = drill.spawn(&line);
        next.says("note: h001: count runs since ");
        grows(&drill);
        drill.put("h001", "stop", "0");
        let outcome = next.ends();
        assert_eq!(
            (outcome.code, outcome.stdout.as_str()),
            (0, "h001: changed\n"),
            "{}",
            outcome.stderr
        );
        whole(&drill);
        assert!(!drill.has("h001", "jobs"));
    }
}

#[test]
fn ctrl_c_leaves_the_job_alone_and_the_next_run_takes_its_exit_code() {
    let drill = Drill::on("h001");
    let running = counting(&drill);
    let asked = Instant::now();
    signal("-INT", running.child.id().into());
    let outcome = running.ends();
    assert_eq!(outcome.code, 130, "{}", outcome.stderr);
    assert!(asked.elapsed() < Duration::from_secs(8), "it waited for the job");
    assert!(
        outcome.stderr.contains("interrupted; count continues on the host"),
        "{}",
        outcome.stderr
    );
    assert!(
        outcome.stderr.contains("`cargo xtask resume`, follows it again"),
        "{}",
        outcome.stderr
    );
    grows(&drill);
    drill.put("h001", "stop", "3");
    let failed = drill.ends(1, "job");
    for words in ["exit 3", "of a long output"] {
        assert!(failed.stderr.contains(words), "{}", failed.stderr);
    }
    whole(&drill);
    drill.put("h001", "stop", "0");
    drill.ends(0, "job");
    assert!(!drill.has("h001", "jobs"));
}

#[test]
fn a_job_outlives_the_sshd_of_its_host() {
    let fleet = Fleet::start_with(&[("SSHD_HOSTS", "1")]);
    let drill = Drill::at(&fleet, "h001");
    let running = counting(&drill);
    let daemon = std::fs::read_to_string(fleet.dir.join("daemon/1.pid")).expect("a number");
    let daemon: i64 = daemon.trim().parse().expect("a number");
    signal("-KILL", daemon);
    signal("-KILL", far_end(&drill).into());
    grows(&drill);
    grows(&drill);
    let config = fleet.dir.join("daemon/1.config");
    let started = Xtask::program("/usr/sbin/sshd").arg("-f").arg(config).status();
    assert!(started.expect("sshd").success());
    wait_until("the runner is there again", || !clients(&running).is_empty());
    drill.put("h001", "stop", "0");
    let outcome = running.ends();
    assert_eq!((outcome.code, notes(&outcome)), (0, vec![LOST]), "{}", outcome.stderr);
    whole(&drill);
}

#[test]
fn a_host_that_stays_away_is_unreachable_and_its_job_continues() {
    let fleet = Fleet::start_with(&[("SSHD_HOSTS", "1")]);
    let drill = Drill::at(&fleet, "h001");
    let running = drill.spawn("job --timeout 3");
    grows(&drill);
    let daemon = std::fs::read_to_string(fleet.dir.join("daemon/1.pid")).expect("a number");
    signal("-KILL", daemon.trim().parse().expect("a number"));
    signal("-KILL", far_end(&drill).into());
    let outcome = running.ends();
    assert_eq!(outcome.code, 4, "{}", outcome.stderr);
    assert!(outcome.stderr.contains("count continues on the host"), "{}", outcome.stderr);
    grows(&drill);
    drill.put("h001", "stop", "0");
    no_process(&drill);
}

/// The lock of the host keeps the second one out while the first one lives; then the job itself is found.
#[test]
fn two_runners_have_one_job() {
    let drill = Drill::on("h001");
    let mut running = counting(&drill);
    drill.ends(7, "job");
    running.child.kill().expect("a kill");
    let mut next = drill.spawn("job --wait 30");
    next.says("note: h001: count runs since ");
    running.child.wait().expect("an end");
    grows(&drill);
    drill.put("h001", "stop", "0");
    let outcome = next.ends();
    assert_eq!(
        (outcome.code, outcome.stdout.as_str()),
        (0, "h001: changed\n"),
        "{}",
        outcome.stderr
    );
    whole(&drill);
}

/// A person who changes a host learns that something still works on it.
#[test]
fn a_run_is_told_of_a_job_that_runs_on_its_host() {
    let machines = Machines::new(&["control"]);
    let job = machines.home("control").join("home/.xtask/jobs/yum-update");
    std::fs::create_dir_all(&job).expect("a directory");
    std::fs::write(job.join("about"), "id x\nwho alice\nwhat yum update\nrun R\n").expect("a file");
    let lock = std::fs::File::open(&job).expect("a directory");
    lock.lock().expect("a lock");
    let note = "note: control: the job yum-update runs there (run R of alice)\n";
    let said = |words: &[&str]| {
        let outcome = machines.step("bob", words).run();
        assert_eq!(outcome.code, 0, "{}", outcome.stderr);
        outcome.stderr
    };
    assert!(said(&[]).contains(note));
    machines.put("control", "home/table", "");
    drop(lock);
    assert!(!said(&[]).contains(note), "it has ended");
}

#[test]
fn a_run_is_not_taken_back_while_its_job_runs() {
    let fleet = Fleet::start_with(&[("SSHD_HOSTS", "1")]);
    let drill = Drill::at(&fleet, "h001");
    drill.ends(0, "work");
    let record = PathBuf::from(drill.record());
    let run = record.file_name().and_then(|name| name.to_str()).expect("a name");
    let job = fleet.dir.join("home/.xtask/jobs/count");
    std::fs::create_dir_all(&job).expect("a directory");
    std::fs::write(job.join("about"), format!("who alice\nrun {run}\n")).expect("a file");
    let lock = std::fs::File::open(&job).expect("a directory");
    lock.lock().expect("a lock");
    let undo = || Xtask::new(drill.dir.path(), &["undo", run, "--yes"]).run();
    let refused = undo();
    assert_eq!(refused.code, 6, "{}", refused.stderr);
    assert!(refused.stderr.contains("the job count of that run still runs"), "{}", refused.stderr);
    assert!(drill.has("h001", "first"));
    drop(lock);
    let undone = undo();
    assert_eq!(undone.code, 0, "{}", undone.stderr);
    assert!(!drill.has("h001", "first"));
}
