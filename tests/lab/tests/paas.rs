//! `bk-upgrade paas stop` and `remove-units` with real units: one gone already, one that refuses to stop.

use anyhow::{Result, ensure};

use lab::suite::Case;

use crate::support::{Bench, say};

pub(crate) const CASES: &[Case<Bench>] = cases![
    paas:
    stop_and_remove_units_on_hosts_of_all_kinds,
];

const HOSTS: [&str; 3] = ["paas1", "paas2", "paas3"];
const STOP: [&str; 3] = ["bk-upgrade", "paas", "stop"];
const REMOVE: [&str; 3] = ["bk-upgrade", "paas", "remove-units"];

fn stop_and_remove_units_on_hosts_of_all_kinds(bench: &Bench) -> Result<()> {
    let lab = &bench.lab;
    lab.reset(&HOSTS)?;
    lab.exec("paas2", "systemctl disable --now bk-paas-esb; rm /usr/lib/systemd/system/bk-paas-esb.service; systemctl daemon-reload")?;
    lab.exec("paas3", REFUSE)?;
    let outcome = bench.xtask(&[&STOP[..], &["--timeout", "20"]].concat())?.expect(124)?;
    say(&format!("a unit that refuses: {:.1} s with --timeout 20", outcome.took.as_secs_f64()));
    outcome.says("paas3")?.prints("paas1: changed\npaas2: changed\npaas3: timed out\n")?;
    for host in ["paas1", "paas2"] {
        ensure!(running(bench, host)?.is_empty(), "{host} still runs {}", running(bench, host)?);
    }
    ensure!(running(bench, "paas3")?.contains("bk-paas-login"), "it did stop");
    // Files of a unit that still runs are not removed.
    bench.xtask(&REMOVE)?.expect(6)?.says("paas3: refused")?;
    lab.exec("paas3", "rm /etc/systemd/system/bk-paas-login.service.d/refuse.conf; systemctl daemon-reload; systemctl kill -s KILL bk-paas-login")?;
    bench.xtask(&STOP)?.expect(0)?.prints("paas1: kept\npaas2: kept\npaas3: changed\n")?;
    bench.xtask(&REMOVE)?.expect(0)?.prints("paas1: kept\npaas2: kept\npaas3: changed\n")?;
    for host in HOSTS {
        // Zero matches are exit 1 of grep, and expected.
        let left = lab.exec(host, "systemctl list-unit-files 'bk-paas-*' | grep -c bk-paas- || true; ls /usr/lib/systemd/system | grep -c bk-paas- || true")?;
        ensure!(left == "0\n0\n", "{host}: {left}");
    }
    let before = bench.snapshots(&HOSTS)?;
    bench.xtask(&REMOVE)?.expect(0)?.prints("paas1: kept\npaas2: kept\npaas3: kept\n")?;
    bench.unchanged(&HOSTS, &before)
}

/// A unit whose end takes longer than anybody waits.
const REFUSE: &str = "
mkdir -p /etc/systemd/system/bk-paas-login.service.d
printf '[Service]\\nExecStop=/bin/sleep 3600\\nTimeoutStopSec=3600\\n' >/etc/systemd/system/bk-paas-login.service.d/refuse.conf
systemctl daemon-reload
systemctl restart --no-block bk-paas-login
";

fn running(bench: &Bench, host: &str) -> Result<String> {
    bench.lab.exec(host, "systemctl list-units --plain --no-legend --state=active,deactivating 'bk-paas-*' | cut -d' ' -f1")
}
