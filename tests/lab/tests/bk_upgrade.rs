//! The whole bk-upgrade runbook on a control machine and three hosts, and on six.

use anyhow::{Result, ensure};
use lab::blueking::{CONTROL, DOCUMENT, SIX};
use lab::suite::Case;
use lab::told::Told;

use crate::adversity::Random;
use crate::bk_adversity::{self, Blow, Interruption};
use crate::bk_operator::Operator;
use crate::support::{Bench, say};

pub(crate) const CASES: &[Case<Bench>] = cases![
    bk_upgrade:
    the_whole_runbook_upgrades_a_control_machine_and_three_hosts,
];
/// A site of its own, so a lane of its own.
pub(crate) const SIX_CASES: &[Case<Bench>] = cases![
    bk_upgrade:
    the_whole_runbook_upgrades_six_hosts_with_a_module_on_each,
];

/// Every made-up secret holds one of these; so do some harmless words.
const MARKS: &[&str] = &["made-up", "made=up", "made\"up"];
/// The password of the login path of MySQL.
const LOGIN: &str = "made-up-login-path";

const ONE_OF_THREE: Interruption =
    bk_adversity::at("7.8", "redis-cluster", Blow::Off("paas2"), &["10.99.0.3"]);

/// The number of deployments of the monitoring application that time out.
const SLOW: &str = "/var/lib/standins/shared/saas/bk_monitorv3.slow";

/// The layout of the document. The first deployment of an application times out, as the document warns.
fn the_whole_runbook_upgrades_a_control_machine_and_three_hosts(bench: &Bench) -> Result<()> {
    let operator = Operator::new(bench, &DOCUMENT)?;
    operator
        .lab()
        .exec(CONTROL, &format!("mkdir -p /var/lib/standins/shared/saas; echo 1 >{SLOW}"))?;
    let data = operator.data()?;
    whole(&operator, &data)?;
    let left = operator.lab().exec(CONTROL, &format!("cat {SLOW}"))?;
    ensure!(left == "0\n", "no deployment timed out");
    Ok(())
}

fn the_whole_runbook_upgrades_six_hosts_with_a_module_on_each(bench: &Bench) -> Result<()> {
    let operator = Operator::new(bench, &SIX)?;
    let data = operator.data()?;
    // One of the three hosts of a module is off: the module stops, says so, and nothing after it begins.
    bk_adversity::interrupt(&operator, &ONE_OF_THREE, &mut Random::new())?;
    whole(&operator, &data)
}

/// `bk-upgrade all` from 6.1 to its end. The databases are as before, no process has a password in its arguments or its
/// environment, neither output nor record has one, and run again it changes nothing.
fn whole(operator: &Operator, data: &str) -> Result<()> {
    let mut secrets = operator.secrets()?;
    secrets.push(LOGIN.to_owned());
    let told = Told::start(operator.lab(), MARKS);
    let first = operator.run();
    let told = told.stop()?;
    let first = first?.expect(0)?;
    say(&format!("bk-upgrade all: {:.0} s", first.took.as_secs_f64()));
    operator.is_upgraded()?;
    ensure!(operator.data()? == data, "the databases differ");
    // Some passwords are new.
    secrets.extend(operator.secrets()?);
    secrets.sort();
    secrets.dedup();
    let open = |word: &&String| secrets.iter().any(|secret| word.contains(secret.as_str()));
    let calls = operator.arguments()?;
    let open: Vec<&String> = told.words.iter().chain(&calls).filter(open).collect();
    ensure!(open.is_empty(), "passwords of processes: {open:#?}");
    say(&format!(
        "{} secrets in no argument and no environment: {} looks, {} processes, {} calls of the vendor's tools",
        secrets.len(),
        told.looks,
        told.processes.len(),
        calls.len()
    ));
    operator.hidden(&secrets, &(first.stdout + &first.stderr))?;
    let before = operator.snapshots()?;
    let second = operator.run()?.expect(0)?;
    say(&format!("once more: {:.0} s", second.took.as_secs_f64()));
    let said = second.stdout + &second.stderr;
    let changed: Vec<&str> = said.lines().filter(|line| line.contains("changed")).collect();
    ensure!(changed.is_empty(), "the second run:\n{}", changed.join("\n"));
    operator.unchanged(&before)
}
