//! The runner killed with SIGKILL at points all over a step over three hosts and the control machine.

use std::thread::sleep;
use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use lab::snapshot::Snapshot;
use lab::suite::Case;

use crate::support::{self, Bench, say};

pub(crate) const CASES: &[Case<Bench>] = cases![
    kill:
    a_rerun_after_a_kill_at_any_point_ends_like_an_undisturbed_run,
];

/// XTASK_KILLS=50 takes minutes and finds the windows between two writes.
const POINTS: u32 = 12;
const PAAS: [&str; 3] = ["paas1", "paas2", "paas3"];
const HOSTS: [&str; 4] = ["firstbox", "paas1", "paas2", "paas3"];
/// Two units and environments instead of six: as many kinds of operations in less time.
const STEP: [&str; 4] = [
    "bk-upgrade",
    "paas",
    "--units=bk-paas-apigw,bk-paas-esb",
    "--venvs=open_paas-apigw,open_paas-esb",
];

fn a_rerun_after_a_kill_at_any_point_ends_like_an_undisturbed_run(bench: &Bench) -> Result<()> {
    let lab = &bench.lab;
    lab.reset(&HOSTS)?;
    for host in PAAS {
        lab.exec(host, "tar cf /var/tmp/before.tar /usr/lib/systemd/system/bk-paas-* /data /etc/systemd/system")?;
    }
    bring_packages(bench)?;
    restore(bench)?;
    let undisturbed = bench.xtask(&STEP)?.expect(0)?.took;
    let wanted = bench.snapshots(&HOSTS)?;
    let (start, mut whole, mut kills, mut late) = (Instant::now(), undisturbed, 0, 0);
    let points = support::kills(POINTS)?;
    while kills < points {
        restore(bench)?;
        let running = bench.spawn(&STEP)?;
        sleep(whole * kills / points);
        let outcome = running.kill()?;
        if outcome.code == 0 {
            // The machine is quicker than it was: the same point again, of a shorter whole.
            (whole, late) = (whole.min(outcome.took) * 9 / 10, late + 1);
            ensure!(late < points, "{late} kills came too late, {kills} in time");
            continue;
        }
        let at = format!("killed at {kills} of {points} points");
        bench.xtask(&STEP)?.expect(0).with_context(|| at.clone())?;
        same(&wanted, &bench.snapshots(&HOSTS)?).context(at)?;
        bench.no_sessions(&HOSTS)?;
        kills += 1;
    }
    let took = start.elapsed().as_secs();
    say(&format!(
        "{kills} kills and reruns in {took} s; the step takes {:.1} s",
        whole.as_secs_f64()
    ));
    Ok(())
}

/// Sections 3 and 4 of the document: the packages of 6.2 are on the control machine.
fn bring_packages(bench: &Bench) -> Result<()> {
    const PACKAGE: &str = "/var/lib/standins/mirror/bkce-src-6.2.2.tgz";
    let (url, md5) = (format!("--url=file://{PACKAGE}"), format!("--md5={PACKAGE}.md5"));
    for words in [
        &["fetch-package", &url, &md5][..],
        &["unpack-package", &md5],
        &["backup-install-dir"],
        &["backup-src-dir", "--yes"],
        &["replace-src"],
        &["replace-install", "--yes"],
        &["unpack-products"],
    ] {
        bench.xtask(&[&["bk-upgrade"], words].concat())?.expect(0)?;
    }
    Ok(())
}

/// Everything as it was before the step, without a boot.
fn restore(bench: &Bench) -> Result<()> {
    let lab = &bench.lab;
    lab.reset_shared()?;
    lab.exec("firstbox", "rm -rf /var/lib/standins/mysql /var/lib/standins/log")?;
    std::thread::scope(|scope| {
        let restore = "tar xf /var/tmp/before.tar -C / && systemctl daemon-reload && systemctl start bk-paas-apigw bk-paas-esb";
        let hosts: Vec<_> =
            PAAS.iter().map(|host| scope.spawn(move || lab.exec(host, restore))).collect();
        hosts.into_iter().try_for_each(|host| {
            host.join().map_err(|_| anyhow::anyhow!("a thread panicked"))?.map(drop)
        })
    })
}

fn same(wanted: &[Snapshot], found: &[Snapshot]) -> Result<()> {
    for (host, (wanted, found)) in HOSTS.iter().zip(wanted.iter().zip(found)) {
        let changes = wanted.changes(found);
        ensure!(changes.is_empty(), "{host} differs:\n{}", changes.join("\n"));
    }
    Ok(())
}
