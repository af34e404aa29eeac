//! The runner killed with SIGKILL at fifty points of a step over three hosts and the control machine.

use std::thread::sleep;
use std::time::Instant;

use anyhow::{Context as _, Result, ensure};
use lab::snapshot::Snapshot;

use crate::support::{Bench, say};

const POINTS: u32 = 50;
const PAAS: [&str; 3] = ["paas1", "paas2", "paas3"];
const HOSTS: [&str; 4] = ["firstbox", "paas1", "paas2", "paas3"];
const STEP: [&str; 2] = ["bk-upgrade", "paas"];

pub(crate) fn a_rerun_after_a_kill_at_any_point_ends_like_an_undisturbed_run(
    bench: &Bench,
) -> Result<()> {
    let lab = &bench.lab;
    lab.reset(&HOSTS)?;
    for host in PAAS {
        lab.exec(host, "tar cf /var/tmp/before.tar /usr/lib/systemd/system/bk-paas-* /data /etc/systemd/system")?;
    }
    restore(bench)?;
    let whole = bench.xtask(&STEP)?.expect(0)?;
    let wanted = bench.snapshots(&HOSTS)?;
    say(&format!("undisturbed: {:.1} s", whole.took.as_secs_f64()));
    let start = Instant::now();
    let mut early = 0;
    for point in 0..POINTS {
        restore(bench)?;
        let running = bench.spawn(&STEP)?;
        sleep(whole.took * point / POINTS);
        if running.kill()?.code == 0 {
            early += 1;
        }
        let at = format!("killed at {point} of {POINTS} points");
        bench.xtask(&STEP)?.expect(0).with_context(|| at.clone())?;
        same(&wanted, &bench.snapshots(&HOSTS)?).context(at)?;
        bench.no_sessions(&HOSTS)?;
    }
    say(&format!(
        "{POINTS} kills and reruns: {:.0} s, {early} came after the end",
        start.elapsed().as_secs_f64()
    ));
    ensure!(early < POINTS / 2, "{early} of {POINTS} kills came too late");
    Ok(())
}

/// Everything as it was before the step, without a boot.
fn restore(bench: &Bench) -> Result<()> {
    bench.lab.reset_shared()?;
    bench.lab.exec("firstbox", "rm -rf /var/lib/standins/mysql /var/lib/standins/log")?;
    std::thread::scope(|scope| {
        let restore = "tar xf /var/tmp/before.tar -C / && systemctl daemon-reload && systemctl restart 'bk-paas-apigw' bk-paas-console bk-paas-login bk-paas-appengine bk-paas-esb bk-paas-paas";
        let hosts: Vec<_> =
            PAAS.iter().map(|host| scope.spawn(move || bench.lab.exec(host, restore))).collect();
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
