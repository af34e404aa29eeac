//! A runbook without turns: a list of stages.

use std::collections::BTreeMap;

use anyhow::Result;
use jiff::SignedDuration;

use super::super::past::Past;
use super::super::script;
use super::super::table::{Script, Table, WayBack};
use super::super::{At, Composite, Fact, Input, Line, Platform, Stage};
use super::{STEPS, WORLD, args_of, breaks, context, fault, heal, ran, reset, slow, whole};
use crate::data::fault::{Fault, Kind};
use crate::run::record::times::Time;

struct Move;

const STAGES: &[Stage] = &[
    Stage::once("look", "Look", "disks check --size={size}"),
    Stage::once("load", "Load", "disks load"),
    Stage::once("swap", "Swap", "disks swap"),
    Stage::once("start", "Start", "disks start [--early={early}]"),
    Stage::once("test", "Test", "disks test"),
];

static TABLE: Table = Table {
    help: "Move everything",
    service: "everything stops",
    role: "control",
    stages: STAGES,
    doc_order: &[("look", ""), ("load", ""), ("start", "it starts too early"), ("swap", "")],
    inputs: &[Input::new::<u16>("size", "SIZE", "GB", "The size").variable("disk_size")],
    facts: &[Fact::made("early", "")],
    way_back: Some(WayBack { line: Line("disks restore"), minutes: Some(20) }),
    script: Script::of_list("all.sh - everything moves"),
    ..Table::new("disks all", STEPS, |_| Ok(Box::new(Move)))
};

impl Composite for Move {
    fn platform(&self) -> Platform<'_> {
        Platform::Recorded
    }

    fn fact(&self, at: &At<'_>, _: &str) -> Result<Option<String>> {
        Ok(at.in_doc_order().then(|| "true".to_owned()))
    }
}

fn go(line: &str, past: &Past) -> Result<()> {
    let cx = context("disk_size = 8");
    let args = args_of(&TABLE, line);
    let begun = cx.begun();
    let now = || {
        let gone = WORLD.with(|world| world.clock.get());
        begun.checked_add(SignedDuration::from_secs(gone)).unwrap()
    };
    super::super::with(&cx, &args, &|_| Ok(past.clone()), &now)
}

/// These stages took ten minutes each when they last changed something.
fn took(stages: &[&str]) -> Past {
    let time = || Time { seconds: 600.0, ended: String::new(), changed: true };
    let times: BTreeMap<_, _> = stages.iter().map(|stage| ((*stage).to_owned(), time())).collect();
    Past { times, ..Past::default() }
}

const ALL: [&str; 5] =
    ["disks check --size=8", "disks load", "disks swap", "disks start", "disks test"];

#[test]
fn the_stages_run_in_order_every_time_up_to_the_first_failure() {
    reset();
    breaks("disks swap", Fault::failed("no"));
    assert_eq!(fault(go("", &Past::default())).message, "no");
    assert_eq!(ran(), ALL[..2]);
    heal();
    reset();
    go("", &took(&["look", "load"])).unwrap();
    assert_eq!(ran(), ALL);
}

#[test]
fn a_part_of_the_list_and_the_order_of_the_document() {
    for (line, expected) in [
        ("--until load", &ALL[..2]),
        ("--from load --until swap", &ALL[1..3]),
        ("--from start", &ALL[3..]),
        ("swap", &ALL[2..3]),
        (
            "--doc-order",
            &["disks check --size=8", "disks load", "disks start --early=true", "disks swap"],
        ),
        (
            "--doc-order --until start",
            &["disks check --size=8", "disks load", "disks start --early=true"],
        ),
    ] {
        reset();
        go(line, &Past::default()).unwrap();
        assert_eq!(ran(), expected, "{line}");
    }
}

/// A selection without a stage is a mistake, not a success.
#[test]
fn a_selection_of_nothing_is_refused() {
    for (line, says) in [
        ("--from start --until load", "no stage is left: start comes after load"),
        ("--doc-order --from load --until look", "no stage is left: load comes after look"),
        ("--doc-order test", "the order of the document has no test"),
        ("--doc-order --until test", "the order of the document has no test"),
    ] {
        reset();
        let wrong = fault(go(line, &Past::default()));
        assert_eq!((wrong.kind, wrong.message.as_str()), (Kind::Usage, says), "{line}");
        assert!(ran().is_empty());
    }
}

/// Ten minutes for each stage; the swap has no undo, and the way back behind it takes twenty.
#[test]
fn the_window_counts_the_way_back_behind_a_point_of_no_return() {
    reset();
    let measured = took(&["look", "load", "swap", "start", "test"]);
    let fresh = Past { times: BTreeMap::new(), ..measured.clone() };
    // Nothing is measured: only the way back counts.
    let refused = fault(go("--window 19m", &fresh));
    assert_eq!(refused.kind, Kind::Refused);
    assert!(whole(&refused).contains("undo: 0.0 s from here, 20 m 00 s after swap"), "{refused:?}");
    assert!(ran().is_empty());
    // The swap of an earlier run is behind: the way back is the rollback from the start.
    let refused = fault(go("--window 19m", &took(&["look", "load", "swap"])));
    assert!(whole(&refused).contains("undo: 20 m 00 s from here"), "{refused:?}");
    // A slow stage before it: stopped there, with `undo` as the way back.
    reset();
    slow("disks load", 1200);
    let stopped = fault(go("--window 30m", &fresh));
    assert!(stopped.message.starts_with("stopped before swap: "), "{}", stopped.message);
    assert!(
        whole(&stopped).contains("hint: or undo it (20 m 00 s): cargo xtask undo last"),
        "{}",
        whole(&stopped)
    );
    assert_eq!(ran(), ALL[..2]);
}

#[test]
fn its_script_has_one_line_for_each_stage() {
    let text = script::text(&TABLE);
    let end = "\n# Look (D-2)\nstep disks check --size=\"$SIZE\"\n# Load (D-2)\nstep disks load\n# Swap (D-2)\nstep disks swap\n# Start (D-2)\nstep disks start\n# Test (D-2)\nstep disks test\n";
    assert!(text.ends_with(end), "{text}");
    assert!(!text.contains("host()") && !text.contains("is_done"), "{text}");
}
