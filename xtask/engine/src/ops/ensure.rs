//! The one function through which every change goes: probe, (a dry run stops here), record the
//! before-state, change, probe again.

use std::cell::{Cell, OnceCell, RefCell};
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::Result;

use super::action::Action;
use super::failure::failure;
use super::follow;
pub use super::observer::{Event, Found, Intent, Observer};
use super::plan::Overlay;
use super::quorum::Leave;
use super::reader::Reader;
use super::wait::awaited;
use super::{Need, Op, State};
use crate::data::fault::Fault;
use crate::data::holder::Holder;
use crate::data::outcome::Outcome;
use crate::text::mask::Mask;
use crate::transport::channel::{Channel, Settings};

/// The work of `ensure` after the first probe.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mode {
    /// Makes the change.
    Run,
    /// Shows the change.
    Plan,
    /// Gives the actions as a script.
    Emit,
}

/// One host as the engine sees it.
#[derive(Debug)]
pub struct ExecContext<'a> {
    /// The host's name in the inventory.
    pub name: &'a str,
    /// The connection to it.
    pub channel: &'a Channel,
    /// The settings of all sessions.
    pub settings: &'a Settings,
    /// Time limit for an action without its own.
    pub timeout: Option<Duration>,
    /// The secrets that must not be shown.
    pub mask: &'a Mask,
    /// The knowledge of a dry run.
    pub overlay: &'a Mutex<Overlay>,
    /// The work to do.
    pub mode: Mode,
    /// The directory of the salt on the host; empty: that of the user.
    pub salts: &'a str,
    /// This run, for those who find a job that it started.
    pub holder: Option<&'a Holder>,
}

/// The progress of an operation.
#[derive(Default)]
struct OpProgress {
    op: u64,
    diff: String,
    outputs: Vec<String>,
    /// It changes something irreversibly.
    last: bool,
}

/// Applies `op` to one host, or shows its changes.
///
/// # Errors
/// Those of the probe, the change or the check after it. The observer has seen them.
pub fn ensure(exec: &ExecContext<'_>, op: &dyn Op, observer: &dyn Observer) -> Result<Outcome> {
    let started = Instant::now();
    let what = op.describe();
    let mut progress = OpProgress { op: observer.begin(), ..OpProgress::default() };
    let result = go(exec, op, &what, observer, &mut progress);
    let shown = match &result {
        Ok(outcome) => Ok(*outcome),
        Err(error) => Err(error),
    };
    let took = started.elapsed();
    observer.done(&Event {
        op: progress.op,
        host: exec.name,
        what: &what,
        result: shown,
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
    let is_blind = blind.is_some();
    reader.job.set(op.detached());
    let state = blind.map_or_else(|| op.probe(&reader), |because| Ok(State::Unknown(because)));
    let found = follow::found(op, &reader)?;
    let state = found.clone().map_or(state, |line| Ok(State::needed(line)))?;
    let (number, host, outcome) = (progress.op, exec.name, state.outcome());
    let may_differ = op.doubts() && outcome == Outcome::Needed && reader.pending().is_some();
    let seen = |diff: &str, actions: Option<&[Action]>, undo: Option<bool>| {
        let state = outcome;
        observer.found(&Found { op: number, host, what, state, diff, actions, undo, may_differ })
    };
    progress.diff = match &state {
        State::Kept => return seen("", Some(&[]), None).map(|()| Outcome::Kept),
        State::Needed(need) => crate::text::diff::hidden_values(&exec.mask.text(&need.diff)),
        State::Unknown(because) => because.clone(),
    };
    if exec.mode == Mode::Plan {
        // An error here may only mean that earlier operations have not run yet.
        let actions = op.change(&reader).ok();
        let known = actions.as_deref().filter(|_| !is_blind);
        let actions = actions.as_deref().unwrap_or_default();
        progress.last = is_last(op, actions, &reader);
        seen(&progress.diff, known, Some(!progress.last))?;
        let said = observer.foresee(&Leave { host: exec.name, actions })?;
        progress.diff += &exec.mask.text(&said);
        return Ok(exec.foresee(op, what, state));
    }
    let actions = op.change(&reader)?;
    if exec.mode == Mode::Emit {
        observer.emit(what, &actions)?;
        return Ok(exec.foresee(op, what, state));
    }
    seen(&progress.diff, Some(&actions), None)?;
    if !actions.is_empty() && observer.admit(exec.name)? {
        return go(exec, op, what, observer, progress);
    }
    let departure = observer.leave(&Leave { host: exec.name, actions: &actions })?;
    let undo = op.undo(&reader)?;
    progress.last = undo.is_none() && !actions.is_empty();
    // The last moment before any change.
    interrupt.check()?;
    if !actions.is_empty() {
        let (op, host, diff, undo) = (progress.op, exec.name, &progress.diff, undo.as_deref());
        observer.intent(&Intent { op, host, what, diff, actions: &actions, undo })?;
    }
    if let Some(line) = found {
        observer.note(&format!("{}: {}", exec.name, line.trim_end()));
    }
    for action in &actions {
        interrupt.check_now()?;
        let mut output = match &action.detached {
            Some(job) => follow::run(exec, action, job, observer)?,
            None => reader.change(action)?,
        };
        progress.outputs.extend(observer.output(exec.name, action, &mut output)?);
        if let (Some(removal), Some(job)) = (output.after.take(), &action.detached) {
            follow::take(exec, &removal, &job.name, observer)?;
        }
        if let Some(error) = output.cut {
            return Err(error);
        }
        if output.code != 0 {
            return Err(failure(&format!("cannot {what}"), action, &mut output, exec.mask));
        }
    }
    verify(exec, op, what, !actions.is_empty())?;
    departure.map_or(Ok(()), |departure| departure.over())?;
    Ok(if actions.is_empty() { Outcome::Kept } else { Outcome::Changed })
}

/// Whether a dry run knows that the operation is irreversible.
fn is_last(op: &dyn Op, actions: &[Action], reader: &Reader<'_>) -> bool {
    !actions.is_empty() && op.undo(reader).is_ok_and(|undo| undo.is_none())
}

/// Probes until the state is reached, or the operation's time limit has passed. An interrupt ends a mere wait; the
/// check after a change still finishes.
fn verify(exec: &ExecContext<'_>, op: &dyn Op, what: &str, changed: bool) -> Result<()> {
    let interrupt = &exec.settings.interrupt;
    let go_on = || if changed { interrupt.check_now() } else { interrupt.check() };
    let (limit, started) = (op.poll().limit, Instant::now());
    let mut pauses = op.poll().pauses();
    loop {
        go_on()?;
        let found = match op.probe(&exec.verifier())? {
            State::Kept => return Ok(()),
            State::Needed(need) => need.diff,
            State::Unknown(because) => because,
        };
        let Some(pause) = pauses.after(started.elapsed()) else {
            let seconds = limit.as_secs();
            let fault = Fault::failed(match (changed, seconds) {
                (true, 0) => format!("the check still fails after the change: {what}"),
                (true, _) => format!("the check still fails {seconds} s after the change: {what}"),
                (false, _) => {
                    format!("timed out after {seconds} s waiting for: {}", awaited(what))
                }
            });
            return Err(fault.detail("still", exec.mask.text(found.trim_end())).into());
        };
        interrupt.rest(pause, changed)?;
    }
}

impl ExecContext<'_> {
    /// The view of the host for an operation.
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
            salts: self.salts,
            fresh: OnceCell::new(),
            seen: RefCell::default(),
            job: Cell::default(),
            standing: RefCell::default(),
        }
    }

    /// The same for the probe after a change, without earlier answers.
    fn verifier(&self) -> Reader<'_> {
        Reader { verifying: true, ..self.reader() }
    }

    /// Remembers the planned changes for later probes of this dry run.
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
