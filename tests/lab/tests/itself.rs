//! The lab itself: the daemons of its roles run, its faults bite, and a killed one goes away without a trace.

use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use anyhow::{Result, ensure};
use lab::processes::{self, Signal, wait};
use lab::suite::Case;
use lab::{Fault, Lab, shell};
use xshell::cmd;

use crate::support::{Bench, say};

pub(crate) const CASES: &[Case<Bench>] = cases![
    itself:
    a_slow_host_still_works_and_a_reboot_is_real,
    a_killed_lab_goes_down_and_another_runs_every_daemon,
];

/// Everything at once on one host.
const DAEMONS: &str = "etcd,nginx,supervisor,mariadb,docker,pacemaker";

fn a_killed_lab_goes_down_and_another_runs_every_daemon(bench: &Bench) -> Result<()> {
    let (dir, sh) = (bench.lab.dir.with_extension("other"), shell()?);
    let program = env!("CARGO_BIN_EXE_lab");
    for milliseconds in [100, 400, 1500] {
        let up = cmd!(sh, "{program} --dir {dir} up --hosts 2").quiet();
        let mut child = Command::from(up).stdout(Stdio::null()).stderr(Stdio::null()).spawn()?;
        sleep(Duration::from_millis(milliseconds));
        processes::signal(&[i32::try_from(child.id())?], Signal::KILL);
        child.wait()?;
        let mut other = Lab::open(&dir)?;
        other.down()?;
        gone(&other)?;
    }
    let mut other = Lab::open(&dir)?;
    let result = daemons(&mut other);
    other.down()?;
    result?;
    gone(&other)
}

fn daemons(other: &mut Lab) -> Result<()> {
    other.up(1, &[format!("firstbox={DAEMONS}")])?;
    let units = "etcd nginx supervisor mariadb docker pcsd";
    other.exec("firstbox", &format!("systemctl is-active {units}"))?;
    let etcd = other.exec(
        "firstbox",
        "ETCDCTL_API=3 etcdctl put key value && ETCDCTL_API=3 etcdctl get key --print-value-only",
    )?;
    ensure!(etcd.ends_with("value\n"), "{etcd}");
    let sum = other.exec("firstbox", "mysql -Nse 'select 6 * 7'")?;
    ensure!(sum == "42\n", "{sum}");
    let said = other
        .exec("firstbox", "docker run --rm --network none tiny sh -c 'echo from the container'")?;
    ensure!(said == "from the container\n", "{said}");
    other.exec("firstbox", "pcs host auth firstbox addr=10.99.0.1 -u hacluster -p lab && pcs cluster setup lab firstbox && pcs cluster start --wait=60")?;
    Ok(())
}

/// No process, no network, no directory, no mount, no cgroup.
fn gone(lab: &Lab) -> Result<()> {
    let dir = lab.dir.display().to_string();
    let ours = || {
        let names = |pid: &i32| {
            processes::arguments(*pid).iter().any(|word| word.starts_with(&format!("{dir}/hosts/")))
        };
        processes::all().iter().any(names)
    };
    wait("the last process to end", Duration::from_secs(10), || !ours())?;
    ensure!(!lab.network.exists() && !lab.dir.exists(), "{dir} or its network is left");
    ensure!(!std::fs::read_to_string("/proc/self/mounts")?.contains(&dir), "a mount is left");
    let (sh, name) = (shell()?, lab.network.name());
    let left = cmd!(sh, "find /sys/fs/cgroup -maxdepth 2 -name {name}").quiet().read()?;
    ensure!(left.is_empty(), "{left}");
    Ok(())
}

fn a_slow_host_still_works_and_a_reboot_is_real(bench: &Bench) -> Result<()> {
    let (lab, host) = (&bench.lab, "spare1");
    lab.reset(&[host])?;
    let much = ["pcmd", "-w", host, "head -c 40000 /dev/zero | tr '\\0' x"];
    Fault::Slow.apply(lab, host, "")?;
    let slow = bench.xtask(&much)?.expect(0)?;
    Fault::Heal.apply(lab, host, "")?;
    let quick = bench.xtask(&much)?.expect(0)?;
    let seconds = (slow.took.as_secs_f64(), quick.took.as_secs_f64());
    say(&format!("40 kB: {:.1} s slow, {:.1} s healed", seconds.0, seconds.1));
    ensure!(slow.took > quick.took && slow.stdout == quick.stdout, "it was not slow");
    let machine = lab.host(host)?;
    let before = machine.leader();
    lab.exec(host, "systemctl --no-block reboot")?;
    let again = || machine.leader().is_some_and(|leader| Some(leader) != before);
    wait("the host to boot again", Duration::from_secs(60), again)?;
    machine.wait(&shell()?, &lab.network)?;
    bench.xtask(&["hosts", "check", "-w", host])?.expect(0)?;
    lab.exec(host, "systemctl --no-block poweroff")?;
    wait("the host to power off", Duration::from_secs(60), || !machine.is_up())?;
    Fault::On.apply(lab, host, "")?;
    bench.xtask(&["hosts", "check", "-w", host])?.expect(0).map(drop)
}
