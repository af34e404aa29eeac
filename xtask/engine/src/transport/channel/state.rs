//! The session of a channel, and what it holds.

use std::sync::{Mutex, TryLockError};
use std::time::Duration;

use crate::transport::Transport;
use crate::transport::session::Session;
use crate::transport::slots::{Holder, LetGo, Slot};

/// Whether the session has the lock of its host.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(super) enum Standing {
    /// It was never admitted.
    #[default]
    Stranger,
    /// It was admitted.
    Admitted,
    /// The session that was admitted is gone, and the lock with it; this is another.
    Lost,
}

#[derive(Debug, Default)]
pub(super) struct State {
    pub(super) session: Option<Session>,
    /// Its place among the sessions of this machine.
    pub(super) slot: Option<Slot>,
    pub(super) standing: Standing,
    /// We made the shared connection, so it is ours to keep.
    pub(super) first: bool,
    /// The temporary address of the host, and the way there.
    pub(super) moved: Option<(String, Box<dyn Transport>)>,
}

impl State {
    /// A channel that was never opened, to the same place.
    pub(super) fn closed(&mut self) -> Self {
        Self { moved: self.moved.take(), ..Self::default() }
    }

    /// The session of an opened channel.
    pub(super) fn session(&mut self) -> &mut Session {
        self.session.as_mut().expect("just opened")
    }
}

impl Holder for Mutex<State> {
    fn let_go(&self) -> LetGo {
        let mut state = match self.try_lock() {
            Ok(state) => state,
            Err(TryLockError::Poisoned(poisoned)) => poisoned.into_inner(),
            Err(TryLockError::WouldBlock) => return LetGo::Busy,
        };
        if state.standing == Standing::Admitted {
            return LetGo::Never;
        }
        if let Some(mut session) = state.session.take() {
            session.close();
            session.reap(Duration::from_secs(2));
        }
        (state.slot, state.first) = (None, false);
        LetGo::Done
    }
}
