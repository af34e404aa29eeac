//! Defaults of the connection.

use camino::Utf8PathBuf;
use serde::Serialize;

/// `[ssh]`. Values that are missing here come from the user's own ssh configuration.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
pub struct Ssh {
    /// Login name.
    pub user: Option<String>,
    /// TCP port.
    pub port: Option<u16>,
    /// A configuration file, as `ssh -F`; relative paths are taken from the inventory's directory.
    pub config: Option<Utf8PathBuf>,
    /// Whether shells are opened through `sudo -n` (`become = "sudo"`).
    pub sudo: bool,
    /// The account that `sudo` changes to; root without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub become_user: Option<String>,
    /// `identity = false`: the identity of hosts is not checked, unless a host sets it to `true`.
    pub identity: Option<bool>,
    /// Seconds to wait for a connection.
    pub connect_timeout: Option<u16>,
}
