//! The lab's own network: a namespace with one bridge. Its traffic never leaves it.

use std::path::{Path, PathBuf};

use anyhow::{Context as _, Result};
use sha2::{Digest as _, Sha256};
use xshell::{Cmd, Shell, cmd};

/// The bridge, and the control side's address on it.
const BRIDGE: &str = "br0";
const CONTROL: &str = "10.99.0.254/24";

/// A network namespace by name, `xtasklab-<id>`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Network {
    name: String,
}

impl Network {
    /// The network of the lab in this directory. Nothing is made yet.
    pub fn of(dir: &Path) -> Self {
        let digest = Sha256::digest(dir.as_os_str().as_encoded_bytes());
        let id = digest.iter().take(3).fold(String::new(), |id, byte| id + &format!("{byte:02x}"));
        Self { name: format!("xtasklab-{id}") }
    }

    /// The name, also of the cgroup that holds the hosts.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Where the namespace is mounted.
    pub fn path(&self) -> PathBuf {
        Path::new("/run/netns").join(&self.name)
    }

    /// Whether it is there.
    pub fn exists(&self) -> bool {
        self.path().exists()
    }

    /// Makes the missing parts.
    pub fn ensure(&self, sh: &Shell) -> Result<()> {
        let name = &self.name;
        if !self.exists() {
            cmd!(sh, "ip netns add {name}").quiet().run().context("making the network")?;
        }
        let script = format!(
            "ip link set lo up; [ -e /sys/class/net/{BRIDGE} ] || ip link show {BRIDGE} >/dev/null 2>&1 || \
             ip link add {BRIDGE} type bridge; ip addr replace {CONTROL} dev {BRIDGE}; ip link set {BRIDGE} up"
        );
        self.enter(sh, &["sh", "-ec", &script]).run().context("making the bridge")
    }

    /// A command that runs inside. Not `ip netns exec`, which would hide the cgroups.
    pub fn enter<'a, S: AsRef<str>>(&self, sh: &'a Shell, words: &[S]) -> Cmd<'a> {
        let net = format!("--net={}", self.path().display());
        let words = words.iter().map(AsRef::as_ref);
        cmd!(sh, "nsenter {net} {words...}").quiet()
    }

    /// Words of [`Network::enter`] for a command that continues by itself.
    pub fn words(&self) -> [String; 2] {
        ["nsenter".to_owned(), format!("--net={}", self.path().display())]
    }

    /// The bridge that hosts are attached to.
    pub const fn bridge(&self) -> &'static str {
        BRIDGE
    }

    /// The cable of a host: `up` or `down`.
    pub fn cable(&self, sh: &Shell, host: &str, state: &str) -> Result<()> {
        let link = format!("vb-{host}");
        Ok(self.enter(sh, &["ip", "link", "set", &link, state]).run()?)
    }

    /// Lets only so much through to a host, or as much as there is. The kernel at hand may have no netem, so a
    /// narrow line stands in for a slow one. The other direction is the host's own affair.
    pub fn narrow(&self, sh: &Shell, host: &str, narrow: bool) -> Result<()> {
        let words = shaping(&format!("vb-{host}"), narrow);
        Ok(self.enter(sh, &["sh", "-c", &words]).run()?)
    }

    /// Removes it.
    pub fn remove(&self, sh: &Shell) -> Result<()> {
        let name = &self.name;
        if self.exists() {
            cmd!(sh, "ip netns delete {name}").quiet().run().context("removing the network")?;
        }
        Ok(())
    }
}

/// Shell text that lets only 64 kbit/s out of a link, or takes that back; a link without the limit stays unchanged.
pub fn shaping(link: &str, narrow: bool) -> String {
    if narrow {
        format!("tc qdisc replace dev {link} root tbf rate 64kbit burst 4kb latency 2s")
    } else {
        format!("tc qdisc del dev {link} root 2>/dev/null || true")
    }
}
