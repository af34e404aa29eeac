//! Floor 2: sessions and processes. Nothing above this floor starts a process.
//!
//! A [`session::Session`] is one shell at the far end of a pipe. A transport ([`ssh`], [`local`],
//! [`rehearsal`]) only says which program to start so that its standard streams are the
//! shell's; framing, time-outs, interruption and spooling are the same for all of them.

pub mod admit;
pub mod call;
pub mod channel;
mod exchange;
pub mod interrupt;
pub mod keep;
pub mod launch;
mod link;
pub mod local;
pub mod ready;
pub mod rehearsal;
pub mod secret;
pub mod session;
pub mod spool;
pub mod ssh;
pub mod transport;
mod wire;

pub use wire::encode;
