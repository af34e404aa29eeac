//! How far an undo goes: stages, hosts, points of no return.

use super::{last, paas, state};
use crate::support::rehearsal::{Bench, compare};
use crate::webservice::fresh;

const UNITS: &str = "/usr/lib/systemd/system";
const ONE: &str = "--exclude paas[2-3]";

/// A run that came to the end of `remove-units` on three hosts, and no further.
fn stopped() -> (Bench, String) {
    let bench = paas();
    bench.order("paas2", "rmvirtualenv", "code=1\nmessage=Access denied\n");
    bench.order("paas1", "rmvirtualenv", "code=1\n");
    bench.order("paas3", "rmvirtualenv", "code=1\n");
    bench.ends(1, "bk-upgrade paas");
    let run = last(&bench);
    (bench, run)
}

fn active(bench: &Bench, host: &str) -> i32 {
    let line = format!("rehearsal shell {host} -- systemctl is-active bk-paas-esb.service");
    bench.run(&line).code
}

#[test]
fn an_undo_goes_back_to_the_beginning_of_a_stage() {
    let bench = paas();
    let fresh = state(&bench, &["paas1"]);
    bench.ends(0, &format!("bk-upgrade paas stop {ONE}"));
    let stop = (last(&bench), state(&bench, &["paas1"]));
    bench.ends(0, &format!("bk-upgrade paas remove-units {ONE}"));
    // As one run of both stages.
    let more = bench.journal(&last(&bench));
    bench.forge(&stop.0, |lines| {
        let end = lines.pop().unwrap();
        let work = |line: &&serde_json::Value| line["event"] == "stage" || line["op"].is_u64();
        lines.extend(more.iter().filter(work).cloned());
        lines.push(end);
    });
    let feeds = bench.record(&last(&bench)).join("before");
    std::fs::rename(feeds, bench.record(&stop.0).join("before")).unwrap();

    let unknown = bench.ends(2, &format!("undo {} --to nothing", stop.0));
    assert!(unknown.stderr.contains("stop, remove-units"), "{}", unknown.stderr);
    bench.keeps_its_word(&format!("undo {} --to remove-units", stop.0));
    compare(&stop.1, &state(&bench, &["paas1"]));
    bench.is_kept(&format!("undo {} --to remove-units", stop.0));
    bench.keeps_its_word(&format!("undo {} --to stop", stop.0));
    compare(&fresh, &state(&bench, &["paas1"]));
}

#[test]
fn an_undo_of_some_hosts_leaves_the_others() {
    let bench = paas();
    bench.ends(0, "bk-upgrade paas stop");
    let run = last(&bench);
    let some = bench.ends(0, &format!("undo {run} --only paas2"));
    assert_eq!(some.stdout, "paas2: changed\n");
    assert_eq!((active(&bench, "paas1"), active(&bench, "paas2")), (3, 0));
    assert_eq!(bench.journal(&run).last().unwrap()["hosts"], serde_json::json!(["paas2"]));
    let rest = bench.ends(0, &format!("undo {run}"));
    assert_eq!(rest.stdout, "paas1: changed\npaas2: kept\npaas3: changed\n");
    assert_eq!(active(&bench, "paas1"), 0);
}

/// The virtual environments are gone for good; earlier work goes back only with `--past`.
#[test]
fn an_undo_stops_at_a_point_of_no_return() {
    let (bench, run) = stopped();
    let after = state(&bench, &["paas1", "paas2"]);
    for line in [format!("undo {run} -n"), format!("undo {run}")] {
        let refused = bench.ends(6, &line);
        assert!(
            refused.stderr.contains("point of no return: remove 6 virtual environments"),
            "{}",
            refused.stderr
        );
        assert!(refused.stderr.contains("--past"), "{}", refused.stderr);
    }
    compare(&after, &state(&bench, &["paas1", "paas2"]));
    let (plan, _) = bench.keeps_its_word(&format!("undo {run} --past"));
    assert_eq!(plan["hosts"].as_array().unwrap().len(), 3);
    for host in ["paas1", "paas2", "paas3"] {
        assert_eq!(active(&bench, host), 0);
        assert!(bench.read(host, &format!("{UNITS}/bk-paas-esb.service")).is_some());
    }
    let again = bench.ends(0, &format!("undo {run} --past"));
    assert!(
        again.stderr.contains("stays, because it is irreversible: remove 6 virtual environments"),
        "{}",
        again.stderr
    );
    assert!(again.stderr.contains("on paas[1-3]"), "{}", again.stderr);
}

/// A launch is irreversible: nothing of the step can be undone.
#[test]
fn a_step_that_is_a_point_of_no_return_is_refused() {
    let bench = Bench::new();
    fresh::moved_aside(&bench);
    bench.ends(0, "backup-settings --stamp 20260101");
    bench.ends(0, super::SETTINGS);
    bench.ends(0, "relaunch-vm --node webservice0");
    let (run, after) = (last(&bench), bench.result());
    for flags in ["", "--past"] {
        let refused = bench.ends(6, &format!("undo {run} {flags}"));
        assert!(
            refused.stderr.contains("launch webservice0 on node2 on firstbox"),
            "{}",
            refused.stderr
        );
    }
    compare(&after, &bench.result());
}
