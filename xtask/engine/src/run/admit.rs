//! Admission: before its first change a host proves who it is, and its session takes the host's lock.
//!
//! All hosts of one call are admitted before any of them works. A lock is never waited for while
//! holding those that were taken with it: two runs that want the same hosts cannot block each other.

use std::time::{Duration, Instant};

use anyhow::Result;

use super::context::Context;
use super::fanout;
use super::hosts_failed::HostsFailed;
use super::locks::{Poll, held, nap};
use super::session_pool::HostHandle;
use crate::data::fault::{Fault, Kind};
use crate::data::range::fold;
use crate::transport::admit::{Admission, Lock};

/// A run that has just ended needs a moment until its hosts have let go: one that was killed leaves
/// commands behind, which get two seconds to end.
const SETTLE: Duration = Duration::from_secs(3);
const ASK_AGAIN: Duration = Duration::from_millis(100);

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
    /// Admits those of `handles` that have not failed and are not admitted yet. Hosts that are not
    /// there count as failed and the others go on; when one is refused, none of them works.
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

    /// Admits one host before its first change; whether it had to be.
    pub(super) fn admit(&self, host: &str) -> Result<bool> {
        let found = self.pool.of(&[host]);
        if found.iter().all(|handle| handle.channel.is_admitted()) {
            return Ok(false);
        }
        self.admission(&found)?.pop().map_or(Ok(true), |(_, error)| Err(error))
    }

    /// Asks the hosts until they are all ours or the wait limit has passed; gives those that are not,
    /// and why.
    fn admission<'a>(&self, handles: &[&'a HostHandle]) -> Result<Vec<(&'a str, anyhow::Error)>> {
        let mut open = handles.to_vec();
        open.retain(|handle| !handle.channel.is_admitted());
        let mut failures = Vec::new();
        let tell = |text: &str| self.note(text);
        let mut poll = Poll::new(self.options.wait, &self.settings.interrupt, &tell);
        while self.is_real() && !open.is_empty() {
            let round = self.round(&open)?;
            open.retain(|handle| round.absent.iter().all(|(host, _)| *host != handle.host.name));
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
            if round.refused.is_empty() && poll.spend(&names, fault)? {
                continue;
            }
            failures.extend(round.refused);
            failures.extend(round.locked.into_iter().map(|(host, fault)| (host, fault.into())));
            break;
        }
        Ok(failures)
    }

    /// Asks each host once, in bounded parallel.
    fn round<'a>(&self, handles: &[&'a HostHandle]) -> Result<Round<'a>> {
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

    /// Asks one host; a lock that is being given back right now is waited for.
    fn question(&self, handle: &HostHandle) -> Result<Admission> {
        let holder = &self.guard.holder;
        let deadline = Instant::now() + SETTLE;
        loop {
            let mut admission = handle.channel.admit(Some(holder), &self.settings)?;
            match &admission.lock {
                Some(Lock::Held(other)) if other.is_same_run(holder) => {
                    handle.channel.admit_along();
                    admission.lock = Some(Lock::Taken(None));
                }
                Some(Lock::Held(_)) if Instant::now() < deadline => {
                    nap(ASK_AGAIN, &self.settings.interrupt)?;
                    continue;
                }
                Some(Lock::Taken(Some(gone))) => {
                    let name = &handle.host.name;
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
    fn let_go(&self, handles: &[&HostHandle]) {
        let admitted = handles.iter().filter(|handle| handle.channel.is_admitted());
        admitted.for_each(|handle| drop(handle.channel.release(&self.settings)));
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
