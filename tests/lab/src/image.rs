//! The image all hosts start from: made once from Debian's packages, then kept.

use std::fs::{self, File};
use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result, bail};
use sha2::{Digest as _, Sha256};
use xshell::cmd;

use crate::{apt, say, shell};

const SUITE: &str = "bookworm";

/// The system itself.
const BASE: &str = "systemd,systemd-sysv,dbus,openssh-server,openssh-client,iproute2,iputils-ping,rsync,procps,python3-minimal,curl,iputils-arping";

/// The daemons of all roles; their units are disabled, a role starts what it needs.
const DAEMONS: &[&str] = &[
    "etcd-server",
    "etcd-client",
    "keepalived",
    "nginx-light",
    "supervisor",
    "mariadb-server",
    "docker.io",
    "pacemaker",
    "pacemaker-cli-utils",
    "resource-agents",
    "corosync",
    "pcs",
    "redis-server",
    "virtualenvwrapper",
];

const FINISH: &str = include_str!("image.sh");

/// The directory of the image, made when it is not there. Takes a lock: the second process waits.
pub fn ensure() -> Result<PathBuf> {
    let cache = cache()?;
    let image = cache.join(format!("image-{}", key()));
    let lock = File::create(cache.join("lock")).context("making the lock of the image")?;
    rustix::fs::flock(&lock, rustix::fs::FlockOperation::LockExclusive)?;
    if !image.is_dir() {
        say(&format!("making the image in {} (a few minutes, once)", image.display()));
        make(&cache, &image)?;
    }
    Ok(image)
}

/// `$XDG_CACHE_HOME/xtask-lab`, by default below `~/.cache`.
fn cache() -> Result<PathBuf> {
    let home = || std::env::var_os("HOME").map(|home| PathBuf::from(home).join(".cache"));
    let cache = std::env::var_os("XDG_CACHE_HOME").map(PathBuf::from).or_else(home);
    let dir = cache.context("neither XDG_CACHE_HOME nor HOME is set")?.join("xtask-lab");
    fs::create_dir_all(&dir).with_context(|| format!("making {}", dir.display()))?;
    Ok(dir)
}

/// Other packages or another finish make another image.
fn key() -> String {
    let text = format!("{SUITE} {BASE} {DAEMONS:?} {FINISH}");
    Sha256::digest(text)
        .iter()
        .take(5)
        .fold(String::new(), |key, byte| key + &format!("{byte:02x}"))
}

/// Built beside its place and renamed when it is whole; earlier images and torn ones go.
fn make(cache: &Path, image: &Path) -> Result<()> {
    let sh = shell()?;
    for entry in fs::read_dir(cache)?.flatten() {
        if entry.file_type()?.is_dir() {
            fs::remove_dir_all(entry.path())
                .with_context(|| format!("removing {}", entry.path().display()))?;
        }
    }
    let (new, log) = (cache.join("new"), cache.join("log"));
    let mirror = apt::mirror(SUITE)?;
    let script = format!(
        "exec >{log} 2>&1; debootstrap --variant=minbase --include={BASE} {SUITE} {new} {mirror} && exec sh -c \"$0\" lab {new} {daemons}",
        log = log.display(),
        new = new.display(),
        daemons = DAEMONS.join(" "),
    );
    // Mounts that the second half needs end with its mount namespace. A TMPDIR of ours is no directory in there, and
    // packages want one.
    let finish = FINISH;
    let made = cmd!(sh, "unshare --mount --propagation private sh -c {script} {finish}")
        .env_remove("TMPDIR")
        .quiet();
    if made.ignore_status().output()?.status.code() != Some(0) {
        bail!("making the image failed; the end of {}:\n{}", log.display(), end_of(&log));
    }
    fs::rename(&new, image).context("putting the image in its place")
}

/// The last lines of a log, for a reader of the error alone.
pub(crate) fn end_of(log: &Path) -> String {
    let text = fs::read(log).unwrap_or_default();
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<&str> = text.lines().collect();
    lines[lines.len().saturating_sub(25)..].join("\n")
}
