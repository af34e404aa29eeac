//! An operator of a BlueKing: the program on the control machine of a site, and looks at the site past it.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result, bail, ensure};
use lab::blueking::{CONTROL, Layout, Site};
use lab::snapshot::Snapshot;
use lab::{Host, Lab, processes, shell};

use crate::support::{Bench, Outcome, Running};

/// A whole upgrade takes less than a minute; this is for a machine that has much else to do.
const LIMIT: &str = "900";
/// A run reaches its next section in this time.
const PATIENCE: Duration = Duration::from_secs(180);
/// A person has compared the lists of installed modules.
const HEAD: &str = "cd /root; export XTASK_ACK=topo-mapping=seen XTASK_YES=1 XTASK_COLOR=never \
    XTASK_INVENTORY=/root/hosts.toml";
const RUN: &str = "xtask bk-upgrade all --yes";
const RUNS: &str = "root/.local/state/xtask/runs";
/// The values of the deploy scripts that are secrets, a line each.
const SECRETS: &str = r#"
cd /data/install && env -i PATH="$PATH" CTRL_DIR=/data/install bash --noprofile --norc -c '
  source ./load_env.sh >/dev/null
  for name in $(compgen -v | grep -E "PASSWORD|SECRET|TOKEN|ZK_AUTH"); do
    case ${!name} in *made*) printf "%s\n" "${!name}" ;; esac
  done' | sort -u
"#;

/// Units of 6.1 that must be gone. Those whose names stay, such as `bk-usermgr`, run a container of 6.2.
const OLD: &str = "bk-gse-alarm bk-gse-api bk-gse-btsvr bk-gse-config bk-gse-dba bk-gse-procmgr \
    bk-paas-apigw bk-paas-appengine bk-paas-console bk-paas-esb bk-paas-login bk-paas-paas";

/// The site, and the program on its control machine.
pub(crate) struct Operator {
    site: Site,
}

/// A run of the whole runbook, and the record that it writes.
pub(crate) struct Begun {
    running: Running,
    record: Record,
}

/// The records of runs, as the disk of the control machine has them.
struct Record {
    runs: PathBuf,
    /// Those that were there before.
    former: usize,
}

impl Operator {
    /// Before the upgrade.
    pub(crate) fn new(bench: &Bench, layout: &'static Layout) -> Result<Self> {
        Ok(Self { site: Site::fresh(&bench.lab, &bench.program, layout)? })
    }

    pub(crate) fn lab(&self) -> &Lab {
        &self.site.lab
    }

    fn control(&self) -> Result<&Host> {
        self.lab().host(CONTROL)
    }

    fn runs(&self) -> Result<PathBuf> {
        Ok(self.control()?.upper().join(RUNS))
    }

    /// The whole runbook, to its end.
    pub(crate) fn run(&self) -> Result<Outcome> {
        self.begin()?.running.finish()
    }

    /// The whole runbook, while something else happens.
    pub(crate) fn begin(&self) -> Result<Begun> {
        let runs = self.runs()?;
        let former = ids(&runs).len();
        let (sh, text) = (shell()?, format!("{HEAD}\nexec {RUN}"));
        let mut command = Command::from(self.control()?.command(&sh, LIMIT, &text)?);
        command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        Ok(Begun { running: Running::start(command)?, record: Record { runs, former } })
    }

    /// The processes of the program itself.
    pub(crate) fn programs(&self) -> Result<Vec<i32>> {
        let all = self.control()?.leader().map(processes::of_host).unwrap_or_default();
        Ok(all.into_iter().filter(|pid| processes::name(*pid) == "xtask").collect())
    }

    /// The secrets that the deploy scripts know now.
    pub(crate) fn secrets(&self) -> Result<Vec<String>> {
        let said = self.lab().exec(CONTROL, SECRETS)?;
        Ok(said.lines().map(str::to_owned).collect())
    }

    /// None of them is in this output or in a record.
    pub(crate) fn hidden(&self, secrets: &[String], said: &str) -> Result<()> {
        let (sh, runs) = (shell()?, self.runs()?);
        ensure!(secrets.len() > 5, "only {} secrets", secrets.len());
        for secret in secrets {
            ensure!(!said.contains(secret), "{secret} is shown");
            let found = xshell::cmd!(sh, "grep -rlF -e {secret} {runs}").quiet().ignore_status();
            let found = found.read().context("looking at the record")?;
            ensure!(found.is_empty(), "{secret} is in {found}");
        }
        Ok(())
    }

    /// The arguments of all calls of the vendor's tools, however short; a fed standard input may have a secret.
    pub(crate) fn arguments(&self) -> Result<Vec<String>> {
        let mut lines = Vec::new();
        for name in self.site.layout.all() {
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

    /// Nothing of 6.1 runs or is left, and everything of 6.2 runs, as systemd of each host has it.
    pub(crate) fn is_upgraded(&self) -> Result<()> {
        let lab = self.lab();
        for place in self.site.layout.hosts {
            let (host, new) = (place.name, place.new);
            let left = format!(
                "for unit in {OLD}; do systemctl cat $unit.service >/dev/null 2>&1 && echo $unit; done; \
                 ls -d /data/bkce/.envs/*/ 2>/dev/null; true"
            );
            let left = lab.exec(host, &left)?;
            ensure!(left.is_empty(), "{host} still has {left}");
            let down = format!(
                "for unit in {new}; do systemctl cat $unit.service | grep -qE '^ExecStart=/usr/bin/(docker start|etcd|redis-server) ' && \
                 systemctl is-active --quiet $unit.service && systemctl is-enabled --quiet $unit.service || echo $unit; done"
            );
            let down = lab.exec(host, &down)?;
            ensure!(down.is_empty(), "{host}: not as 6.2 has them: {down}");
        }
        let etcd = self.added("etcd")?;
        let members = lab.exec(etcd[0], "ETCDCTL_API=3 etcdctl endpoint health --cluster 2>&1")?;
        let healthy = members.lines().filter(|line| line.contains(" is healthy")).count();
        ensure!(healthy == etcd.len(), "etcd:\n{members}");
        Ok(())
    }

    fn added(&self, module: &str) -> Result<&'static [&'static str]> {
        let found = self.site.layout.added.iter().find(|(name, _)| *name == module);
        found.map(|(_, hosts)| *hosts).context("the layout has this module")
    }

    /// The content of the databases: those of MySQL, of MongoDB, and the groups of the access control.
    pub(crate) fn data(&self) -> Result<String> {
        let of = |module: &str, text: &str| -> Result<String> {
            let host = self.site.layout.host_of(module).context("the layout has this module")?;
            self.lab().exec(host, text)
        };
        let mysql = "mariadb-dump --skip-dump-date --hex-blob -B bkiam cmdb my-test open_paas test";
        let mongodb =
            "cd /var/lib/standins/mongodb/databases && find . -type f | sort | xargs sha256sum";
        let groups = "cat /var/lib/standins/shared/bkiam/subject_groups";
        Ok(of("mysql", mysql)? + &of("mongodb", mongodb)? + &of("mysql", groups)?)
    }

    pub(crate) fn snapshots(&self) -> Result<Vec<Snapshot>> {
        let all = self.site.layout.all();
        all.iter().map(|name| Snapshot::of(self.lab().host(name)?)).collect()
    }

    /// Only the program's own records differ.
    pub(crate) fn unchanged(&self, before: &[Snapshot]) -> Result<()> {
        let all = self.site.layout.all();
        for (host, (before, after)) in all.iter().zip(before.iter().zip(self.snapshots()?)) {
            let mut changes = before.changes(&after);
            changes.retain(|line| !line.contains("root/.local/state/") && !served(line));
            ensure!(changes.is_empty(), "{host} differs:\n{}", changes.join("\n"));
        }
        Ok(())
    }
}

/// Files that the servers write by themselves.
fn served(line: &str) -> bool {
    ["var/lib/etcd-bk/", "var/lib/redis-cluster/", "var/lib/mysql/"]
        .iter()
        .any(|dir| line.contains(dir))
}

impl Begun {
    /// Waits until it has begun a step.
    pub(crate) fn reaches(mut self, step: &str) -> Result<Self> {
        let start = Instant::now();
        while !self.record.stages().iter().any(|name| name == step) {
            if self.running.has_ended() || start.elapsed() > PATIENCE {
                let outcome = self.running.kill()?;
                let (code, said) = (outcome.code, outcome.stdout + &outcome.stderr);
                bail!("{step} did not begin: exit {code}\n{said}");
            }
            sleep(Duration::from_millis(15));
        }
        Ok(self)
    }

    /// Does something while the program hangs.
    pub(crate) fn hangs(&self, work: impl FnOnce() -> Result<()>) -> Result<()> {
        // The one that entered the host stops with it, and lets it continue.
        let entered = self.running.children();
        let programs: Vec<i32> = entered.iter().flat_map(|pid| processes::children(*pid)).collect();
        processes::signal(&programs, processes::Signal::STOP);
        let done = work();
        processes::signal(&[programs, entered].concat(), processes::Signal::CONT);
        done
    }

    /// Its end, and the steps that it has begun.
    pub(crate) fn finish(self) -> Result<(Outcome, Vec<String>)> {
        let outcome = self.running.finish()?;
        Ok((outcome, self.record.stages()))
    }
}

impl Record {
    /// The steps that the newest run has begun; none before its record is there.
    fn stages(&self) -> Vec<String> {
        let Some(id) = ids(&self.runs).get(self.former).cloned() else { return Vec::new() };
        let journal = std::fs::read_to_string(self.runs.join(id).join("journal.jsonl"));
        let journal = journal.unwrap_or_default();
        let stages = journal.lines().filter(|line| line.contains("\"event\":\"stage\""));
        let name =
            |line: &str| Some(line.split_once("\"name\":\"")?.1.split_once('"')?.0.to_owned());
        stages.filter_map(name).collect()
    }
}

/// The runs of a record, oldest first.
fn ids(runs: &Path) -> Vec<String> {
    let entries = std::fs::read_dir(runs).into_iter().flatten().flatten();
    let mut ids: Vec<String> =
        entries.map(|entry| entry.file_name().to_string_lossy().into_owned()).collect();
    ids.sort();
    ids
}
