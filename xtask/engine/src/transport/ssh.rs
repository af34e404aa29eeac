//! Sessions over the system's `ssh`, with all of the user's `ssh_config` that is not for a login at
//! a terminal.

use std::time::Duration;

use anyhow::Result;
use camino::Utf8PathBuf;
use sha2::{Digest as _, Sha256};

use super::launch::{Launch, Shell};
use super::overrides::OVERRIDES;
use crate::data::fault::Fault;
use crate::data::inventory::Sudo;
use crate::text::quote;

pub use super::control::Control;

/// Where an ssh session goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Target {
    /// The destination for `ssh`: an address, or a name that `ssh_config` or DNS knows.
    pub destination: String,
    /// Overrides `ssh_config`.
    pub port: Option<u16>,
    /// Overrides `ssh_config`.
    pub user: Option<String>,
    /// As `ssh -F`.
    pub config: Option<Utf8PathBuf>,
    /// Open the shell through `sudo -n`.
    pub sudo: Option<Sudo>,
    /// The temporary address of the host, as `-o HostName=…`: all other settings of the user for
    /// the destination hold.
    pub moved: Option<String>,
}

impl Target {
    /// The program to start. Without `control`, there are no defaults of ours.
    pub fn launch(
        &self,
        shell: Shell,
        token: &str,
        connect: Duration,
        control: Option<&Control>,
    ) -> Result<Launch> {
        let mut argv: Vec<String> = ["ssh", "-T"].map(str::to_owned).to_vec();
        let seconds = format!("ConnectTimeout={}", connect.as_secs().max(1));
        let overrides = control.map_or(OVERRIDES.as_slice(), Control::overrides);
        let options = overrides.iter().copied().chain([seconds.as_str()]);
        argv.extend(options.flat_map(|option| ["-o".to_owned(), option.to_owned()]));
        let config = match control {
            Some(control) => Some(control.config(self)?),
            None => self.config.clone(),
        };
        argv.extend(self.words(config));
        let line = shell.line(token, self.sudo.as_ref())?;
        argv.extend(["--".to_owned(), self.destination.clone(), line]);
        Ok(Launch { argv, own_group: true, without: Vec::new() })
    }

    /// The flags that lead there, with this configuration.
    fn words(&self, config: Option<Utf8PathBuf>) -> Vec<String> {
        let mut words: Vec<String> = Vec::new();
        words.extend(config.into_iter().flat_map(|path| ["-F".to_owned(), path.into_string()]));
        words.extend(self.port.into_iter().flat_map(|port| ["-p".to_owned(), port.to_string()]));
        words.extend(self.user.iter().flat_map(|user| ["-l".to_owned(), user.clone()]));
        words.extend(self.moved.iter().flat_map(|address| {
            ["-o".to_owned(), format!("HostName={}", address.replace('%', "%%"))]
        }));
        words
    }

    /// A command for a person that logs in there, with more `options`.
    pub(super) fn by_hand(&self, options: &[&str]) -> String {
        let mut words = vec!["ssh".to_owned()];
        words.extend(self.words(self.config.clone()));
        words.extend(options.iter().flat_map(|option| ["-o".to_owned(), (*option).to_owned()]));
        words.extend([self.destination.clone(), "true".to_owned()]);
        // A word with a NUL byte cannot be quoted, nor typed.
        quote::join(&words).unwrap_or_default()
    }

    /// The jump hosts on the way, as `ProxyJump` has them, asked of ssh; none when there is none.
    #[expect(clippy::disallowed_methods, reason = "transport is where processes are started")]
    fn jump(&self) -> Option<String> {
        let words = self.words(self.config.clone()).into_iter();
        let words = ["-G".to_owned()].into_iter().chain(words).chain([self.destination.clone()]);
        let said = duct::cmd("ssh", words).stdin_null().stderr_null().unchecked().read().ok()?;
        said.lines().find_map(|line| line.strip_prefix("proxyjump ")).map(str::to_owned)
    }

    /// The last jump host on the way, as a target of its own.
    pub(super) fn through(&self) -> Option<Self> {
        let jump = self.jump()?;
        let (_, last) = jump.rsplit_once(',').unwrap_or(("", &jump));
        let port = last.rsplit_once(':').is_some_and(|(_, port)| port.parse::<u16>().is_ok());
        let destination = if port { format!("ssh://{last}") } else { last.to_owned() };
        let config = self.config.clone();
        Some(Self { destination, config, port: None, user: None, sudo: None, moved: None })
    }

    /// The error text of ssh as a fault; see [`super::reason`].
    pub(super) fn explain(&self, said: &str, fallback: &str) -> Fault {
        super::reason::explain(self, said, fallback)
    }

    pub(super) fn key(&self) -> String {
        let digest = Sha256::digest(format!("{self:?}"));
        digest.iter().take(8).fold(String::new(), |key, byte| key + &format!("{byte:02x}"))
    }
}
