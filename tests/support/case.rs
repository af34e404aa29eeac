//! A case of a step: a row with its start, its fault, the host that is cut off, and its way back.
//! One driver does the rest.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::{Arc, Mutex, OnceLock};

use serde::Deserialize;
use serde_json::Value;

use super::killed::{Mortal as _, Saved, in_the_middle};
use super::rehearsal::{Bench, Snapshot, compare};
use super::{Outcome, records, snapshot};

/// The cases of one runbook: `tests/RUNBOOK/cases.toml`.
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub(crate) struct Book {
    /// The hosts that are made before the first case.
    pub(crate) hosts: String,
    /// The environment of every call.
    #[serde(default)]
    pub(crate) env: BTreeMap<String, String>,
    /// By the name of the step.
    #[serde(default)]
    pub(crate) step: BTreeMap<String, Case>,
}

/// One case. A step that changes hosts says how it breaks, is cut off and goes back, or why it does not.
#[derive(Deserialize, Debug, Default)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(crate) struct Case {
    /// The arguments.
    #[serde(default)]
    pub(crate) line: String,
    /// The case whose end is the start of this one; without it, the hosts are new.
    pub(crate) after: Option<String>,
    /// Calls that make the start.
    #[serde(default)]
    pub(crate) first: Vec<String>,
    /// Files of the start: `"firstbox:/etc/x" = "text"`.
    #[serde(default)]
    pub(crate) files: BTreeMap<String, String>,
    /// How the step fails.
    pub(crate) breaks: Option<Breaks>,
    pub(crate) unbroken: Option<String>,
    /// The host that cannot be reached.
    pub(crate) cuts: Option<String>,
    pub(crate) uncut: Option<String>,
    /// Why `undo` does not bring back the start.
    pub(crate) no_undo: Option<String>,
    /// Paths, or parts of them, that differ each time.
    #[serde(default)]
    pub(crate) noise: Vec<String>,
    /// The leftover of the step after its undo, and why: a path, or a part of one.
    #[serde(default)]
    pub(crate) leaves: Vec<String>,
}

/// How a step fails.
#[derive(Deserialize, Debug)]
#[serde(deny_unknown_fields)]
pub(crate) struct Breaks {
    host: String,
    /// The command whose stand-in fails, with the order to it (tests/standins/lib.sh).
    command: Option<String>,
    #[serde(default)]
    order: String,
    /// A file that is lost meanwhile.
    file: Option<String>,
    /// The exit code.
    #[serde(default = "failed")]
    exit: i32,
}

const fn failed() -> i32 {
    1
}

/// The hosts before and after an undisturbed run, and its journal.
struct State {
    start: (Saved, Snapshot),
    end: (Saved, Snapshot),
    journal: Vec<Value>,
}

/// All cases of a runbook, and the states that are known already.
pub(crate) struct Cases {
    runbook: String,
    book: Book,
    states: Mutex<BTreeMap<String, Arc<OnceLock<State>>>>,
}

impl Cases {
    pub(crate) fn new(runbook: &str, text: &str) -> Self {
        let book: Book = toml::from_str(text).unwrap_or_else(|error| panic!("{runbook}: {error}"));
        Self { runbook: runbook.to_owned(), book, states: Mutex::default() }
    }

    pub(crate) fn steps(&self) -> impl Iterator<Item = (&str, &Case)> {
        self.book.step.iter().map(|(name, case)| (name.as_str(), case))
    }

    fn bench(&self) -> Bench {
        let bench = Bench::mortal();
        self.book.env.iter().fold(bench, |bench, (name, value)| bench.with_env(name, value))
    }

    fn line(&self, step: &str) -> String {
        let line = format!("{} {step} {}", self.runbook, self.book.step[step].line);
        // One host after the other, so that the words come in one order.
        format!("{} --fanout 1", line.trim_end())
    }

    /// The states of a case; made once, also for the cases after it.
    fn state(&self, step: &str) -> Arc<OnceLock<State>> {
        let cell =
            Arc::clone(self.states.lock().expect("states").entry(step.to_owned()).or_default());
        cell.get_or_init(|| {
            let (bench, case) = (self.bench(), &self.book.step[step]);
            match &case.after {
                Some(before) => {
                    let state = self.state(before);
                    state.get().expect("made").end.0.bring_to(&bench);
                }
                None => bench.prepare(&self.book.hosts),
            }
            for (place, text) in &case.files {
                let (host, path) = place.split_once(':').expect("HOST:PATH");
                bench.write(host, path, text);
            }
            for line in &case.first {
                bench.ends(0, line);
            }
            let start = (bench.save(), bench.result());
            bench.ends(0, &self.line(step));
            let journal = records::journal(bench.state.path(), &bench.last());
            State { start, end: (bench.save(), bench.result()), journal }
        });
        cell
    }

    /// All that is true of every step; the words of each call are compared with a file.
    pub(crate) fn run(&self, step: &str, changes: bool) {
        let (line, case, state) = (self.line(step), &self.book.step[step], self.state(step));
        let state = state.get().expect("made");
        let mut told = Told::default();
        let bench = self.bench();
        state.start.0.bring_to(&bench);
        told.call(&bench, 0, &format!("{line} -n"));
        compare(&state.start.1, &bench.result());
        if let Some(host) = &case.cuts {
            let heal = bench.cut_off(host);
            told.call(&bench, 4, &line);
            heal();
        }
        if let Some(breaks) = &case.breaks {
            let heal = breaks.order(&bench);
            told.call(&bench, breaks.exit, &line);
            heal();
        }
        told.call(&bench, 0, &line);
        case.same(&state.end.1, &bench.result());
        let begun = bench.intents().len();
        let again = told.call(&bench, 0, &line);
        case.same(&state.end.1, &bench.result());
        if changes {
            assert!(again.stdout.lines().all(|line| line.ends_with(": kept")), "{}", again.stdout);
            assert_eq!(begun, bench.intents().len(), "{line}: its second run changes something");
            bench.ends(0, &format!("{line} -n --exit-code"));
            self.killed(step, &line, case, state);
            self.undone(case, state, &mut told);
        }
        let name = format!("cases/{}-{step}.txt", self.runbook);
        snapshot::same(&name, &of_any_machine(&snapshot::plain(&told.text, bench.state.path())));
    }

    /// Killed when its change is done and the journal does not have that yet: the next run ends as an undisturbed one.
    fn killed(&self, step: &str, line: &str, case: &Case, state: &State) {
        let place = in_the_middle(&state.journal);
        let bench = self.bench();
        state.start.0.bring_to(&bench);
        let name = format!("{}-{step}", self.runbook);
        bench.dies(place, &name, line);
        bench.tells_the_truth_of_a_killed_run();
        bench.ends(0, line);
        case.same(&state.end.1, &bench.result());
    }

    fn undone(&self, case: &Case, state: &State, told: &mut Told) {
        let bench = self.bench();
        state.end.0.bring_to(&bench);
        let undo = format!("undo {} --yes --fanout 1", bench.last());
        if case.no_undo.is_some() {
            // The work after the last point of no return is taken back; without such work, undo is refused.
            let outcome = bench.run(&undo);
            told.note(&undo, &outcome);
            assert!(bench.result() != state.start.1, "{undo}: it is said to have no undo");
            if outcome.code != 0 {
                case.same(&state.end.1, &bench.result());
            }
            return;
        }
        told.call(&bench, 0, &undo);
        let left = |snapshot| without(snapshot, &case.leaves);
        case.same(&left(&state.start.1), &left(&bench.result()));
    }
}

/// How a MAC address of a VM begins.
const MAC: &str = "52:54:9e:";

/// Without the values of this machine and random ones: its kernel, sizes on its disk, a new MAC address.
fn of_any_machine(text: &str) -> String {
    let kernel = std::fs::read_to_string("/proc/sys/kernel/osrelease").expect("a kernel");
    let text = text.replace(kernel.trim(), "KERNEL");
    let mut parts = text.split(MAC);
    let first = parts.next().unwrap_or_default().to_owned();
    let text = parts.fold(first, |text, rest| format!("{text}{MAC}NN:NN:NN{}", &rest[8..]));
    text.lines().map(snapshot::sizes).map(|line| snapshot::moments(&clock(&line))).collect()
}

/// `02:33:11` of a vendor's log becomes `NN:NN:NN`.
fn clock(line: &str) -> String {
    let is_time = |word: &str| {
        let parts: Vec<&str> = word.split(':').collect();
        let pair = |part: &&str| part.len() == 2 && part.bytes().all(|byte| byte.is_ascii_digit());
        parts.len() == 3 && parts.iter().all(pair)
    };
    let words = line.split(' ').map(|word| if is_time(word) { "NN:NN:NN" } else { word });
    words.collect::<Vec<_>>().join(" ")
}

impl Case {
    fn same(&self, left: &Snapshot, right: &Snapshot) {
        compare(&without(left, &self.noise), &without(right, &self.noise));
    }
}

/// A snapshot without the paths that hold one of these parts.
fn without(snapshot: &Snapshot, parts: &[String]) -> Snapshot {
    let mut rest = snapshot.clone();
    rest.retain(|path, _| !parts.iter().any(|part| path.contains(part.as_str())));
    rest
}

impl Breaks {
    fn order(&self, bench: &Bench) -> Box<dyn FnOnce() + '_> {
        if let Some(file) = &self.file {
            let path = bench.path(&self.host, file);
            let aside = path.with_extension("aside");
            std::fs::rename(&path, &aside).unwrap_or_else(|error| panic!("{file}: {error}"));
            return Box::new(move || std::fs::rename(&aside, &path).expect("the file again"));
        }
        let command = self.command.clone().expect("a command or a file");
        bench.order(&self.host, &command, &format!("{}\n", self.order));
        let path = bench.path(&self.host, &format!("/var/lib/standins/fail/{command}"));
        Box::new(move || std::fs::remove_file(path).expect("an order"))
    }
}

/// The calls of a case and their words.
#[derive(Default)]
struct Told {
    text: String,
}

impl Told {
    fn call(&mut self, bench: &Bench, code: i32, line: &str) -> Outcome {
        let outcome = bench.run(line);
        assert_eq!(outcome.code, code, "{line}\n{}{}", outcome.stdout, outcome.stderr);
        self.note(line, &outcome);
        outcome
    }

    fn note(&mut self, line: &str, outcome: &Outcome) {
        let shown = outcome.shown(&[]);
        let line = if line.starts_with("undo ") { "undo RUN" } else { line };
        let line = line.trim_end_matches(" --fanout 1").replace(" --fanout 1 -n", " -n");
        let _ = write!(self.text, "$ cargo xtask --rehearse {line}\n{shown}\n");
    }
}
