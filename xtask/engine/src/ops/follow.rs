//! Follows a job on a host to its end, also over lost connections.

use std::io::Write as _;
use std::ops::RangeInclusive;
use std::time::{Duration, Instant};

use anyhow::Result;

use super::Op;
use super::action::Action;
use super::detached::Detached;
use super::ensure::{ExecContext, Observer};
use super::job::{self, Part};
use super::reader::{Output, Reader};
use super::tail::Tail;
use crate::data::fault::{Fault, Kind};
use crate::transport::call::{Call, End, Pair};
use crate::transport::spool::Spool;

/// How long one connection may be away.
const PATIENCE: Duration = Duration::from_secs(600);
/// The first and the longest pause before a new attempt.
const PAUSES: [Duration; 2] = [Duration::from_millis(200), Duration::from_secs(15)];
/// The host itself ends a job at its time limit. A host that does not gets this much more.
const SLACK: Duration = Duration::from_secs(60);
/// The exit codes of a death by a signal: without a word about the job the session died, and not the job.
const DEATHS: RangeInclusive<i32> = 129..=192;

/// The connection to the host of a job.
struct Line<'a> {
    exec: &'a ExecContext<'a>,
    observer: &'a dyn Observer,
    name: &'a str,
    lost: Option<Instant>,
    noted: bool,
    pause: Duration,
}

impl<'a> Line<'a> {
    fn new(exec: &'a ExecContext<'a>, observer: &'a dyn Observer, name: &'a str) -> Self {
        Self { exec, observer, name, lost: None, noted: false, pause: PAUSES[0] }
    }

    /// The host has answered.
    fn holds(&mut self) {
        (self.lost, self.pause) = (None, PAUSES[0]);
    }

    /// Waits, and opens a session that may change the host; `error` is why there is none.
    ///
    /// # Errors
    /// When it is time to give up.
    fn again(&mut self, error: anyhow::Error, limit: Duration) -> Result<()> {
        let (host, name) = (self.exec.name, self.name);
        if !std::mem::replace(&mut self.noted, true) {
            let text =
                format!("{host}: the connection was lost; {name} continues, connecting again");
            self.observer.note(&text);
        }
        let mut why = error;
        let lost = *self.lost.get_or_insert_with(Instant::now);
        while lost.elapsed() < PATIENCE.min(limit) {
            self.nap()?;
            match self.observer.admit(host) {
                Ok(_) => return Ok(()),
                Err(error) if is_away(&error) => why = error,
                Err(error) => return Err(self.continues(error)),
            }
        }
        Err(self.continues(why))
    }

    fn nap(&mut self) -> Result<()> {
        let pause = self.pause;
        self.pause = (pause * 2).min(PAUSES[1]);
        let rested = self.exec.settings.interrupt.rest(pause, false);
        rested.map_err(|stop| self.continues(stop.into()))
    }

    /// The error of a run that leaves the job alone.
    fn continues(&self, error: anyhow::Error) -> anyhow::Error {
        let kind = Fault::kind_of(&error);
        let fault = error
            .downcast::<Fault>()
            .unwrap_or_else(|error| Fault::new(kind, format!("{error:#}")));
        let message = format!("{}; {} continues on the host", fault.message, self.name);
        Fault { message, ..fault }
            .hint("the same command, or `cargo xtask resume`, follows it again")
            .into()
    }
}

/// Starts the job of `action` or finds it, and follows it to its end.
pub(super) fn run(
    exec: &ExecContext<'_>,
    action: &Action,
    job: &Detached,
    observer: &dyn Observer,
) -> Result<Output> {
    let started = Instant::now();
    let limit = action.timeout.or(exec.timeout);
    let who = exec.holder.map(ToString::to_string).unwrap_or_default();
    let mut line = Line::new(exec, observer, &job.name);
    let note = |text: &str| observer.note(text);
    let mut tail = Tail {
        host: exec.name,
        name: &job.name,
        note: &note,
        out: Spool::default(),
        said: Vec::new(),
        read: 0,
        id: String::new(),
        end: Vec::new(),
    };
    let (code, cut) = loop {
        (tail.said, tail.read, tail.end) = (Vec::new(), 0, Vec::new());
        let id = std::mem::take(&mut tail.id);
        let part = Part { who: &who, id: &id, offset: tail.out.len(), limit };
        let script = job::follow(job, action, &part)?;
        let stdin = action.stdin.as_ref().filter(|_| id.is_empty());
        let call = Call {
            script: &script,
            data: stdin.map(|stdin| stdin.bytes.as_slice()),
            timeout: limit.map(|limit| limit + SLACK),
            prompt: true,
            terminal: None,
        };
        let end = exec.channel.change(&call, &mut tail, exec.settings);
        if tail.id.is_empty() {
            tail.id = id;
        } else {
            line.holds();
        }
        let lost = match end {
            Ok(End::Exit(code)) if tail.end.is_empty() && DEATHS.contains(&code) => {
                Fault::new(Kind::Unreachable, "the session was ended").into()
            }
            Ok(End::Exit(code)) => break (code, tail.verdict(limit.unwrap_or_default())),
            Ok(End::Interrupted(kind)) => {
                let stop = Fault::new(kind, kind.word());
                break (kind.code().into(), Some(line.continues(stop.into())));
            }
            Ok(End::TimedOut) => {
                let late = Fault::new(Kind::TimedOut, "timed out: the host did not end the job");
                break (Kind::TimedOut.code().into(), Some(line.continues(late.into())));
            }
            Err(error) if is_away(&error) => error,
            Err(error) if tail.size() < exec.settings.max_output.0 => {
                break (Kind::Failed.code().into(), Some(line.continues(error)));
            }
            // Without end, it would fill the disk of the host.
            Err(error) => {
                let removal = job::removal(job, &tail.id, false)?;
                take(exec, &removal, &job.name, observer)?;
                tail.id.clear();
                break (Kind::Failed.code().into(), Some(error));
            }
        };
        if let Err(error) = line.again(lost, limit.unwrap_or(PATIENCE)) {
            break (Fault::kind_of(&error).code().into(), Some(error));
        }
    };
    let mut err = Spool::default();
    err.write_all(tail.rest().as_bytes())?;
    let over = ["ended", "late", "cut", "restarted"];
    let over = tail.end.first().is_some_and(|word| over.contains(&word.as_str()));
    let after = (over && !tail.id.is_empty()).then(|| job::removal(job, &tail.id, code != 0));
    let (out, after) = (tail.out, after.transpose()?);
    Ok(Output { code, out, err, took: started.elapsed(), cut, after })
}

/// Takes a job away, also over lost connections.
pub(super) fn take(
    exec: &ExecContext<'_>,
    removal: &Action,
    name: &str,
    observer: &dyn Observer,
) -> Result<()> {
    let script = removal.script()?;
    let mut line = Line::new(exec, observer, name);
    loop {
        let call = Call {
            script: &script,
            data: None,
            timeout: Some(SLACK),
            prompt: false,
            terminal: None,
        };
        let mut sink = Pair(Spool::default(), Spool::default());
        match exec.channel.change(&call, &mut sink, exec.settings) {
            Ok(End::Exit(0)) => return Ok(()),
            Ok(End::Exit(code)) if !DEATHS.contains(&code) => {
                let said = sink.1.tail(1600, exec.mask)?;
                let what = format!("cannot take the job {name} away: exit {code}");
                return Err(Fault::failed(what).detail("stderr", said.trim_end()).into());
            }
            Ok(End::Interrupted(kind)) => return Err(Fault::new(kind, kind.word()).into()),
            Ok(_) => {
                let ended = Fault::new(Kind::Unreachable, "the session was ended");
                line.again(ended.into(), PATIENCE)?;
            }
            Err(error) if is_away(&error) => line.again(error, PATIENCE)?,
            Err(error) => return Err(error),
        }
    }
}

/// Whether the host may come back.
fn is_away(error: &anyhow::Error) -> bool {
    [Kind::Unreachable, Kind::TimedOut].contains(&Fault::kind_of(error))
}

/// The line about a job of the operation that runs, or whose end nobody has seen.
///
/// # Errors
/// When the job works on other inputs.
pub(super) fn found(op: &dyn Op, reader: &Reader<'_>) -> Result<Option<String>> {
    let standing = reader.standing.take();
    let (Some(standing), Some(job)) = (standing, op.detached()) else { return Ok(None) };
    let actions = op.change(reader)?;
    let action = actions.iter().find(|action| action.detached.is_some());
    let ours = standing.is_of(&job.name, action)?;
    Ok(ours.then(|| standing.line(&job.name)))
}
