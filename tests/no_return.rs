//! Points of no return: the list, the heads of the files, the maps and the runs of the cases agree.

use std::collections::BTreeSet;

use tasks::RUNBOOKS;

use crate::support::handbook::{Head, folder};
use crate::tidy::{none, read};

/// The words of the calls of a step's case.
fn case(runbook: &str, step: &str) -> String {
    let text = read(&format!("tests/snapshots/cases/{runbook}-{step}.txt"));
    assert!(!text.is_empty(), "no case of {runbook} {step}");
    text
}

const MARK: &str = "(no undo)";

#[test]
fn a_step_is_marked_when_its_case_has_an_operation_without_undo() {
    let (mut wrong, mut marked) = (Vec::new(), 0);
    for runbook in RUNBOOKS {
        for row in runbook.rows.iter().filter(|row| row.module != "traps") {
            let step = format!("{} {}", runbook.name, row.name());
            let seen = case(runbook.name, &row.name()).contains(MARK);
            if seen != row.no_return {
                wrong.push(format!(
                    "{step}: the case has {MARK}: {seen}, {}/mod.rs says {}",
                    folder(runbook),
                    row.no_return
                ));
            }
            let head = Head::of(runbook, row).undo;
            if head.contains("no: ") != row.no_return {
                wrong.push(format!("{step}: the head of its file says: Undo: {head}"));
            }
            marked += usize::from(row.no_return);
        }
    }
    none("a step is `no_return` when it has operations without undo", wrong);
    assert!(marked > 5);
}

/// The map takes the points of no return from the list, also for the stages that are more than their step.
/// `bk-upgrade all` has a test of its own: its case ends at the first of them.
#[test]
fn the_map_has_the_points_of_no_return_that_the_run_meets() {
    let text = case("webservice", "upgrade");
    let (mut map, mut run, mut stage) = (BTreeSet::new(), BTreeSet::new(), "");
    for line in text.lines() {
        if let Some(part) = line.strip_prefix("== ") {
            // `12/44 webservice0/deploy`.
            stage = part.rsplit(['/', ' ']).next().unwrap_or(part);
        } else if line.starts_with("  ") && line.contains(" no return ") {
            map.extend(line.split_whitespace().next());
        } else if line.contains(MARK) {
            run.insert(stage);
        }
    }
    assert_eq!(map, run);
    assert!(map.len() > 5, "{map:?}");
}
