//! Throw-away hosts on this machine: namespaces over an overlay of `/`, without network.
//!
//! Changes of a host stay in its own directory until [`Rehearsal::reset`]; the machine below is
//! never written to. State, mode 0700, `STATE` being the program's state directory:
//!
//! ```text
//! STATE/rehearsal/KEY/hosts/NAME/   upper, work, tree (mount point), mounts, made
//! STATE/rehearsal/KEY/locks/NAME    held by the host's first process as long as it lives
//! STATE/rehearsal/KEY/shared/       the same directory in all hosts of one rehearsal
//! ```

mod available;
mod changes;
mod host_dir;
mod layout;
mod lock;
mod make;
mod namespaces;
mod remove;
mod seed;
#[cfg(test)]
mod tests;

use std::fs;
use std::time::SystemTime;

use anyhow::{Context, Result};
use camino::{Utf8Path, Utf8PathBuf};

pub use changes::{Change, What};
pub use seed::{SHARED, Seed, SeedFile, SeedScript};

use crate::data::fault::Fault;
use host_dir::{MADE, private_dir};
use layout::Layout;
use remove::remove_tree;

/// Takes the lock and starts the namespaces.
const OPEN: &str = include_str!("../../../../snippets/session/rehearsal_open.sh");
/// The first process in the namespaces.
const HOST: &str = include_str!("../../../../snippets/session/rehearsal_host.sh");

/// The rehearsal hosts of one inventory.
#[derive(Debug, Clone)]
pub struct Rehearsal {
    root: Utf8PathBuf,
}

/// The result of [`Rehearsal::prepare`].
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Prepared {
    /// The host was made and seeded now.
    Made,
    /// The host was there; it keeps what earlier runs did to it.
    Kept,
}

/// One line of `rehearsal list`.
#[derive(Debug, Clone)]
pub struct HostState {
    /// As in the inventory.
    pub name: String,
    /// When it was made.
    pub created: SystemTime,
    /// How many paths differ from the freshly made host.
    pub changes: usize,
    /// Size of the files that differ, in bytes.
    pub bytes: u64,
}

impl Rehearsal {
    /// The rehearsal called `key` below the program's state directory. Touches nothing.
    pub fn at(state: &Utf8Path, key: &str) -> Self {
        Self { root: state.join("rehearsal").join(key) }
    }

    /// Asks the kernel, in some 20 ms, whether it allows rehearsal hosts to this user in this
    /// directory. The fault names the refusal and the way out.
    pub fn available(&self) -> Result<(), Fault> {
        available::check(&self.root)
    }

    /// Makes and seeds the host unless it is there. A half-made host is made again.
    ///
    /// Fails with [`Kind::Locked`](crate::data::fault::Kind::Locked) while someone has it open.
    pub fn prepare(&self, host: &str, seed: &Seed) -> Result<Prepared> {
        check_name(host)?;
        private_dir(&self.root.join("hosts"))?;
        let _lock = self.lock(host)?;
        let dir = self.dir(host);
        if dir.join(MADE).exists() {
            return Ok(Prepared::Kept);
        }
        remove_tree(&dir)?;
        private_dir(&dir)?;
        private_dir(&self.root.join("shared"))?;
        make::Making {
            dir: &dir,
            name: host,
            root: &self.root,
            layout: Layout::of_this_machine()?,
        }
        .make(seed)
        .with_context(|| format!("making the rehearsal host {host}"))?;
        Ok(Prepared::Made)
    }

    /// Fails if another process has the host open, and names it. The session takes the lock itself;
    /// this check reports the holder earlier.
    pub fn check_free(&self, host: &str) -> Result<(), Fault> {
        self.lock(host).map(drop)
    }

    /// The program and arguments that run `inner` in the prepared host, with stdin, stdout and stderr
    /// as the caller gives them. Exit code: that of `inner`; 7 when the host is open elsewhere.
    ///
    /// The host ends with `inner`, or when the started process gets SIGKILL (it ignores SIGTERM).
    pub fn command(&self, host: &str, inner: &[String]) -> (String, Vec<String>) {
        let owner = std::process::id().to_string();
        let lock = lock::path(&self.root, host);
        // With -p bash reads nothing of the environment, as sh does.
        let (shell, flags) =
            if which::which("bash").is_ok() { ("bash", "-pc") } else { ("sh", "-c") };
        let mut args: Vec<String> =
            [flags, &code(OPEN), "xtask-rehearsal"].map(String::from).into();
        args.extend([self.dir(host).into_string(), lock.into_string(), owner, host.to_owned()]);
        args.extend([code(HOST), "--".to_owned()]);
        args.extend(namespaces::unshare_options());
        args.push("--".to_owned());
        args.extend_from_slice(inner);
        (shell.to_owned(), args)
    }

    /// Runs `inner` on the prepared host with the streams of this program, a login shell when it is
    /// empty; gives its exit code.
    #[expect(clippy::disallowed_methods, reason = "transport is where processes are started")]
    pub fn interactive(&self, host: &str, inner: &[String]) -> Result<u8> {
        let shell = ["bash".to_owned(), "-l".to_owned()];
        let (program, args) = self.command(host, if inner.is_empty() { &shell } else { inner });
        let output = duct::cmd(program, args).unchecked().run().context("starting a shell")?;
        Ok(output.status.code().and_then(|code| u8::try_from(code).ok()).unwrap_or(255))
    }

    /// The hosts that were made, by name.
    pub fn list(&self) -> Result<Vec<HostState>> {
        self.names()?.into_iter().map(|name| self.state(name)).collect()
    }

    /// The differences from the freshly made host, by path.
    pub fn changed(&self, host: &str) -> Result<Vec<Change>> {
        check_name(host)?;
        changes::changed(&self.dir(host))
    }

    /// Forgets `host`, or all of them; with the last one also the shared directory. Returns the names of those forgotten.
    pub fn reset(&self, host: Option<&str>) -> Result<Vec<String>> {
        let names = match host {
            Some(name) => {
                check_name(name)?;
                self.names()?.into_iter().filter(|known| known == name).collect()
            }
            None => self.names()?,
        };
        for name in &names {
            let _lock = self.lock(name)?;
            remove_tree(&self.dir(name))?;
        }
        if self.names()?.is_empty() {
            remove_tree(&self.root.join("shared"))?;
        }
        Ok(names)
    }

    fn state(&self, name: String) -> Result<HostState> {
        let made = self.dir(&name).join(MADE);
        let created = fs::metadata(&made).and_then(|meta| meta.modified());
        let created = created.with_context(|| format!("reading {made}"))?;
        let changes = self.changed(&name)?;
        let bytes = changes.iter().map(|change| change.bytes).sum();
        Ok(HostState { name, created, changes: changes.len(), bytes })
    }

    fn names(&self) -> Result<Vec<String>> {
        let hosts = self.root.join("hosts");
        if !hosts.exists() {
            return Ok(Vec::new());
        }
        let mut names = Vec::new();
        for entry in hosts.read_dir_utf8().with_context(|| format!("reading {hosts}"))? {
            let entry = entry.with_context(|| format!("reading {hosts}"))?;
            if entry.path().join(MADE).exists() {
                names.push(entry.file_name().to_owned());
            }
        }
        names.sort();
        Ok(names)
    }

    fn dir(&self, host: &str) -> Utf8PathBuf {
        self.root.join("hosts").join(host)
    }

    fn lock(&self, host: &str) -> Result<lock::Lock, Fault> {
        lock::take(&self.root, host)
    }
}

/// A host's name becomes a directory's and a kernel's host name.
fn check_name(host: &str) -> Result<(), Fault> {
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
    if host.is_empty() || host.starts_with(['.', '-']) || host.len() > 64 || !host.chars().all(fits)
    {
        return Err(Fault::usage(format!("{host:?} cannot be the name of a rehearsal host")).hint(
            "use 1 to 64 letters, digits, `-`, `_` and `.`, beginning with a letter or digit",
        ));
    }
    Ok(())
}

/// A script without its comment lines, because it becomes an argument that `ps` shows.
fn code(script: &str) -> String {
    let is_code = |line: &&str| !line.trim_start().starts_with('#');
    script.lines().filter(is_code).map(|line| format!("{line}\n")).collect()
}
