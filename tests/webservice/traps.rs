//! `webservice traps`: the list is complete and true.

use serde_json::Value;

use crate::support::handbook::word;
use crate::support::traps::Traps;
use crate::tidy::none;

const TRAPS: Traps = Traps {
    runbook: "webservice",
    own: ("X0.", 31),
    general: &[
        "XX.1", "XX.2", "XX.4", "XX.5", "XX.7", "XX.8", "XX.9", "XX.10", "XX.12", "XX.13", "XX.15",
        "XX.16",
    ],
    lines: 186,
};

#[test]
fn every_trap_of_the_document_is_listed_once_and_in_order() {
    TRAPS.are_all_there();
}

#[test]
fn every_trap_is_named_where_it_is_guarded_and_in_a_test() {
    TRAPS.are_guarded_and_tested();
}

#[test]
fn no_other_trap_is_named() {
    TRAPS.are_all_that_is_named();
}

#[test]
fn the_steps_that_answer_are_steps() {
    TRAPS.name_steps();
}

#[test]
fn a_page_is_a_hundred_columns_wide_and_one_trap_is_shown_alone() {
    let page = TRAPS.asked(&[]);
    let long = page.stdout.lines().filter(|line| line.chars().count() > 100);
    none("too long a line", long.map(str::to_owned));
    assert_eq!(
        TRAPS.asked(&["x0.16"]).stdout,
        "X0.16  guarded · lines 121-124 · backup-vm-image
       The marker is removed first, after an unchecked `cd`. An interruption leaves an image without
       marker, which the launch may overwrite.
    -> The files are moved first, by absolute paths. The marker is removed last.
"
    );
    let two = TRAPS.asked(&["XX.2", "X0.8", "--output", "jsonl"]);
    assert_eq!(two.stdout.lines().count(), 1, "{}", two.stdout);
    let two: Value = serde_json::from_str(&two.stdout).expect("JSON");
    let ids: Vec<&str> =
        two["traps"].as_array().expect("a list").iter().map(|trap| word(trap, "id")).collect();
    assert_eq!(ids, ["X0.8", "XX.2"]);
}

#[test]
fn a_name_that_no_trap_has_is_exit_2_with_the_nearest() {
    let wrong = TRAPS.asked(&["X0.5", "X0.55"]);
    assert_eq!((wrong.code, wrong.stdout.as_str()), (2, ""));
    assert_eq!(
        wrong.stderr,
        "error: no trap `X0.55`
hint: did you mean `X0.5`?
hint: leave the name out to list all traps
"
    );
}
