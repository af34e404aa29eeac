//! The directory of our ssh configurations, and of connections kept for the next invocation.

use std::fmt::Write as _;
use std::fs;
use std::os::unix::fs::FileTypeExt as _;
use std::sync::OnceLock;

use anyhow::{Context as _, Result};
use camino::{Utf8Path, Utf8PathBuf};

use super::home::home;
use super::overrides;
use super::replace::replace;
use super::ssh::Target;
use super::trust;

/// A socket's path may have 108 bytes; ssh adds 17 to it while it makes one.
const SOCKET_LIMIT: usize = 108 - 1 - 17;

/// The directory of our ssh configurations, and of connections kept for the next invocation.
#[derive(Debug, Clone)]
pub struct Control {
    dir: Utf8PathBuf,
    share: bool,
    overrides: OnceLock<Vec<&'static str>>,
    home: OnceLock<Option<Utf8PathBuf>>,
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
                Ok(()) => {
                    let (overrides, home) = (OnceLock::new(), OnceLock::new());
                    return Ok(Self { dir, share, overrides, home });
                }
                Err(error) => last = Some(error),
            }
        }
        Err(last.expect("there is always one candidate"))
    }

    /// The socket of one target.
    pub fn socket(&self, target: &Target) -> Utf8PathBuf {
        self.dir.join(target.key())
    }

    /// The options that a session does not take from the user, as this ssh knows them.
    pub(super) fn overrides(&self) -> &[&'static str] {
        self.overrides.get_or_init(|| overrides::known(&self.dir))
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

    /// An `ssh_config` with our defaults after those of the user. The first value wins in
    /// ssh_config, so a `ControlPath` of the user stays in force. It holds for this destination
    /// only: a jump host on the way reads the same file. It must not use the name of the host
    /// behind it.
    pub(super) fn config(&self, target: &Target) -> Result<Utf8PathBuf> {
        let kind = if self.share { "" } else { ".alone" };
        let path = self.dir.join(format!("{}{kind}.conf", target.key()));
        let mut text =
            String::from("# Written by xtask: the user's configuration, then our defaults.\n");
        match &target.config {
            Some(config) => writeln!(text, "Include \"{}\"", absolute(config)?)?,
            None => {
                if let Some(home) = self.home.get_or_init(home) {
                    writeln!(text, "Include \"{home}/.ssh/config\"")?;
                }
                text.push_str("Include /etc/ssh/ssh_config\n");
            }
        }
        // A host that froze or was cut off in the middle of a command is noticed after two minutes.
        let alive = "  ServerAliveInterval 15\n  ServerAliveCountMax 8\n";
        write!(text, "Host {}\n{alive}", target.destination)?;
        if self.share {
            write!(text, "  ControlMaster auto\n  ControlPath \"{}\"\n", self.socket(target))?;
        }
        if fs::read_to_string(&path).ok().as_deref() != Some(text.as_str()) {
            replace(&path, text.as_bytes(), 0o600).with_context(|| format!("writing {path}"))?;
        }
        Ok(path)
    }
}

fn absolute(path: &Utf8Path) -> Result<Utf8PathBuf> {
    // ssh itself expands a leading `~`.
    if path.starts_with("~") {
        return Ok(path.to_owned());
    }
    camino::absolute_utf8(path).with_context(|| format!("finding {path}"))
}
