//! Ctrl-C, SIGTERM and SIGHUP: first a request to stop, then the end of running commands.

use std::io::{PipeReader, PipeWriter, Read as _, Write as _};
use std::os::fd::AsFd;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, OnceLock};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use signal_hook::consts::{SIGHUP, SIGINT, SIGTERM, SIGXFSZ};

use crate::data::fault::{Fault, Kind};

/// A SIGTERM or SIGHUP that comes this soon after the first is the same request: `timeout` sends it
/// to the process and to its group. The kernel and the shell both report a closed terminal.
const ECHO: Duration = Duration::from_secs(1);

/// How long output waits for its reader after a stop.
const PATIENCE: Timespec = Timespec { tv_sec: 0, tv_nsec: 300_000_000 };

/// A pipe that poll(2) calls writable takes this many bytes without waiting (`PIPE_BUF` of Linux).
pub const ROOM: usize = 4096;

/// A request of the person or the system to stop. It is never taken back: its pipes are not
/// drained, so every poll wakes up.
///
/// After the first signal nothing new starts. The signal also ends running commands, unless
/// [`Interrupt::gently`] gave them a grace time. Then the second signal or the end of that time
/// ends them.
#[derive(Debug, Clone)]
pub struct Interrupt {
    state: Arc<State>,
    wakes: Option<Arc<Wakes>>,
    /// The first signal counts as the last one.
    prompt: bool,
}

/// Pipes that become readable at the first signal, and when running commands must end.
#[derive(Debug)]
struct Wakes {
    asked: PipeReader,
    now: PipeReader,
}

#[derive(Default)]
struct State {
    /// The number of the last signal; 0 before the first.
    signal: Arc<AtomicUsize>,
    now: AtomicBool,
    gentle: OnceLock<Gentle>,
}

struct Gentle {
    grace: Duration,
    tell: Arc<dyn Fn() + Send + Sync>,
}

impl std::fmt::Debug for State {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let grace = self.gentle.get().map(|gentle| gentle.grace);
        f.debug_struct("State").field("signal", &self.signal).field("grace", &grace).finish()
    }
}

/// A write beyond `ulimit -f` becomes an error of that write, instead of a signal that kills the program without a word.
/// Processes that it starts keep the signal.
pub fn outlive_file_limit() {
    // Without the handler the signal kills: nothing worse than before.
    drop(signal_hook::flag::register(SIGXFSZ, Arc::default()));
}

impl Interrupt {
    /// Catches SIGINT, SIGTERM and SIGHUP from now on.
    ///
    /// # Errors
    /// When the system gives no pipe, handler or thread.
    pub fn install() -> Result<Self> {
        let pipe = || std::io::pipe().context("making a pipe for signals");
        let ((signals, tell), (asked, ask), (now, end)) = (pipe()?, pipe()?, pipe()?);
        let state = Arc::new(State::default());
        for number in [SIGINT, SIGTERM, SIGHUP] {
            // The order matters: the number must be there when the pipe wakes its reader.
            let value = usize::try_from(number).context("reading a signal number")?;
            signal_hook::flag::register_usize(number, Arc::clone(&state.signal), value)
                .and_then(|_| signal_hook::low_level::pipe::register(number, tell.try_clone()?))
                .context("catching signals")?;
        }
        let watched = Arc::clone(&state);
        std::thread::Builder::new()
            .name("signals".to_owned())
            .spawn(move || watched.watch(signals, ask, end))
            .context("starting a thread for signals")?;
        Ok(Self { state, wakes: Some(Arc::new(Wakes { asked, now })), prompt: false })
    }

    /// One that never fires, for tests and read-only commands.
    pub fn never() -> Self {
        Self { state: Arc::default(), wakes: None, prompt: false }
    }

    /// Gives running commands `grace` after the first signal, and calls `tell` at that signal.
    /// Without grace nothing changes.
    pub fn gently(&self, grace: Duration, tell: impl Fn() + Send + Sync + 'static) {
        if !grace.is_zero() {
            // The first call decides.
            drop(self.state.gentle.set(Gentle { grace, tell: Arc::new(tell) }));
        }
    }

    /// The kind of end that was asked for, if any: nothing new is to be started.
    pub fn asked(&self) -> Option<Kind> {
        match i32::try_from(self.state.signal.load(Ordering::SeqCst)) {
            Ok(0) => None,
            Ok(SIGINT) => Some(Kind::Interrupted),
            _ => Some(Kind::Terminated),
        }
    }

    /// The same, once running commands must end.
    pub fn now(&self) -> Option<Kind> {
        self.asked().filter(|_| self.prompt || self.state.now.load(Ordering::SeqCst))
    }

    /// The same request for a command that may end at the first signal.
    pub(super) fn prompt(&self) -> Self {
        Self { prompt: true, ..self.clone() }
    }

    /// An error when an end was asked for.
    pub fn check(&self) -> Result<(), Fault> {
        self.asked().map_or(Ok(()), |kind| Err(Fault::new(kind, kind.word())))
    }

    /// An error once running commands must end.
    pub fn check_now(&self) -> Result<(), Fault> {
        self.now().map_or(Ok(()), |kind| Err(Fault::new(kind, kind.word())))
    }

    /// Sleeps for `time`, or until an end was asked for; with `gentle` until running commands must end.
    ///
    /// # Errors
    /// When that has happened, also before.
    pub fn rest(&self, time: Duration, gentle: bool) -> Result<(), Fault> {
        let until = Instant::now() + time;
        loop {
            if gentle { self.check_now() } else { self.check() }?;
            let left = until.saturating_duration_since(Instant::now());
            if left.is_zero() {
                return Ok(());
            }
            let wake = self.wake(gentle).map(|wake| PollFd::new(wake, PollFlags::IN));
            let mut fds: Vec<_> = wake.into_iter().collect();
            match poll(&mut fds, Some(&timespec(left))) {
                Ok(_) | Err(rustix::io::Errno::INTR) => {}
                Err(_) => std::thread::sleep(left),
            }
        }
    }

    /// Waits until `input` has something to read.
    ///
    /// # Errors
    /// When an end was asked for.
    pub fn await_input(&self, input: impl AsFd) -> Result<()> {
        loop {
            self.check()?;
            let mut fds = vec![PollFd::new(&input, PollFlags::IN)];
            fds.extend(self.wakes.as_ref().map(|wakes| PollFd::new(&wakes.asked, PollFlags::IN)));
            match poll(&mut fds, None) {
                Ok(_) if !fds[0].revents().is_empty() => return Ok(self.check()?),
                Ok(_) | Err(rustix::io::Errno::INTR) => {}
                Err(error) => return Err(error).context("waiting for an answer"),
            }
        }
    }

    /// Waits until `output` takes at least [`ROOM`] bytes: its reader may be slow, or not read at all.
    ///
    /// # Errors
    /// When running commands must end, and there is no room within 0.3 s.
    pub fn await_room(&self, output: impl AsFd) -> std::io::Result<()> {
        loop {
            let stopped = self.now().is_some();
            let wake = self.wakes.as_ref().filter(|_| !stopped);
            let mut fds = vec![PollFd::new(&output, PollFlags::OUT)];
            fds.extend(wake.map(|wakes| PollFd::new(&wakes.now, PollFlags::IN)));
            match poll(&mut fds, stopped.then_some(&PATIENCE)) {
                // Of a closed output the write says it.
                Ok(_) if !fds[0].revents().is_empty() => return Ok(()),
                Ok(0) => {
                    return Err(std::io::Error::other("nobody reads it, and the run was stopped"));
                }
                Ok(_) | Err(rustix::io::Errno::INTR) => {}
                Err(error) => return Err(error.into()),
            }
        }
    }

    /// The pipe that becomes readable at a request to stop; with `gentle` only once running
    /// commands must end.
    pub(super) fn wake(&self, gentle: bool) -> Option<&PipeReader> {
        let gentle = gentle && !self.prompt;
        self.wakes.as_ref().map(|wakes| if gentle { &wakes.now } else { &wakes.asked })
    }
}

impl State {
    /// Reads signals until running commands must end.
    fn watch(&self, mut signals: PipeReader, mut ask: PipeWriter, mut end: PipeWriter) {
        if signals.read_exact(&mut [0]).is_err() {
            return;
        }
        // The readers live as long as the program; without them nobody waits.
        drop(ask.write_all(b"!"));
        if let Some(gentle) = self.gentle.get() {
            let tell = Arc::clone(&gentle.tell);
            // The message may block on its reader; the grace time runs anyway.
            drop(std::thread::Builder::new().spawn(move || tell()));
            self.wait(&mut signals, gentle.grace);
        }
        self.now.store(true, Ordering::SeqCst);
        drop(end.write_all(b"!"));
    }

    /// Until the second signal, or until the grace time is over.
    fn wait(&self, signals: &mut PipeReader, grace: Duration) {
        let begun = Instant::now();
        while let Some(left) = grace.checked_sub(begun.elapsed()) {
            let mut fds = [PollFd::new(&*signals, PollFlags::IN)];
            let came = poll(&mut fds, Some(&timespec(left))).is_ok_and(|count| count > 0);
            if came && signals.read_exact(&mut [0]).is_ok() && !self.is_echo(begun) {
                return;
            }
        }
    }

    fn is_echo(&self, begun: Instant) -> bool {
        let number = i32::try_from(self.signal.load(Ordering::SeqCst));
        number != Ok(SIGINT) && begun.elapsed() < ECHO
    }
}

fn timespec(time: Duration) -> Timespec {
    Timespec {
        tv_sec: i64::try_from(time.as_secs()).unwrap_or(i64::MAX),
        tv_nsec: i64::from(time.subsec_nanos()),
    }
}
