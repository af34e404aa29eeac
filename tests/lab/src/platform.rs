//! The platform of the webservice runbook as the document finds it, with real parts: firstbox, two physical hosts, two
//! nodes behind a floating IP, and the account database. Made once for a lab, then copied.

use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use xshell::{Shell, cmd};

use crate::disk::{self, disks};
use crate::host::Host;
use crate::hypervisor::Hypervisor;
use crate::lab::Lab;
use crate::{inventory, processes, shell, watch, workspace};

/// The machine that works on the platform; the program runs there.
pub const FIRSTBOX: &str = "firstbox";
/// The physical hosts.
pub const PHYSICAL: [&str; 2] = ["node1", "node2"];
/// The nodes, which are VMs.
pub const NODES: [&str; 2] = ["webservice0", "webservice1"];
/// The floating IP.
pub const VIP: &str = "10.99.0.230";
/// Temporary addresses, one for each node.
pub const TEMPORARY: [&str; 2] = ["10.99.0.233", "10.99.0.234"];
/// The text of the console when the node's own files are in place.
pub const BRAND: &str = "made-up company console";
/// The host with the account database.
const ACCOUNT: &str = "spare1";
/// Whether supervisor runs all programs of a node, as shell. Its client takes a fifth of a second of a processor: it is
/// asked only when somebody can answer.
const SERVES: &str = "test -S /run/supervisor.sock && supervisorctl status";
/// A VM boots in seconds; this is for a machine that has much else to do.
const PATIENCE: Duration = Duration::from_secs(120);

/// Where the scripts of the platform are on firstbox, with their files here.
const SCRIPTS: [(&str, &str); 9] = [
    ("gen_node_list", "bin/gen_node_list.py"),
    ("gen_node_list", "bin/gen_node_list.sh"),
    ("build_pkgs_allinone", "build/build_pkgs_allinone.py"),
    ("build_pkgs_allinone", "build/build_pkgs_allinone.sh"),
    ("server.py", "build/server.py"),
    ("launch_vms.sh", "install/launch_vms.sh"),
    ("install_nodes.sh", "install/install_nodes.sh"),
    ("update.sh", "upgrade/update.sh"),
    ("exec_nodes.sh", "upgrade/exec_nodes.sh"),
];

/// The platform while it is up.
#[derive(Debug)]
pub struct Platform {
    /// The lab it is in.
    pub lab: Lab,
    hypervisor: Hypervisor,
}

impl Platform {
    /// As the document finds it, with this program and this example script on firstbox. Takes over the hosts that
    /// it needs; `reset` brings back their former state.
    pub fn fresh(lab: &Lab, program: &Path) -> Result<Self> {
        let (sh, kept) = (shell()?, lab.dir.join("platform"));
        off(lab)?;
        for node in NODES {
            // It is no host of the lab any more: a start as one makes a new host.
            sh.remove_path(lab.host(node)?.dir.join("ready"))?;
        }
        obtain(&sh, lab, &kept)?;
        restore(&sh, lab, &kept, program)?;
        lab.start(&hosts(lab, &[FIRSTBOX, PHYSICAL[0], PHYSICAL[1], ACCOUNT])?)?;
        // It stays up between two platforms, unless another proof has had that host meanwhile.
        if lab.exec(ACCOUNT, "mariadb -e 'SELECT * FROM account.console_key'").is_err() {
            lab.exec(ACCOUNT, include_str!("platform/account_db.sh"))?;
        }
        let hypervisor = Hypervisor::start(lab, &PHYSICAL, &NODES)?;
        let platform = Self { lab: lab.clone(), hypervisor };
        platform.serves().context("the platform before the upgrade")?;
        // The first to boot has the address until the node with the higher priority takes it.
        let hosts = hosts(lab, &NODES)?;
        let settled =
            || watch::one_holder(&hosts, VIP, PATIENCE).is_ok_and(|node| node == NODES[0]);
        processes::wait(&format!("{VIP} to be on {}", NODES[0]), PATIENCE, settled)?;
        Ok(platform)
    }

    /// Waits until both nodes run their programs and one of them has the floating IP.
    pub fn serves(&self) -> Result<()> {
        for node in NODES {
            let runs = || self.lab.exec(node, SERVES).is_ok();
            processes::wait(&format!("the programs of {node}"), PATIENCE, runs)?;
        }
        watch::one_holder(&hosts(&self.lab, &NODES)?, VIP, PATIENCE).map(drop)
    }

    /// Fails when its VMs did something that no VM does.
    pub fn check(&self) -> Result<()> {
        self.hypervisor.check()
    }

    /// Ends it; the hosts are off.
    pub fn end(self) -> Result<()> {
        let said = self.hypervisor.stop();
        off(&self.lab)?;
        said
    }
}

fn hosts<'a>(lab: &'a Lab, names: &[&str]) -> Result<Vec<&'a Host>> {
    names.iter().map(|name| lab.host(name)).collect()
}

fn off(lab: &Lab) -> Result<()> {
    let all = hosts(lab, &[FIRSTBOX, PHYSICAL[0], PHYSICAL[1], NODES[0], NODES[1]])?;
    all.into_iter().try_for_each(Host::kill)
}

/// The first lab of a process makes the platform; the others copy it, whole with keys and identities. One at a time:
/// waiting takes less than making another one.
fn obtain(sh: &Shell, lab: &Lab, kept: &Path) -> Result<()> {
    static MADE: Mutex<Option<Lab>> = Mutex::new(None);
    let mut made = MADE.lock().unwrap_or_else(PoisonError::into_inner);
    if kept.join("virsh").is_dir() {
        return Ok(());
    }
    // Hosts that were up before have other keys. The other lab may have gone down, even while we copy.
    let is_new = lab.hosts.iter().all(|host| !host.upper().exists());
    let from = made.as_ref().filter(|_| is_new);
    let copied = from.is_some_and(|other| adopt(sh, lab, other, kept).is_ok());
    if !copied {
        make(sh, lab, kept).context("making the platform")?;
        *made = Some(lab.clone());
    }
    Ok(())
}

fn adopt(sh: &Shell, lab: &Lab, other: &Lab, kept: &Path) -> Result<()> {
    for name in [FIRSTBOX, PHYSICAL[0], PHYSICAL[1], ACCOUNT] {
        let (from, to) = (&other.host(name)?.dir, &lab.host(name)?.dir);
        sh.create_dir(to.join("root"))?;
        for file in ["identity", "identity.pub"] {
            sh.copy_file(from.join(file), to.join(file))?;
        }
        if name != ACCOUNT {
            sh.write_file(to.join("ready"), "")?;
        }
    }
    let (from, new) = (other.dir.join("platform"), kept.with_extension("new"));
    for file in ["key", "key.pub"] {
        sh.copy_file(other.dir.join(file), lab.dir.join(file))?;
    }
    inventory::write_known(sh, &lab.dir, &lab.hosts)?;
    cmd!(sh, "cp -a {from} {new}").quiet().run()?;
    sh.create_dir(lab.dir.join("shared/virsh"))?;
    Ok(std::fs::rename(new, kept)?)
}

/// The first time: a platform is installed with its own scripts, on an older system.
fn make(sh: &Shell, lab: &Lab, kept: &Path) -> Result<()> {
    for path in [disks(lab), lab.dir.join("shared/virsh")] {
        sh.remove_path(&path)?;
        sh.create_dir(&path)?;
    }
    lab.reset(&[FIRSTBOX, PHYSICAL[0], PHYSICAL[1], ACCOUNT])?;
    off(lab)?;
    for (host, bridge) in PHYSICAL.iter().zip(["br0", "br1"]) {
        let host = lab.host(host)?;
        let upper = host.upper();
        disk::network(sh, &upper)?;
        let text = disk::interfaces(&host.address, &format!("    bridge {bridge}\n"));
        sh.write_file(upper.join("etc/network/interfaces"), text)?;
        // A link into the directory that hosts share; here each has its own disk.
        std::fs::remove_file(upper.join("pitrix/kernels"))?;
        sh.create_dir(upper.join("pitrix/kernels"))?;
    }
    let upper = lab.host(FIRSTBOX)?.upper();
    for (from, to) in SCRIPTS {
        let from = workspace().join("tests/lab/src/platform").join(from);
        let to = upper.join("pitrix").join(to);
        cmd!(sh, "install -D -m 755 {from} {to}").quiet().run()?;
    }
    sh.copy_file(lab.dir.join("key"), upper.join("root/.ssh/id_ed25519"))?;
    lab.start(&hosts(lab, &[FIRSTBOX, PHYSICAL[0], PHYSICAL[1]])?)?;
    let hypervisor = Hypervisor::start(lab, &PHYSICAL, &NODES)?;
    let addresses: Vec<&str> = [NODES[0], NODES[1], PHYSICAL[0], PHYSICAL[1], ACCOUNT]
        .iter()
        .map(|name| Ok(lab.host(name)?.address.as_str()))
        .collect::<Result<_>>()?;
    let words = format!("set -- {} {VIP}\n", addresses.join(" "));
    lab.exec(FIRSTBOX, &(words + include_str!("platform/firstbox.sh")))?;
    for node in NODES {
        lab.exec(FIRSTBOX, &format!("/pitrix/install/launch_vms.sh {node}"))?;
        let host = lab.host(node)?;
        processes::wait(&format!("{node} to boot"), PATIENCE, || host.is_up())?;
        host.wait(sh, &lab.network)?;
    }
    lab.exec(FIRSTBOX, include_str!("platform/old_nodes.sh"))?;
    for name in [NODES[0], NODES[1], FIRSTBOX, PHYSICAL[0], PHYSICAL[1]] {
        lab.exec(name, "sync")?;
    }
    hypervisor.stop()?;
    off(lab)?;
    keep(sh, lab, kept)
}

/// The parts of the platform that later labs copy.
fn parts(lab: &Lab) -> Result<Vec<(PathBuf, &'static str)>> {
    let mut parts = vec![(disks(lab), "disks")];
    for name in [FIRSTBOX, PHYSICAL[0], PHYSICAL[1]] {
        parts.push((lab.host(name)?.upper(), name));
    }
    parts.push((lab.dir.join("shared/virsh"), "virsh"));
    Ok(parts)
}

fn keep(sh: &Shell, lab: &Lab, kept: &Path) -> Result<()> {
    sh.remove_path(kept)?;
    sh.create_dir(kept)?;
    for (from, name) in parts(lab)? {
        let to = kept.join(name);
        cmd!(sh, "cp -a {from} {to}").quiet().run()?;
    }
    Ok(())
}

fn restore(sh: &Shell, lab: &Lab, kept: &Path, program: &Path) -> Result<()> {
    for (to, name) in parts(lab)? {
        let from = kept.join(name);
        ensure!(from.is_dir(), "{} is not there", from.display());
        if name == "virsh" {
            // The directory itself is mounted in the hosts.
            cmd!(sh, "rsync -a --delete {from}/ {to}/").quiet().run()?;
            continue;
        }
        sh.remove_path(&to)?;
        cmd!(sh, "cp -a {from} {to}").quiet().run()?;
    }
    for name in [FIRSTBOX, PHYSICAL[0], PHYSICAL[1]] {
        let work = lab.host(name)?.dir.join("work");
        sh.remove_path(&work)?;
        sh.create_dir(&work)?;
    }
    let to = lab.host(FIRSTBOX)?.upper().join("usr/local/bin/xtask");
    cmd!(sh, "install -D -m 755 {program} {to}").quiet().run()?;
    Ok(())
}
