//! Real Debian hosts on one machine: systemd, sshd and real daemons, with faults on demand.
//!
//! A host is an overlay over one image, booted by systemd-nspawn. The bridge, the hosts and the
//! runner are in a network namespace of their own; each host's overlay is mounted in a mount
//! namespace that ends with the host, so that a killed run leaves processes, which `down` finds by
//! their command lines, and no mounts.

pub mod apt;
pub mod blueking;
pub mod cgroups;
pub mod disk;
pub mod fault;
pub mod host;
pub mod hypervisor;
pub mod image;
pub mod inventory;
pub mod lab;
pub mod layout;
pub mod network;
pub mod platform;
pub mod poll;
pub mod processes;
pub mod roles;
pub mod shared;
pub mod snapshot;
pub mod suite;
pub mod told;
pub mod watch;

pub use fault::Fault;
pub use host::Host;
pub use lab::Lab;

use std::io::Write as _;
use std::path::{Path, PathBuf};

/// Says something to the waiting person.
pub fn say(text: &str) {
    // Nobody is left to tell when standard error is closed.
    drop(writeln!(std::io::stderr().lock(), "{text}"));
}

/// A shell for commands; its working directory is the workspace.
pub fn shell() -> anyhow::Result<xshell::Shell> {
    let sh = xshell::Shell::new()?;
    sh.change_dir(workspace());
    sh.set_var("LC_ALL", "C.UTF-8");
    Ok(sh)
}

/// The directory of the workspace.
pub fn workspace() -> PathBuf {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    here.ancestors().nth(2).expect("the package is two directories below the workspace").to_owned()
}
