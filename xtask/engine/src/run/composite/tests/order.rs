//! The order of the work, its choice, its gates, its values, and its script.

use super::super::past::Past;
use super::super::script;
use super::{
    COPIES, TABLE, TURN_A, TURN_B, breaks, fault, heal, looked, ran, reset, run, run_with, whole,
};
use crate::data::fault::{Fault, Kind};

#[test]
fn the_table_is_the_order_of_the_work() {
    reset();
    run("").unwrap();
    let expected = [&["disks check --size=8"], &COPIES[..], &TURN_A, &TURN_B].concat();
    assert_eq!(ran(), expected);
    // All hosts show that they are finished: nothing is left.
    run("").unwrap();
    assert_eq!(ran().len(), expected.len());
}

#[test]
fn conditions_flags_and_a_choice_of_stages_and_hosts() {
    reset();
    run_with(
        "disk_size = 8\ndisk_kind = \"fast\"",
        "--label x --size 9 --only-host b",
        &Past::default(),
    )
    .unwrap();
    let before = ["disks check --size=9 --label=x", "disks label --label=x", "disks tune"];
    assert_eq!(ran(), [&before, &COPIES[1..], &TURN_B[..]].concat());
    reset();
    run("copy").unwrap();
    run("--only-stage stop").unwrap();
    assert_eq!(ran(), [COPIES[0], COPIES[1], TURN_A[0]]);
    reset();
    run("--from start").unwrap();
    // `--from` is for the host in turn; the next one has all of its stages.
    assert_eq!(ran(), [&TURN_A[2..], &TURN_B].concat());
    let unknown = fault(run("--only-host c"));
    assert_eq!(whole(&unknown), "c is not a disks host\nthere are: a, b");
}

#[test]
fn the_next_host_waits_for_the_gate_and_the_same_command_goes_on() {
    reset();
    breaks("disks test --host=a", Fault::failed("it does not work"));
    assert_eq!(fault(run("")).message, "it does not work");
    assert!(!ran().iter().any(|line| line == TURN_B[0]));
    let refused = fault(run("--only-host b"));
    assert_eq!(refused.message, "a is in progress: b is next when it is finished (D-1)");
    assert_eq!(refused.kind, Kind::Refused);
    // Between the gate and the next host.
    breaks("disks stop --host=b", Fault::new(Kind::Terminated, "killed"));
    assert_eq!(fault(run("")).kind, Kind::Terminated);
    heal();
    run("").unwrap();
    let log = ran();
    assert_eq!(log[log.len() - 5..], TURN_B);
    let swaps = log.iter().filter(|line| line.starts_with("disks swap --host=a")).count();
    assert_eq!(swaps, 1, "{log:?}");
}

#[test]
fn a_step_that_refuses_and_a_fact_that_cannot_be_read_end_the_run() {
    reset();
    breaks("disks swap", Fault::refused("no disk"));
    let refused = fault(run(""));
    assert_eq!((refused.kind, refused.message.as_str()), (Kind::Refused, "no disk"));
    assert_eq!(ran().last().unwrap(), TURN_A[0]);
    reset();
    breaks("fact target", Fault::failed("cannot read the disks of a"));
    assert_eq!(fault(run("")).message, "cannot read the disks of a");
    assert_eq!(ran(), ["disks check --size=8"]);
}

#[test]
fn a_wrong_value_is_named_with_its_place_before_any_host_is_looked_at() {
    for (vars, text) in [
        (
            "disk_size = \"many\"",
            "variable `disk_size` of host control: invalid digit found in string\nin: hosts.toml\nhint: correct it there",
        ),
        (
            "disk_size = 0",
            "invalid value '0' for '--size'\nvariable: disk_size\nin: hosts.toml\nhint: correct it there",
        ),
        (
            "",
            "neither --size nor the variable `disk_size` in hosts.toml is given\nhint: add it to [vars]: disk_size = \"...\"; or give --size",
        ),
    ] {
        reset();
        let wrong = fault(run_with(vars, "", &Past::default()));
        assert_eq!((wrong.kind, whole(&wrong).as_str()), (Kind::Usage, text));
        assert!(!looked() && ran().is_empty());
    }
}

#[test]
fn the_script_is_made_of_the_table_and_a_shell_reads_it() {
    let text = script::text(&TABLE);
    for line in [
        ": \"${SIZE:?The size}\"",
        "KIND=${KIND:-slow}",
        "  # Label (D-2)\n  [ -z \"$LABEL\" ] || step disks label --label=\"$LABEL\"",
        "  [ \"$KIND\" != fast ] || step disks tune",
        "  for one in $ahead; do host \"$one\"; step disks copy --host=\"$host\" --to=\"$target\"; done",
        "  step disks swap --host=\"$host\" --to=\"$target\"",
    ] {
        assert!(text.contains(line), "{line}:\n{text}");
    }
}
