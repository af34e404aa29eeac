//! Defaults of the connection.

use camino::Utf8PathBuf;
use serde::Serialize;

/// `[ssh]`: what is left out here comes from the user's own ssh configuration.
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
    /// `identity = false`: hosts do not prove who they are, unless one says that it does.
    pub identity: Option<bool>,
    /// Seconds to wait for a connection.
    pub connect_timeout: Option<u16>,
}
