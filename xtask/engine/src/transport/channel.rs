//! A host's session, opened on first use and shared by all operations of a run.

use std::os::fd::OwnedFd;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::{Duration, Instant};

use anyhow::Result;

use super::Transport;
use super::admit::{self, Admission, Lock, Short};
use super::call::{Call, End, Pair, Sink, Traffic};
use super::cap;
use super::interrupt::Interrupt;
use super::launch::Shell;
use super::login::{self, Opened};
use super::session::Session;
use super::slots::{Holder as SlotHolder, Slots};
use super::ssh::Control;
use super::wire;
use crate::data::byte_size::ByteSize;
use crate::data::fault::{Fault, Kind};
use crate::data::holder::Holder;

mod state;

use state::{Standing, State};

/// The settings that all sessions of a run share.
#[derive(Debug)]
pub struct Settings {
    /// The time limit for opening a shell on a host.
    pub connect: Duration,
    /// Where ssh connections are shared; `None` shares nothing.
    pub control: Option<Control>,
    /// Asks everything to stop.
    pub interrupt: Interrupt,
    /// Variables of the environment that hold secrets: no process that is started gets them.
    pub private: Vec<String>,
    /// The most output that one command may have.
    pub max_output: ByteSize,
    /// How many sessions may be open at once.
    pub slots: Slots,
}

/// The way to one host and the session over it.
#[derive(Debug)]
pub struct Channel {
    transport: Box<dyn Transport>,
    shell: Shell,
    state: Arc<Mutex<State>>,
}

/// The time limit for a host to report its identity.
const ADMISSION: Duration = Duration::from_secs(30);

impl Channel {
    /// A channel that is not open yet.
    pub fn new(transport: Box<dyn Transport>, shell: Shell) -> Self {
        Self { transport, shell, state: Arc::default() }
    }

    /// Runs one script on the host; see [`Session::call`](super::session::Session::call).
    ///
    /// # Errors
    /// A fault of kind [`Kind::Unreachable`] that says why there is no shell, or that it went away.
    pub fn call(&self, call: &Call<'_>, sink: &mut dyn Sink, settings: &Settings) -> Result<End> {
        let mut state = self.opened(settings)?;
        Self::run(&mut state, call, sink, settings)
    }

    /// The same for a script that changes the host.
    /// # Errors
    /// Also when the session that was admitted is gone: another one does not have the lock.
    pub fn change(&self, call: &Call<'_>, sink: &mut dyn Sink, settings: &Settings) -> Result<End> {
        let mut state = self.opened(settings)?;
        if state.standing == Standing::Lost {
            let message = "the connection and the lock of the host were lost";
            return Err(Fault::new(Kind::Unreachable, message).into());
        }
        Self::run(&mut state, call, sink, settings)
    }

    fn run(
        state: &mut State,
        call: &Call<'_>,
        sink: &mut dyn Sink,
        settings: &Settings,
    ) -> Result<End> {
        let talk = |sink: &mut dyn Sink| state.session().call(call, sink, &settings.interrupt);
        cap::within(settings.max_output, sink, talk)
    }

    /// Asks the host for its identity. With a holder it also takes the lock until the session ends.
    ///
    /// # Errors
    /// As [`Channel::call`]; a lock that somebody else holds is part of the answer.
    pub fn admit(&self, holder: Option<&Holder>, settings: &Settings) -> Result<Admission> {
        let script = admit::script(holder)?;
        let mut sink = Pair(Short::default(), Short::default());
        let mut state = self.opened(settings)?;
        match Self::serve(&mut state, &script, &mut sink, settings)? {
            End::Exit(0) => {}
            End::Exit(code) => {
                let message = format!("the host could not report its identity: exit {code}");
                return Err(Fault::failed(message).detail("stderr", sink.1.text()).into());
            }
            End::TimedOut => {
                let message = "timed out waiting for the identity of the host";
                return Err(Fault::new(Kind::TimedOut, message).into());
            }
            End::Interrupted(kind) => return Err(Fault::new(kind, kind.word()).into()),
        }
        let admission = admit::read(&sink.0.text(), &sink.1.text(), holder.is_some());
        if matches!(admission.lock, Some(Lock::Taken(_))) {
            state.standing = Standing::Admitted;
        }
        Ok(admission)
    }

    /// Gives the lock back; the session stays.
    ///
    /// # Errors
    /// As [`Channel::call`].
    pub fn release(&self, settings: &Settings) -> Result<()> {
        let mut state = self.opened(settings)?;
        if std::mem::take(&mut state.standing) == Standing::Admitted {
            let mut sink = Pair(std::io::sink(), std::io::sink());
            Self::serve(&mut state, admit::UNLOCK, &mut sink, settings)?;
        }
        Ok(())
    }

    /// Lets this session change the host on another one's lock: both are sessions of this run on one
    /// machine.
    pub fn admit_along(&self) {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).standing = Standing::Admitted;
    }

    /// Whether the session has been admitted, as far as we know.
    pub fn is_admitted(&self) -> bool {
        self.state.lock().unwrap_or_else(PoisonError::into_inner).standing == Standing::Admitted
    }

    /// What has passed over the open session; nothing when none is open.
    pub fn traffic(&self) -> Traffic {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.session.as_ref().map(Session::traffic).unwrap_or_default()
    }

    /// The state with a session that can be called.
    fn opened(&self, settings: &Settings) -> Result<MutexGuard<'_, State>> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.session.as_mut().is_none_or(|session| !session.is_alive()) {
            if state.standing != Standing::Stranger {
                state.standing = Standing::Lost;
            }
            self.open(&mut state, settings)?;
        }
        Ok(state)
    }

    /// Runs a script in the session's own shell: its descriptors stay open until the session ends.
    fn serve(
        state: &mut State,
        script: &str,
        sink: &mut dyn Sink,
        settings: &Settings,
    ) -> Result<End> {
        let frame = |id| wire::own_frame(id, script);
        state.session().converse(frame, Some(ADMISSION), sink, &settings.interrupt, None)
    }

    fn way<'a>(&'a self, moved: &'a Option<(String, Box<dyn Transport>)>) -> &'a dyn Transport {
        moved.as_ref().map_or(&*self.transport, |(_, transport)| &**transport)
    }

    fn open(&self, state: &mut State, settings: &Settings) -> Result<()> {
        let way = self.way(&state.moved);
        let socket = settings.control.as_ref().and_then(|control| way.socket(control));
        let first = socket.is_some_and(|socket| !socket.exists());
        let holder: Weak<dyn SlotHolder> = Arc::downgrade(&(Arc::clone(&self.state) as Arc<_>));
        // The place of the session that was lost is free.
        (state.session, state.slot) = (None, None);
        let Opened { session, slot } = login::open(way, self.shell, settings, &holder)?;
        (state.session, state.slot, state.first) = (Some(session), Some(slot), first);
        Ok(())
    }

    /// Ends the session; the next one starts without a lock. A shared connection is dropped too:
    /// its machine may be gone or changed.
    ///
    /// # Errors
    /// When its socket cannot be removed.
    pub fn renew(&self, settings: &Settings) -> Result<()> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(mut session) = state.session.take() {
            session.close();
            session.reap(Duration::from_secs(2));
        }
        *state = state.closed();
        let socket =
            settings.control.as_ref().and_then(|control| self.way(&state.moved).socket(control));
        match socket.map(std::fs::remove_file) {
            Some(Err(error)) if error.kind() != std::io::ErrorKind::NotFound => Err(error.into()),
            _ => Ok(()),
        }
    }

    /// Moves the host to `address`, or back to that of the inventory. True when it moved.
    ///
    /// # Errors
    /// As [`Channel::renew`].
    pub fn move_to(&self, address: Option<&str>, settings: &Settings) -> Result<bool> {
        let moved = address.and_then(|at| Some((at.to_owned(), self.transport.to(at)?)));
        {
            let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
            let now = state.moved.as_ref().map(|(at, _)| at.as_str());
            if now == moved.as_ref().map(|(at, _)| at.as_str()) {
                return Ok(false);
            }
            if let Some(mut session) = state.session.take() {
                session.close();
                session.reap(Duration::from_secs(2));
            }
            *state = State { moved, ..State::default() };
        }
        self.renew(settings).map(|()| true)
    }

    /// Ends the session: says good-bye, or hands over the pipes that keep a shared connection.
    pub fn close(&self, settings: &Settings) -> Vec<OwnedFd> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let keep = self.is_ours(&state, settings);
        let Some(mut session) = state.session.take() else { return Vec::new() };
        let last = (state.standing == Standing::Admitted).then_some(admit::UNLOCK);
        if keep && let Some(pipes) = session.hand_over(last) {
            return pipes;
        }
        session.close();
        state.session = Some(session);
        Vec::new()
    }

    /// Says good-bye now, unless the connection is to be kept: there is nothing more to do here.
    pub fn finish(&self, settings: &Settings) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if !self.is_ours(&state, settings)
            && let Some(session) = &mut state.session
        {
            session.close();
        }
    }

    /// Whether the shared connection is one that we made and have to keep.
    fn is_ours(&self, state: &State, settings: &Settings) -> bool {
        let socket =
            settings.control.as_ref().and_then(|control| self.way(&state.moved).socket(control));
        state.first && socket.is_some_and(|socket| socket.exists())
    }

    /// Waits until `deadline` for a closed session's program to go.
    pub fn reap(&self, deadline: Instant) {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(mut session) = state.session.take() {
            session.reap(deadline.saturating_duration_since(Instant::now()));
        }
    }
}
