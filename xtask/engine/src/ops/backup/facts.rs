//! What the host that stores a backup says of it.

use std::time::Duration;

use jiff::Timestamp;

use super::{Backup, Demand};
use crate::data::byte_size::ByteSize;

/// Clocks of two hosts differ by less than this; a later time in a manifest is an error.
const SKEW: i64 = 300;

/// The facts of a complete backup, as its host says them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Facts {
    /// What was backed up.
    pub thing: String,
    /// The identity of its cluster or machine.
    pub cluster: String,
    /// SHA-256 of the manifest, in hexadecimal.
    pub manifest: String,
    /// The time of its making, by the maker's clock: seconds since 1970.
    pub made: i64,
    /// Its age at the check.
    pub age: Duration,
    /// The number of its files.
    pub files: u64,
    /// Their size.
    pub bytes: u64,
    /// The machine-id of the host that stores it, where there is one.
    pub machine: Option<String>,
    /// The time by the clock of the host that stores it.
    now: i64,
}

impl Facts {
    /// From the lines of the probe; `None` when one is missing.
    pub(super) fn parse(said: &str) -> Option<Self> {
        let get =
            |key: &str| said.lines().find_map(|line| line.strip_prefix(key)?.strip_prefix(' '));
        let made: i64 = get("made")?.parse().ok()?;
        let now: i64 = get("now")?.parse().ok()?;
        // The later of two clocks: one that is behind makes nothing younger.
        let late = now.max(Timestamp::now().as_second());
        Some(Self {
            thing: get("thing")?.to_owned(),
            cluster: get("cluster")?.to_owned(),
            manifest: get("manifest")?.to_owned(),
            made,
            age: Duration::from_secs(u64::try_from(late.saturating_sub(made)).unwrap_or_default()),
            files: get("files")?.parse().ok()?,
            bytes: get("bytes")?.parse().ok()?,
            machine: get("machine").map(str::to_owned),
            now,
        })
    }

    /// Why the backup does not do: a word for the sentence, and the details.
    pub(super) fn objection(
        &self,
        backup: &Backup,
        demand: &Demand,
    ) -> Option<(&'static str, String)> {
        if self.thing != backup.thing {
            return Some(("of something else", format!("it is that of {}", self.thing)));
        }
        if self.cluster != backup.cluster {
            let found = format!("it is of {}, and not of {}", self.cluster, backup.cluster);
            return Some(("of another cluster", found));
        }
        if self.files == 0 {
            return Some(("empty", "it holds links only".to_owned()));
        }
        if self.made > self.now.saturating_add(SKEW) {
            let ahead = format!("its manifest is of {}, which is in the future", self.when());
            return Some(("of no known age", format!("{ahead}: compare the clocks")));
        }
        let limit = demand.max_age.filter(|limit| self.age > *limit)?;
        let found = format!("made {}, {}; at most {}", self.when(), self.old(), days(limit));
        Some(("too old", found))
    }

    /// The time of its making, in UTC.
    pub fn when(&self) -> String {
        Timestamp::from_second(self.made)
            .map_or_else(|_| self.made.to_string(), |at| at.to_string())
    }

    /// `3 files, 1 KiB, less than 1 hour old`.
    pub fn words(&self) -> String {
        let files = if self.files == 1 { "file" } else { "files" };
        format!("{} {files}, {}, {}", self.files, size(self.bytes), self.old())
    }

    /// Its age for a person.
    fn old(&self) -> String {
        match self.age.as_secs() / 3600 {
            0 => "less than 1 hour old".to_owned(),
            _ => format!("{} old", days(self.age)),
        }
    }
}

/// A rough time: `5 hours`, `3 days`.
fn days(time: Duration) -> String {
    let plural = |count: u64| if count == 1 { "" } else { "s" };
    match time.as_secs() {
        seconds if seconds < 120 => format!("{seconds} second{}", plural(seconds)),
        seconds if seconds < 7200 => format!("{} minutes", seconds / 60),
        seconds if seconds < 48 * 3600 => format!("{} hours", seconds / 3600),
        seconds => format!("{} days", seconds / 86400),
    }
}

/// The size in the largest unit that it fills.
fn size(bytes: u64) -> String {
    let unit = [1 << 40, 1 << 30, 1 << 20, 1 << 10].into_iter().find(|unit| bytes >= *unit);
    ByteSize(unit.map_or(bytes, |unit| bytes / unit * unit)).words()
}
