//! Jobs: work that continues without its session.

use std::path::Path;
use std::time::{Duration, Instant};

use engine::data::fault::{Fault, Kind};
use engine::data::outcome::Outcome;
use engine::ops::job::{self, Part};
use engine::ops::{Detached, Op, Script, Shell};
use engine::text::snippet::Snippet;

use crate::aid::told;
use crate::bench::{Host, hosts};

/// Prints its input and numbered lines; waits for the file GO between the two halves.
const COUNT: Snippet = Snippet::new(
    "test/count",
    "# Count.\n# in: LOG GO CODE\nchange() {\n  echo run >>\"$LOG\"\n  cat\n  seq 1 500\n  \
     while [ ! -e \"$GO\" ]; do sleep 0.05; done\n  seq 501 1000 >&2\n  eval \"$CODE\"\n}\n",
);
/// The same with a probe that finds nothing to do.
const PROBED: Snippet = Snippet::new(
    "test/probed",
    "# Count.\n# in: LOG GO\nprobe() {\n  [ -e \"$LOG\" ] || return 1\n}\nchange() {\n  \
     echo run >>\"$LOG\"\n  seq 1 500\n  while [ ! -e \"$GO\" ]; do sleep 0.05; done\n}\n",
);

/// Prints the length of its first line of input; waits for the file GO.
const WAIT: Snippet = Snippet::new(
    "test/wait",
    "# Wait.\n# in: GO\nchange() {\n  read -r word\n  echo ${#word}\n  \
     while [ ! -e \"$GO\" ]; do sleep 0.05; done\n}\n",
);

fn named(host: &Host) -> Detached {
    Detached::job("count").jobs_in(host.path("jobs"))
}

/// `code` is shell text for the end.
fn count(host: &Host, code: &str) -> Script {
    let path = |name: &str| host.path(name).into();
    let values = [("LOG", path("log")), ("GO", path("go")), ("CODE", code.into())];
    Script::new("count", COUNT, values).markers_in(host.path("markers")).detached(named(host))
}

/// Starts or finds the job of `op`, and follows it.
fn script(host: &Host, op: &dyn Op) -> String {
    let action = host.emit(op).remove(0);
    job::follow(op.detached().unwrap(), &action, &Part::default()).unwrap()
}

/// What COUNT prints after its input.
fn counted() -> String {
    (1..=1000).map(|number| format!("{number}\n")).collect()
}

/// A runner starts the job of `op`, and is killed once the job prints.
#[expect(clippy::disallowed_methods, reason = "a test plays a runner that is killed")]
fn started(host: &Host, op: &dyn Op) {
    let script = script(host, op);
    let null = std::process::Stdio::null;
    let mut runner = std::process::Command::new("sh")
        .args(["-c", &script])
        .stdin(null())
        .stdout(null())
        .stderr(null())
        .spawn()
        .unwrap();
    let output = host.path("jobs/count/output");
    until(|| std::fs::read(&output).is_ok_and(|text| text.ends_with(b"500\n")));
    runner.kill().unwrap();
    runner.wait().unwrap();
}

fn until(mut there: impl FnMut() -> bool) {
    let start = Instant::now();
    while !there() {
        assert!(start.elapsed().as_secs() < 20, "waited in vain");
        std::thread::sleep(Duration::from_millis(10));
    }
}

fn runs(host: &Host) -> usize {
    host.get("log").lines().count()
}

fn said(host: &Host) -> (String, String) {
    let said = host.observer.said.lock().unwrap();
    let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
    (text(&said.0), text(&said.1))
}

fn notes(host: &Host) -> Vec<String> {
    std::mem::take(&mut *host.observer.notes.lock().unwrap())
}

/// Process numbers whose command line names something below the host's directory.
fn processes(host: &Host) -> Vec<i32> {
    let dir = host.path("");
    let all = std::fs::read_dir("/proc").unwrap().flatten();
    let numbers = all.filter_map(|entry| entry.file_name().to_str()?.parse().ok());
    let ours = |pid: &i32| {
        std::fs::read(format!("/proc/{pid}/cmdline"))
            .is_ok_and(|line| String::from_utf8_lossy(&line).contains(&dir))
    };
    numbers.filter(ours).collect()
}

/// Neither the directory of a job nor a process of one.
fn nothing_left(host: &Host) {
    assert!(!Path::new(&host.path("jobs")).exists());
    assert_eq!(processes(host), [0; 0]);
}

/// Kills every process of the job.
fn kill(host: &Host) {
    let pids = processes(host);
    assert!(!pids.is_empty());
    for pid in pids {
        let pid = rustix::process::Pid::from_raw(pid).unwrap();
        // A child may have ended with its parent.
        let _ = rustix::process::kill_process(pid, rustix::process::Signal::KILL);
    }
    // A child of the script may need a moment.
    let dir = std::fs::File::open(host.path("jobs/count")).unwrap();
    until(|| rustix::fs::flock(&dir, rustix::fs::FlockOperation::NonBlockingLockShared).is_ok());
}

#[test]
fn a_job_runs_once_and_leaves_nothing() {
    for host in hosts() {
        host.put("go", "");
        let input = b"a\0b\\\xff 1%s\n\n";
        let op = count(&host, "").stdin(input.as_slice(), false);
        assert_eq!(host.plan(&op).unwrap(), Outcome::Needed);
        assert!(!Path::new(&host.path("jobs")).exists());
        host.forget();
        assert_eq!(host.ensure(&op).unwrap(), Outcome::Changed);
        let (out, err) = host.observer.said.lock().unwrap().clone();
        assert_eq!(out, [input.as_slice(), counted().as_bytes()].concat());
        assert_eq!(String::from_utf8_lossy(&err), "");
        nothing_left(&host);
        assert_eq!(host.ensure(&op).unwrap(), Outcome::Kept);
        assert_eq!((runs(&host), notes(&host)), (1, Vec::new()));
    }
}

#[test]
fn a_job_without_its_runner_is_found_and_followed_and_its_output_is_whole() {
    for host in hosts() {
        let op = count(&host, "");
        started(&host, &op);
        assert_eq!(host.plan(&op).unwrap(), Outcome::Needed);
        let line = host.diff();
        assert!(line.starts_with("count runs since ") && line.ends_with("; a run follows it\n"));
        host.forget();
        let go = host.path("go");
        std::thread::scope(|scope| {
            scope.spawn(|| {
                std::thread::sleep(Duration::from_millis(300));
                std::fs::write(&go, "").unwrap();
            });
            assert_eq!(host.ensure(&op).unwrap(), Outcome::Changed);
        });
        assert_eq!(said(&host), (counted(), String::new()));
        let notes = notes(&host);
        assert!(notes.len() == 1 && notes[0].starts_with("host: count runs since "), "{notes:?}");
        nothing_left(&host);
        assert_eq!(host.ensure(&op).unwrap(), Outcome::Kept);
        assert_eq!(runs(&host), 1);
    }
}

/// The marker of the script is there already. But the record has neither its output nor its end.
#[test]
fn the_result_of_a_job_that_ended_unseen_is_taken() {
    for (code, result) in [("", Ok(Outcome::Changed)), ("(exit 3)", Err("exit 3"))] {
        let host = Host::new();
        let op = count(&host, code);
        started(&host, &op);
        host.put("go", "");
        until(|| Path::new(&host.path("jobs/count/exit")).exists());
        assert_eq!(host.plan(&op).unwrap(), Outcome::Needed);
        let number = if code.is_empty() { 0 } else { 3 };
        assert_eq!(
            host.diff(),
            format!("count has ended with exit {number}; a run takes its result\n")
        );
        host.forget();
        match result {
            Ok(outcome) => assert_eq!(host.ensure(&op).unwrap(), outcome),
            Err(code) => assert!(told(host.ensure(&op)).contains(code)),
        }
        assert!(said(&host).0.starts_with(&counted()), "{:?}", said(&host));
        assert_eq!(runs(&host), 1);
    }
}

#[test]
fn a_failed_job_shows_its_end_and_the_next_run_starts_it_again() {
    for host in hosts() {
        host.put("go", "");
        for (code, exit) in [("(exit 3)", 3), ("kill -KILL $$", 137)] {
            let op = count(&host, code);
            let error = told(host.ensure(&op));
            assert!(error.contains(&format!("exit {exit}")) && error.contains("\n1000"), "{error}");
            assert!(host.get("jobs/.count.last/output").starts_with(&counted()));
            assert_eq!(
                host.get("jobs/.count.last/exit").split(' ').next(),
                Some(&*exit.to_string())
            );
            assert_eq!(host.plan(&op).unwrap(), Outcome::Needed);
            assert_eq!(host.diff(), "count: has not run here\n");
            host.forget();
        }
        assert_eq!(host.ensure(&count(&host, "")).unwrap(), Outcome::Changed);
        nothing_left(&host);
        assert_eq!(runs(&host), 3);
    }
}

/// Nobody knows how far it came: a person is asked to look, or the step has said that it may run again.
#[test]
fn a_job_that_was_cut_short_is_not_done() {
    let killed = |host: &Host| kill(host);
    let restarted = |host: &Host| {
        kill(host);
        let about = host.get("jobs/count/about");
        let other = |line: &str| if line.starts_with("boot ") { "boot x" } else { line }.to_owned();
        let about: String = about.lines().map(|line| other(line) + "\n").collect();
        host.put("jobs/count/about", about);
    };
    let cuts = [killed as fn(&Host), restarted];
    for (cut, why) in cuts.iter().zip(["count was killed", "the host restarted while count ran"]) {
        let why = format!("{why}; it is not known how far it came");
        let host = Host::new();
        let op = count(&host, "");
        started(&host, &op);
        cut(&host);
        host.put("go", "");
        assert_eq!(host.plan(&op).unwrap(), Outcome::Needed);
        assert_eq!(host.diff(), format!("{why}\n"));
        host.forget();
        let error = told(host.ensure(&op));
        assert!(error.starts_with(&why) && error.contains("then starts it again"), "{error}");
        assert_eq!(runs(&host), 1);
        assert_eq!(host.ensure(&op).unwrap(), Outcome::Changed);
        assert_eq!(runs(&host), 2);
        nothing_left(&host);

        let host = Host::new();
        let op = count(&host, "").detached(named(&host).rerun_when_cut());
        started(&host, &op);
        cut(&host);
        host.put("go", "");
        assert_eq!(host.ensure(&op).unwrap(), Outcome::Changed);
        assert_eq!(said(&host).0, counted());
        assert_eq!(notes(&host).pop(), Some(format!("host: {why}; it starts again")));
        nothing_left(&host);
    }
}

#[test]
fn a_job_of_the_same_name_with_other_inputs_is_in_the_way_while_it_runs() {
    let host = Host::new();
    let (first, second) = (count(&host, ""), count(&host, "true"));
    started(&host, &first);
    for result in [host.plan(&second), host.ensure(&second)] {
        let error = result.unwrap_err();
        assert_eq!(Fault::kind_of(&error), Kind::Locked);
        assert!(error.to_string().contains("with other inputs"), "{error}");
    }
    assert_eq!(runs(&host), 1);
    host.put("go", "");
    until(|| Path::new(&host.path("jobs/count/exit")).exists());
    assert_eq!(host.ensure(&second).unwrap(), Outcome::Changed);
    let ended = "host: count ended with exit 0 for other inputs, and no run took its result";
    assert_eq!((runs(&host), notes(&host)), (2, vec![ended.to_owned()]));
    nothing_left(&host);
}

#[test]
fn a_time_limit_ends_a_job_with_all_it_started() {
    for host in hosts() {
        let code = "setsid sleep 4711.5 & sleep 4711.5";
        host.put("go", "");
        let op = count(&host, code).within(Duration::from_secs(1));
        let error = host.ensure(&op).unwrap_err();
        assert_eq!(Fault::kind_of(&error), Kind::TimedOut);
        assert_eq!(error.to_string(), "count was stopped after 1 s");
        assert_eq!(said(&host).0, counted());
        assert_eq!(processes(&host), [0; 0]);
        assert_eq!(host.plan(&op).unwrap(), Outcome::Needed);
        assert_eq!(host.diff(), "count: has not run here\n");
    }
}

/// Fault S7, for a job.
#[test]
fn a_job_that_prints_without_end_is_ended() {
    let host = Host::new().capped(100_000);
    host.put("go", "");
    let error = host.ensure(&count(&host, "yes")).unwrap_err();
    assert!(error.to_string().contains("stopped after 100000 bytes of output"), "{error}");
    nothing_left(&host);
}

#[test]
fn a_job_that_was_made_and_not_started_is_started() {
    let host = Host::new();
    let op = count(&host, "");
    host.put("jobs/count/script", "half");
    host.put("go", "");
    assert_eq!(host.ensure(&op).unwrap(), Outcome::Changed);
    assert_eq!((runs(&host), said(&host).0), (1, counted()));
    nothing_left(&host);
}

#[test]
fn two_runners_at_once_have_one_job() {
    for _ in 0..5 {
        let host = Host::new();
        let op = count(&host, "");
        let script = script(&host, &op);
        let others = [Host::new(), Host::new(), Host::new()];
        let ends: Vec<String> = std::thread::scope(|scope| {
            let runners = others.each_ref().map(|other| scope.spawn(|| other.raw(&script, b"")));
            until(|| Path::new(&host.path("log")).exists());
            host.put("go", "");
            runners.into_iter().map(|runner| runner.join().unwrap()).collect()
        });
        assert_eq!(runs(&host), 1, "{ends:?}");
        assert!(ends.iter().all(|end| end.starts_with("0 ")), "{ends:?}");
        assert_eq!(host.ensure(&op).unwrap(), Outcome::Changed);
        assert_eq!((runs(&host), said(&host).0), (1, counted()));
    }
}

/// The probe of the snippet wins, once the job is over.
#[test]
fn a_probe_does_not_hide_a_job_that_runs() {
    let host = Host::new();
    let values = [("LOG", host.path("log").into()), ("GO", host.path("go").into())];
    let op = Shell::new(PROBED, values).detached(named(&host));
    started(&host, &op);
    assert_eq!(host.plan(&op).unwrap(), Outcome::Needed);
    assert!(host.diff().starts_with("count runs since "), "{}", host.diff());
    host.forget();
    host.put("go", "");
    assert_eq!(host.ensure(&op).unwrap(), Outcome::Changed);
    assert_eq!(host.ensure(&op).unwrap(), Outcome::Kept);
    assert_eq!(runs(&host), 1);
    nothing_left(&host);
}

/// Neither in a file nor in the arguments or the environment of a process.
#[test]
fn a_secret_on_standard_input_rests_nowhere() {
    let secret = "Zk-4711-geheim";
    for host in hosts() {
        let op = Script::new("wait", WAIT, [("GO", host.path("go").into())])
            .markers_in(host.path("markers"))
            .stdin(format!("{secret}\n"), true)
            .detached(named(&host));
        let outcome = std::thread::scope(|scope| {
            let runner = scope.spawn(|| host.ensure(&op));
            until(|| std::fs::read(host.path("jobs/count/output")).is_ok_and(|out| out == b"14\n"));
            let files = host.snapshot(false);
            assert!(files.values().all(|text| !text.contains(secret)), "{files:?}");
            for pid in processes(&host) {
                for part in ["cmdline", "environ"] {
                    let text = std::fs::read(format!("/proc/{pid}/{part}")).unwrap_or_default();
                    assert!(!String::from_utf8_lossy(&text).contains(secret), "{part} of {pid}");
                }
            }
            host.put("go", "");
            runner.join().unwrap()
        });
        assert_eq!(outcome.unwrap(), Outcome::Changed);
        nothing_left(&host);
        let large = Script::new("wait", WAIT, [("GO", "x".into())]).stdin([0; 70_000], true);
        let error = told(host.ensure(&large.markers_in(host.path("m")).detached(named(&host))));
        assert!(error.contains("bring them to the host as a file first"), "{error}");
    }
}
