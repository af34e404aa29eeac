//! BlueKing 6.1 as the bk-upgrade runbook finds it: a control machine, and three hosts with the layout of the document.
//! The vendor's tools are the stand-ins of the rehearsal. Their results lie in the directory that all hosts share, and
//! become real units on the hosts before a tool ends: `blueking/arrive.sh`, which the control machine calls over ssh.

use std::fmt::Write as _;
use std::path::Path;
use std::thread;

use anyhow::{Context as _, Result, bail};
use xshell::{Shell, cmd};

use crate::lab::Lab;
use crate::{shell, workspace};

/// The machine that works on the hosts; the program runs there.
pub const CONTROL: &str = "firstbox";
/// The hosts with the modules.
pub const HOSTS: [&str; 3] = ["paas1", "paas2", "paas3"];
/// All of them.
pub const ALL: [&str; 4] = [CONTROL, HOSTS[0], HOSTS[1], HOSTS[2]];

/// Modules by host, as in the document (L110-114), without those that 6.2 adds and without two
/// projects of monitorv3 that the made-up topology does not know. An installation of 6.1 has paas on the third.
const LAYOUT: [&str; 3] = [
    "iam,ssm,usermgr,gse,license,redis,consul,es7,monitorv3(influxdb-proxy),monitorv3(monitor),monitorv3(grafana)",
    "nginx,consul,mongodb,rabbitmq,appo,influxdb(bkmonitorv3),monitorv3(transfer),beanstalk",
    "cmdb,job,mysql,zk(config),kafka(config),appt,consul,log(api),nodeman(nodeman),log(grafana),paas",
];

/// In the place of the roles of a lab's plan.
const ROLES: [&str; 4] =
    ["firstbox=bk-control", "paas1=bk-first", "paas2=bk-second", "paas3=bk-third"];

/// The addresses of the fixtures, in the order of [`ALL`].
const MADE_UP: [&str; 4] = ["10.0.0.10", "10.0.0.11", "10.0.0.12", "10.0.0.13"];

/// What each host runs first: `$@` are the addresses of [`ALL`], and `readdress` gives a tree these addresses.
const CONTROL_READY: &str = include_str!("blueking/control.sh");
const HOST_READY: &str = include_str!("blueking/host.sh");
const ARRIVE: &str = include_str!("blueking/arrive.sh");

/// The site while it is up.
#[derive(Debug)]
pub struct Site {
    /// The lab it is in.
    pub lab: Lab,
}

impl Site {
    /// As the document finds it, with this program on the control machine. Takes over the lab.
    pub fn fresh(lab: &Lab, program: &Path) -> Result<Self> {
        let (sh, mut lab) = (shell()?, lab.clone());
        lab.plan(ALL.len(), &ROLES.map(str::to_owned))?;
        for name in ALL {
            lab.host(name)?.kill()?;
        }
        share(&sh, &lab, program)?;
        lab.reset(&ALL)?;
        let head = head(&lab)?;
        lab.exec(CONTROL, &(head.clone() + CONTROL_READY)).context("the control machine")?;
        each(|name| lab.exec(name, &(head.clone() + HOST_READY)).map(drop))?;
        Ok(Self { lab })
    }
}

/// Files for the hosts, in the directory that they share: the program, the package, the key of the lab.
fn share(sh: &Shell, lab: &Lab, program: &Path) -> Result<()> {
    lab.reset_shared()?;
    let to = lab.dir.join("shared/lab");
    sh.create_dir(&to)?;
    let package = lab.dir.join("package.tgz");
    if !package.exists() {
        let pack = workspace().join("tests/package/pack");
        cmd!(sh, "{pack} {package}").quiet().run().context("packing 6.2")?;
    }
    let (key, known) = (lab.dir.join("key"), lab.dir.join("known_hosts"));
    cmd!(sh, "cp {package} {program} {key} {known} {to}").quiet().run()?;
    sh.write_file(to.join("layout"), layout(lab)?)?;
    sh.write_file(to.join("arrive"), ARRIVE)?;
    Ok(())
}

fn layout(lab: &Lab) -> Result<String> {
    let mut text = String::new();
    for (name, modules) in HOSTS.iter().zip(LAYOUT) {
        writeln!(text, "{} {modules}", lab.host(name)?.address)?;
    }
    Ok(text)
}

/// The shell before that of a host.
fn head(lab: &Lab) -> Result<String> {
    let (mut addresses, mut sed) = (String::new(), String::new());
    for (name, old) in ALL.iter().zip(MADE_UP) {
        let address = &lab.host(name)?.address;
        write!(addresses, " {address}")?;
        write!(sed, " -e 's/{}\\>/{address}/g'", old.replace('.', "\\."))?;
    }
    Ok(format!(
        "set --{addresses}\nreaddress() {{ grep -rlE '10\\.0\\.0\\.1[0-3]' \"$@\" 2>/dev/null | xargs -r sed -i{sed}; }}\n"
    ))
}

/// Does something for the hosts side by side; the first error counts.
fn each(work: impl Fn(&str) -> Result<()> + Sync) -> Result<()> {
    thread::scope(|scope| {
        let work = &work;
        let started: Vec<_> = HOSTS
            .iter()
            .map(|name| scope.spawn(move || work(name).with_context(|| (*name).to_owned())))
            .collect();
        let ended: Vec<Result<()>> = started
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(|_| bail!("a thread of the lab panicked")))
            .collect();
        ended.into_iter().collect()
    })
}
