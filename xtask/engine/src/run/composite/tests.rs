//! A made-up runbook: hosts move to a new disk, one after the other.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::Result;
use clap::FromArgMatches as _;
use jiff::{SignedDuration, Timestamp};

use super::past::Past;
use super::table::{About, Fact, Script, Stage, Steps, WayBack};
use super::{Args, At, Composite, Given, Input, Line, Platform, Turn, script};
use crate::data::byte_size::ByteSize;
use crate::data::fault::{Fault, Kind};
use crate::data::inventory::Inventory;
use crate::run::Context;
use crate::run::record::times::Time;
use crate::transport::channel::Settings;
use crate::transport::interrupt::Interrupt;
use crate::transport::slots::Slots;

/// The world of a test: what was run, what fails, and the clock.
#[derive(Default)]
struct World {
    log: RefCell<Vec<String>>,
    /// The first words of a command line, and the fault that it ends with.
    broken: RefCell<Option<(&'static str, Fault)>>,
    /// The seconds that command lines take; one second when not named.
    slow: RefCell<BTreeMap<&'static str, i64>>,
    /// Seconds since the start.
    clock: Cell<i64>,
    looked: Cell<bool>,
}

thread_local! {
    static WORLD: World = World::default();
}

struct Disks {
    turns: Vec<Turn>,
}

const STAGES: &[Stage<Disks>] = &[
    Stage::once("check", "Check", "disks check --size={size} [--label={label}]"),
    Stage::once("label", "Label", "disks label --label={label}").given("label", "no --label"),
    Stage::once("tune", "Tune", "disks tune").when("kind", "fast", "only fast disks are tuned"),
    Stage::all("copy", "Copy", "disks copy --host={host} --to={target}"),
    Stage::each("stop", "Stop", "disks stop --host={host}"),
    Stage::each("swap", "Swap", "disks swap --host={host} --to={target}").minutes(11),
    Stage::each("start", "Start", "disks start --host={host}"),
    Stage::gate("test", "Gate: it works", "disks test --host={host}"),
    Stage::each("note", "Note", "").own(|_, at: &At<'_, Disks>| {
        let host = at.turn.map(|turn| turn.host.clone()).unwrap_or_default();
        WORLD.with(|world| world.log.borrow_mut().push(format!("noted {host}")));
        Ok(())
    }),
];

impl Composite for Disks {
    const NAME: &'static str = "disks move";
    const HELP: &'static str = "Move the disks";
    const HOST: &'static str = "host";
    const SERVICE: &'static str = "one host after the other is stopped";
    const ORDER: &'static str = "D-1";
    const ROLE: &'static str = "control";
    const STAGES: &'static [Stage<Self>] = STAGES;
    const INPUTS: &'static [Input] = &[
        Input::new::<u16>("size", "SIZE", "GB", "The size").variable("disk_size"),
        Input::new::<String>("label", "LABEL", "TEXT", "The label"),
        Input::new::<String>("kind", "KIND", "", "The kind").variable("disk_kind").sample("slow"),
    ];
    const FACTS: &'static [Fact] = &[Fact::made("target", "target")];
    const STEPS: Steps = Steps {
        about: |words| {
            let no_return = words == ["disks", "swap"];
            let reads = words == ["disks", "check"] || words == ["disks", "test"];
            Some(About { records: "D-2", reads, no_return })
        },
        check: |words| {
            let wrong = words.iter().any(|word| word == "--size=0");
            if wrong { Err(Fault::usage("invalid value '0' for '--size'")) } else { Ok(()) }
        },
        run: |_, words| WORLD.with(|world| world.run(words)),
    };
    const WAY_BACK: WayBack =
        WayBack { line: Line("disks back --host={host} --to={target}"), minutes: Some(20) };
    const SCRIPT: Script = Script {
        head: "move.sh - the disks move",
        hosts: ["HOSTS", "HOST:TARGET HOST:TARGET"],
        fields: &["target"],
        until: Line("disks stop --host={host}"),
        finished: (&[Line("disks test --host={host}")], "has moved"),
    };

    fn check(_: &Given<'_>) -> Result<()> {
        Ok(())
    }

    /// What is finished is in the log.
    fn look(_: &Given<'_>) -> Result<Self> {
        let turn = |host: &str| {
            WORLD.with(|world| {
                world.looked.set(true);
                let has =
                    |line: String| world.log.borrow().iter().any(|done| done.starts_with(&line));
                let begins = match () {
                    () if has(format!("noted {host}")) => None,
                    () if has(format!("disks swap --host={host}")) => Some("start"),
                    () => Some("stop"),
                };
                let note = format!("{host} has moved");
                Turn { host: host.to_owned(), begins, note, ..Turn::default() }
            })
        };
        Ok(Self { turns: vec![turn("a"), turn("b")] })
    }

    fn turns(&self) -> &[Turn] {
        &self.turns
    }

    fn platform(&self) -> Platform {
        Platform::Ahead
    }

    fn fact(&self, at: &At<'_, Self>, name: &str) -> Result<Option<String>> {
        let host = at.turn.map(|turn| turn.host.clone()).unwrap_or_default();
        WORLD.with(|world| world.fails(&format!("fact {name}")))?;
        Ok(Some(format!("new {host}")))
    }

    fn may_begin(&self, _: &At<'_, Self>) -> Result<()> {
        Ok(())
    }

    fn effect(&self, _: &Turn) -> String {
        "stops it".to_owned()
    }
}

impl World {
    fn fails(&self, line: &str) -> Result<()> {
        let broken = self.broken.borrow();
        let fault = broken.as_ref().filter(|(start, _)| line.starts_with(start));
        fault.map_or(Ok(()), |(_, fault)| Err(fault.clone().into()))
    }

    fn run(&self, words: &[String]) -> Result<()> {
        let line = words.join(" ");
        let slow = self.slow.borrow();
        let took = slow.iter().find(|(start, _)| line.starts_with(**start));
        self.clock.set(self.clock.get() + took.map_or(1, |(_, seconds)| *seconds));
        self.fails(&line)?;
        self.log.borrow_mut().push(line);
        Ok(())
    }
}

/// A new world.
fn reset() {
    WORLD.with(|world| {
        world.log.borrow_mut().clear();
        *world.broken.borrow_mut() = None;
        world.slow.borrow_mut().clear();
        world.clock.set(0);
        world.looked.set(false);
    });
}

fn breaks(line: &'static str, fault: Fault) {
    WORLD.with(|world| *world.broken.borrow_mut() = Some((line, fault)));
}

fn slow(line: &'static str, seconds: i64) {
    WORLD.with(|world| drop(world.slow.borrow_mut().insert(line, seconds)));
}

/// The command lines since the last call, without the word of the runbook.
fn ran() -> Vec<String> {
    WORLD.with(|world| world.log.borrow().clone())
}

fn looked() -> bool {
    WORLD.with(|world| world.looked.get())
}

fn context(vars: &str) -> Context {
    let text = format!("[vars]\n{vars}\n[hosts]\ncontrol = {{}}\na = {{}}\nb = {{}}\n");
    let inventory = Inventory::parse("hosts.toml".into(), &text, &|_| unreachable!()).unwrap();
    let settings = Settings {
        connect: Duration::from_secs(10),
        control: None,
        interrupt: Interrupt::never(),
        private: Vec::new(),
        max_output: ByteSize::OUTPUT,
        slots: Slots::default(),
    };
    Context::unrecorded(inventory, settings)
}

fn args(line: &str) -> Args<Disks> {
    let command = <Args<Disks> as clap::Args>::augment_args(clap::Command::new("move"));
    let words = std::iter::once("move").chain(line.split_whitespace());
    Args::from_arg_matches(&command.try_get_matches_from(words).unwrap()).unwrap()
}

const VARS: &str = "disk_size = 8\ndisk_kind = \"slow\"";

/// Every stage of each host took this many seconds when it last changed something.
fn record(seconds: f64, way_back: Option<f64>) -> Past {
    let time = || Time { seconds, ended: String::new(), changed: true };
    let part = |host: &'static str| {
        STAGES.iter().map(move |stage: &Stage<Disks>| (stage.part(Some(host)), time()))
    };
    Past { times: part("a").chain(part("b")).collect(), way_back }
}

fn run_with(vars: &str, line: &str, past: &Past) -> Result<()> {
    let cx = context(vars);
    let begun = cx.begun();
    let now = || {
        let gone = WORLD.with(|world| world.clock.get());
        begun.checked_add(SignedDuration::from_secs(gone)).unwrap_or(Timestamp::MAX)
    };
    super::with(&cx, &args(line), &|_| Ok(past.clone()), &now)
}

fn run(line: &str) -> Result<()> {
    run_with(VARS, line, &Past::default())
}

fn fault(result: Result<()>) -> Fault {
    result.unwrap_err().downcast().unwrap()
}

/// A fault with its details and hints, as one text.
fn whole(fault: &Fault) -> String {
    let details = fault.details.iter().map(|(label, text)| format!("\n{label}: {text}"));
    let hints = fault.hints.iter().map(|hint| format!("\nhint: {hint}"));
    std::iter::once(fault.message.clone()).chain(details).chain(hints).collect()
}

const TURN_A: [&str; 5] = [
    "disks stop --host=a",
    "disks swap --host=a --to=new a",
    "disks start --host=a",
    "disks test --host=a",
    "noted a",
];
const TURN_B: [&str; 5] = [
    "disks stop --host=b",
    "disks swap --host=b --to=new b",
    "disks start --host=b",
    "disks test --host=b",
    "noted b",
];
const COPIES: [&str; 2] = ["disks copy --host=a --to=new a", "disks copy --host=b --to=new b"];

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
    reset_but_log();
    run("").unwrap();
    let log = ran();
    assert_eq!(log[log.len() - 5..], TURN_B);
    let swaps = log.iter().filter(|line| line.starts_with("disks swap --host=a")).count();
    assert_eq!(swaps, 1, "{log:?}");
}

fn reset_but_log() {
    WORLD.with(|world| *world.broken.borrow_mut() = None);
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

/// The copy takes fifty minutes in place of ten: the run stops before the swap, where `undo` still goes back.
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
undo: 1 h 10 m from here, 20 m 00 s after a/note
both: 1 h 10 m
hint: finish it with a longer --window, or: cargo xtask disks move --over-budget
hint: or undo it (1 h 10 m): cargo xtask undo last";
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
    reset_but_log();
    slow("disks start", 3600);
    let past = record(600.0, Some(1200.0));
    let stopped = fault(run_with(VARS, "--window 10m --only-host a", &past));
    assert!(whole(&stopped).contains("undo: 20 m 00 s from here"), "{}", whole(&stopped));
}

#[test]
fn the_script_is_made_of_the_table_and_a_shell_reads_it() {
    let text = script::text::<Disks>();
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
