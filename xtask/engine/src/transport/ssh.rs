//! Sessions over the system's `ssh`, with all of the user's `ssh_config`.

use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::FileTypeExt as _;
use std::time::Duration;

use anyhow::{Context as _, Result};
use camino::{Utf8Path, Utf8PathBuf};
use sha2::{Digest as _, Sha256};

use super::launch::{Launch, Shell};
use super::trust;
use crate::data::fault::{Fault, Kind};

/// A socket's path may have 108 bytes; ssh adds 17 to it while it makes one.
const SOCKET_LIMIT: usize = 108 - 1 - 17;

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
    pub sudo: bool,
    /// The temporary address of the host, as `-o HostName=…`: all other settings of the user for
    /// the destination hold.
    pub moved: Option<String>,
}

/// The directory of our ssh configurations, and of connections kept for the next invocation.
#[derive(Debug, Clone)]
pub struct Control {
    dir: Utf8PathBuf,
    share: bool,
}

impl Control {
    /// The directory for control sockets: below `$XDG_RUNTIME_DIR` when its path is short enough
    /// for a socket, else `/tmp/xtask-UID`. Made with mode 0700; refused when it belongs to another
    /// user. With `share`, connections are kept for the next invocation.
    pub fn open(share: bool) -> Result<Self> {
        let uid = rustix::process::getuid().as_raw();
        let runtime =
            std::env::var("XDG_RUNTIME_DIR").ok().map(|dir| Utf8PathBuf::from(dir).join("xtask"));
        let runtime =
            runtime.filter(|dir| dir.is_absolute() && dir.as_str().len() + 1 + 16 <= SOCKET_LIMIT);
        let dirs = runtime.into_iter().chain([Utf8PathBuf::from(format!("/tmp/xtask-{uid}"))]);
        let mut last = None;
        for dir in dirs {
            match trust::private_dir(&dir).with_context(|| format!("making {dir}")) {
                Ok(()) => return Ok(Self { dir, share }),
                Err(error) => last = Some(error),
            }
        }
        Err(last.expect("there is always one candidate"))
    }

    /// The socket of one target.
    pub fn socket(&self, target: &Target) -> Utf8PathBuf {
        self.dir.join(target.key())
    }

    /// Removes the configurations that were written for connections; the next call writes those it
    /// needs.
    pub(super) fn forget_configs(&self) -> Result<()> {
        for path in self.files()?.iter().filter(|path| path.extension() == Some("conf")) {
            fs::remove_file(path).with_context(|| format!("removing {path}"))?;
        }
        Ok(())
    }

    /// The sockets of shared connections.
    pub(super) fn sockets(&self) -> Result<Vec<Utf8PathBuf>> {
        let socket = |path: &Utf8PathBuf| {
            fs::symlink_metadata(path).is_ok_and(|meta| meta.file_type().is_socket())
        };
        Ok(self.files()?.into_iter().filter(socket).collect())
    }

    fn files(&self) -> Result<Vec<Utf8PathBuf>> {
        let entries = self.dir.read_dir_utf8().with_context(|| format!("reading {}", self.dir))?;
        let paths = entries.map(|entry| entry.map(camino::Utf8DirEntry::into_path));
        paths.collect::<std::io::Result<_>>().with_context(|| format!("reading {}", self.dir))
    }

    /// The file with the time until which connections are kept.
    pub(super) fn keep_file(&self) -> Utf8PathBuf {
        self.dir.join("keep")
    }

    /// An `ssh_config` with our settings after those of the user. The first value wins in
    /// ssh_config, so a `ControlPath` of the user stays in force. It holds for this destination
    /// only: a jump host on the way reads the same file. It must not use the name of the host
    /// behind it.
    fn config(&self, target: &Target) -> Result<Utf8PathBuf> {
        let kind = if self.share { "" } else { ".alone" };
        let path = self.dir.join(format!("{}{kind}.conf", target.key()));
        let mut text =
            String::from("# Written by xtask: the user's configuration, then our settings.\n");
        match &target.config {
            Some(config) => writeln!(text, "Include \"{}\"", absolute(config)?)?,
            None => {
                let home = std::env::var("HOME").unwrap_or_default();
                write!(text, "Include \"{home}/.ssh/config\"\nInclude /etc/ssh/ssh_config\n")?;
            }
        }
        // A host that froze or was cut off in the middle of a command is noticed after two minutes.
        let alive = "  ServerAliveInterval 15\n  ServerAliveCountMax 8\n";
        write!(text, "Host {}\n{alive}", target.destination)?;
        if self.share {
            write!(text, "  ControlMaster auto\n  ControlPath \"{}\"\n", self.socket(target))?;
        }
        if fs::read_to_string(&path).ok().as_deref() != Some(text.as_str()) {
            let new = self.dir.join(format!("{}.{}", target.key(), std::process::id()));
            fs::write(&new, &text)
                .and_then(|()| fs::rename(&new, &path))
                .with_context(|| format!("writing {path}"))?;
        }
        Ok(path)
    }
}

impl Target {
    /// The program to start. Without `control`, only the user's own configuration holds.
    pub fn launch(
        &self,
        shell: Shell,
        token: &str,
        connect: Duration,
        control: Option<&Control>,
    ) -> Result<Launch> {
        let mut argv: Vec<String> =
            ["ssh", "-T", "-o", "BatchMode=yes"].map(str::to_owned).to_vec();
        let seconds = connect.as_secs().max(1);
        argv.extend(["-o".to_owned(), format!("ConnectTimeout={seconds}")]);
        let config = match control {
            Some(control) => Some(control.config(self)?),
            None => self.config.clone(),
        };
        argv.extend(config.into_iter().flat_map(|path| ["-F".to_owned(), path.into_string()]));
        argv.extend(self.port.into_iter().flat_map(|port| ["-p".to_owned(), port.to_string()]));
        argv.extend(self.user.iter().flat_map(|user| ["-l".to_owned(), user.clone()]));
        argv.extend(
            self.moved.iter().flat_map(|address| ["-o".to_owned(), format!("HostName={address}")]),
        );
        argv.extend(["--".to_owned(), self.destination.clone(), shell.line(token, self.sudo)?]);
        Ok(Launch { argv, own_group: true, without: Vec::new() })
    }

    /// The error text of ssh as a fault; see [`explain`]. A rebuilt host at a temporary address has
    /// a key that this machine cannot know.
    pub(super) fn explain(&self, said: &str, fallback: &str) -> Fault {
        let fault = explain(said, fallback);
        let strange = said.contains("IDENTIFICATION HAS CHANGED")
            || said.contains("Host key verification failed");
        match self.moved.as_ref().filter(|_| strange) {
            Some(address) => fault.detail("at", address.as_str()).hint(format!(
                "compare the new host key at {address}, then accept it: \
                 ssh-keygen -R {address}; ssh-keyscan {address} >>~/.ssh/known_hosts"
            )),
            None => fault,
        }
    }

    fn key(&self) -> String {
        let digest = Sha256::digest(format!("{self:?}"));
        digest.iter().take(8).fold(String::new(), |key, byte| key + &format!("{byte:02x}"))
    }
}

fn absolute(path: &Utf8Path) -> Result<Utf8PathBuf> {
    camino::absolute_utf8(path).with_context(|| format!("finding {path}"))
}

/// The error text of ssh or sudo as a fault: a short reason and a hint.
pub fn explain(said: &str, fallback: &str) -> Fault {
    let words = |text: &str| said.contains(text);
    let (reason, hint) = if words("REMOTE HOST IDENTIFICATION HAS CHANGED") {
        (
            "wrong host key: it has changed",
            "if the host was rebuilt on purpose, remove its old key: ssh-keygen -R HOST",
        )
    } else if words("Host key verification failed") {
        (
            "wrong host key: it is not known",
            "connect once by hand and compare the fingerprint: ssh HOST true",
        )
    } else if words("Permission denied") {
        ("login refused", "check user and key: ssh -o BatchMode=yes HOST true")
    } else if words("Connection refused") {
        ("connection refused", "check that sshd listens on that port")
    } else if words("sudo:") {
        (
            "sudo refused",
            "allow it without a password for this account (NOPASSWD in sudoers), or remove `become`",
        )
    } else if words("timed out") || fallback.contains("time-out") {
        ("timed out", "check that the host is up and reachable, or raise --connect-timeout")
    } else if words("Could not resolve hostname") {
        ("name not known", "give the host an `address` in hosts.toml, or name it in ssh_config")
    } else if words("No route to host") || words("Network is unreachable") {
        ("no route to the host", "check the network and its routes")
    } else {
        (fallback, "try by hand: ssh -o BatchMode=yes HOST true")
    };
    let last =
        said.lines().map(str::trim).rfind(|line| !line.is_empty() && !line.starts_with("@@@"));
    Fault::new(Kind::Unreachable, reason).detail("stderr", last.unwrap_or_default()).hint(hint)
}
