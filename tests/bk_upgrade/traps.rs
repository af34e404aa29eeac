//! `bk-upgrade traps`: the list is complete and true.

use crate::support::traps::Traps;

const TRAPS: Traps = Traps {
    runbook: "bk-upgrade",
    own: ("X4.", 72),
    general: &["XX.1", "XX.6", "XX.9", "XX.10", "XX.13", "XX.15"],
    lines: 543,
};

#[test]
fn every_trap_of_the_document_is_listed_once_and_in_order() {
    TRAPS.are_all_there();
}

#[test]
fn no_other_trap_is_named() {
    TRAPS.are_all_that_is_named();
}

#[test]
fn every_trap_is_named_where_it_is_guarded_and_in_a_test() {
    TRAPS.are_guarded_and_tested();
}

#[test]
fn the_steps_that_answer_are_steps() {
    TRAPS.name_steps();
}

#[test]
fn the_traps_of_all_parts_come_by_their_number() {
    let page = TRAPS.asked(&["X4.60", "X4.6", "X4.55"]).stdout;
    let ids: Vec<&str> = page.lines().filter_map(|line| line.split_whitespace().next()).collect();
    let ids: Vec<&str> = ids.into_iter().filter(|word| word.starts_with("X4.")).collect();
    assert_eq!(ids, ["X4.6", "X4.55", "X4.60"]);
}
