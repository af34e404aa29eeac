//! A lab: hosts, their network, their files, in one directory.

use std::fs;
use std::path::{Path, PathBuf};
use std::thread;

use anyhow::{Context as _, Result, bail};
use xshell::Shell;

use crate::host::Host;
use crate::network::Network;
use crate::processes::{self, Signal};
use crate::{cgroups, image, inventory, layout, roles, shell, workspace};

/// Hosts that are up, or were; `lab up` makes them and `lab down` removes them.
#[derive(Debug, Clone)]
pub struct Lab {
    /// Where everything of it is.
    pub dir: PathBuf,
    /// Its network.
    pub network: Network,
    /// Its hosts, in order.
    pub hosts: Vec<Host>,
}

impl Lab {
    /// The lab of a directory as it is found there; without hosts when there is none.
    pub fn open(dir: &Path) -> Result<Self> {
        let dir = std::path::absolute(dir)?;
        let plan = fs::read_to_string(dir.join("plan")).unwrap_or_default();
        let hosts = layout::read(&dir, &plan);
        Ok(Self { network: Network::of(&dir), hosts, dir })
    }

    /// Why no lab can be made here, if so.
    pub fn obstacle() -> Option<String> {
        if !rustix::process::geteuid().is_root() {
            return Some("not root: systemd-nspawn and network namespaces need it".to_owned());
        }
        let here = |name: &str| {
            let path = std::env::var_os("PATH").unwrap_or_default();
            let dirs: Vec<PathBuf> =
                std::env::split_paths(&path).chain(["/usr/sbin".into(), "/sbin".into()]).collect();
            dirs.iter().any(|dir| dir.join(name).is_file())
        };
        let needed = ["systemd-nspawn", "debootstrap", "ip", "tc", "nsenter", "ssh-keygen", "bash"];
        let missing: Vec<&str> = needed.into_iter().filter(|name| !here(name)).collect();
        if !missing.is_empty() {
            return Some(format!(
                "missing here: {}; apt-get install systemd-container debootstrap iproute2 openssh-client",
                missing.join(" ")
            ));
        }
        let namespaces = shell().and_then(|sh| {
            Ok(xshell::cmd!(sh, "unshare --mount --net true").quiet().ignore_stderr().run()?)
        });
        namespaces.err().map(|error| format!("this machine gives no namespaces: {error:#}"))
    }

    /// Brings up `count` hosts, from their layers where there are such, and waits until they answer. A lab with
    /// other hosts is taken down first.
    pub fn up(&mut self, count: usize, roles: &[String]) -> Result<()> {
        self.plan(count, roles)?;
        self.start(&self.hosts.iter().collect::<Vec<_>>())
    }

    /// As [`Lab::up`], without a start: everything is there but the hosts themselves.
    pub fn plan(&mut self, count: usize, roles: &[String]) -> Result<()> {
        if let Some(obstacle) = Self::obstacle() {
            bail!(obstacle);
        }
        let sh = shell()?;
        let image = image::ensure()?;
        let wanted = layout::hosts(&self.dir, count, roles)?;
        if !self.hosts.is_empty() && self.hosts != wanted {
            self.down()?;
        }
        fs::create_dir_all(self.dir.join("hosts"))?;
        sh.write_file(self.dir.join("plan"), layout::write(&wanted))?;
        sh.write_file(self.dir.join("image"), image.display().to_string())?;
        self.hosts = wanted;
        self.network.ensure(&sh)?;
        inventory::write(&sh, &self.dir, &self.hosts)?;
        if !self.dir.join("shared").exists() {
            self.reset_shared()?;
        }
        inventory::write_known(&sh, &self.dir, &self.hosts)
    }

    /// Boots hosts side by side; one that is new is made ready for its roles.
    pub fn start(&self, hosts: &[&Host]) -> Result<()> {
        each(hosts, |sh, host| {
            let marker = host.dir.join("ready");
            if !marker.exists() {
                host.kill()?;
                host.prepare(sh)?;
            }
            host.boot(sh, &self.image()?, &self.network)?;
            host.wait(sh, &self.network)?;
            if !marker.exists() {
                for role in roles::of(host)?.iter().filter(|role| !role.ready.is_empty()) {
                    host.exec(sh, role.ready)
                        .with_context(|| format!("making {} ready as {}", host.name, role.name))?;
                }
                sh.write_file(&marker, "")?;
            }
            Ok(())
        })
    }

    /// Hosts as they were when the lab came up first: upper layers go, then they boot.
    pub fn reset(&self, names: &[&str]) -> Result<()> {
        let hosts: Vec<&Host> = names.iter().map(|name| self.host(name)).collect::<Result<_>>()?;
        for host in &hosts {
            let marker = host.dir.join("ready");
            if marker.exists() {
                fs::remove_file(&marker)?;
            }
        }
        self.start(&hosts)
    }

    /// Restores the first state of the files that stand-ins of several hosts share.
    pub fn reset_shared(&self) -> Result<()> {
        let (sh, shared) = (shell()?, self.dir.join("shared"));
        // The directory itself stays: it is mounted in the hosts.
        fs::create_dir_all(&shared)?;
        let first = workspace().join("tests/fixtures/shared/");
        Ok(xshell::cmd!(sh, "rsync -a --delete {first}/ {shared}/").quiet().run()?)
    }

    /// A host of another key on the same address, as after a new installation; `known_hosts` stays unchanged.
    pub fn relaunch(&self, name: &str) -> Result<()> {
        let host = self.host(name)?;
        host.kill()?;
        host.forget_key()?;
        self.reset(&[name])
    }

    /// Ends and removes everything of it that is found, also after a run that was killed.
    pub fn down(&mut self) -> Result<()> {
        let sh = shell()?;
        let limit = std::time::Duration::from_secs(30);
        processes::wait("the hosts to go", limit, || {
            let starting = processes::of_directory(&self.dir.join("hosts"));
            processes::signal(&starting, Signal::KILL);
            cgroups::end(self.network.name()) && starting.is_empty()
        })?;
        processes::signal(&processes::of_network(&self.network.path()), Signal::KILL);
        self.network.remove(&sh)?;
        let group = self.network.name();
        processes::wait("the hosts' cgroups to go", limit, || cgroups::remove(group))?;
        if self.dir.exists() {
            fs::remove_dir_all(&self.dir)
                .with_context(|| format!("removing {}", self.dir.display()))?;
        }
        self.hosts.clear();
        Ok(())
    }

    /// The host of a name.
    pub fn host(&self, name: &str) -> Result<&Host> {
        let names =
            || self.hosts.iter().map(|host| host.name.as_str()).collect::<Vec<_>>().join(", ");
        self.hosts.iter().find(|host| host.name == name).with_context(|| {
            format!("no host `{name}` in {}; there are: {}", self.dir.display(), names())
        })
    }

    /// Shell text on a host, past its network; returns its output.
    pub fn exec(&self, name: &str, text: &str) -> Result<String> {
        self.host(name)?.exec(&shell()?, text)
    }

    /// The image the hosts were made from.
    pub fn image(&self) -> Result<PathBuf> {
        let file = self.dir.join("image");
        Ok(fs::read_to_string(&file).with_context(|| format!("reading {}", file.display()))?.into())
    }
}

/// Does something for several hosts side by side; the first error counts.
fn each(hosts: &[&Host], work: impl Fn(&Shell, &Host) -> Result<()> + Sync) -> Result<()> {
    thread::scope(|scope| {
        let work = &work;
        let started: Vec<_> =
            hosts.iter().map(|host| scope.spawn(move || work(&shell()?, host))).collect();
        let ended: Vec<Result<()>> = started
            .into_iter()
            .map(|thread| thread.join().unwrap_or_else(|_| bail!("a thread of the lab panicked")))
            .collect();
        ended.into_iter().collect()
    })
}
