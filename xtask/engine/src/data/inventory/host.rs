//! A host with the values that hold for it.

use std::collections::BTreeMap;
use std::str::FromStr;

use serde::Serialize;

use super::origin::Origins;
use crate::data::fault::Fault;

/// How a shell on a host is opened.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Session {
    /// Through `ssh`.
    #[default]
    Ssh,
    /// On this machine.
    Local,
    /// Through a command that takes `sh -c …` as its last arguments: `docker exec -i web1`.
    Exec(Vec<String>),
}

/// `sudo -n` before the shell.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Sudo {
    /// The account of the shell; root without one.
    pub user: Option<String>,
}

/// A host. The values of its groups and the defaults are already applied:
/// host before group before default.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Host {
    /// The name in the inventory, unique.
    pub name: String,
    /// The address to connect to; `None` leaves it to the ssh configuration of that name.
    pub address: Option<String>,
    /// TCP port of ssh.
    pub port: Option<u16>,
    /// Login name of ssh.
    pub user: Option<String>,
    /// How a shell is opened.
    pub session: Session,
    /// Whether the shell is opened through `sudo -n`.
    pub sudo: bool,
    /// The account that `sudo` changes to; root without one.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub become_user: Option<String>,
    /// Whether its identity is checked before a change.
    pub identity: bool,
    /// The machine that it runs on: when that one goes, it goes too.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub on: Option<String>,
    /// All variables that hold for the host.
    pub vars: BTreeMap<String, String>,
    /// The origins of all of these.
    #[serde(skip)]
    pub origins: Origins,
}

impl Host {
    /// The destination for `ssh`: the address, else the name.
    pub fn target(&self) -> &str {
        self.address.as_deref().unwrap_or(&self.name)
    }

    /// The `sudo` that opens its shell, if one does.
    pub fn raised(&self) -> Option<Sudo> {
        self.sudo.then(|| Sudo { user: self.become_user.clone() })
    }

    /// The value of a variable: that of the host, else of a group, else of `[vars]`.
    pub fn var(&self, name: &str) -> Option<&str> {
        self.vars.get(name).map(String::as_str)
    }

    /// A variable that has to be there, read as `T`.
    ///
    /// # Errors
    /// When no such variable holds for the host, or its value is not a `T`.
    pub fn need<T: FromStr<Err: std::fmt::Display>>(&self, name: &str) -> Result<T, Fault> {
        let Some(value) = self.var(name) else {
            return Err(Fault::usage(format!("host {} has no variable `{name}`", self.name)).hint(
                format!("add to the inventory: [hosts.{}] vars = {{ {name} = \"…\" }}", self.name),
            ));
        };
        value.parse().map_err(|error| {
            Fault::usage(format!("variable `{name}` of host {}: {error}", self.name))
        })
    }
}
