//! One host: an overlay over the image, booted by systemd-nspawn.

use std::fs;
use std::os::unix::process::CommandExt as _;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::Duration;

use anyhow::{Context as _, Result, bail};
use sha2::{Digest as _, Sha256};
use xshell::{Cmd, Shell, cmd};

use crate::cgroups;
use crate::image;
use crate::network::Network;
use crate::processes::{self, Signal};
use crate::roles;
use crate::workspace;

/// How long a host may take to boot or to go away; it takes about a second on an idle machine.
const PATIENCE: Duration = Duration::from_secs(120);

/// Seconds for shell text on a host.
const EXEC_LIMIT: &str = "120";

/// Where the programs of a host are.
const PATH: &str = "PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

/// Runs such text.
const EXEC: &str = include_str!("exec.sh");

/// Mounts the overlay where only the host sees it, then becomes the host's supervisor.
const BOOT: &str = include_str!("boot.sh");

/// A host of the lab, up or down.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Host {
    /// Its name; also its host name.
    pub name: String,
    /// Its address on the bridge.
    pub address: String,
    /// The roles that it has, by name.
    pub roles: Vec<String>,
    /// Its directory: `upper` (the difference from the image), `work`, `root`, `identity`, `log`.
    pub dir: PathBuf,
}

impl Host {
    /// The layer of its own: every file that differs from the image.
    pub fn upper(&self) -> PathBuf {
        self.dir.join("upper")
    }

    /// Makes the host as new: an upper layer with its identity and the files of its roles.
    pub fn prepare(&self, sh: &Shell) -> Result<()> {
        for part in ["upper", "work", "root"] {
            let path = self.dir.join(part);
            if path.exists() {
                fs::remove_dir_all(&path)
                    .with_context(|| format!("removing {}", path.display()))?;
            }
            fs::create_dir_all(&path)?;
        }
        let (upper, key) = (self.upper(), self.key(sh)?);
        let machine = Sha256::digest(&self.name)
            .iter()
            .take(16)
            .fold(String::new(), |id, byte| id + &format!("{byte:02x}"));
        let lab = self.dir.ancestors().nth(2).context("a host has its directory in a lab")?;
        for (path, text) in [
            ("etc/hostname", format!("{}\n", self.name)),
            ("etc/machine-id", format!("{machine}\n")),
            ("etc/lab-address", format!("{}/24\n", self.address)),
            ("etc/hosts", format!("127.0.0.1 localhost\n{}", sh.read_file(lab.join("hosts.txt"))?)),
            ("root/.ssh/authorized_keys", sh.read_file(lab.join("key.pub"))?),
        ] {
            sh.write_file(upper.join(path), text)?;
        }
        sh.create_dir(upper.join("etc/ssh"))?;
        sh.copy_file(&key, upper.join("etc/ssh/ssh_host_ed25519_key"))?;
        // sshd does not need it; the check of the host's identity does.
        let public = upper.join("etc/ssh/ssh_host_ed25519_key.pub");
        sh.copy_file(key.with_extension("pub"), public)?;
        let (ssh, host_key) = (upper.join("root/.ssh"), upper.join("etc/ssh/ssh_host_ed25519_key"));
        let root = upper.join("root");
        cmd!(sh, "chmod 700 {root} {ssh}").quiet().run()?;
        cmd!(sh, "chmod 600 {host_key}").quiet().run()?;
        self.seed(sh, &lab.join("shared"))
    }

    /// Files of the roles: stand-ins and fixtures, as rehearsal hosts have them, but with the real systemd.
    fn seed(&self, sh: &Shell, shared: &Path) -> Result<()> {
        let (upper, name) = (self.upper(), &self.name);
        let places: Vec<&str> =
            roles::of(self)?.iter().flat_map(|role| role.seed.iter().copied()).collect();
        if !places.is_empty() {
            let seed = workspace().join("tests/standins/seed");
            cmd!(sh, "{seed} {upper} {name} {places...}")
                .env("STANDIN_SHARED", shared)
                .env("STANDIN_LINKS", "/var/lib/standins/shared")
                .env(
                    "STANDIN_WITHOUT",
                    "systemctl service ssh ssh-keyscan arping curl ip supervisorctl apt-cache account_db nginx",
                )
                .quiet()
                .run()
                .context("placing the stand-ins")?;
        }
        Ok(())
    }

    /// The host key, made once: a reset host is the same host.
    fn key(&self, sh: &Shell) -> Result<PathBuf> {
        let key = self.dir.join("identity");
        if !key.exists() {
            let name = &self.name;
            fs::create_dir_all(&self.dir)?;
            cmd!(sh, "ssh-keygen -q -t ed25519 -N '' -C {name} -f {key}").quiet().run()?;
        }
        Ok(key)
    }

    /// A line of known_hosts.
    pub fn known(&self, sh: &Shell) -> Result<String> {
        let public = sh.read_file(self.key(sh)?.with_extension("pub"))?;
        let key: Vec<&str> = public.split_whitespace().take(2).collect();
        Ok(format!("{} {}\n", self.address, key.join(" ")))
    }

    /// Another host key, as after a new installation. Takes effect with the next `prepare`.
    pub fn forget_key(&self) -> Result<()> {
        for path in [self.dir.join("identity"), self.dir.join("identity.pub")] {
            fs::remove_file(&path).with_context(|| format!("removing {}", path.display()))?;
        }
        Ok(())
    }

    /// Starts it from its layers as they are; a host that runs is left alone. Does not wait for it.
    pub fn boot(&self, sh: &Shell, image: &Path, network: &Network) -> Result<()> {
        // A host that goes down has its supervisor for a moment longer, and one that starts has no first process yet.
        let settled = || self.is_up() || self.is_off();
        processes::wait(&format!("{} to be up or off", self.name), PATIENCE, settled)?;
        if !self.is_off() {
            return Ok(());
        }
        let shared = self.dir.ancestors().nth(2).map(|lab| lab.join("shared")).unwrap_or_default();
        let (dir, name, bridge) = (&self.dir, &self.name, network.bridge());
        let ([nsenter, net], group) = (network.words(), network.name());
        let command = cmd!(
            sh,
            "{nsenter} {net} unshare --mount --propagation private sh -c {BOOT} lab {image} {dir} {name} {bridge} {shared} {group}"
        );
        let log = fs::File::create(self.dir.join("log"))?;
        let mut command = Command::from(command);
        command.stdin(Stdio::null()).stdout(log.try_clone()?).stderr(log).process_group(0);
        let mut child = command.spawn().with_context(|| format!("starting {name}"))?;
        // Somebody has to take the exit code, or a zombie stays.
        std::thread::spawn(move || child.wait());
        Ok(())
    }

    /// Waits until its sshd answers.
    pub fn wait(&self, sh: &Shell, network: &Network) -> Result<()> {
        let seconds = PATIENCE.as_secs().to_string();
        let script = r#"until (: <"/dev/tcp/$0/22") 2>/dev/null; do sleep 0.1; done"#;
        let words = ["timeout", &seconds, "bash", "-c", script, &self.address];
        network.enter(sh, &words).ignore_stderr().run().with_context(|| {
            format!(
                "{} did not answer in {seconds} s; the end of its log:\n{}",
                self.name,
                image::end_of(&self.dir.join("log"))
            )
        })
    }

    /// The cgroup of all its processes; its supervisor joins it before the host starts.
    fn group(&self) -> String {
        let lab = self.dir.ancestors().nth(2).unwrap_or(&self.dir);
        format!("{}/{}", Network::of(lab).name(), self.name)
    }

    /// The process that supervises the host, found by its command line.
    pub fn supervisor(&self) -> Option<i32> {
        let is_it = |pid: &i32| {
            processes::arguments(*pid).first().is_some_and(|word| word.ends_with("systemd-nspawn"))
        };
        cgroups::pids(&self.group()).into_iter().find(is_it)
    }

    /// Whether nothing of it runs, not even its start.
    pub fn is_off(&self) -> bool {
        // The cgroup is quick to read; a process that is about to join it is found only among all.
        cgroups::pids(&self.group()).is_empty() && processes::of_directory(&self.dir).is_empty()
    }

    /// The host's first process, as this machine counts.
    pub fn leader(&self) -> Option<i32> {
        processes::children(self.supervisor()?).first().copied()
    }

    /// Whether it is up.
    pub fn is_up(&self) -> bool {
        self.leader().is_some()
    }

    /// Pulls the plug: everything of the host and its supervisor ends at once. Waits until it is gone.
    pub fn kill(&self) -> Result<()> {
        let what = format!("{} to go away", self.name);
        let group = self.group();
        let gone = || {
            let starting = processes::of_directory(&self.dir);
            processes::signal(&starting, Signal::KILL);
            cgroups::end(&group) && starting.is_empty()
        };
        processes::wait(&what, PATIENCE, gone).map(drop)
    }

    /// Runs shell text on the host without its network: the way in that always works.
    pub fn exec(&self, sh: &Shell, text: &str) -> Result<String> {
        let shell = self.shell()?;
        let command = cmd!(sh, "sh -c {EXEC} exec {EXEC_LIMIT} {text} {shell...}").quiet();
        let output = command.ignore_status().output()?;
        let said = String::from_utf8_lossy(&output.stdout).into_owned();
        if !output.status.success() {
            bail!(
                "{}: {text:?} ended with {}\n{said}{}",
                self.name,
                output.status,
                String::from_utf8_lossy(&output.stderr)
            );
        }
        Ok(said)
    }

    /// The words of nsenter for a shell on it, with root's environment and nothing of ours.
    fn shell(&self) -> Result<Vec<String>> {
        let leader = self.leader().with_context(|| format!("{} is off", self.name))?;
        let way = format!(
            "-t {leader} -m -u -i -n -p -C -- env -i HOME=/root LC_ALL=C.UTF-8 {PATH} sh -c"
        );
        Ok(way.split(' ').map(str::to_owned).collect())
    }

    /// Such text as a command that ends after `seconds`; its processes are children of the command.
    pub fn command<'a>(&self, sh: &'a Shell, seconds: &str, text: &str) -> Result<Cmd<'a>> {
        let shell = self.shell()?;
        Ok(cmd!(sh, "timeout -k 5 {seconds} nsenter {shell...} {text}").quiet())
    }
}
