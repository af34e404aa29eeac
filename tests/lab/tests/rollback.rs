//! The way back of the webservice runbook: after a failure in the middle, and after a whole upgrade.

use std::time::Duration;

use anyhow::{Result, ensure};
use lab::Fault;
use lab::platform::{FIRSTBOX, PHYSICAL};
use lab::processes;
use lab::suite::Case;

use crate::firstbox::Operator;
use crate::support::Bench;
use crate::upgrade::checks;

pub(crate) const CASES: &[Case<Bench>] = cases![
    rollback:
    the_old_vm_comes_back_after_a_full_disk_and_after_the_upgrade,
];

const PATIENCE: Duration = Duration::from_secs(180);
const IMAGES: &str = "/pitrix/kernels";

/// No room on either physical host: the old image is moved aside whole, and cannot become a proved backup. No room on the new
/// one alone: the launch fails, the old VM comes back from its own disk. With room again the upgrade is finished; and the old VM comes back from there, too.
fn the_old_vm_comes_back_after_a_full_disk_and_after_the_upgrade(bench: &Bench) -> Result<()> {
    let (operator, node) = (Operator::new(bench)?, "webservice1");
    let lab = operator.lab();
    let image = || lab.exec("node2", &format!("sha256sum <{IMAGES}/old-{node}.img"));
    let whole = lab.exec("node2", &format!("sha256sum <{IMAGES}/{node}.img"))?;
    for host in PHYSICAL {
        Fault::FullDisk.apply(lab, host, IMAGES)?;
    }
    let full = operator.upgrade(&format!("--only-node {node}"))?.expect(1)?;
    ensure!(full.stderr.contains("cannot be written: is the disk full?"), "{}", full.stderr);
    ensure!(image()? == whole, "the old image is not what it was");
    Fault::Heal.apply(lab, "node2", "")?;
    let full = operator.upgrade(&format!("--only-node {node}"))?.expect(1)?;
    ensure!(full.stderr.contains("No space left on device"), "{}", full.stderr);
    ensure!(full.stderr.contains(&format!("launch {node} on node1")), "{}", full.stderr);
    ensure!(image()? == whole, "the old image is not what it was");
    back(&operator, node, &whole)?;
    for host in PHYSICAL {
        Fault::Heal.apply(lab, host, "")?;
    }
    operator.upgrade(&format!("--only-node {node}"))?.expect(0)?;
    ensure!(lab.exec(node, "grep -c 16.04 /etc/os-release")? == "1\n", "the new system runs");
    ensure!(image()? == whole, "the old image is not what it was");
    back(&operator, node, &whole)?;
    operator.platform.end()
}

/// `rollback-vm`: the old system with its files serves at its address, and its image has its name.
fn back(operator: &Operator, node: &str, whole: &str) -> Result<()> {
    operator.xtask(&format!("webservice rollback-vm --node {node}"))?.expect(0)?;
    let lab = operator.lab();
    let answers = || lab.exec(node, "supervisorctl status").is_ok();
    processes::wait("the old VM to serve", PATIENCE, answers)?;
    // Its programs run before its sshd answers, and the next step asks that for its key.
    let address = &lab.host(node)?.address;
    let key = format!("ssh-keyscan -T 2 {address} 2>/dev/null | grep -q ssh-ed25519");
    let shows = || lab.exec(FIRSTBOX, &key).is_ok();
    processes::wait("sshd of the old VM", PATIENCE, shows)?;
    operator.xtask(&format!("webservice purge-known-hosts --node {node} --accept"))?.expect(0)?;
    operator.platform.serves()?;
    checks(operator)?;
    ensure!(lab.exec(node, "grep -c 14.04 /etc/os-release")? == "1\n", "the old system runs");
    let image = lab.exec("node2", &format!("sha256sum <{IMAGES}/{node}.img"))?;
    ensure!(image == whole, "the image is not what it was");
    lab.exec("node1", &format!("! virsh domstate {node} 2>/dev/null")).map(drop)
}
