//! What the record knows of earlier runs: the time of each stage, and that of the way back.

use std::collections::BTreeMap;

use anyhow::Result;

use super::{Scope, Stage, Table};
use crate::run::Context;
use crate::run::record::times::Time;

/// The durations of earlier runs.
#[derive(Debug, Clone, Default)]
pub(super) struct Past {
    /// By the name of the part: `web0/deploy`.
    pub(super) times: BTreeMap<String, Time>,
    /// The parts whose last try has no end, and whether a process is at work on it.
    pub(super) unfinished: BTreeMap<String, bool>,
    /// The last way back that changed something, in seconds.
    pub(super) way_back: Option<f64>,
}

/// The time that a part will take, in seconds.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Estimate {
    /// As long as it took when it last changed something.
    Measured(f64),
    /// Nobody has measured it; the table expects this: its minutes, else its share of all; zero when it says nothing.
    Expected(f64),
}

impl Estimate {
    pub(super) fn seconds(self) -> f64 {
        match self {
            Self::Measured(seconds) | Self::Expected(seconds) => seconds,
        }
    }
}

impl Past {
    pub(super) fn of(table: &Table, cx: &Context) -> Result<Self> {
        let (times, unfinished) = cx.times(table.name)?;
        let way_back = table.way_back.map(|way| cx.took(&way.line.step())).transpose()?.flatten();
        Ok(Self { times, unfinished, way_back })
    }

    /// The estimate for a stage: of this host, else of the slowest other one.
    pub(super) fn estimate(&self, table: &Table, stage: &Stage, host: Option<&str>) -> Estimate {
        let reads = table.reads(stage);
        // A stage that changes hosts is measured only when it has changed something.
        let known = |time: &&Time| time.changed || reads;
        let own = self.times.get(&stage.part(host)).filter(known);
        let other = || {
            let ending = format!("/{}", stage.name);
            let others = self.times.iter().filter(|(part, _)| part.ends_with(&ending));
            let others = others.map(|(_, time)| time).filter(known);
            others.filter(|_| stage.scope == Scope::Each).map(|time| time.seconds).reduce(f64::max)
        };
        match own.map(|time| time.seconds).or_else(other) {
            Some(seconds) => Estimate::Measured(seconds),
            None => {
                let minutes = stage.minutes.map_or_else(|| share(table), f64::from);
                Estimate::Expected(minutes * 60.0)
            }
        }
    }

    pub(super) fn way_back(&self, table: &Table) -> Estimate {
        match self.way_back {
            Some(seconds) => Estimate::Measured(seconds),
            None => {
                let minutes = table.way_back.and_then(|way| way.minutes);
                Estimate::Expected(f64::from(minutes.unwrap_or(0)) * 60.0)
            }
        }
    }
}

/// The minutes of the document for one of all stages.
fn share(table: &Table) -> f64 {
    let stages = u32::try_from(table.stages.len()).unwrap_or(1).max(1);
    f64::from(table.minutes.unwrap_or(0)) / f64::from(stages)
}
