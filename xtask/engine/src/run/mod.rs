//! Floor 4: one run: its options, hosts, fan-out, record and report.

mod acks;
mod admit;
mod ask;
pub mod back;
pub mod captures;
pub mod check;
pub mod context;
mod emit;
mod end;
pub mod fanout;
mod gate;
mod guard;
pub mod hosts;
mod hosts_failed;
mod identify;
mod locks;
pub mod manual;
mod masked;
mod observer;
pub mod options;
pub mod pcmd;
pub mod pin;
mod pins;
mod quorum;
pub mod record;
pub mod report;
pub mod run_summary;
mod select;
pub mod session_pool;
pub mod stages;
mod whereabouts;

pub use context::Context;
pub use hosts::{Host, Hosts};
pub use manual::Manual;
pub use options::Options;
pub use stages::Stages;
