//! A job on a host with systemd: over a killed runner, a restarted sshd and a reboot.

use std::time::Duration;

use anyhow::{Context as _, Result, ensure};
use lab::fault::Fault;
use lab::shell;
use lab::suite::Case;
use xshell::cmd;

use crate::support::{Bench, Running};

pub(crate) const CASES: &[Case<Bench>] = cases![
    detached:
    a_job_is_in_no_session_and_outlives_the_runner_and_sshd,
    a_job_that_a_reboot_ends_is_not_done,
];

const HOST: &str = "paas1";
const JOB: &str = "/var/tmp/drill/paas1/jobs/count";

/// `xtask/examples/drill.rs` counts in a job, until the file `stop` is there.
fn start(bench: &Bench) -> Result<Running> {
    let sh = shell()?;
    let cargo = std::env::var("CARGO").unwrap_or_else(|_| "cargo".to_owned());
    cmd!(sh, "{cargo} build --quiet --package xtask --example drill").quiet().run()?;
    let drill = bench.program.with_file_name("examples").join("drill").display().to_string();
    let words = ["-w", HOST, "--root", "/var/tmp/drill", "job", "--wait", "30"];
    let mut all = vec!["timeout", "-k", "10", "120", &drill];
    all.extend(words);
    bench.spawn_words(&all)
}

/// Waits until the job prints more.
fn grows(bench: &Bench) -> Result<()> {
    let size = || {
        let size = bench.lab.exec(HOST, &format!("cat {JOB}/output 2>/dev/null | wc -c"));
        size.ok().and_then(|text| text.trim().parse::<u64>().ok()).unwrap_or(0)
    };
    let before = size();
    let limit = Duration::from_secs(30);
    lab::processes::wait("the job to print", limit, || size() > before + 2000).map(drop)
}

/// Waits until a session follows the output of the job, or none: before it does, a lost connection is a failure.
fn follows(bench: &Bench, wanted: bool) -> Result<()> {
    // A process may end while `find` looks at it.
    let open = format!("find /proc/[0-9]*/fd/6 -lname {JOB}/output 2>/dev/null || :");
    let is = || bench.lab.exec(HOST, &open).is_ok_and(|found| found.trim().is_empty() != wanted);
    lab::processes::wait("the follower", Duration::from_secs(30), is).map(drop)
}

fn units(bench: &Bench) -> Result<String> {
    bench
        .lab
        .exec(HOST, "systemctl list-units 'xtask-*' --all --no-legend --plain | cut -d ' ' -f 1")
}

fn stop(bench: &Bench) -> Result<()> {
    bench.lab.exec(HOST, "echo 0 >/var/tmp/drill/paas1/stop").map(drop)
}

/// No unit, no directory, and each line once in the record.
fn whole(bench: &Bench) -> Result<()> {
    ensure!(units(bench)?.trim().is_empty(), "a unit is left: {}", units(bench)?);
    let left = bench.lab.exec(HOST, "ls -A /var/tmp/drill/paas1")?;
    ensure!(!left.contains("jobs"), "{left}");
    let lines: usize = bench.lab.exec(HOST, "cat /var/tmp/drill/paas1/lines")?.trim().parse()?;
    let runs = std::fs::read_dir(bench.lab.dir.join("state/xtask/runs"))?;
    let runs = runs.filter_map(|run| Some(run.ok()?.path()));
    // Two runs of one second have names with a number at the end.
    let last = runs.filter(|run| run.display().to_string().contains("-drill")).max();
    let outputs = std::fs::read_dir(last.context("a run")?.join("outputs"))?;
    let output = outputs.filter_map(|file| Some(file.ok()?.path())).max().context("an output")?;
    let wanted: String =
        (1..=lines).map(|number| format!("line {number} of a long output\n")).collect();
    ensure!(std::fs::read_to_string(output)? == wanted, "{lines} lines are not whole");
    Ok(())
}

fn a_job_is_in_no_session_and_outlives_the_runner_and_sshd(bench: &Bench) -> Result<()> {
    let runner = start(bench)?;
    grows(bench)?;
    let unit = units(bench)?;
    ensure!(unit.starts_with("xtask-count-") && unit.trim().ends_with(".scope"), "{unit}");
    runner.kill()?;
    follows(bench, false)?;
    grows(bench)?;
    let next = start(bench)?;
    follows(bench, true)?;
    Fault::KillSshd.apply(&bench.lab, HOST, "")?;
    bench.lab.exec(HOST, "systemctl restart ssh")?;
    grows(bench)?;
    stop(bench)?;
    next.finish()?.expect(0)?.prints("paas1: changed\n")?.says("note: paas1: count runs since ")?;
    whole(bench)?;
    start(bench)?.finish()?.expect(0)?.prints("paas1: kept\n")?;
    bench.lab.exec(HOST, "rm -r /var/tmp/drill").map(drop)
}

fn a_job_that_a_reboot_ends_is_not_done(bench: &Bench) -> Result<()> {
    let runner = start(bench)?;
    grows(bench)?;
    let host = bench.lab.host(HOST)?;
    let before = host.leader();
    // A runner that is there would see the job killed, before the host goes down.
    runner.kill()?;
    bench.lab.exec(HOST, "systemctl --no-block reboot")?;
    let again = || host.leader().is_some_and(|leader| Some(leader) != before);
    lab::processes::wait("the reboot", Duration::from_secs(60), again)?;
    host.wait(&shell()?, &bench.lab.network)?;
    start(bench)?
        .finish()?
        .expect(1)?
        .says("the host restarted while count ran; it is not known how far it came")?
        .says("look at the host; the same command then starts it again")?;
    let evidence = format!("{}/.count.last/output", JOB.trim_end_matches("/count"));
    bench.lab.exec(HOST, &format!("grep -q '^line 10 ' {evidence}"))?;
    stop(bench)?;
    start(bench)?.finish()?.expect(0)?.prints("paas1: changed\n")?;
    ensure!(bench.lab.exec(HOST, "cat /var/tmp/drill/paas1/log")? == "job\njob\n");
    ensure!(units(bench)?.trim().is_empty());
    bench.lab.exec(HOST, "rm -r /var/tmp/drill").map(drop)
}
