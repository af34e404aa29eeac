//! Admission: before its first change a host proves who it is, and its session takes the host's lock.
//!
//! All hosts of one call are admitted before any of them works. A lock is never waited for while
//! holding those that were taken with it: two runs that want the same hosts cannot block each other.

use std::time::{Duration, Instant};

use anyhow::Result;

use super::context::Context;
use super::end::Halt;
use super::fanout;
use super::fleet::Station;
use super::locks::{Patience, RunbookLock, held, nap};
use super::pins::PinFile;
use crate::carry::admit::{Admission, Lock};
use crate::data::fault::{Fault, Kind};
use crate::data::holder::Holder;
use crate::data::range::fold;

/// A run that has just ended needs a moment until its hosts have let go: one that was killed leaves
/// commands behind, which get two seconds to end.
const SETTLE: Duration = Duration::from_secs(3);
const ASK_AGAIN: Duration = Duration::from_millis(100);

/// What keeps others out of this run's hosts, and tells its hosts apart.
#[derive(Debug)]
pub(super) struct Guard {
    /// Who we are in the locks of hosts.
    holder: Holder,
    /// Held until the run ends.
    _runbook: Option<RunbookLock>,
    pub(super) pins: PinFile,
}

impl Guard {
    /// The guard of a run, once it is recorded; says in the lock of the runbook whose it is.
    pub(super) fn new(
        holder: Holder,
        mut runbook: Option<RunbookLock>,
        pins: PinFile,
    ) -> Result<Self> {
        runbook.as_mut().map_or(Ok(()), |lock| lock.describe(&holder))?;
        Ok(Self { holder, _runbook: runbook, pins })
    }
}

/// What came of asking some hosts once.
#[derive(Default)]
struct Round<'a> {
    /// Hosts that are not there.
    absent: Vec<(&'a str, anyhow::Error)>,
    /// Hosts that may not be changed, whatever their locks say.
    refused: Vec<(&'a str, anyhow::Error)>,
    /// Hosts that somebody else is at.
    locked: Vec<(&'a str, Fault)>,
}

impl Context {
    /// Admits those of `stations` that have not failed and are not admitted yet. Hosts that are not
    /// there count as failed and the others go on; when one is refused, none of them works.
    pub(super) fn admit_all(&self, stations: &[&Station]) -> Result<()> {
        let down = |station: &&Station| self.tally().is_down(&station.host.name);
        let fit: Vec<&Station> = stations.iter().copied().filter(|host| !down(host)).collect();
        let failures = self.admission(&fit)?;
        let refused = failures.iter().any(|(_, error)| !is_absence(error));
        failures.iter().for_each(|(host, error)| self.tally().fail(host, "", error));
        if !refused {
            return Ok(());
        }
        for station in fit.iter().filter(|station| !down(station)) {
            self.tally().entry(&station.host.name).left_out = true;
        }
        Err(Halt.into())
    }

    /// Admits one host before its first change; whether it had to be.
    pub(super) fn admit(&self, host: &str) -> Result<bool> {
        let found = self.fleet.of(&[host]);
        if found.iter().all(|station| station.channel.is_admitted()) {
            return Ok(false);
        }
        self.admission(&found)?.pop().map_or(Ok(true), |(_, error)| Err(error))
    }

    /// Asks the hosts until they are all ours or our patience is at its end; gives those that are not,
    /// and why.
    fn admission<'a>(&self, stations: &[&'a Station]) -> Result<Vec<(&'a str, anyhow::Error)>> {
        let mut open = stations.to_vec();
        open.retain(|station| !station.channel.is_admitted());
        let mut failures = Vec::new();
        let tell = |text: &str| self.note(text);
        let mut patience = Patience::new(self.options.wait, &self.settings.interrupt, &tell);
        while self.is_real() && !open.is_empty() {
            let round = self.round(&open)?;
            open.retain(|station| round.absent.iter().all(|(host, _)| *host != station.host.name));
            failures.extend(round.absent);
            let Some((_, fault)) = round.locked.first() else {
                if !round.refused.is_empty() {
                    self.let_go(&open);
                }
                failures.extend(round.refused);
                break;
            };
            self.let_go(&open);
            let names = fold(round.locked.iter().map(|(host, _)| host));
            if round.refused.is_empty() && patience.spend(&names, fault)? {
                continue;
            }
            failures.extend(round.refused);
            failures.extend(round.locked.into_iter().map(|(host, fault)| (host, fault.into())));
            break;
        }
        Ok(failures)
    }

    /// Asks each host once, in bounded parallel.
    fn round<'a>(&self, stations: &[&'a Station]) -> Result<Round<'a>> {
        let mut round = Round::default();
        let mut said = Vec::new();
        let go_on = || self.settings.interrupt.asked().is_none();
        let ask = |station: &&'a Station| self.question(station);
        fanout::each(stations, usize::from(self.options.fanout), go_on, ask, |station, answer| {
            let host = station.host.name.as_str();
            let answer = answer.unwrap_or_else(|| {
                Err(self.settings.interrupt.check().map_or_else(anyhow::Error::from, |()| {
                    Fault::new(Kind::Interrupted, "not asked").into()
                }))
            });
            match answer {
                Ok(admission) => said.push((*station, admission)),
                Err(error) if is_absence(&error) => round.absent.push((host, error)),
                Err(error) => round.refused.push((host, error)),
            }
        });
        for (station, admission) in &said {
            let host = station.host.name.as_str();
            match &admission.lock {
                Some(Lock::Held(holder)) => round.locked.push((host, held(holder))),
                lock => round.refused.extend(unlocked(lock.as_ref()).map(|why| (host, why.into()))),
            }
        }
        let said = said.into_iter().map(|(station, admission)| (station, admission.identity));
        let fine = round.refused.is_empty() && round.locked.is_empty();
        round.refused.extend(self.identify(said.collect(), fine)?);
        Ok(round)
    }

    /// Asks one host; a lock that is being given back right now is waited for.
    fn question(&self, station: &Station) -> Result<Admission> {
        let holder = &self.guard.holder;
        let deadline = Instant::now() + SETTLE;
        loop {
            let mut admission = station.channel.admit(Some(holder), &self.settings)?;
            match &admission.lock {
                Some(Lock::Held(other)) if other.is_same_run(holder) => {
                    station.channel.admit_along();
                    admission.lock = Some(Lock::Taken(None));
                }
                Some(Lock::Held(_)) if Instant::now() < deadline => {
                    nap(ASK_AGAIN, &self.settings.interrupt)?;
                    continue;
                }
                Some(Lock::Taken(Some(gone))) => {
                    let name = &station.host.name;
                    self.note(&format!(
                        "{name}: the lock of {} on {} was left behind ({}): taken over",
                        gone.who, gone.from, gone.what
                    ));
                }
                _ => {}
            }
            return Ok(admission);
        }
    }

    /// Gives back what has been taken. A host that is gone has let go by that.
    fn let_go(&self, stations: &[&Station]) {
        let admitted = stations.iter().filter(|station| station.channel.is_admitted());
        admitted.for_each(|station| drop(station.channel.release(&self.settings)));
    }
}

/// Why there is no lock, when nobody else has it.
fn unlocked(lock: Option<&Lock>) -> Option<Fault> {
    match lock? {
        Lock::Taken(_) | Lock::Held(_) => None,
        Lock::Without => Some(
            Fault::refused("there is no `flock` on the host, so it cannot be locked")
                .hint("install it there: util-linux, or a busybox with flock"),
        ),
        Lock::Broken(said) => Some(
            Fault::refused("the lock of the host cannot be taken").detail("stderr", said.as_str()),
        ),
    }
}

/// A host that is not there, or was not asked because the run ends: no reason to hold the others back.
fn is_absence(error: &anyhow::Error) -> bool {
    let absent = [Kind::Unreachable, Kind::TimedOut, Kind::Interrupted, Kind::Terminated];
    absent.contains(&Fault::kind_of(error))
}
