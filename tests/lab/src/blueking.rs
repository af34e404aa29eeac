//! BlueKing 6.1 as the bk-upgrade runbook finds it: a control machine, and hosts with the modules of a layout.
//! The vendor's tools are the stand-ins of the rehearsal. Their results lie in the directory that all hosts share, and
//! become real units on the hosts before a tool ends: `blueking/arrive.sh`, which the control machine calls over ssh.
//!
//! Real are the units, MariaDB with a binary log, nginx, which also offers the package for download, the virtual
//! environments and the program that removes them, and of 6.2 etcd and the Redis cluster.

mod layouts;

use std::fmt::Write as _;
use std::path::Path;
use std::thread;

use anyhow::{Context as _, Result, bail};
use xshell::{Shell, cmd};

pub use self::layouts::{CONTROL, DOCUMENT, Layout, Place, SIX};
use crate::lab::Lab;
use crate::{shell, workspace};

/// The addresses of the fixtures: the control machine, then the first hosts.
const MADE_UP: [&str; 4] = ["10.0.0.10", "10.0.0.11", "10.0.0.12", "10.0.0.13"];

/// What each host runs first. `$@` are the addresses of the control machine and of the hosts, `$names` those of the hosts,
/// and `readdress` gives a tree these addresses.
const CONTROL_READY: &str = include_str!("blueking/control.sh");
const HOST_READY: &str = include_str!("blueking/host.sh");
/// What the vendor's tools call there.
const ARRIVE: &str = include_str!("blueking/arrive.sh");
const PLACES: &str = include_str!("blueking/places.sh");

/// The site while it is up.
#[derive(Debug)]
pub struct Site {
    /// The lab it is in.
    pub lab: Lab,
    /// What is where.
    pub layout: &'static Layout,
}

impl Site {
    /// As the document finds it, with this program on the control machine. Takes over the lab.
    pub fn fresh(lab: &Lab, program: &Path, layout: &'static Layout) -> Result<Self> {
        let (sh, mut lab, all) = (shell()?, lab.clone(), layout.all());
        let roles = layout.hosts.iter().map(|place| format!("{}={}", place.name, place.roles));
        let roles: Vec<String> =
            std::iter::once(format!("{CONTROL}=bk-control")).chain(roles).collect();
        lab.plan(all.len(), &roles)?;
        for name in &all {
            lab.host(name)?.kill()?;
        }
        let site = Self { lab, layout };
        site.share(&sh, program)?;
        site.lab.reset(&all)?;
        let head = site.head()?;
        site.lab.exec(CONTROL, &(head.clone() + CONTROL_READY)).context("the control machine")?;
        site.each(|name| site.lab.exec(name, &(head.clone() + HOST_READY)).map(drop))?;
        Ok(site)
    }

    /// Files for the hosts, in the directory that they share: the program, the package, the key of the lab.
    fn share(&self, sh: &Shell, program: &Path) -> Result<()> {
        let lab = &self.lab;
        lab.reset_shared()?;
        let to = lab.dir.join("shared/lab");
        sh.create_dir(to.join("download"))?;
        let (pack, package) =
            (workspace().join("tests/package/pack"), to.join("download/bkce-src-6.2.2.tgz"));
        cmd!(sh, "{pack} {package}").quiet().run().context("packing 6.2")?;
        let script = workspace().join("tests/standins/migrate_subject_system_group.py");
        sh.copy_file(script, to.join("download"))?;
        let (key, known) = (lab.dir.join("key"), lab.dir.join("known_hosts"));
        cmd!(sh, "cp {program} {key} {known} {to}").quiet().run()?;
        sh.write_file(to.join("layout"), self.install_config()?)?;
        sh.write_file(to.join("added"), self.added()?)?;
        sh.write_file(to.join("arrive"), ARRIVE)?;
        sh.write_file(to.join("places"), PLACES)?;
        Ok(())
    }

    /// `ADDRESS MODULE,MODULE`, as install.config has it.
    fn install_config(&self) -> Result<String> {
        let mut text = String::new();
        for place in self.layout.hosts {
            writeln!(text, "{} {}", self.lab.host(place.name)?.address, place.modules)?;
        }
        Ok(text)
    }

    /// `MODULE ADDRESS,ADDRESS` of the modules that 6.2 adds.
    fn added(&self) -> Result<String> {
        let mut text = String::new();
        for (module, names) in self.layout.added {
            let addresses: Vec<&str> = names
                .iter()
                .map(|name| Ok(self.lab.host(name)?.address.as_str()))
                .collect::<Result<_>>()?;
            writeln!(text, "{module} {}", addresses.join(","))?;
        }
        Ok(text)
    }

    /// The shell before that of a host.
    fn head(&self) -> Result<String> {
        let (mut addresses, mut sed) = (String::new(), String::new());
        let mut old = MADE_UP.iter();
        for name in self.layout.all() {
            let address = &self.lab.host(name)?.address;
            write!(addresses, " {address}")?;
            if let Some(old) = old.next() {
                write!(sed, " -e 's/{}\\>/{address}/g'", old.replace('.', "\\."))?;
            }
        }
        let names: Vec<&str> = self.layout.hosts.iter().map(|place| place.name).collect();
        Ok(format!(
            "set --{addresses}\nnames='{}'\n\
             readdress() {{ grep -rlE '10\\.0\\.0\\.1[0-3]' \"$@\" 2>/dev/null | xargs -r sed -i{sed}; }}\n",
            names.join(" ")
        ))
    }

    /// Does something for the hosts side by side; the first error counts.
    fn each(&self, work: impl Fn(&str) -> Result<()> + Sync) -> Result<()> {
        thread::scope(|scope| {
            let work = &work;
            let hosts = self.layout.hosts.iter().map(|place| place.name);
            let started: Vec<_> = hosts
                .map(|name| scope.spawn(move || work(name).with_context(|| name.to_owned())))
                .collect();
            let ended: Vec<Result<()>> = started
                .into_iter()
                .map(|thread| {
                    thread.join().unwrap_or_else(|_| bail!("a thread of the lab panicked"))
                })
                .collect();
            ended.into_iter().collect()
        })
    }
}
