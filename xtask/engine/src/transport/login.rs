//! Opening a session: waits for its turn, and tries again when a host hangs up before the login.

use std::hash::{BuildHasher as _, RandomState};
use std::sync::Weak;
use std::time::{Duration, Instant};

use anyhow::Result;
use rustix::io::Errno;

use super::Transport;
use super::channel::Settings;
use super::launch::{Launch, Shell, token};
use super::session::Session;
use super::slots::{Holder, Slot};
use crate::data::fault::{Fault, Kind};

/// The pause before the second try; each further one is twice as long.
const PAUSE: Duration = Duration::from_millis(100);

/// A session that has answered, and its place in [`super::slots`].
pub(super) struct Opened {
    pub(super) session: Session,
    pub(super) slot: Slot,
}

/// Opens a session over `way`. The connect time-out counts tries and pauses; waiting for a turn
/// takes nothing of it.
///
/// # Errors
/// A fault of kind [`Kind::Unreachable`] that says why there is no shell; that of the interrupt.
pub(super) fn open(
    way: &dyn Transport,
    shell: Shell,
    settings: &Settings,
    holder: &Weak<dyn Holder>,
) -> Result<Opened> {
    let (slots, interrupt) = (&settings.slots, &settings.interrupt);
    let (mut left, mut pause, mut tries) = (settings.connect, PAUSE, 0);
    loop {
        let slot = slots.take(Weak::clone(holder), interrupt)?;
        let login = slots.login(interrupt)?;
        let begun = Instant::now();
        tries += 1;
        let mut session = match start(way, shell, settings, left) {
            Err(error) if is_shortage(&error) => {
                if slots.shrink() {
                    continue;
                }
                // No other session can end, but threads and other programs may.
                if left.is_zero() {
                    return Err(shortage(&error).into());
                }
                left = left.saturating_sub(pause);
                drop((slot, login));
                settings.interrupt.rest(pause, false)?;
                continue;
            }
            started => started?,
        };
        let Err(error) = session.greet(interrupt) else {
            login.succeeded();
            return Ok(Opened { session, slot });
        };
        if Fault::kind_of(&error) != Kind::Unreachable {
            return Err(error);
        }
        let said = session.noise();
        let busy = way.is_busy(&said);
        if busy {
            login.turned_away();
        }
        drop((session, slot));
        let wait = jittered(pause);
        left = left.saturating_sub(begun.elapsed() + wait);
        if !busy || left.is_zero() {
            let fault = match error.downcast::<Fault>() {
                // One with a hint is explained.
                Ok(fault) if !fault.hints.is_empty() => fault,
                Ok(fault) => way.explain(&said, &fault.message),
                Err(error) => way.explain(&said, &error.to_string()),
            };
            return Err(after(fault, busy, tries).into());
        }
        settings.interrupt.rest(wait, false)?;
        pause *= 2;
    }
}

fn start(
    way: &dyn Transport,
    shell: Shell,
    settings: &Settings,
    left: Duration,
) -> Result<Session> {
    let token = token()?;
    let launch = way.launch(shell, &token, left, settings.control.as_ref())?;
    let launch = Launch { without: settings.private.clone(), ..launch };
    Session::open(&launch, &token, left)
}

/// Says how often a busy host was tried.
fn after(mut fault: Fault, busy: bool, tries: u32) -> Fault {
    if busy && tries > 1 {
        fault.message = format!("{}, {tries} times", fault.message);
    }
    fault
}

/// Whether a session could not start because this machine has too few files or processes.
fn is_shortage(error: &anyhow::Error) -> bool {
    let codes = [Errno::AGAIN, Errno::MFILE, Errno::NFILE].map(Errno::raw_os_error);
    let code = |error: &std::io::Error| error.raw_os_error();
    let found = error.chain().find_map(|cause| cause.downcast_ref().and_then(code));
    found.is_some_and(|code| codes.contains(&code))
}

fn shortage(error: &anyhow::Error) -> Fault {
    Fault::failed(format!("cannot start a session: {error:#}"))
        .hint("this machine allows too few open files or processes: raise ulimit -n or ulimit -u")
}

/// Between half of `pause` and one and a half, so that hosts do not come back together.
fn jittered(pause: Duration) -> Duration {
    let random = RandomState::new().hash_one(0) % 1024;
    pause / 2 + pause * u32::try_from(random).unwrap_or_default() / 1024
}
