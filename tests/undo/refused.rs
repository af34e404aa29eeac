//! Not taken back: later changes of somebody else, on a host or in the record.

use super::{CONF, UECM, last, state, uecm};
use crate::support::Xtask;
use crate::support::rehearsal::{Snapshot, compare};

#[test]
fn a_host_that_somebody_has_changed_is_left_alone_and_the_others_go_back() {
    let bench = uecm();
    let before = state(&bench, &["phy1", "phy3"]);
    bench.ends(0, UECM);
    let run = last(&bench);
    let conf = bench.read("phy2", CONF).unwrap();
    bench.write("phy2", CONF, &format!("{conf}# by hand\n"));
    let second = state(&bench, &["phy2"]);
    let plan = bench.ends(6, &format!("undo {run} -n"));
    let refused = bench.ends(6, &format!("undo {run}"));
    for said in [&plan, &refused] {
        assert!(
            said.stderr.contains("keepalived.conf is no longer the file that was written"),
            "{}",
            said.stderr
        );
    }
    assert_eq!(refused.stdout, "phy1: changed\nphy2: refused\nphy3: changed\n");
    let of = |mut state: Snapshot, host: &str| {
        state.retain(|path, _| path.starts_with(host));
        state
    };
    let after = state(&bench, &["phy1", "phy2", "phy3"]);
    compare(&of(second, "phy2"), &of(after.clone(), "phy2"));
    for host in ["phy1", "phy3"] {
        compare(&of(before.clone(), host), &of(after.clone(), host));
    }
    assert_eq!(bench.journal(&run).last().unwrap()["hosts"], serde_json::json!(["phy1", "phy3"]));
    // Put back as the run left it, it goes back too.
    bench.write("phy2", CONF, &conf);
    bench.ends(0, &format!("undo {run}"));
    assert!(bench.read("phy2", CONF).is_none());
}

/// A file that somebody else has put back already counts as unchanged.
#[test]
fn what_is_gone_is_as_before_and_what_runs_is_stopped() {
    let bench = uecm();
    let before = state(&bench, &["phy1"]);
    bench.ends(0, &format!("{UECM} --only phy1"));
    std::fs::remove_file(bench.path("phy1", CONF)).unwrap();
    let run = last(&bench);
    let said = bench.ends(0, &format!("undo {run} -v"));
    assert!(said.stderr.contains("phy1: kept  take back: write"), "{}", said.stderr);
    compare(&before, &state(&bench, &["phy1"]));
}

/// Unreachable hosts are left alone; they go back later.
#[test]
fn a_host_that_is_not_there_goes_back_when_it_is() {
    let bench = uecm();
    let before = state(&bench, &[]);
    bench.ends(0, UECM);
    let run = last(&bench);
    let heal = bench.cut_off("phy2");
    let some = bench.ends(4, &format!("undo {run}"));
    assert_eq!(some.stdout, "phy1: changed\nphy2: unreachable\nphy3: changed\n");
    heal();
    assert_eq!(bench.ends(0, "retry").stdout, "phy2: changed\n");
    compare(&before, &state(&bench, &[]));
}

#[test]
fn a_record_that_somebody_has_edited_is_not_played_back() {
    let bench = uecm();
    bench.ends(0, UECM);
    let (run, after) = (last(&bench), bench.snapshot());
    let file = bench.record(&run).join("journal.jsonl");
    let text = std::fs::read_to_string(&file).unwrap();
    crate::support::write(&file, &text.replacen("phy1", "phy9", 1));
    let refused = bench.ends(6, &format!("undo {run}"));
    assert!(refused.stderr.contains("was changed after it was written"), "{}", refused.stderr);
    bench.ends(6, &format!("undo {run} -n"));
    compare(&after, &bench.snapshot());
}

#[test]
fn runs_that_cannot_be_taken_back_are_errors_of_usage() {
    let bench = uecm();
    drop(std::fs::remove_dir_all(bench.state.path().join("xtask/runs")));
    bench.ends(2, "undo last");
    bench.ends(0, UECM);
    let run = last(&bench);
    // The record knows that these are throw-away hosts.
    let undone = Xtask::new(bench.state.path(), &["undo", &run]).run();
    assert_eq!(undone.code, 0, "{}", undone.stderr);
    assert!(bench.read("phy1", CONF).is_none());
    let none = bench.ends(2, "undo last");
    assert!(none.stderr.contains("can be undone"), "{}", none.stderr);
    let undo = bench.ends(2, &format!("undo {}", last(&bench)));
    assert!(undo.stderr.contains(&format!("is itself the undo of run {run}")), "{}", undo.stderr);
    let none = bench.ends(2, "undo 19991231");
    assert!(none.stderr.contains("no recorded run is called `19991231`"), "{}", none.stderr);
    let many = bench.ends(2, &format!("undo {}", &run[..4]));
    assert!(many.stderr.contains("recorded runs match"), "{}", many.stderr);
}
