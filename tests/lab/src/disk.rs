//! The disks of VMs: layers over the lab's image, found by the identity that a VM's image has.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::PathBuf;

use anyhow::{Context as _, Result};
use sha2::{Digest as _, Sha256};
use xshell::{Shell, cmd};

use crate::host::Host;
use crate::lab::Lab;
use crate::workspace;

/// The content of an image: `key=value` lines, then room.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Image {
    /// Its identity, wherever it is moved.
    pub id: String,
    version: String,
    address: String,
    mac: String,
}

impl Image {
    /// Reads the image that launch_vms.sh has written.
    pub fn parse(bytes: &[u8]) -> Result<Self> {
        let text = String::from_utf8_lossy(bytes);
        let get = |key: &str| {
            let of = |line: &str| line.strip_prefix(key)?.strip_prefix('=').map(str::to_owned);
            text.lines().find_map(of).with_context(|| format!("the image has no {key}"))
        };
        let version = get("os_version")?;
        Ok(Self {
            id: get("id")?,
            version: version.rsplit_once('.').map_or(version.clone(), |(most, _)| most.to_owned()),
            address: get("mgmt_network_address")?,
            mac: get("mgmt_network_mac_address")?,
        })
    }

    /// Puts its disk into a host of the lab; a disk that is not there is made.
    pub fn insert(&self, sh: &Shell, lab: &Lab, guest: &Host) -> Result<()> {
        let disk = disks(lab).join(&self.id);
        if !disk.join("upper").is_dir() {
            self.make(sh, lab, guest).with_context(|| format!("making {}", disk.display()))?;
        }
        for part in ["upper", "work"] {
            let place = guest.dir.join(part);
            if place.is_symlink() {
                fs::remove_file(&place)?;
            } else if place.exists() {
                fs::remove_dir_all(&place)?;
            }
            symlink(disk.join(part), &place)?;
        }
        Ok(fs::create_dir_all(guest.dir.join("root"))?)
    }

    /// A new system: nothing of the platform is on it.
    fn make(&self, sh: &Shell, lab: &Lab, guest: &Host) -> Result<()> {
        let (disk, new) = (disks(lab).join(&self.id), disks(lab).join("new"));
        let upper = new.join("upper");
        if new.exists() {
            fs::remove_dir_all(&new)?;
        }
        sh.create_dir(new.join("work"))?;
        let machine = Sha256::digest(&self.id)
            .iter()
            .take(16)
            .fold(String::new(), |id, byte| id + &format!("{byte:02x}"));
        let (name, address, mac, version) = (&guest.name, &self.address, &self.mac, &self.version);
        for (path, text) in [
            ("etc/hostname", format!("{name}\n")),
            ("etc/machine-id", format!("{machine}\n")),
            ("etc/hosts", format!("127.0.0.1 localhost {name}\n")),
            ("etc/os-release", format!("ID=ubuntu\nVERSION_ID=\"{version}\"\n")),
            ("etc/rc.local", "#!/bin/sh -e\nexit 0\n".to_owned()),
            (
                "etc/network/interfaces",
                interfaces(address, &format!("    hwaddress ether {mac}\n")),
            ),
            ("root/.ssh/authorized_keys", sh.read_file(lab.dir.join("key.pub"))?),
        ] {
            sh.write_file(upper.join(path), text)?;
        }
        let ssh = upper.join("etc/ssh");
        sh.create_dir(&ssh)?;
        let key = ssh.join("ssh_host_ed25519_key");
        cmd!(sh, "ssh-keygen -q -t ed25519 -N '' -C {name} -f {key}").quiet().run()?;
        let (root, dot, local) =
            (upper.join("root"), upper.join("root/.ssh"), upper.join("etc/rc.local"));
        cmd!(sh, "chmod 700 {root} {dot}").quiet().run()?;
        cmd!(sh, "chmod 755 {local}").quiet().run()?;
        network(sh, &upper)?;
        fs::rename(&new, &disk).context("putting it in its place")
    }
}

/// Where the disks are.
pub fn disks(lab: &Lab) -> PathBuf {
    lab.dir.join("disks")
}

/// The file that a host of the platform has its address from.
pub fn interfaces(address: &str, more: &str) -> String {
    format!(
        "auto host0\niface host0 inet static\n    address {address}\n    netmask 255.255.255.0\n{more}"
    )
}

/// Its address comes from /etc/network/interfaces from now on.
pub fn network(sh: &Shell, upper: &std::path::Path) -> Result<()> {
    let (from, to) =
        (workspace().join("tests/lab/src/platform/network.sh"), upper.join("usr/lib/lab/network"));
    cmd!(sh, "install -D -m 755 {from} {to}").quiet().run()?;
    let unit = "[Service]\nExecStart=\nExecStart=/usr/lib/lab/network\n";
    Ok(sh.write_file(upper.join("etc/systemd/system/lab-network.service.d/platform.conf"), unit)?)
}
