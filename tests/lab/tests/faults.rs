//! Each fault in the middle of a change: bounded time, the host named, the rest finished, nothing half-written, no
//! process left, and a rerun after healing that ends like an undisturbed run.

use std::sync::OnceLock;
use std::thread::sleep;
use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use lab::Fault;
use lab::processes::wait;
use lab::snapshot::Snapshot;
use lab::suite::Case;

use crate::support::{Bench, Outcome, say};

pub(crate) const CASES: &[Case<Bench>] = cases![
    faults:
    off,
    cut,
    freeze,
    kill_sshd,
    full_disk,
];

const HOSTS: [&str; 3] = ["paas1", "paas2", "paas3"];
/// The one that suffers.
const VICTIM: &str = "paas2";
const STEP: [&str; 5] = ["bk-upgrade", "paas", "stop", "--timeout", "20"];
/// Far more than the time-out of a command and the one of a connection together.
const BOUND: Duration = Duration::from_secs(120);

/// A unit that takes its time to stop, so that there is a middle.
const SLOW_STOP: &str = "
mkdir -p /etc/systemd/system/bk-paas-apigw.service.d
printf '[Service]\\nExecStop=/bin/sleep 5\\n' >/etc/systemd/system/bk-paas-apigw.service.d/slow.conf
systemctl daemon-reload
";

fn off(bench: &Bench) -> Result<()> {
    during(bench, Fault::Off, Fault::On)
}

fn cut(bench: &Bench) -> Result<()> {
    during(bench, Fault::Cut, Fault::Heal)
}

fn freeze(bench: &Bench) -> Result<()> {
    during(bench, Fault::Freeze, Fault::Thaw)
}

fn kill_sshd(bench: &Bench) -> Result<()> {
    during(bench, Fault::KillSshd, Fault::Heal)
}

fn during(bench: &Bench, fault: Fault, remedy: Fault) -> Result<()> {
    let wanted = undisturbed(bench)?;
    ready(bench)?;
    let running = bench.spawn(&STEP)?;
    let stopping = || bench.lab.exec(VICTIM, "systemctl show -p ActiveState --value bk-paas-apigw");
    wait("the change to begin", BOUND, || stopping().is_ok_and(|state| state == "deactivating\n"))?;
    fault.apply(&bench.lab, VICTIM, "")?;
    let outcome = running.finish()?;
    say(&format!("{fault:?}: exit {} after {:.1} s", outcome.code, outcome.took.as_secs_f64()));
    judge(&outcome)?;
    remedy.apply(&bench.lab, VICTIM, "")?;
    bench.no_sessions(&HOSTS)?;
    bench.xtask(&STEP)?.expect(0).context("the rerun after healing")?;
    same(wanted, &bench.snapshots(&HOSTS)?)
}

/// The result of an undisturbed run; made once.
fn undisturbed(bench: &Bench) -> Result<&'static [Snapshot]> {
    static WANTED: OnceLock<Vec<Snapshot>> = OnceLock::new();
    if let Some(wanted) = WANTED.get() {
        return Ok(wanted);
    }
    ready(bench)?;
    bench.xtask(&STEP)?.expect(0)?;
    let snapshots = bench.snapshots(&HOSTS)?;
    Ok(WANTED.get_or_init(|| snapshots))
}

/// 4 when the connection was lost, 124 when nobody answered in time.
fn judge(outcome: &Outcome) -> Result<()> {
    let told = format!("{}\n{}", outcome.stdout, outcome.stderr);
    ensure!([4, 124].contains(&outcome.code), "exit {}\n{told}", outcome.code);
    ensure!(outcome.took < BOUND, "took {:?}", outcome.took);
    ensure!(outcome.stderr.contains(VICTIM), "{VICTIM} is not named:\n{told}");
    ensure!(
        outcome.stdout.contains("paas1: changed\n") && outcome.stdout.contains("paas3: changed\n"),
        "the others are not finished:\n{told}"
    );
    Ok(())
}

fn full_disk(bench: &Bench) -> Result<()> {
    const STEP: [&str; 7] =
        ["keepalived-vip", "--profile", "uecm", "--vip", "10.99.0.224", "--iface", "host0"];
    let (lab, dir) = (&bench.lab, "/etc/keepalived");
    let old = "rm -f /etc/keepalived/*; echo '! as it was' >/etc/keepalived/keepalived.conf; systemctl stop keepalived";
    lab.reset(&HOSTS)?;
    HOSTS.iter().try_for_each(|host| lab.exec(host, old).map(drop))?;
    bench.xtask(&STEP)?.expect(0)?;
    let wanted = bench.snapshots(&HOSTS)?;
    lab.reset(&HOSTS)?;
    HOSTS.iter().try_for_each(|host| lab.exec(host, old).map(drop))?;
    Fault::FullDisk.apply(lab, VICTIM, dir)?;
    let outcome = bench.xtask(&STEP)?.expect(1)?.says(VICTIM)?;
    say(&format!("FullDisk: exit 1 after {:.1} s", outcome.took.as_secs_f64()));
    let left = lab.exec(VICTIM, "cat /etc/keepalived/keepalived.conf; ls -A /etc/keepalived")?;
    ensure!(left == "! as it was\n.filler\nkeepalived.conf\n", "half-written:\n{left}");
    for host in ["paas1", "paas3"] {
        lab.exec(host, "grep -q vrrp_instance /etc/keepalived/keepalived.conf")
            .with_context(|| format!("{host} is not finished"))?;
    }
    Fault::Heal.apply(lab, VICTIM, dir)?;
    bench.no_sessions(&HOSTS)?;
    bench.xtask(&STEP)?.expect(0).context("the rerun after healing")?;
    same(&wanted, &bench.snapshots(&HOSTS)?)
}

fn ready(bench: &Bench) -> Result<()> {
    bench.lab.reset(&HOSTS)?;
    HOSTS.iter().try_for_each(|host| bench.lab.exec(host, SLOW_STOP).map(drop))?;
    sleep(Duration::from_millis(200));
    Ok(())
}

fn same(wanted: &[Snapshot], found: &[Snapshot]) -> Result<()> {
    for (host, (wanted, found)) in HOSTS.iter().zip(wanted.iter().zip(found)) {
        let changes = wanted.changes(found);
        ensure!(
            changes.is_empty(),
            "{host} differs from an undisturbed run:\n{}",
            changes.join("\n")
        );
    }
    Ok(())
}
