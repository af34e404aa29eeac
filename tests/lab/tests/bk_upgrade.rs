//! The whole bk-upgrade runbook on a control machine and three hosts.

use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::Duration;

use anyhow::{Context as _, Result, bail, ensure};
use lab::blueking::{ALL, CONTROL, Site};
use lab::snapshot::Snapshot;
use lab::suite::Case;
use lab::told::Told;
use lab::{Fault, Host, Lab, processes, shell};

use crate::adversity::Random;
use crate::support::{Bench, Outcome, Running, say};

pub(crate) const CASES: &[Case<Bench>] = cases![
    bk_upgrade:
    the_whole_runbook_upgrades_a_control_machine_and_three_hosts,
    killed_once_in_each_section_the_same_command_finishes_it,
    a_host_that_is_off_and_one_that_is_cut_off_stop_it_by_name,
];

/// A whole upgrade takes less than a minute; this is for a machine that has much else to do.
const LIMIT: &str = "900";
/// A run reaches its next section in this time.
const PATIENCE: Duration = Duration::from_secs(120);
/// A person has compared the lists of installed modules.
const HEAD: &str = "cd /root; export XTASK_ACK=topo-mapping=seen XTASK_YES=1 XTASK_COLOR=never \
    XTASK_INVENTORY=/root/hosts.toml";
const RUN: &str = "xtask bk-upgrade all --yes";
const RUNS: &str = "root/.local/state/xtask/runs";
/// Every made-up secret holds one of these; so do some harmless words.
const MARKS: &[&str] = &["made-up", "made=up", "made\"up"];
/// The values of the deploy scripts that are secrets, a line each.
const SECRETS: &str = r#"
cd /data/install && env -i PATH="$PATH" CTRL_DIR=/data/install bash --noprofile --norc -c '
  source ./load_env.sh >/dev/null
  for name in $(compgen -v | grep -E "PASSWORD|SECRET|TOKEN|ZK_AUTH"); do
    case ${!name} in *made*) printf "%s\n" "${!name}" ;; esac
  done' | sort -u
"#;

/// Units of 6.1 that must be gone. Those whose names stay, such as `bk-usermgr`, are below: they run containers then.
const OLD: &str = "bk-gse-alarm bk-gse-api bk-gse-btsvr bk-gse-config bk-gse-dba bk-gse-procmgr \
    bk-paas-apigw bk-paas-appengine bk-paas-console bk-paas-esb bk-paas-login bk-paas-paas";
/// Units of 6.2, where the layout has them.
const NEW: [(&str, &str); 3] = [
    (
        "paas1",
        "bk-gse-cluster bk-gse-data bk-gse-file bk-gse-proc bk-gse-task bk-monitor bk-usermgr",
    ),
    ("paas2", ""),
    ("paas3", "bk-log-api bk-nodeman bk-paas"),
];

/// `bk-upgrade all` from 6.1 to its end. No process has a password in its arguments or its environment, neither output nor
/// record has one, and run again it changes nothing.
fn the_whole_runbook_upgrades_a_control_machine_and_three_hosts(bench: &Bench) -> Result<()> {
    let operator = Operator::new(bench)?;
    let mut secrets = operator.secrets()?;
    let told = Told::start(operator.lab(), MARKS);
    let first = operator.run();
    let told = told.stop()?;
    let first = first?.expect(0)?;
    say(&format!("bk-upgrade all: {:.0} s", first.took.as_secs_f64()));
    is_upgraded(&operator)?;
    // Some passwords are new.
    secrets.extend(operator.secrets()?);
    secrets.sort();
    secrets.dedup();
    ensure!(secrets.len() > 5, "only {} secrets", secrets.len());
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
    operator.hidden(&secrets, &first)?;
    // `bk_install iam_search_engine` comes after the merge of the environment files, and adds a value to one of them.
    let second = operator.run()?.expect(0)?;
    let changes: Vec<&str> =
        second.stderr.lines().filter(|line| line.contains(": changed  ")).collect();
    let merge = |line: &&str| line.contains("merge the environment files with bkcli");
    ensure!(changes.iter().all(merge), "the second run:\n{}", changes.join("\n"));
    let before = operator.snapshots()?;
    let third = operator.run()?.expect(0)?;
    say(&format!("once more: {:.0} s", third.took.as_secs_f64()));
    ensure!(!third.stdout.contains("changed"), "the third run:\n{}", third.stderr);
    operator.unchanged(&before)
}

/// A step of each section of the document.
const SECTIONS: [&str; 6] =
    ["unpack-package", "mongodb-backup", "replace-install", "sync-common", "gse-update", "monitor"];

/// Killed at a random moment, with whatever the step has begun.
fn killed_once_in_each_section_the_same_command_finishes_it(bench: &Bench) -> Result<()> {
    let operator = Operator::new(bench)?;
    let mut random = Random::new();
    say(&format!("seed {} (XTASK_SEED)", random.seed()));
    for section in SECTIONS {
        let running = operator.reaches(operator.begin()?, section)?;
        sleep(Duration::from_millis(random.below(1000)));
        let alive = operator.programs()?;
        processes::signal(&alive, processes::Signal::KILL);
        let outcome = running.finish()?;
        ensure!(!alive.is_empty(), "{section}: it had ended\n{}", outcome.stderr);
    }
    let last = operator.run()?.expect(0)?;
    say(&format!("{} kills, then {:.0} s", SECTIONS.len(), last.took.as_secs_f64()));
    is_upgraded(&operator)
}

/// The run stops, and names the host; when the host is back, the same command finishes.
fn a_host_that_is_off_and_one_that_is_cut_off_stop_it_by_name(bench: &Bench) -> Result<()> {
    let operator = Operator::new(bench)?;
    for (host, section, fault, healed) in [
        ("paas3", "mysql-backup", Fault::Off, Fault::On),
        ("paas1", "usermgr", Fault::Cut, Fault::Heal),
    ] {
        let running = operator.reaches(operator.begin()?, section)?;
        fault.apply(operator.lab(), host, "")?;
        let outcome = running.finish()?;
        let (last, took) = (outcome.stderr.lines().last().unwrap_or_default(), outcome.took);
        say(&format!(
            "{host} {fault:?}: exit {} after {:.0} s: {last}",
            outcome.code,
            took.as_secs_f64()
        ));
        ensure!(outcome.code != 0, "nobody noticed:\n{}", outcome.stderr);
        outcome.says(host)?;
        healed.apply(operator.lab(), host, "")?;
    }
    operator.run()?.expect(0)?;
    is_upgraded(&operator)
}

/// Nothing of 6.1 runs or is left, and everything of 6.2 runs, as systemd of each host has it.
fn is_upgraded(operator: &Operator) -> Result<()> {
    let lab = operator.lab();
    for (host, new) in NEW {
        let left = format!(
            "for unit in {OLD}; do systemctl cat $unit.service >/dev/null 2>&1 && echo $unit; done; \
             ls /data/bkce/.envs 2>/dev/null; true"
        );
        let left = lab.exec(host, &left)?;
        ensure!(left.is_empty(), "{host} still has {left}");
        let down = format!(
            "for unit in {new}; do systemctl cat $unit.service | grep -q '^ExecStart=.*docker' && \
             systemctl is-active --quiet $unit.service && systemctl is-enabled --quiet $unit.service || echo $unit; done"
        );
        let down = lab.exec(host, &down)?;
        ensure!(down.is_empty(), "{host}: not as 6.2 has them: {down}");
    }
    Ok(())
}

/// The site, and the program on its control machine.
struct Operator {
    site: Site,
}

impl Operator {
    /// Before the upgrade.
    fn new(bench: &Bench) -> Result<Self> {
        Ok(Self { site: Site::fresh(&bench.lab, &bench.program)? })
    }

    fn lab(&self) -> &Lab {
        &self.site.lab
    }

    fn control(&self) -> Result<&Host> {
        self.lab().host(CONTROL)
    }

    /// The whole runbook, to its end.
    fn run(&self) -> Result<Outcome> {
        self.begin()?.finish()
    }

    /// The whole runbook, while something else happens.
    fn begin(&self) -> Result<Running> {
        let (sh, text) = (shell()?, format!("{HEAD}\nexec {RUN}"));
        let mut command = Command::from(self.control()?.command(&sh, LIMIT, &text)?);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        Running::start(command)
    }

    /// Waits until the newest run has begun a step; looks at the disk, past the host. A former run came less far.
    fn reaches(&self, mut running: Running, step: &str) -> Result<Running> {
        let (runs, name) = (self.control()?.upper().join(RUNS), format!("\"name\":\"{step}\""));
        let stage = |line: &str| line.contains("\"event\":\"stage\"") && line.contains(&name);
        let reached = || {
            let newest = ids(&runs).pop().unwrap_or_default();
            let journal = std::fs::read_to_string(runs.join(newest).join("journal.jsonl"));
            journal.is_ok_and(|text| text.lines().any(stage))
        };
        let waited = processes::wait(step, PATIENCE, || reached() || running.has_ended());
        if waited.is_err() || !reached() {
            let outcome = running.kill()?;
            bail!(
                "{step} did not begin: exit {}\n{}\n{}",
                outcome.code,
                outcome.stdout,
                outcome.stderr
            );
        }
        Ok(running)
    }

    /// The processes of the program itself.
    fn programs(&self) -> Result<Vec<i32>> {
        let all = self.control()?.leader().map(processes::of_host).unwrap_or_default();
        Ok(all.into_iter().filter(|pid| processes::name(*pid) == "xtask").collect())
    }

    /// The secrets that the deploy scripts know now.
    fn secrets(&self) -> Result<Vec<String>> {
        let said = self.lab().exec(CONTROL, SECRETS)?;
        Ok(said.lines().map(str::to_owned).collect())
    }

    /// None of them is in the output or in a record.
    fn hidden(&self, secrets: &[String], outcome: &Outcome) -> Result<()> {
        let runs = self.control()?.upper().join(RUNS);
        for secret in secrets {
            let told = outcome.stdout.contains(secret) || outcome.stderr.contains(secret);
            ensure!(!told, "{secret} is shown");
            let (sh, runs) = (shell()?, &runs);
            let found = xshell::cmd!(sh, "grep -rlF -e {secret} {runs}").quiet().ignore_status();
            let found = found.read().context("looking at the record")?;
            ensure!(found.is_empty(), "{secret} is in {found}");
        }
        Ok(())
    }

    /// The arguments of all calls of the vendor's tools, however short; a fed standard input may have a secret.
    fn arguments(&self) -> Result<Vec<String>> {
        let mut lines = Vec::new();
        for name in ALL {
            let logs = self.lab().host(name)?.upper().join("var/lib/standins/log");
            for log in std::fs::read_dir(logs).into_iter().flatten().flatten() {
                let text = std::fs::read_to_string(log.path())?;
                let calls = text.lines().filter(|line| !line.starts_with("  stdin: "));
                lines.extend(calls.map(|line| format!("{name}: {line}")));
            }
        }
        ensure!(!lines.is_empty(), "no tool of the vendor was called");
        Ok(lines)
    }

    fn snapshots(&self) -> Result<Vec<Snapshot>> {
        ALL.iter().map(|name| Snapshot::of(self.lab().host(name)?)).collect()
    }

    /// Only the program's own records differ.
    fn unchanged(&self, before: &[Snapshot]) -> Result<()> {
        for (host, (before, after)) in ALL.iter().zip(before.iter().zip(self.snapshots()?)) {
            let mut changes = before.changes(&after);
            changes.retain(|line| !line.contains("root/.local/state/"));
            ensure!(changes.is_empty(), "{host} differs:\n{}", changes.join("\n"));
        }
        Ok(())
    }
}

/// The runs of a record, oldest first.
fn ids(runs: &std::path::Path) -> Vec<String> {
    let entries = std::fs::read_dir(runs).into_iter().flatten().flatten();
    let mut ids: Vec<String> =
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    ids.sort();
    ids
}
