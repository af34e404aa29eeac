//! A host's session, opened when it is first needed and shared by everything a run does there.

use std::os::fd::OwnedFd;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::Result;

use super::interrupt::Interrupt;
use super::launch::Shell;
use super::session::{Call, End, Session, Sink};
use super::ssh::Control;
use super::transport::Transport;
use crate::data::fault::{Fault, Kind};

/// What all sessions of a run have in common.
#[derive(Debug)]
pub struct Settings {
    /// How long a host may take to give us a shell.
    pub connect: Duration,
    /// Where ssh connections are shared; `None` shares nothing.
    pub control: Option<Control>,
    /// Asks everything to stop.
    pub interrupt: Interrupt,
}

/// The way to one host and the session over it.
#[derive(Debug)]
pub struct Channel {
    transport: Box<dyn Transport>,
    shell: Shell,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
struct State {
    session: Option<Session>,
    /// We made the shared connection, so it is ours to keep.
    first: bool,
}

impl Channel {
    /// A channel that is not open yet.
    pub fn new(transport: Box<dyn Transport>, shell: Shell) -> Self {
        Self { transport, shell, state: Mutex::default() }
    }

    /// Runs one script on the host; see [`Session::call`].
    ///
    /// # Errors
    /// A fault of kind [`Kind::Unreachable`] that says why there is no shell, or that it went away.
    pub fn call(&self, call: &Call<'_>, sink: &mut dyn Sink, settings: &Settings) -> Result<End> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        if state.session.as_ref().is_none_or(|session| !session.is_alive()) {
            *state = self.open(settings)?;
        }
        let session = state.session.as_mut().expect("just opened");
        session.call(call, sink, &settings.interrupt).map_err(|error| {
            if session.has_spoken() || Fault::kind_of(&error) != Kind::Unreachable {
                return error;
            }
            self.transport.explain(&session.noise(), &error.to_string()).into()
        })
    }

    fn open(&self, settings: &Settings) -> Result<State> {
        let token = token()?;
        let control = settings.control.as_ref();
        let launch = self.transport.launch(self.shell, &token, settings.connect, control)?;
        let first = control
            .and_then(|control| self.transport.socket(control))
            .is_some_and(|socket| !socket.exists());
        Ok(State { session: Some(Session::open(&launch, &token, settings.connect)?), first })
    }

    /// Ends the session: says good-bye, or hands over the pipes that keep a shared connection.
    pub fn close(&self, settings: &Settings) -> Vec<OwnedFd> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let keep = self.is_ours(&state, settings);
        let Some(mut session) = state.session.take() else { return Vec::new() };
        if keep && let Some(pipes) = session.hand_over() {
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
        let socket = settings.control.as_ref().and_then(|control| self.transport.socket(control));
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

/// 128 random bits: no output can hold a marker by chance.
fn token() -> Result<String> {
    use std::io::Read as _;
    let mut bytes = [0; 16];
    std::fs::File::open("/dev/urandom")?.read_exact(&mut bytes)?;
    Ok(bytes.iter().fold(String::from("x"), |token, byte| token + &format!("{byte:02x}")))
}
