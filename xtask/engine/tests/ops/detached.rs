//! Jobs: work that continues without its session.

use std::path::Path;
use std::time::Duration;

use engine::data::outcome::Outcome;

use crate::aid::told;
use crate::bench::{Host, hosts};
use crate::jobs::{count, counted, notes, nothing_left, runs, said, started, until};

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
        let (out, err) = host.observer.last.lock().unwrap().clone();
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
            assert_eq!(host.diff(), "count: it was started and did not finish\n");
            host.forget();
        }
        assert_eq!(host.ensure(&count(&host, "")).unwrap(), Outcome::Changed);
        nothing_left(&host);
        assert_eq!(runs(&host), 3);
    }
}
