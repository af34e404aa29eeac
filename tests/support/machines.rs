//! Machines of one test: mount namespaces with an `/etc`, a `/run` and a home of their own, so that each has its
//! own identity and lock. Unlike rehearsal hosts they are opened by several runs at once.

use std::fs;
use std::path::{Path, PathBuf};

use engine::data::byte_size::ByteSize;
use engine::transport::channel::{Channel, Settings};
use engine::transport::interrupt::Interrupt;
use engine::transport::launch::Shell;
use engine::transport::local::Exec;
use engine::transport::slots::Slots;
use tempfile::TempDir;

use super::{Xtask, scratch, write};

/// Mounts a machine's own files, then becomes the shell.
const ENTER: &str = "for part in etc run; do mount --bind \"$1/$part\" \"/$part\" || exit 1; done; \
                     HOME=$1/home PATH=$1/bin:$PATH; export HOME PATH; shift; exec \"$@\"";

/// Files of `/etc` that programs look for.
const ETC: [&str; 4] = ["passwd", "group", "ld.so.cache", "nsswitch.conf"];

/// Says at each change whether somebody else is inside, and how long it takes is up to the test.
const TOOLS: &str = "add_saas_environment() {\n\
                     mkdir \"$HOME/inside\" || echo both >>\"$HOME/overlaps\"\n\
                     . \"$HOME/meanwhile\"\n\
                     cat \"$PWD/wanted\" >>\"$HOME/table\"\n\
                     rmdir \"$HOME/inside\"\n}\n";

/// Several machines, and the files of a run.
pub(crate) struct Machines {
    pub(crate) dir: TempDir,
}

impl Machines {
    /// Machines of these names; the first one is `control`, all are in the group `paas`.
    pub(crate) fn new(names: &[&str]) -> Self {
        let machines = Self { dir: scratch() };
        for (number, name) in names.iter().enumerate() {
            let home = machines.home(name);
            for part in ["etc/ssh", "run", "home", "bin"] {
                fs::create_dir_all(home.join(part)).expect("a directory");
            }
            for file in ETC {
                // The shells do not need a file that this machine lacks.
                drop(fs::copy(Path::new("/etc").join(file), home.join("etc").join(file)));
            }
            machines.identify(name, number + 1);
            machines.put(name, "home/table", "");
            machines.put(name, "home/meanwhile", "");
            machines.put(name, "bin/mysql", "#!/bin/sh\ncat \"$HOME/table\"\n");
            let script = home.join("bin/mysql");
            let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
            fs::set_permissions(script, mode).expect("a script");
        }
        machines.inventory(names, "");
        machines
    }

    /// Another identity: the machine-id and the host key with this number.
    pub(crate) fn identify(&self, name: &str, number: usize) {
        self.put(name, "etc/machine-id", &format!("{number:032x}\n"));
        let key = format!("ssh-ed25519 {} root@{name}\n", "AAAA".repeat(number));
        self.put(name, "etc/ssh/ssh_host_ed25519_key.pub", &key);
    }

    /// Writes the inventory, with more text behind the machines.
    pub(crate) fn inventory(&self, names: &[&str], more: &str) {
        let (mut text, mut layout) = (String::new(), String::new());
        for (number, name) in names.iter().enumerate() {
            let host = if number == 0 { "control" } else { name };
            let address = format!("192.0.2.{}", number + 1);
            text.push_str(&format!(
                "[hosts.{host}]\naddress = \"{address}\"\nsession = \"exec\"\nexec = {:?}\n",
                self.way(name)
            ));
            layout.push_str(&format!("{address} paas\n"));
        }
        write(&self.dir.path().join("install.config"), &layout);
        text.push_str(&format!("[groups]\npaas = {:?}\n{more}", self.hosts(names)));
        write(&self.dir.path().join("hosts.toml"), &text);
    }

    fn hosts<'a>(&self, names: &[&'a str]) -> Vec<&'a str> {
        names.iter().enumerate().map(|(at, name)| if at == 0 { "control" } else { name }).collect()
    }

    /// The words before a shell of this machine.
    pub(crate) fn way(&self, name: &str) -> Vec<String> {
        let home = self.home(name).display().to_string();
        let user = if is_root() { "--mount" } else { "--map-root-user" };
        let words = ["unshare", "--mount", user, "sh", "-c", ENTER, "machine", &home];
        words.map(str::to_owned).to_vec()
    }

    /// A session of the test's own.
    pub(crate) fn channel(&self, name: &str) -> Channel {
        Channel::new(Box::new(Exec { prefix: self.way(name), sudo: None }), Shell::Sh)
    }

    /// The directory with everything of a machine.
    pub(crate) fn home(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    pub(crate) fn put(&self, name: &str, path: &str, text: &str) {
        write(&self.home(name).join(path), text);
    }

    pub(crate) fn get(&self, name: &str, path: &str) -> Option<String> {
        fs::read_to_string(self.home(name).join(path)).ok()
    }

    /// A step that changes `control`: the value of `operator` is not there yet. Each has a state directory.
    pub(crate) fn step(&self, operator: &str, words: &[&str]) -> Xtask {
        let install = self.dir.path().join(operator);
        fs::create_dir_all(install.join("state")).expect("a directory");
        write(&install.join("tools.sh"), TOOLS);
        let layout = self.dir.path().join("install.config");
        fs::copy(layout, install.join("install.config")).expect("a file");
        write(&install.join("wanted"), &format!("APP\t{operator}\there\n"));
        write(&install.join("saas_var.env"), &format!("declare -A APP_KV=([{operator}]=here)\n"));
        let install = install.display().to_string();
        let step = ["bk-upgrade", "paas", "saas-env", "--install-dir", &install, "--yes"];
        self.run(operator, &[&step[..], words].concat())
    }

    /// A stage that works on all machines, as words; what it removes is below `run/bk` of each.
    pub(crate) fn removal(&self) -> Vec<String> {
        let install = self.dir.path().display().to_string();
        let stage =
            ["bk-upgrade", "paas", "rm-venv", "--install-path", "/run/bk", "--venvs", "old"];
        let words = stage.into_iter().chain(["--install-dir", &install, "--yes"]);
        words.map(str::to_owned).collect()
    }

    /// Any call of the program.
    pub(crate) fn run<S: AsRef<str>>(&self, operator: &str, words: &[S]) -> Xtask {
        Xtask::new(&self.dir.path().join(operator).join("state"), words)
            .env("XTASK_INVENTORY", self.dir.path().join("hosts.toml"))
            .env("USER", operator)
            .env("SSH_CONNECTION", "192.0.2.7 1024 192.0.2.1 22")
    }

    /// The pins beside the inventory.
    pub(crate) fn pins(&self) -> Option<String> {
        fs::read_to_string(self.dir.path().join("hosts.lock")).ok()
    }
}

/// The shared part of a test's sessions.
pub(crate) fn settings() -> Settings {
    let connect = std::time::Duration::from_secs(30);
    Settings {
        connect,
        control: None,
        interrupt: Interrupt::never(),
        private: Vec::new(),
        max_output: ByteSize::OUTPUT,
        slots: Slots::default(),
    }
}

/// Whether a mount needs no user namespace.
pub(crate) fn is_root() -> bool {
    fs::read_to_string("/proc/self/status")
        .is_ok_and(|status| status.lines().any(|line| line.starts_with("Uid:\t0\t0")))
}
