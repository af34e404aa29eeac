//! Ctrl-C and SIGTERM as something a poll can wait for.

use std::io::PipeReader;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use anyhow::{Context as _, Result};

use crate::data::fault::{Fault, Kind};

/// Tells whether the person or the system asked us to stop. Once asked, it stays so: the pipe
/// behind it is never drained, so every session that polls it wakes up.
#[derive(Debug)]
pub struct Interrupt {
    signal: Arc<AtomicUsize>,
    wake: Option<PipeReader>,
}

impl Interrupt {
    /// Catches SIGINT, SIGTERM and SIGHUP from now on.
    pub fn install() -> Result<Self> {
        let signal = Arc::new(AtomicUsize::new(0));
        let (wake, tell) = std::io::pipe().context("making a pipe for signals")?;
        for number in
            [signal_hook::consts::SIGINT, signal_hook::consts::SIGTERM, signal_hook::consts::SIGHUP]
        {
            // The order matters: the number must be there when the pipe wakes a reader.
            let value = usize::try_from(number).context("reading a signal number")?;
            signal_hook::flag::register_usize(number, Arc::clone(&signal), value)
                .and_then(|_| signal_hook::low_level::pipe::register(number, tell.try_clone()?))
                .context("catching signals")?;
        }
        Ok(Self { signal, wake: Some(wake) })
    }

    /// One that never fires, for tests and read-only commands.
    pub fn never() -> Self {
        Self { signal: Arc::default(), wake: None }
    }

    /// The kind of end that was asked for, if any.
    pub fn asked(&self) -> Option<Kind> {
        match self.signal.load(Ordering::SeqCst) {
            0 => None,
            2 => Some(Kind::Interrupted),
            _ => Some(Kind::Terminated),
        }
    }

    /// An error when an end was asked for.
    pub fn check(&self) -> Result<(), Fault> {
        self.asked().map_or(Ok(()), |kind| Err(Fault::new(kind, kind.word())))
    }

    /// What becomes readable when an end is asked for.
    pub(super) fn wake(&self) -> Option<&PipeReader> {
        self.wake.as_ref()
    }
}
