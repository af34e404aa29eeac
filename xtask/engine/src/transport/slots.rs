//! The number of sessions that may be open at once, and of those that log in at once.
//!
//! Both numbers are limits of others: this machine has files and processes for so many sessions; a
//! bastion lets in so many logins at once (`MaxStartups`). A host waits here for its turn. It does
//! not fail for such a limit, and its time-out does not run yet.

use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError, Weak};
use std::time::Duration;

use rustix::process::{Resource, getrlimit, setrlimit};

use super::interrupt::Interrupt;
use crate::data::fault::{Fault, Kind};

/// How often a waiting thread looks for a request to stop, and for a session that has become idle.
const LOOK: Duration = Duration::from_millis(50);
/// The files that a session holds: a pipe for each stream.
const HELD: u64 = 3;
/// The further files of a host that works: the far ends at the start, and large output.
const WORKING: u64 = 5;
/// The files of the program itself.
const OWN: u64 = 32;

/// The limits of a run, and what is in use.
#[derive(Debug, Clone, Default)]
pub struct Slots(Arc<Shared>);

#[derive(Debug, Default)]
struct Shared {
    state: Mutex<State>,
    freed: Condvar,
}

#[derive(Debug, Default)]
struct State {
    /// Sessions at once; none: no limit is known.
    limit: Option<usize>,
    /// Whether somebody had to wait for it.
    reached: bool,
    open: Vec<(u64, Weak<dyn Holder>)>,
    last: u64,
    /// Logins at once; none as long as nobody has turned one away.
    logins: Option<usize>,
    logging_in: usize,
    /// Logins since `logins` has changed.
    let_in: usize,
}

/// The holder of a slot.
pub(super) trait Holder: Send + Sync + std::fmt::Debug {
    /// Ends the session if nobody uses it.
    fn let_go(&self) -> LetGo;
}

/// Whether an open session could be ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum LetGo {
    /// It has been.
    Done,
    /// Somebody uses it now.
    Busy,
    /// It has the lock of its host until the end of the run.
    Never,
}

/// Room for one session; free again when it is dropped.
#[derive(Debug)]
pub(super) struct Slot {
    shared: Arc<Shared>,
    number: u64,
}

/// A login that is under way.
#[derive(Debug)]
pub(super) struct Login(Arc<Shared>);

impl Slots {
    /// As many sessions as this machine allows, after its limit of open files was raised as far as it goes.
    pub fn of_this_machine(fanout: u16) -> Self {
        let mut limit = getrlimit(Resource::Nofile);
        limit.current = limit.maximum;
        // Without it fewer hosts are at work at once.
        let _ = setrlimit(Resource::Nofile, limit);
        Self::within(getrlimit(Resource::Nofile).current, fanout)
    }

    /// As many sessions as `files` open files allow, with `fanout` hosts at work at once.
    fn within(files: Option<u64>, fanout: u16) -> Self {
        let slots = Self::default();
        slots.state().limit = files.map(|files| {
            let free = files.saturating_sub(OWN);
            let working = u64::from(fanout).min(free / (HELD + WORKING));
            usize::try_from((free - working * WORKING) / HELD).unwrap_or(usize::MAX).max(1)
        });
        slots
    }

    /// The number of sessions that may be open at once; none without a limit.
    pub fn limit(&self) -> Option<usize> {
        self.state().limit
    }

    /// A sentence for the person, when hosts had to wait for the limit.
    pub fn note(&self) -> Option<String> {
        let state = self.state();
        let limit = state.limit.filter(|_| state.reached)?;
        let hosts = if limit == 1 { "host" } else { "hosts" };
        Some(format!(
            "only {limit} {hosts} at once: this machine allows no more open files or processes \
             (ulimit -n, ulimit -u)"
        ))
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Waits for room, and ends an idle session for it.
    ///
    /// # Errors
    /// When an end was asked for, and when all sessions have to stay open.
    pub(super) fn take(
        &self,
        holder: Weak<dyn Holder>,
        interrupt: &Interrupt,
    ) -> Result<Slot, Fault> {
        loop {
            let mut state = self.state();
            if state.limit.is_none_or(|limit| state.open.len() < limit) {
                state.last += 1;
                let number = state.last;
                state.open.push((number, holder));
                return Ok(Slot { shared: Arc::clone(&self.0), number });
            }
            let open: Vec<_> = state.open.iter().filter_map(|(_, other)| other.upgrade()).collect();
            drop(state);
            interrupt.check()?;
            match make_room(&open) {
                LetGo::Done => {}
                LetGo::Busy => {
                    self.state().reached = true;
                    self.wait();
                }
                LetGo::Never => return Err(full(open.len())),
            }
        }
    }

    /// This machine could not start one more session: there are too few files or processes. Gives
    /// false when no other session is open that could end.
    pub(super) fn shrink(&self) -> bool {
        let mut state = self.state();
        // One of the open ones is that which could not be started.
        let others = state.open.len().saturating_sub(1);
        state.limit = Some(others.max(1).min(state.limit.unwrap_or(usize::MAX)));
        state.reached = true;
        others > 0
    }

    /// Waits until one more login may begin.
    ///
    /// # Errors
    /// When an end was asked for.
    pub(super) fn login(&self, interrupt: &Interrupt) -> Result<Login, Fault> {
        loop {
            {
                let mut state = self.state();
                if state.logins.is_none_or(|logins| state.logging_in < logins) {
                    state.logging_in += 1;
                    return Ok(Login(Arc::clone(&self.0)));
                }
            }
            interrupt.check()?;
            self.wait();
        }
    }

    fn wait(&self) {
        drop(self.0.freed.wait_timeout(self.state(), LOOK));
    }
}

/// Ends one of these sessions.
fn make_room(open: &[Arc<dyn Holder>]) -> LetGo {
    let mut all = LetGo::Never;
    for holder in open {
        match holder.let_go() {
            LetGo::Done => return LetGo::Done,
            LetGo::Busy => all = LetGo::Busy,
            LetGo::Never => {}
        }
    }
    if open.is_empty() { LetGo::Busy } else { all }
}

/// The error when sessions have to stay open, and there is no room for another.
pub fn full(limit: usize) -> Fault {
    let message = format!("no room for more than {limit} locked hosts at once on this machine");
    Fault::new(Kind::Refused, message)
        .hint("raise the limit of open files (ulimit -n), or take fewer hosts: --only HOSTSET")
}

impl Login {
    /// The host has let us in: one more may try, once as many as now have come in.
    pub(super) fn succeeded(self) {
        let mut state = self.0.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.let_in += 1;
        if state.logins.is_some_and(|logins| state.let_in >= logins) {
            state.logins = state.logins.map(|logins| logins + 1);
            state.let_in = 0;
        }
    }

    /// It was turned away: half as many as now may try.
    pub(super) fn turned_away(self) {
        let mut state = self.0.state.lock().unwrap_or_else(PoisonError::into_inner);
        let half = (state.logging_in / 2).max(1);
        state.logins = Some(state.logins.map_or(half, |logins| logins.min(half)));
        state.let_in = 0;
    }
}

impl Drop for Login {
    fn drop(&mut self) {
        self.0.state.lock().unwrap_or_else(PoisonError::into_inner).logging_in -= 1;
        self.0.freed.notify_all();
    }
}

impl Drop for Slot {
    fn drop(&mut self) {
        let mut state = self.shared.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.open.retain(|(number, _)| *number != self.number);
        drop(state);
        self.shared.freed.notify_all();
    }
}

#[cfg(test)]
mod tests;
