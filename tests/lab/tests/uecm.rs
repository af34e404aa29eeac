//! `keepalived-vip --profile uecm` with the real keepalived on three hosts.

use std::time::Duration;

use anyhow::{Result, ensure};
use lab::Fault;
use lab::suite::Case;
use lab::watch::{self, Watch};

use crate::support::{Bench, say};

pub(crate) const CASES: &[Case<Bench>] = cases![
    uecm:
    the_address_is_on_one_host_and_a_second_run_changes_nothing,
    the_address_moves_when_its_holder_dies_and_is_never_on_two,
    another_priority_restarts_only_that_host,
    bad_vrrp_groups_are_refused_before_any_host_is_touched,
];

const VIP: &str = "10.99.0.224";
const HOSTS: [&str; 3] = ["paas1", "paas2", "paas3"];
const STEP: [&str; 7] = ["keepalived-vip", "--profile", "uecm", "--vip", VIP, "--iface", "host0"];
const LIMIT: Duration = Duration::from_secs(60);

fn the_address_is_on_one_host_and_a_second_run_changes_nothing(bench: &Bench) -> Result<()> {
    bench.lab.reset(&HOSTS)?;
    let watch = Watch::start(&bench.hosts(&HOSTS)?, VIP);
    bench.xtask(&[&STEP[..], &["-n"]].concat())?.expect(0)?;
    let first = bench.xtask(&STEP)?.expect(0)?;
    ensure!(first.stdout.matches(": changed").count() == 3, "{}", first.stdout);
    ensure!(!first.stderr.contains("made-up1"), "the password is shown:\n{}", first.stderr);
    let holder = watch::one_holder(&bench.hosts(&HOSTS)?, VIP, LIMIT)?;
    ensure!(holder == "paas1", "{holder} has the highest priority?");
    let (before, daemons) = (bench.snapshots(&HOSTS)?, daemons(bench)?);
    let second = bench.xtask(&STEP)?.expect(0)?;
    ensure!(second.stdout.matches(": kept").count() == 3, "{}", second.stdout);
    bench.unchanged(&HOSTS, &before)?;
    ensure!(daemons == self::daemons(bench)?, "a daemon was restarted");
    never_two(&watch.stop()?)
}

fn the_address_moves_when_its_holder_dies_and_is_never_on_two(bench: &Bench) -> Result<()> {
    bench.xtask(&STEP)?.expect(0)?;
    let hosts = bench.hosts(&HOSTS)?;
    let holder = watch::one_holder(&hosts, VIP, LIMIT)?;
    let others: Vec<_> = hosts.iter().copied().filter(|host| host.name != holder).collect();
    let watch = Watch::start(&hosts, VIP);
    let start = std::time::Instant::now();
    Fault::Off.apply(&bench.lab, &holder, "")?;
    let next = watch::one_holder(&others, VIP, LIMIT)?;
    say(&format!("{VIP} moved from {holder} to {next} in {:.1} s", start.elapsed().as_secs_f64()));
    never_two(&watch.stop()?)?;
    // Back again, the old holder does not take it away.
    let watch = Watch::start(&others, VIP);
    Fault::On.apply(&bench.lab, &holder, "")?;
    bench.xtask(&STEP)?.expect(0)?;
    std::thread::sleep(Duration::from_secs(5));
    ensure!(watch::holders(&hosts, VIP) == [next], "{:?}", watch::holders(&hosts, VIP));
    never_two(&watch.stop()?)
}

fn another_priority_restarts_only_that_host(bench: &Bench) -> Result<()> {
    bench.xtask(&STEP)?.expect(0)?;
    let before = daemons(bench)?;
    bench.xtask(&[&STEP[..], &["--priority", "paas3=70"]].concat())?.expect(0)?;
    let after = daemons(bench)?;
    ensure!(before[..2] == after[..2], "paas1 or paas2 was touched: {before:?} {after:?}");
    ensure!(before[2] != after[2], "paas3 still runs with its old priority");
    Ok(())
}

fn bad_vrrp_groups_are_refused_before_any_host_is_touched(bench: &Bench) -> Result<()> {
    let logins = logins(bench)?;
    ensure!(logins.iter().all(|count| count.trim() != "0"), "logins are not counted: {logins:?}");
    for vrid in ["0", "255"] {
        bench.xtask(&[&STEP[..], &["--vrid", vrid]].concat())?.expect(2)?.says("VRRP group")?;
    }
    bench
        .xtask(&[
            "keepalived-vip",
            "--profile",
            "uecm",
            "--vip",
            "10.99.0.255",
            "--iface",
            "host0",
        ])?
        .expect(2)?
        .says("the last part of 10.99.0.255")?;
    ensure!(logins == self::logins(bench)?, "somebody logged in");
    Ok(())
}

fn never_two(seen: &[watch::Seen]) -> Result<()> {
    ensure!(seen.iter().all(|seen| seen.holders.len() < 2), "split brain: {seen:?}");
    Ok(())
}

/// When each host's daemon was started.
fn daemons(bench: &Bench) -> Result<Vec<String>> {
    let ask = "systemctl show -p MainPID -p ActiveEnterTimestampMonotonic keepalived";
    HOSTS.iter().map(|host| bench.lab.exec(host, ask)).collect()
}

fn logins(bench: &Bench) -> Result<Vec<String>> {
    HOSTS
        .iter()
        .map(|host| bench.lab.exec(host, "journalctl -q -u ssh -g Accepted | wc -l"))
        .collect()
}
