//! Requirements of this machine for sessions to other hosts.

use super::regular;
use crate::data::fault::Fault;
use crate::data::inventory::{Inventory, Session};

/// Checks the system's `ssh` and the configuration that the inventory names, if a host needs them.
/// One error then replaces a failure of every host.
///
/// # Errors
/// Exit 2 when one of them is missing.
pub fn check(inventory: &Inventory) -> Result<(), Fault> {
    if !inventory.hosts.iter().any(|host| matches!(host.session, Session::Ssh)) {
        return Ok(());
    }
    if which::which("ssh").is_err() {
        let fault = Fault::usage("cannot reach hosts: `ssh` is not installed on this machine");
        return Err(fault.hint("install the OpenSSH client: apt install openssh-client"));
    }
    // ssh itself expands a leading `~`.
    let config = inventory.ssh.config.as_ref().filter(|config| !config.starts_with("~"));
    let Some(Err(error)) = config.map(|path| regular::open(path)) else { return Ok(()) };
    let config = config.map_or("", |config| config.as_str());
    let fault = Fault::usage(format!("cannot read the ssh configuration {config}: {error}"));
    Err(fault.detail("named by", format!("`config` of [ssh] in {}", inventory.path)))
}
