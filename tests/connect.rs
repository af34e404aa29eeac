//! The way to a host: `ssh_config`, logins that are turned away, the limits of this machine, and reasons.

mod bastion;
mod limits;
mod options;
mod reasons;
mod table;

use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::support::{Outcome, Xtask, fleet, scratch, write};

/// An inventory with an `ssh_config` of its own beside it, for hosts of the fleet.
struct Site {
    dir: TempDir,
}

impl Site {
    /// `before` stands before the fleet's configuration, which holds for these further names, too.
    fn new(names: &str, before: &str, hosts: &str) -> Self {
        let site = Self { dir: scratch() };
        let common = std::fs::read_to_string(fleet().dir.join("ssh_config")).expect("a file");
        let before = before.replace("DIR", &site.dir.path().display().to_string());
        let common = common.replace("Host h* ", &format!("Host {names} h* "));
        site.put("config", &format!("{before}\n{common}"));
        site.put("hosts.toml", &format!("[ssh]\nconfig = \"config\"\n{hosts}"));
        site
    }

    fn path(&self, name: &str) -> PathBuf {
        self.dir.path().join(name)
    }

    fn put(&self, name: &str, text: &str) {
        write(&self.path(name), text);
    }

    /// Connections are kept below the site's directory, if at all.
    fn call(&self, args: &[&str]) -> Xtask {
        Xtask::new(self.dir.path(), args)
            .env("XTASK_INVENTORY", self.path("hosts.toml"))
            .env("XDG_RUNTIME_DIR", self.dir.path())
    }

    /// A directory for `PATH` in which this script stands for ssh; `SSH` in it is the real one.
    fn ssh(&self, script: &str) -> String {
        let path = std::env::var("PATH").expect("a path");
        let real = std::env::split_paths(&path).map(|dir| dir.join("ssh")).find(|ssh| ssh.exists());
        let real = real.expect("an ssh").display().to_string();
        let dir = self.path("bin");
        std::fs::create_dir_all(&dir).expect("a directory");
        executable(&dir.join("ssh"), &format!("#!/bin/sh\n{}\n", script.replace("SSH", &real)));
        format!("{}:{path}", dir.display())
    }
}

fn executable(path: &Path, text: &str) {
    write(path, text);
    let mode = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(path, mode).expect("a program");
}

fn ok(stdout: &str) -> Outcome {
    Outcome { code: 0, stdout: stdout.to_owned(), stderr: String::new() }
}
