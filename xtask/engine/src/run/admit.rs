//! Admission: before its first change a host proves its identity, and its session takes the host's lock.
//!
//! All hosts of one call are admitted before any of them works. A run that waits for a lock holds no other
//! lock of the same call: two runs with the same hosts cannot block each other.

use std::collections::HashSet;
use std::time::{Duration, Instant};

use anyhow::Result;

use super::context::Context;
use super::fanout;
use super::hosts_failed::HostsFailed;
use super::locks::{LockWait, held};
use super::session_pool::HostHandle;
use crate::data::fault::{Fault, Kind};
use crate::data::range::fold;
use crate::ops::Poll;
use crate::transport::admit::{Admission, Lock, RunningJob};
use crate::transport::slots::full;

/// The hosts of an ended run need a moment to free their locks. Commands of a killed run get two seconds to end.
const SETTLE: Poll = Poll { interval: Duration::from_millis(100), limit: Duration::from_secs(3) };

/// The answers of some hosts, asked once.
#[derive(Default)]
pub(super) struct Round<'a> {
    /// Unreachable hosts.
    pub(super) absent: Vec<(&'a str, anyhow::Error)>,
    /// Hosts that must not be changed, locked or not.
    pub(super) refused: Vec<(&'a str, anyhow::Error)>,
    /// Hosts that another run has locked.
    pub(super) locked: Vec<(&'a str, Fault)>,
}

impl Context {
    /// Admits the `handles` that have not failed and are not admitted yet. Unreachable hosts count as failed and the
    /// others continue. When one host is refused, none of them works.
    pub(super) fn admit_all(&self, handles: &[&HostHandle]) -> Result<()> {
        let down = |handle: &&HostHandle| self.summary().is_down(&handle.host.name);
        let fit: Vec<&HostHandle> = handles.iter().copied().filter(|host| !down(host)).collect();
        let failures = self.admission(&fit)?;
        let refused = failures.iter().any(|(_, error)| !is_absence(error));
        failures.iter().for_each(|(host, error)| self.summary().fail(host, "", error));
        if !refused {
            return Ok(());
        }
        for handle in fit.iter().filter(|handle| !down(handle)) {
            self.summary().entry(&handle.host.name).left_out = true;
        }
        Err(HostsFailed.into())
    }

    /// Admits one host before its first change; false when it was admitted before.
    pub(super) fn admit(&self, host: &str) -> Result<bool> {
        let _alone = self.clusters.holding();
        let found = self.pool.of(&[host]);
        if found.iter().all(|handle| handle.channel.is_admitted()) {
            return Ok(false);
        }
        self.admission(&found)?.pop().map_or(Ok(true), |(_, error)| Err(error))
    }

    /// Asks the hosts until all are locked by this run or the wait limit has passed; gives the others, and why.
    fn admission<'a>(&self, handles: &[&'a HostHandle]) -> Result<Vec<(&'a str, anyhow::Error)>> {
        let room = self.settings.slots.limit();
        if let Some(room) = room.filter(|room| self.is_real() && handles.len() > *room) {
            return Err(full(room).into());
        }
        let mut open = handles.to_vec();
        open.retain(|handle| !handle.channel.is_admitted());
        let mut failures = Vec::new();
        let tell = |text: &str| self.note(text);
        let mut wait = LockWait::new(self.options.wait, &self.settings.interrupt, &tell);
        while self.is_real() && !open.is_empty() {
            let round = self.round(&open)?;
            let absent: HashSet<&str> = round.absent.iter().map(|(host, _)| *host).collect();
            open.retain(|handle| !absent.contains(handle.host.name.as_str()));
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
            if round.refused.is_empty() && wait.spend(&names, fault)? {
                continue;
            }
            failures.extend(round.refused);
            failures.extend(round.locked.into_iter().map(|(host, fault)| (host, fault.into())));
            break;
        }
        Ok(failures)
    }

    /// Asks each host once, in bounded parallel.
    pub(super) fn round<'a>(&self, handles: &[&'a HostHandle]) -> Result<Round<'a>> {
        let mut round = Round::default();
        let mut said = Vec::new();
        let go_on = || self.settings.interrupt.asked().is_none();
        let ask = |handle: &&'a HostHandle| self.question(handle);
        fanout::each(handles, usize::from(self.options.fanout), go_on, ask, |handle, answer| {
            let host = handle.host.name.as_str();
            let answer = answer.unwrap_or_else(|| {
                Err(self.settings.interrupt.check().map_or_else(anyhow::Error::from, |()| {
                    Fault::new(Kind::Interrupted, "not asked").into()
                }))
            });
            match answer {
                Ok(admission) => said.push((*handle, admission)),
                Err(error) if is_absence(&error) => round.absent.push((host, error)),
                Err(error) => round.refused.push((host, error)),
            }
        });
        for (handle, admission) in &said {
            let host = handle.host.name.as_str();
            match &admission.lock {
                Some(Lock::Held(holder)) => round.locked.push((host, held(holder))),
                lock => round.refused.extend(unlocked(lock.as_ref()).map(|why| (host, why.into()))),
            }
        }
        let said = said.into_iter().map(|(handle, admission)| (handle, admission.identity));
        let fine = round.refused.is_empty() && round.locked.is_empty();
        round.refused.extend(self.identify(said.collect(), fine)?);
        Ok(round)
    }

    /// Asks one host; waits a moment for a lock that is about to be freed.
    fn question(&self, handle: &HostHandle) -> Result<Admission> {
        let holder = &self.guard.holder;
        let (started, mut pauses) = (Instant::now(), SETTLE.pauses());
        loop {
            let mut admission = handle.channel.admit(Some(holder), &self.settings)?;
            match &admission.lock {
                Some(Lock::Held(other)) if other.is_same_run(holder) => {
                    handle.channel.admit_along();
                    admission.lock = Some(Lock::Taken(None));
                }
                Some(Lock::Held(_)) => {
                    if let Some(pause) = pauses.after(started.elapsed()) {
                        self.settings.interrupt.rest(pause, false)?;
                        continue;
                    }
                }
                Some(Lock::Taken(Some(gone))) if !gone.is_same_run(holder) => {
                    let name = &handle.host.name;
                    self.note(&format!(
                        "{name}: took over the stale lock of {} on {} ({})",
                        gone.who, gone.from, gone.what
                    ));
                }
                _ => {}
            }
            self.heed(&handle.host.name, &admission.jobs)?;
            return Ok(admission);
        }
    }

    /// Names the jobs that run on a host.
    ///
    /// # Errors
    /// When this run takes back the one that started a job.
    fn heed(&self, host: &str, jobs: &[RunningJob]) -> Result<(), Fault> {
        for RunningJob { name, who, run } in jobs {
            if self.undoing.get() == Some(run) {
                return Err(Fault::refused(format!("the job {name} of that run still runs"))
                    .hint(format!("follow it to its end first:  cargo xtask resume {run}")));
            }
            if *run != self.guard.holder.run {
                self.note(&format!("{host}: the job {name} runs there (run {run} of {who})"));
            }
        }
        Ok(())
    }

    /// Frees the locks. A host without its session has freed its lock already.
    pub(super) fn let_go(&self, handles: &[&HostHandle]) {
        let admitted = handles.iter().filter(|handle| handle.channel.is_admitted());
        admitted.for_each(|handle| drop(handle.channel.release(&self.settings)));
    }
}

/// Why there is no lock although no other run holds it.
fn unlocked(lock: Option<&Lock>) -> Option<Fault> {
    match lock? {
        Lock::Taken(_) | Lock::Held(_) => None,
        Lock::Without => Some(
            Fault::refused("cannot lock the host: it has no `flock`")
                .hint("install util-linux on the host, or a busybox with flock"),
        ),
        Lock::Broken(said) => {
            Some(Fault::refused("cannot take the lock of the host").detail("stderr", said.as_str()))
        }
    }
}

/// An unreachable host, or one not asked because the run ends: the other hosts continue.
fn is_absence(error: &anyhow::Error) -> bool {
    let absent = [Kind::Unreachable, Kind::TimedOut, Kind::Interrupted, Kind::Terminated];
    absent.contains(&Fault::kind_of(error))
}
