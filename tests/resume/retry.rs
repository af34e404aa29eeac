//! `retry` of failed hosts; which runs can be continued, and with which arguments.

use crate::support::rehearsal::Bench;

const PAAS: &str = "bk-upgrade paas";

fn bench() -> Bench {
    let bench = Bench::unpacked();
    bench.prepare("paas[1-3],bk-control");
    bench
}

#[test]
fn a_retry_of_one_stage_is_about_the_hosts_that_are_not_done() {
    let bench = bench();
    let heal = bench.cut_off("paas2");
    bench.ends(4, &format!("{PAAS} stop"));
    let again = bench.ends(4, "retry");
    assert_eq!(again.stdout, "paas2: unreachable\n");
    heal();
    assert_eq!(bench.ends(0, "retry").stdout, "paas2: changed\n");
    let journal = bench.journals().pop().expect("a run");
    let again: Vec<_> = journal.iter().filter(|line| line["event"] == "resume").collect();
    assert_eq!(again.len(), 2);
    assert_eq!(
        (&again[1]["kind"], &again[1]["only"]),
        (&"retry".into(), &serde_json::json!(["paas2"]))
    );
    bench.ends(2, "retry");
    bench.is_kept(&format!("{PAAS} stop"));
}

/// The later stages need all hosts, also those that had no turn in the journal.
#[test]
fn a_retry_of_several_stages_is_about_all_hosts() {
    let bench = bench();
    let heal = bench.cut_off("paas2");
    bench.ends(4, PAAS);
    heal();
    let again = bench.ends(0, "retry");
    assert_eq!(
        again.stdout,
        "bk-control: changed\npaas1: changed\npaas2: changed\npaas3: changed\n"
    );
    bench.is_kept(PAAS);
}

#[test]
fn a_run_that_goes_on_is_nobody_elses() {
    let bench = bench();
    bench.order("paas1", "systemctl", "hang=60\nonly=stop\n");
    let mut child = bench.xtask(&format!("{PAAS} stop --only paas1")).spawn();
    bench.wait_for_intents(1);
    let run = bench.runs().pop().expect("a run");
    for line in ["resume".to_owned(), format!("resume {run}"), format!("undo {run}")] {
        let held = bench.ends(7, &line);
        assert!(held.stderr.contains("is still running"), "{line}: {}", held.stderr);
        assert!(
            held.stderr.contains(&format!("process {}", child.id())),
            "{line}: {}",
            held.stderr
        );
    }
    child.kill().expect("a kill");
    child.wait().expect("an end");
    bench.heal("paas1", "systemctl");
    assert_eq!(bench.ends(0, "resume").stdout, "paas1: changed\n");
}

/// The second process has another environment.
#[test]
fn what_the_environment_said_holds_for_the_whole_run() {
    let bench = bench();
    bench.order("paas1", "systemctl", "code=1\nonly=stop\n");
    let first = bench.xtask(&format!("{PAAS} stop")).env("XTASK_EXCLUDE", "paas3").run();
    assert_eq!(first.stdout, "paas1: failed\npaas2: changed\n", "{}", first.stderr);
    bench.heal("paas1", "systemctl");
    assert_eq!(bench.ends(0, "resume").stdout, "paas1: changed\npaas2: kept\n");
    assert_eq!(bench.calls("paas3", "systemctl", "'stop'"), 0);
}
