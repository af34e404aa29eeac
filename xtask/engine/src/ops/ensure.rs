//! The one function through which every change goes: probe, (a dry run stops here), record the
//! before-state, change, probe again.

use std::cell::RefCell;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::Result;

use super::action::Action;
use super::plan::Overlay;
use super::reader::{Output, Reader, failure};
use super::{Need, Op, State, Undo};
use crate::data::fault::Fault;
use crate::data::outcome::Outcome;
use crate::text::mask::Mask;
use crate::transport::channel::{Channel, Settings};

/// What `ensure` does after the first probe.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Makes it so.
    Run,
    /// Tells what would change.
    Plan,
    /// Hands out the actions as a script.
    Emit,
}

/// One host as the engine sees it.
#[derive(Debug)]
pub struct ExecContext<'a> {
    /// The host's name in the inventory.
    pub name: &'a str,
    /// The way there.
    pub channel: &'a Channel,
    /// What all sessions have in common.
    pub settings: &'a Settings,
    /// Limit for one action that has none of its own.
    pub timeout: Option<Duration>,
    /// What must not be shown.
    pub mask: &'a Mask,
    /// What a dry run knows already.
    pub overlay: &'a Mutex<Overlay>,
    /// What to do.
    pub mode: Mode,
}

/// What is told about one operation when it is over.
#[derive(Debug)]
pub struct Event<'a> {
    /// Its number.
    pub op: u64,
    /// The host.
    pub host: &'a str,
    /// The operation, as it describes itself.
    pub what: &'a str,
    /// How it ended.
    pub result: std::result::Result<Outcome, &'a anyhow::Error>,
    /// What changed or would change; masked.
    pub diff: &'a str,
    /// Whether it can be taken back; false marks a point of no return.
    pub undo: bool,
    /// Where what its commands printed is kept.
    pub outputs: Vec<String>,
    /// How long it took.
    pub took: Duration,
}

/// What an operation is about to do.
#[derive(Debug)]
pub struct Intent<'a> {
    /// Its number.
    pub op: u64,
    /// The host.
    pub host: &'a str,
    /// The operation, as it describes itself.
    pub what: &'a str,
    /// What will change; masked.
    pub diff: &'a str,
    /// What will be run.
    pub actions: &'a [Action],
    /// How to take it back; none marks a point of no return.
    pub undo: Option<&'a [Undo]>,
}

/// Is told about everything that happens: the record and the report.
pub trait Observer: Sync {
    /// When an operation begins; gives it a number of its own.
    fn begin(&self) -> u64;
    /// Before the first change of a host in this run. True when the host had to be admitted for it:
    /// what was probed before somebody else was kept out may not hold any more, and is probed again.
    ///
    /// # Errors
    /// When the host is not who it should be, or somebody else has its lock.
    fn admit(&self, host: &str) -> Result<bool> {
        let _ = host;
        Ok(false)
    }
    /// Before an operation changes anything. When this fails, nothing is changed.
    fn intent(&self, intent: &Intent<'_>) -> Result<()>;
    /// After each action of an operation; gives the name under which its output is kept.
    fn output(&self, host: &str, action: &Action, output: &mut Output) -> Result<Option<String>>;
    /// When an operation is over.
    fn done(&self, event: &Event<'_>) -> Result<()>;
    /// The actions of an operation, in [`Mode::Emit`].
    fn emit(&self, what: &str, actions: &[Action]) -> Result<()>;
}

/// What is known about an operation while it goes on.
#[derive(Default)]
struct OpProgress {
    op: u64,
    diff: String,
    outputs: Vec<String>,
    /// It changes something, and that cannot be taken back.
    last: bool,
}

/// Makes `op` true on one host, or tells what that would take.
///
/// # Errors
/// What the probe, the change or the verification said. The observer has been told of it.
pub fn ensure(exec: &ExecContext<'_>, op: &dyn Op, observer: &dyn Observer) -> Result<Outcome> {
    let started = Instant::now();
    let what = op.describe();
    let mut progress = OpProgress { op: observer.begin(), ..OpProgress::default() };
    let result = go(exec, op, &what, observer, &mut progress);
    let told = match &result {
        Ok(outcome) => Ok(*outcome),
        Err(error) => Err(error),
    };
    let took = started.elapsed();
    observer.done(&Event {
        op: progress.op,
        host: exec.name,
        what: &what,
        result: told,
        diff: &progress.diff,
        undo: !progress.last,
        outputs: progress.outputs,
        took,
    })?;
    result
}

fn go(
    exec: &ExecContext<'_>,
    op: &dyn Op,
    what: &str,
    observer: &dyn Observer,
    progress: &mut OpProgress,
) -> Result<Outcome> {
    let interrupt = &exec.settings.interrupt;
    interrupt.check()?;
    let reader = exec.reader();
    let blind = if exec.mode == Mode::Plan { reader.blind() } else { None };
    let state = blind.map_or_else(|| op.probe(&reader), |because| Ok(State::Unknown(because)))?;
    progress.diff = match &state {
        State::Kept => return Ok(Outcome::Kept),
        State::Needed(need) => exec.mask.text(&need.diff),
        State::Unknown(because) => because.clone(),
    };
    if exec.mode == Mode::Plan {
        progress.last = is_last(op, &reader);
        return Ok(exec.foresee(op, what, state));
    }
    let actions = op.change(&reader)?;
    if exec.mode == Mode::Emit {
        observer.emit(what, &actions)?;
        return Ok(exec.foresee(op, what, state));
    }
    if !actions.is_empty() && observer.admit(exec.name)? {
        return go(exec, op, what, observer, progress);
    }
    let undo = op.undo(&reader)?;
    progress.last = undo.is_none() && !actions.is_empty();
    // The last moment at which nothing has begun yet.
    interrupt.check()?;
    if !actions.is_empty() {
        let (op, host, diff, undo) = (progress.op, exec.name, &progress.diff, undo.as_deref());
        observer.intent(&Intent { op, host, what, diff, actions: &actions, undo })?;
    }
    for action in &actions {
        interrupt.check_now()?;
        let mut output = reader.change(action)?;
        progress.outputs.extend(observer.output(exec.name, action, &mut output)?);
        if let Some(error) = output.cut {
            return Err(error);
        }
        if output.code != 0 {
            return Err(failure(&format!("cannot {what}"), action, &mut output, exec.mask));
        }
    }
    verify(exec, op, what, !actions.is_empty())?;
    Ok(if actions.is_empty() { Outcome::Kept } else { Outcome::Changed })
}

/// Whether a dry run can tell that the operation is a point of no return.
fn is_last(op: &dyn Op, reader: &Reader<'_>) -> bool {
    // What cannot be worked out before earlier operations have run is no news of a dry run.
    let changes = op.change(reader).is_ok_and(|actions| !actions.is_empty());
    changes && op.undo(reader).is_ok_and(|undo| undo.is_none())
}

/// Probes until it is so, or the operation's time limit has passed. When asked to stop, a change is
/// still seen to its end; a mere wait is over.
fn verify(exec: &ExecContext<'_>, op: &dyn Op, what: &str, changed: bool) -> Result<()> {
    let interrupt = &exec.settings.interrupt;
    let go_on = || if changed { interrupt.check_now() } else { interrupt.check() };
    let poll = op.poll();
    let deadline = Instant::now() + poll.limit;
    loop {
        go_on()?;
        let found = match op.probe(&exec.verifier())? {
            State::Kept => return Ok(()),
            State::Needed(need) => need.diff,
            State::Unknown(because) => because,
        };
        if Instant::now() + poll.interval > deadline || poll.limit.is_zero() {
            let waited = if poll.limit.is_zero() {
                String::new()
            } else {
                format!(" within {} s", poll.limit.as_secs())
            };
            let fault = Fault::failed(format!("did not come true{waited}: {what}"));
            return Err(fault.detail("still", exec.mask.text(found.trim_end())).into());
        }
        nap(poll.interval, &go_on)?;
    }
}

/// Sleeps, but wakes up when asked to stop.
fn nap(time: Duration, go_on: &dyn Fn() -> Result<(), Fault>) -> Result<()> {
    let until = Instant::now() + time;
    while Instant::now() < until {
        go_on()?;
        std::thread::sleep(
            Duration::from_millis(50).min(until.saturating_duration_since(Instant::now())),
        );
    }
    Ok(())
}

impl ExecContext<'_> {
    /// What an operation may see.
    pub fn reader(&self) -> Reader<'_> {
        let overlay = (self.mode != Mode::Run).then_some(self.overlay);
        Reader {
            name: self.name,
            channel: self.channel,
            settings: self.settings,
            timeout: self.timeout,
            mask: self.mask,
            overlay,
            verifying: false,
            seen: RefCell::default(),
        }
    }

    /// The same for the probe after a change; it has seen nothing yet.
    fn verifier(&self) -> Reader<'_> {
        Reader { verifying: true, ..self.reader() }
    }

    /// Remembers what would be different, for the probes that follow in this dry run.
    fn foresee(&self, op: &dyn Op, what: &str, state: State) -> Outcome {
        let mut overlay = self.overlay.lock().unwrap_or_else(PoisonError::into_inner);
        let (outcome, need) = match state {
            State::Kept => return Outcome::Kept,
            State::Needed(need) => (Outcome::Needed, need),
            State::Unknown(_) => (Outcome::Unknown, Need::default()),
        };
        overlay.add(what, need.after.into_iter().chain(op.leaves()).collect());
        outcome
    }
}
