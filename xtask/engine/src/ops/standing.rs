//! How far a job on a host is.

use anyhow::Result;

use super::action::Action;
use super::job;
use crate::data::fault::{Fault, Kind};
use crate::data::holder::Holder;
use crate::text::stamp;

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
        let ours = action.map(job::inputs).transpose()?.is_none_or(|hash| hash == self.hash);
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
