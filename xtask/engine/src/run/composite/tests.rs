//! A made-up runbook: hosts move to a new disk, one after the other.

mod list;
mod order;
mod time;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::Result;
use clap::FromArgMatches as _;
use jiff::{SignedDuration, Timestamp};

use super::past::Past;
use super::table::{About, Fact, Script, Stage, Steps, WayBack};
use super::{Args, At, Composite, Given, Input, Line, Platform, Turn};
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
