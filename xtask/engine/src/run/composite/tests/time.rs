//! The window.

use super::super::past::Past;
use super::{TURN_A, VARS, breaks, fault, heal, ran, record, reset, run, run_with, slow, whole};
use crate::data::fault::{Fault, Kind};

/// Ten minutes a stage, and twenty for the way back: 10 + 20 + 2 × 50 of work, and the way back of the last host.
#[test]
fn a_window_that_is_too_short_is_refused_before_anything_is_touched() {
    let past = record(600.0, Some(1200.0));
    reset();
    let refused = fault(run_with(VARS, "--window 2h", &past));
    assert_eq!(refused.kind, Kind::Refused);
    let expected = "\
does not fit into the window of 2 h 00 m
window: 2 h 00 m, 2 h 00 m left
work: 2 h 00 m
undo: 0.0 s from here, 20 m 00 s after b/note
both: 2 h 20 m
hint: start it with a longer --window, or: cargo xtask disks move --over-budget";
    assert_eq!(whole(&refused), expected);
    assert!(ran().is_empty());
    run_with(VARS, "--window 2h --over-budget", &past).unwrap();
    assert_eq!(ran().len(), 13);
    reset();
    run_with(VARS, "--window 2h20m", &past).unwrap();
    assert_eq!(ran().len(), 13);
}

#[test]
fn what_was_never_measured_is_said_and_counts_as_the_table_expects() {
    reset();
    let refused = fault(run_with(VARS, "--window 30m --only-host a", &Past::default()));
    let expected = "\
does not fit into the window of 30 m 00 s
window: 30 m 00 s, 30 m 00 s left
work: 11 m 00 s
unknown: 6 stages were never measured, and count as the table expects: check, copy, a/stop, a/swap, a/start, a/test
undo: 0.0 s from here, 20 m 00 s after a/swap
rollback: it was never measured, and counts as the table expects
both: 31 m 00 s
hint: start it with a longer --window, or: cargo xtask disks move --over-budget";
    assert_eq!(
        whole(&refused),
        expected.replace("6 stages", "7 stages").replace("a/test", "a/test, a/note")
    );
}

/// The stop takes fifty minutes in place of ten: the run stops before the swap, where `undo` still goes back.
#[test]
fn a_slow_stage_stops_the_run_before_the_next_point_of_no_return() {
    let past = record(600.0, Some(1200.0));
    reset();
    slow("disks copy", 600);
    slow("disks check", 600);
    slow("disks stop", 3000);
    let stopped = fault(run_with(VARS, "--window 2h --only-host a", &past));
    let expected = "\
stopped before a/swap: the rest does not fit into the window: 50 m 00 s are left
window: 2 h 00 m, 50 m 00 s left
work: 40 m 00 s
undo: 1 h 00 m from here
both: 1 h 00 m
hint: finish it with a longer --window, or: cargo xtask disks move --over-budget
hint: or undo it (1 h 00 m): cargo xtask undo last";
    assert_eq!(whole(&stopped), expected);
    assert_eq!(ran().last().unwrap(), TURN_A[0]);
    // Behind it the way back is the rollback, and there is no further point of no return: the turn is finished.
    reset();
    slow("disks copy", 600);
    slow("disks swap", 7000);
    let late = fault(run_with(VARS, "--window 3h", &record(300.0, Some(1200.0))));
    assert_eq!(ran().last().unwrap(), TURN_A[4]);
    assert!(late.message.starts_with("the rest does not fit into the window"), "{late}");
}

#[test]
fn a_host_behind_its_point_of_no_return_goes_back_by_the_rollback() {
    reset();
    breaks("disks start --host=a", Fault::failed("no"));
    assert_eq!(fault(run("--only-host a")).message, "no");
    heal();
    slow("disks start", 3600);
    let past = record(600.0, Some(1200.0));
    let stopped = fault(run_with(VARS, "--window 10m --only-host a", &past));
    assert!(whole(&stopped).contains("undo: 20 m 00 s from here"), "{}", whole(&stopped));
}
