//! A made-up runbook: hosts move to a new disk, one after the other.

mod list;
mod order;
mod time;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::Result;
use jiff::{SignedDuration, Timestamp};

use super::past::Past;
use super::table::{About, Fact, Script, Steps, Table, WayBack};
use super::{Args, At, Composite, Given, Input, Line, Platform, Stage, Turn, arguments};
use crate::data::byte_size::ByteSize;
use crate::data::fault::Fault;
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

const STAGES: &[Stage] = &[
    Stage::once("check", "Check", "disks check --size={size} [--label={label}]"),
    Stage::once("label", "Label", "disks label --label={label}").given("label", "no --label"),
    Stage::once("tune", "Tune", "disks tune").when("kind", "fast", "only fast disks are tuned"),
    Stage::all("copy", "Copy", "disks copy --host={host} --to={target}"),
    Stage::each("stop", "Stop", "disks stop --host={host}"),
    Stage::each("swap", "Swap", "disks swap --host={host} --to={target}").minutes(11),
    Stage::each("start", "Start", "disks start --host={host}"),
    Stage::gate("test", "Gate: it works", "disks test --host={host}"),
    Stage::each("note", "Note", "").own(|at: &At<'_>| {
        let host = at.turn.map(|turn| turn.host.clone()).unwrap_or_default();
        WORLD.with(|world| world.log.borrow_mut().push(format!("noted {host}")));
        Ok(())
    }),
];

const STEPS: Steps = Steps {
    about: |words| {
        let no_return = words == ["disks", "swap"];
        let reads = words == ["disks", "check"] || words == ["disks", "test"];
        Some(About { records: "D-2", reads, no_return })
    },
    check: |words, _| {
        let wrong = words.iter().any(|word| word == "--size=0");
        if wrong { Err(Fault::usage("invalid value '0' for '--size'")) } else { Ok(()) }
    },
    run: |_, words| WORLD.with(|world| world.run(words)),
};

static TABLE: Table = Table {
    help: "Move the disks",
    host: "host",
    service: "one host after the other is stopped",
    order: "D-1",
    role: "control",
    stages: STAGES,
    inputs: &[
        Input::new::<u16>("size", "SIZE", "GB", "The size").variable("disk_size"),
        Input::new::<String>("label", "LABEL", "TEXT", "The label"),
        Input::new::<String>("kind", "KIND", "", "The kind").variable("disk_kind").sample("slow"),
    ],
    facts: &[Fact::made("target", "target")],
    way_back: Some(WayBack {
        line: Line("disks back --host={host} --to={target}"),
        minutes: Some(20),
    }),
    script: Script {
        head: "move.sh - the disks move",
        hosts: ["HOSTS", "HOST:TARGET HOST:TARGET"],
        fields: &["target"],
        until: Line("disks stop --host={host}"),
        finished: (&[Line("disks test --host={host}")], "has moved"),
    },
    ..Table::new("disks move", STEPS, Disks::look)
};

impl Disks {
    /// What is finished is in the log.
    fn look(_: &Given<'_>) -> Result<Box<dyn Composite>> {
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
        Ok(Box::new(Self { turns: vec![turn("a"), turn("b")] }))
    }
}

impl Composite for Disks {
    fn turns(&self) -> &[Turn] {
        &self.turns
    }

    fn platform(&self) -> Platform<'_> {
        Platform::Ahead
    }

    fn fact(&self, at: &At<'_>, name: &str) -> Result<Option<String>> {
        let host = at.turn.map(|turn| turn.host.clone()).unwrap_or_default();
        WORLD.with(|world| world.fails(&format!("fact {name}")))?;
        Ok(Some(format!("new {host}")))
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

/// What was broken works again.
fn heal() {
    WORLD.with(|world| *world.broken.borrow_mut() = None);
}

fn breaks(line: &'static str, fault: Fault) {
    WORLD.with(|world| *world.broken.borrow_mut() = Some((line, fault)));
}

fn slow(line: &'static str, seconds: i64) {
    WORLD.with(|world| {
        world.slow.borrow_mut().insert(line, seconds);
    });
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

fn args(line: &str) -> Args {
    args_of(&TABLE, line)
}

/// Typed behind the command of a table.
fn args_of(table: &'static Table, line: &str) -> Args {
    let command = arguments(table, clap::Command::new("move").no_binary_name(true));
    Args::read(table, &command.try_get_matches_from(line.split_whitespace()).unwrap())
}

const VARS: &str = "disk_size = 8\ndisk_kind = \"slow\"";

/// Every stage of each host took this many seconds when it last changed something.
fn record(seconds: f64, way_back: Option<f64>) -> Past {
    let time = || Time { seconds, ended: String::new(), changed: true };
    let part = |host: &'static str| {
        STAGES.iter().map(move |stage: &Stage| (stage.part(Some(host)), time()))
    };
    Past { times: part("a").chain(part("b")).collect(), way_back, ..Past::default() }
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
