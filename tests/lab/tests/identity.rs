//! Real hosts prove their identity, and are locked for as long as their session lives.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use lab::processes::wait;
use lab::suite::Case;

use crate::support::Bench;

pub(crate) const CASES: &[Case<Bench>] = cases![
    identity:
    hosts_whose_addresses_are_swapped_are_refused_before_any_change,
    a_clone_is_refused_and_named,
    a_host_that_is_cut_off_gives_its_lock_back,
];

const HOSTS: [&str; 3] = ["paas1", "paas2", "paas3"];
const STEP: [&str; 3] = ["bk-upgrade", "paas", "stop"];
const ID: &str = "cat /etc/machine-id";

/// Two addresses are swapped, by DHCP or by hand. The inventory and `known_hosts` go
/// by address, so ssh itself finds nothing wrong.
fn hosts_whose_addresses_are_swapped_are_refused_before_any_change(bench: &Bench) -> Result<()> {
    let (lab, dir) = (&bench.lab, directory(bench)?);
    lab.reset(&HOSTS)?;
    let (file, text) = inventory(bench, &dir)?;
    let step = [&STEP[..], &["-i", &file]].concat();
    bench.xtask(&step)?.expect(0)?.says("pinned ")?;
    let pins = std::fs::read_to_string(dir.join("hosts.lock"))?;
    lab.reset(&HOSTS)?;
    let before = bench.snapshots(&HOSTS)?;
    let (one, two) = (&lab.host("paas1")?.address, &lab.host("paas2")?.address);
    let quoted = |address: &str| format!("\"{address}\"");
    let swapped = text.replace(&quoted(one), "\"-\"").replace(&quoted(two), &quoted(one));
    std::fs::write(&file, swapped.replace("\"-\"", &quoted(two)))?;
    let refused = bench.xtask(&step)?.expect(6)?;
    for (name, other) in [("paas1", "paas2"), ("paas2", "paas1")] {
        let (pinned, found) = (lab.exec(name, ID)?, lab.exec(other, ID)?);
        let says = format!(
            "{name}: refused: this is the host pinned as {other} in hosts.lock\n    pinned  machine-id {}",
            pinned.trim()
        );
        ensure!(refused.stderr.contains(&says), "{name}:\n{}", refused.stderr);
        ensure!(refused.stderr.contains(&format!("found   machine-id {}", found.trim())));
    }
    bench.unchanged(&HOSTS, &before)?;
    ensure!(std::fs::read_to_string(dir.join("hosts.lock"))? == pins, "the pins have changed");
    // Back at their addresses they are themselves.
    std::fs::write(&file, text)?;
    bench.xtask(&step)?.expect(0)?;
    lab.exec("paas1", "test ! -e /run/xtask.lock").context("the lock is left behind")?;
    Ok(std::fs::remove_dir_all(dir)?)
}

/// A virtual machine that was copied with its machine-id: another host key, which is all that ssh looks at.
fn a_clone_is_refused_and_named(bench: &Bench) -> Result<()> {
    let (lab, dir) = (&bench.lab, directory(bench)?);
    lab.reset(&HOSTS)?;
    let (file, _) = inventory(bench, &dir)?;
    let id = lab.exec("paas2", ID)?;
    lab.exec("paas3", &format!("echo {} >/etc/machine-id", id.trim()))?;
    let before = bench.snapshots(&HOSTS)?;
    let step = [&STEP[..], &["-i", &file]].concat();
    let refused = bench.xtask(&step)?.expect(6)?;
    for (name, other) in [("paas2", "paas3"), ("paas3", "paas2")] {
        let says = format!("{name}: refused: this host and {other} have the same identity");
        ensure!(refused.stderr.contains(&says), "{name}:\n{}", refused.stderr);
    }
    bench.unchanged(&HOSTS, &before)?;
    bench.xtask(&["hosts", "pin", "paas2,paas3", "-i", &file])?.expect(0)?;
    bench.xtask(&step)?.expect(0)?;
    lab.reset(&HOSTS)?;
    Ok(std::fs::remove_dir_all(dir)?)
}

/// The runner is killed in the middle: the session ends with its connection, the lock with the session.
fn a_host_that_is_cut_off_gives_its_lock_back(bench: &Bench) -> Result<()> {
    let lab = &bench.lab;
    lab.reset(&HOSTS)?;
    lab.exec("paas1", SLOW_STOP)?;
    let running = bench.spawn(&STEP)?;
    let held = "! flock -n /run/xtask.lock true";
    let bound = Duration::from_secs(60);
    wait("the lock of paas1", bound, || {
        lab.exec("paas1", "test -s /run/xtask.lock").is_ok() && lab.exec("paas1", held).is_ok()
    })?;
    running.kill()?;
    wait("the lock to be given back", bound, || {
        lab.exec("paas1", "test ! -e /run/xtask.lock").is_ok()
    })?;
    bench.no_sessions(&HOSTS)?;
    bench.xtask(&STEP)?.expect(0).map(drop)
}

/// A unit that takes its time to stop, so that there is a middle.
const SLOW_STOP: &str = "
mkdir -p /etc/systemd/system/bk-paas-apigw.service.d
printf '[Service]\\nExecStop=/bin/sleep 5\\n' >/etc/systemd/system/bk-paas-apigw.service.d/slow.conf
systemctl daemon-reload
";

/// A directory of the test, below the lab's own.
fn directory(bench: &Bench) -> Result<std::path::PathBuf> {
    let dir = bench.lab.dir.join("identity-test");
    if dir.exists() {
        std::fs::remove_dir_all(&dir)?;
    }
    std::fs::create_dir(&dir)?;
    Ok(dir)
}

/// The lab's inventory with pins of its own.
fn inventory(bench: &Bench, dir: &std::path::Path) -> Result<(String, String)> {
    let text = std::fs::read_to_string(bench.lab.dir.join("hosts.toml"))?;
    let config = bench.lab.dir.join("ssh_config").display().to_string();
    let text = text.replace("config = \"ssh_config\"", &format!("config = {config:?}"));
    let file = dir.join("hosts.toml").display().to_string();
    std::fs::write(&file, &text)?;
    Ok((file, text))
}
