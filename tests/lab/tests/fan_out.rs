//! `hosts check` and `pcmd` over nine hosts; a host that was installed again.

use anyhow::{Result, ensure};
use lab::shell;
use lab::suite::Case;
use xshell::cmd;

use crate::support::{Bench, say};

pub(crate) const CASES: &[Case<Bench>] = cases![
    fan_out:
    every_host_is_reachable,
    pcmd_runs_in_all_its_forms,
    a_relaunched_host_is_refused_until_its_old_key_is_purged,
];

fn every_host_is_reachable(bench: &Bench) -> Result<()> {
    let outcome = bench.xtask(&["hosts", "check"])?.expect(0)?;
    ensure!(outcome.stdout.matches(" reachable ").count() == 9, "{}", outcome.stdout);
    Ok(())
}

fn pcmd_runs_in_all_its_forms(bench: &Bench) -> Result<()> {
    let all = bench.xtask(&["pcmd", "-m", "all", "hostname"])?.expect(0)?;
    say(&format!("pcmd over 9 hosts: {:.2} s", all.took.as_secs_f64()));
    let each: String =
        bench.lab.hosts.iter().map(|host| format!("{0}: {0}\n", host.name)).collect();
    all.prints(&each)?.says("9 hosts: 9 ok")?;
    let three = "paas1: paas1\npaas2: paas2\npaas3: paas3\n";
    bench.xtask(&["pcmd", "-m", "paas", "hostname"])?.expect(0)?.prints(three)?;
    bench.xtask(&["pcmd", "-w", "paas[1-3]", "-p", "1", "hostname"])?.expect(0)?.prints(three)?;
    let two = "paas1: a  b\npaas2: a  b\n";
    bench
        .xtask(&["pcmd", "-H", "10.99.0.2,10.99.0.3", "--", "printf", "%s\\n", "a  b"])?
        .expect(0)?
        .prints(two)?;
    let folded = bench.xtask(&["pcmd", "-m", "all", "-b", "cat /etc/debian_version"])?.expect(0)?;
    ensure!(folded.stdout.matches("12.").count() == 1, "equal outputs once:\n{}", folded.stdout);
    // The functions of BlueKing's start-up files are there, and standard input is not.
    bench.xtask(&["pcmd", "-m", "paas", "type -t rmvirtualenv; cat"])?.expect(0)?;
    bench.xtask(&["pcmd", "-w", "spare1", "exit 7"])?.expect(7)?;
    bench
        .xtask(&["pcmd", "-w", "spare1,paas1", "test $(hostname) = paas1"])?
        .expect(1)?
        .says("spare1")?;
    bench.xtask(&["pcmd", "-m", "pass", "hostname"])?.expect(2)?;
    Ok(())
}

fn a_relaunched_host_is_refused_until_its_old_key_is_purged(bench: &Bench) -> Result<()> {
    let (lab, sh) = (&bench.lab, shell()?);
    lab.relaunch("spare1")?;
    let check = ["hosts", "check", "-w", "spare1,paas1"];
    let refused = bench.xtask(&check)?.expect(4)?;
    ensure!(refused.stdout.contains("wrong host key: it has changed"), "{}", refused.stdout);
    bench.xtask(&["pcmd", "-w", "spare1", "touch /root/was-here"])?.expect(4)?.says("host key")?;
    lab.exec("spare1", "test ! -e /root/was-here")?;
    // The advice of the hint, until a step does that.
    let (known, address) = (lab.dir.join("known_hosts"), lab.host("spare1")?.address.clone());
    cmd!(sh, "ssh-keygen -q -f {known} -R {address}")
        .quiet()
        .ignore_stdout()
        .ignore_stderr()
        .run()?;
    let unknown = bench.xtask(&check)?.expect(4)?;
    ensure!(unknown.stdout.contains("wrong host key: it is not known"), "{}", unknown.stdout);
    let line = sh.read_file(&known)? + &lab.host("spare1")?.known(&sh)?;
    sh.write_file(&known, line)?;
    bench.xtask(&check)?.expect(0).map(drop)
}
