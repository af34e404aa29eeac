//! Work that continues without its session: a job of its own on the host.

use std::time::Duration;

use anyhow::Result;

use super::action::Action;
use super::reader::hash;
use crate::data::fault::{Fault, Kind};
use crate::data::holder::Holder;
use crate::snippet;
use crate::text::snippet::{Function, Snippet, Value};
use crate::text::stamp;
use crate::transport::launch::bare;

const JOB: Snippet = snippet!("/../../snippets/", "ops/job");
/// The first process of a job.
const RUN: &str = include_str!("../../../../snippets/session/job.sh");
/// The most bytes of standard input: the size of a pipe. They stay in memory on the host.
const INPUT_LIMIT: usize = 64 * 1024;

/// How long work continues without its session: as a job with a name and a directory on the host
/// (`/var/lib/xtask/jobs/NAME`; not root: `~/.xtask/jobs/NAME`).
///
/// A lost connection, a killed runner and Ctrl-C leave the job running. The next run of the same step finds it, follows
/// its output and takes its exit code. Only the time limit of the operation ends it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detached {
    name: String,
    folder: String,
    again: bool,
}

impl From<&str> for Detached {
    fn from(name: &str) -> Self {
        Self::job(name)
    }
}

impl From<String> for Detached {
    fn from(name: String) -> Self {
        Self::job(name)
    }
}

/// The part of a job that one command is about.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Part<'a> {
    /// The run that starts it, in lines.
    pub(super) who: &'a str,
    /// The job that is followed; empty: start it or find it.
    pub(super) id: &'a str,
    /// The bytes of output that are here already.
    pub(super) offset: u64,
    /// Its time limit; none: a year.
    pub(super) limit: Option<Duration>,
}

impl Detached {
    /// `name` is that of the job: letters, digits, `-`, `_` and `.`. A host has one job of a name at a time.
    pub fn job(name: impl Into<String>) -> Self {
        Self { name: name.into(), folder: String::new(), again: false }
    }

    /// A job that a restart of the host or a kill has cut short is started again by the next run. Without this word
    /// the next run fails once and says so: nobody knows how far the job came. The run after that starts it again.
    #[must_use]
    pub fn rerun_when_cut(mut self) -> Self {
        self.again = true;
        self
    }

    /// The directory of the jobs, instead of the user's.
    #[must_use]
    pub fn jobs_in(mut self, directory: impl Into<String>) -> Self {
        self.folder = directory.into();
        self
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The script that starts or finds the job and follows it; its exit code is that of the job.
    pub(super) fn follow(&self, action: &Action, part: &Part<'_>) -> Result<String, Fault> {
        JOB.script(Function::Change, &self.values(&action.plain()?, action, part)?)
    }

    /// The same for a person to read.
    pub(super) fn readable(&self, action: &Action) -> Result<String, Fault> {
        let part = Part { limit: action.timeout, ..Part::default() };
        let script = action.readable_plain()?;
        JOB.readable(Function::Change, &self.values(&script, action, &part)?)
    }

    /// Prints the standing of the job on standard error.
    pub(super) fn look(&self) -> Result<String, Fault> {
        JOB.script(Function::Probe, &self.common()?)
    }

    /// Takes the job `id` away once its result is known, and ends it when it still runs. With `keep` its directory is
    /// put aside.
    pub(super) fn removal(&self, id: &str, keep: bool) -> Result<Action, Fault> {
        let mut values = self.common()?;
        set(&mut values, "ID", id);
        set(&mut values, "KEEP", if keep { "yes" } else { "" });
        Ok(Action::undo(JOB, values))
    }

    /// The hash of what the job works on. It is recorded and would confirm a guess, so a secret does not count.
    pub(super) fn inputs(action: &Action) -> Result<String, Fault> {
        let mut inputs = action.plain()?.into_bytes();
        let stdin = action.stdin.iter().filter(|stdin| !stdin.secret);
        inputs.extend(stdin.flat_map(|stdin| &stdin.bytes));
        Ok(hash(&inputs))
    }

    fn values(
        &self,
        script: &str,
        action: &Action,
        part: &Part<'_>,
    ) -> Result<Vec<(&'static str, Value)>, Fault> {
        let bytes = action.stdin.as_ref().map_or(0, |stdin| stdin.bytes.len());
        if bytes > INPUT_LIMIT {
            let what = format!("the job {} gets {bytes} bytes on standard input", self.name);
            return Err(Fault::usage(format!("{what}; at most {INPUT_LIMIT} are possible"))
                .hint("bring them to the host as a file first"));
        }
        let year = Duration::from_secs(365 * 24 * 3600);
        let limit = part.limit.unwrap_or(year).as_secs().max(1).to_string();
        let mut values = self.common()?;
        set(&mut values, "HASH", &Self::inputs(action)?);
        set(&mut values, "SCRIPT", script.trim_end());
        set(&mut values, "RUN", &bare(RUN));
        set(&mut values, "BYTES", &bytes.to_string());
        set(&mut values, "LIMIT", &limit);
        set(&mut values, "WHO", part.who);
        set(&mut values, "ID", part.id);
        set(&mut values, "OFFSET", &part.offset.to_string());
        set(&mut values, "AGAIN", if self.again { "yes" } else { "" });
        Ok(values)
    }

    /// All inputs of the snippet, empty but for the place of the job.
    fn common(&self) -> Result<Vec<(&'static str, Value)>, Fault> {
        let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
        if self.name.is_empty() || self.name.starts_with('.') || !self.name.chars().all(plain) {
            let what = format!("{:?} is not a valid name of a job", self.name);
            return Err(Fault::usage(what).hint("use letters, digits, - and _"));
        }
        let empty = JOB.inputs().into_iter().map(|name| (name, Value::from("")));
        let mut values: Vec<_> = empty.collect();
        set(&mut values, "FOLDER", &self.folder);
        set(&mut values, "NAME", &self.name);
        Ok(values)
    }
}

fn set(values: &mut [(&'static str, Value)], name: &str, text: &str) {
    for (_, value) in values.iter_mut().filter(|(given, _)| *given == name) {
        *value = text.into();
    }
}

/// How far a job is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Life {
    /// A process of it is there.
    Running,
    /// It has ended with this exit code, and no run has taken its result.
    Ended(i32),
    /// It was killed before it had an exit code.
    Cut,
    /// The host has restarted before it had one.
    Restarted,
}

impl Life {
    /// From the words behind `job `.
    pub(super) fn read(words: &[&str]) -> Option<Self> {
        match words {
            ["running"] => Some(Self::Running),
            ["ended", code] => Some(Self::Ended(code.parse().ok()?)),
            ["cut"] => Some(Self::Cut),
            ["restarted"] => Some(Self::Restarted),
            _ => None,
        }
    }

    /// Why there is no exit code; none when there is or will be one.
    pub(super) fn unknown(self, name: &str) -> Option<String> {
        let how = match self {
            Self::Running | Self::Ended(_) => return None,
            Self::Cut => format!("{name} was killed"),
            Self::Restarted => format!("the host restarted while {name} ran"),
        };
        Some(format!("{how}; it is not known how far it came"))
    }
}

/// A job on a host, as a look has found it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Standing {
    pub(super) life: Life,
    hash: String,
    /// Seconds that it has run, where they are known.
    age: Option<u64>,
    by: Holder,
}

impl Standing {
    /// Reads the lines of a look: those that begin with `job `.
    pub(super) fn read(text: &str) -> Option<Self> {
        let lines = || text.lines().filter_map(|line| line.strip_prefix("job "));
        let words = |line: &str| Life::read(&line.split_whitespace().collect::<Vec<_>>());
        let of = |key: &str| {
            let value = lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(' '));
            value.unwrap_or_default().to_owned()
        };
        let by: Vec<&str> = lines().filter_map(|line| line.strip_prefix("by-")).collect();
        Some(Self {
            life: lines().find_map(words)?,
            hash: of("hash"),
            age: of("age").parse().ok(),
            by: Holder::parse(&by.join("\n")),
        })
    }

    /// Whether it is about the work of this `action`: a job with other inputs that has ended is not.
    ///
    /// # Errors
    /// [`Kind::Locked`] when a job with other inputs runs.
    pub(super) fn is_of(&self, name: &str, action: Option<&Action>) -> Result<bool> {
        let ours = action.map(Detached::inputs).transpose()?.is_none_or(|hash| hash == self.hash);
        match self.life {
            Life::Running if !ours => Err(self.busy(name).into()),
            Life::Ended(_) => Ok(ours),
            _ => Ok(true),
        }
    }

    /// The refusal of other work under the same name.
    pub(super) fn busy(&self, name: &str) -> Fault {
        Fault::new(Kind::Locked, format!("{name} {} with other inputs", self.since()))
            .detail("by", self.author())
            .detail("run", &*self.by.run)
            .detail("runs", &*self.by.what)
            .hint("wait for its end: repeat the command that started it, then this one")
    }

    /// A line of the plan.
    pub(super) fn line(&self, name: &str) -> String {
        let author = self.author();
        let by = if author.is_empty() { author } else { format!(", started by {author}") };
        match self.life {
            Life::Running => format!("{name} {}{by}; a run follows it\n", self.since()),
            Life::Ended(code) => {
                format!("{name} has ended with exit {code}{by}; a run takes its result\n")
            }
            life => format!("{}\n", life.unknown(name).unwrap_or_default()),
        }
    }

    fn author(&self) -> String {
        let Holder { who, from, .. } = &self.by;
        if who.is_empty() { String::new() } else { format!("{who} on {from}") }
    }

    fn since(&self) -> String {
        let age = self.age.unwrap_or_default();
        let (hours, minutes, seconds) = (age / 3600, age / 60 % 60, age % 60);
        let long = match (hours, minutes) {
            (0, 0) => format!("{seconds} s"),
            (0, _) => format!("{minutes} m {seconds} s"),
            _ => format!("{hours} h {minutes} m"),
        };
        format!("runs since {} ({long})", stamp::ago(age))
    }
}
