//! The lab of a test process: the one that is up already, or one that ends with the process.

use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use anyhow::{Context as _, Result};
use xshell::cmd;

use crate::lab::Lab;
use crate::{shell, workspace};

/// A lab for tests. When this process brought it up, it goes down with it, however it ends.
#[derive(Debug)]
pub struct Shared {
    /// The lab itself.
    pub lab: Lab,
    guard: Option<Child>,
    _lock: File,
}

/// Where a lab is unless said otherwise: `lab` in cargo's target directory.
pub fn directory() -> PathBuf {
    if let Some(dir) = std::env::var_os("XTASK_LAB") {
        return dir.into();
    }
    let target = std::env::var_os("CARGO_TARGET_DIR").map(PathBuf::from);
    workspace().join(target.unwrap_or_else(|| "target".into())).join("lab")
}

impl Lab {
    /// A lab of the tests with the plan's first `count` hosts, of which `names` are up. `program` is the lab's own
    /// binary, for the clean-up. Waits while another test process has it.
    pub fn shared(program: &str, dir: &Path, count: usize, names: &[&str]) -> Result<Shared> {
        std::fs::create_dir_all(dir.parent().context("a lab's directory is below another")?)?;
        let lock =
            File::create(dir.with_extension("lock")).context("making the lock of the lab")?;
        rustix::fs::flock(&lock, rustix::fs::FlockOperation::LockExclusive)?;
        let mut lab = Self::open(dir)?;
        let was_up = !lab.hosts.is_empty() && lab.hosts.iter().any(crate::Host::is_up);
        // The guard comes first: a kill while hosts boot must leave nothing either.
        let guard = if was_up { None } else { Some(guard(program, dir)?) };
        lab.plan(count, &[])?;
        lab.start(&names.iter().map(|name| lab.host(name)).collect::<Result<Vec<_>>>()?)?;
        Ok(Shared { lab, guard, _lock: lock })
    }
}

/// Waits for the end of this process by the end of its input, then takes the lab down.
fn guard(program: &str, dir: &Path) -> Result<Child> {
    let (sh, script) = (shell()?, r#"cat >/dev/null; exec "$0" --dir "$1" down"#);
    let mut command = Command::from(cmd!(sh, "setsid sh -c {script} {program} {dir}"));
    command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().context("starting the guard of the lab")
}

impl Drop for Shared {
    fn drop(&mut self) {
        if let Some(guard) = &mut self.guard {
            drop(guard.stdin.take());
            drop(guard.wait());
        }
    }
}
