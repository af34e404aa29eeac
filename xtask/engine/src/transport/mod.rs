//! Floor 2: sessions and processes. Nothing above this floor starts a process.
//!
//! A [`session::Session`] is one shell at the far end of a pipe. A transport ([`ssh`], [`local`],
//! [`rehearsal`]) only says which program to start so that its standard streams are the
//! shell's; framing, time-outs, interruption and spooling are the same for all of them.

pub mod admit;
mod asked;
pub mod call;
mod cap;
pub mod channel;
mod child;
mod control;
mod dialog;
mod exchange;
mod home;
pub mod hook;
pub mod import;
pub mod interrupt;
pub mod launch;
pub mod lint;
pub mod local;
mod login;
pub mod overrides;
pub mod pager;
pub mod persist;
pub mod preflight;
pub mod reason;
pub mod rehearsal;
pub mod replace;
pub mod room;
pub mod secret;
pub mod serve;
pub mod session;
pub mod slots;
pub mod spool;
pub mod ssh;
pub mod syslog;
pub mod terminal;
pub mod trust;
mod watch;
mod wire;

pub use wire::encode;

use std::time::Duration;

use anyhow::Result;

use self::launch::{Launch, Shell};
use self::ssh::{Control, Target};
use crate::data::fault::Fault;

/// A way to get a shell on a host: it says which program to start. A transport inside this
/// process starts its side of three pipes instead; nothing above [`Launch`] would change.
pub trait Transport: Send + Sync + std::fmt::Debug {
    /// The program whose standard streams are those of `shell`.
    fn launch(
        &self,
        shell: Shell,
        token: &str,
        connect: Duration,
        control: Option<&Control>,
    ) -> Result<Launch>;

    /// The error text of the program as a fault, when there was no shell.
    fn explain(&self, said: &str, fallback: &str) -> Fault;

    /// Whether the error text says that the far end takes no more logins for the moment.
    fn is_busy(&self, said: &str) -> bool {
        let _ = said;
        false
    }

    /// The same way to another address; none where the address plays no part.
    fn to(&self, address: &str) -> Option<Box<dyn Transport>> {
        let _ = address;
        None
    }

    /// The socket of a connection that may be kept for the next invocation, if there is one.
    fn socket(&self, control: &Control) -> Option<camino::Utf8PathBuf> {
        let _ = control;
        None
    }
}

impl Transport for Target {
    fn launch(
        &self,
        shell: Shell,
        token: &str,
        connect: Duration,
        control: Option<&Control>,
    ) -> Result<Launch> {
        self.launch(shell, token, connect, control)
    }

    fn explain(&self, said: &str, fallback: &str) -> Fault {
        self.explain(said, fallback)
    }

    fn is_busy(&self, said: &str) -> bool {
        reason::is_busy(said)
    }

    fn to(&self, address: &str) -> Option<Box<dyn Transport>> {
        Some(Box::new(Self { moved: Some(address.to_owned()), ..self.clone() }))
    }

    fn socket(&self, control: &Control) -> Option<camino::Utf8PathBuf> {
        Some(control.socket(self))
    }
}
