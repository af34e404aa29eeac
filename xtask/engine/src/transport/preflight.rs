//! What this machine must have before any session to another can be opened.

use std::fs::File;

use crate::data::fault::Fault;
use crate::data::inventory::{Inventory, Session};

/// Looks for the system's `ssh` and for the configuration that the inventory names, when a host needs
/// them: without them no host of many would answer, each for a reason that is not its own.
///
/// # Errors
/// Exit 2 when one of them is missing.
pub fn check(inventory: &Inventory) -> Result<(), Fault> {
    if !inventory.hosts.iter().any(|host| matches!(host.session, Session::Ssh)) {
        return Ok(());
    }
    if which::which("ssh").is_err() {
        let fault = Fault::usage("there is no `ssh` on this machine, which hosts are reached by");
        return Err(fault.hint("install the OpenSSH client: apt install openssh-client"));
    }
    // What begins with `~` is found by ssh itself.
    let config = inventory.ssh.config.as_ref().filter(|config| !config.starts_with("~"));
    let Some(Err(error)) = config.map(File::open) else { return Ok(()) };
    let config = config.map_or("", |config| config.as_str());
    let fault = Fault::usage(format!("cannot read the ssh configuration {config}: {error}"));
    Err(fault.detail("named by", format!("`config` of [ssh] in {}", inventory.path)))
}
