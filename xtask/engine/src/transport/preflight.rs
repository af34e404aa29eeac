//! Requirements of this machine for sessions to other hosts.

use anyhow::{Context as _, Result};
use camino::Utf8PathBuf;

use super::home::home;
use super::trust::{self, Consent};
use crate::data::fault::Fault;
use crate::data::inventory::{Inventory, Session};

/// Checks the system's `ssh` and the configuration that the inventory names, if a host needs them.
/// One error then replaces a failure of every host.
///
/// # Errors
/// Exit 2 when one of them is missing, or when others may write the configuration: it names commands.
pub fn check(inventory: &Inventory, consent: &Consent) -> Result<()> {
    if !inventory.hosts.iter().any(|host| matches!(host.session, Session::Ssh)) {
        return Ok(());
    }
    if which::which("ssh").is_err() {
        let fault = Fault::usage("cannot reach hosts: `ssh` is not installed on this machine");
        return Err(fault.hint("install the OpenSSH client: apt install openssh-client").into());
    }
    let Some(config) = &inventory.ssh.config else { return own_config() };
    // ssh itself expands a leading `~`, and goes by the environment there.
    if let Ok(below) = config.strip_prefix("~") {
        let home = std::env::var("HOME").map(Utf8PathBuf::from);
        return home.map_or(Ok(()), |home| believed(&home.join(below)));
    }
    let named = format!("`config` of [ssh] in {}", inventory.path);
    match consent.open(config).map_err(|error| error.downcast::<Fault>()) {
        Ok(_) => Ok(()),
        Err(Ok(fault)) => Err(fault.detail("named by", named).into()),
        Err(Err(error)) => {
            let fault =
                Fault::usage(format!("cannot read the ssh configuration {config}: {error}"));
            Err(fault.detail("named by", named).into())
        }
    }
}

/// The user's own configuration. ssh looks at its owner and mode too, but not when another file includes it, as ours
/// does.
fn own_config() -> Result<()> {
    home().map_or(Ok(()), |home| believed(&home.join(".ssh/config")))
}

fn believed(config: &Utf8PathBuf) -> Result<()> {
    match trust::open(config) {
        Err(error) if trust::is_missing(&error) => Ok(()),
        opened => opened.map(drop).with_context(|| format!("reading {config}")),
    }
}
