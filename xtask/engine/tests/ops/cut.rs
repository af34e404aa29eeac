//! Jobs that are cut short, ended, or in the way of each other.

use std::path::Path;
use std::time::Duration;

use engine::data::fault::{Fault, Kind};
use engine::data::outcome::Outcome;
use engine::ops::{Script, Shell};

use crate::aid::told;
use crate::bench::{Host, hosts};
use crate::jobs::{
    PROBED, WAIT, count, counted, kill, named, notes, nothing_left, processes, runs, said, script,
    started, until,
};

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
        assert_eq!(host.diff(), "count: it was started and did not finish\n");
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

/// A connection that is lost at that moment would follow it, and take its end for that of its own.
#[test]
fn the_number_of_a_job_that_is_in_the_way_is_not_told() {
    let host = Host::new();
    let other = script(&host, &count(&host, "true"));
    started(&host, &count(&host, ""));
    let said = host.raw(&other, b"");
    assert!(said.starts_with("1 ") && said.ends_with("job busy\n"), "{said}");
    assert!(said.contains("job hash ") && !said.contains("job id "), "{said}");
    kill(&host);
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
