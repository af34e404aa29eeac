//! The steps of `xtask/examples/drill.rs` on hosts without ssh: each has processes and a `/run` of its own, and
//! files below `xtask/hosts/HOST` of the state directory. Made to be killed: a shell that ends what its session started
//! has few processes to look at.

use std::path::Path;

use tempfile::TempDir;

use super::killed::Mortal;
use super::machines::is_root;
use super::rehearsal::Snapshot;
use super::walk::walk;
use super::{Xtask, drill, scratch, write};

/// Puts a directory in the place of `/run`, then becomes the shell.
const ENTER: &str = "mount --bind \"$1\" /run || exit 1; shift; exec \"$@\"";

/// Hosts, and the records of the work on them.
pub(crate) struct Apart {
    dir: TempDir,
}

impl Apart {
    /// Hosts of these names, each with the files that the step `files` changes.
    pub(crate) fn new(names: &[&str]) -> Self {
        let dir = scratch();
        let mut inventory = "[ssh]\nidentity = false\n".to_owned();
        for name in names {
            let run = dir.path().join("run").join(name);
            let host = dir.path().join("xtask/hosts").join(name);
            for dir in [&run, &host] {
                std::fs::create_dir_all(dir).expect("a directory");
            }
            for file in ["plain", "list", "here", "gone"] {
                write(&host.join(file), &format!("{file}\n"));
            }
            let user = if is_root() { "--mount" } else { "--map-root-user" };
            let run = run.display().to_string();
            let processes = ["--pid", "--fork", "--mount-proc", "--kill-child"];
            let start = [&["unshare", "--mount", user][..], &processes].concat();
            let way = [&start[..], &["sh", "-c", ENTER, "host", &run]].concat();
            inventory += &format!("[hosts.{name}]\nsession = \"exec\"\nexec = {way:?}\n");
        }
        write(&dir.path().join("hosts.toml"), &inventory);
        Self { dir }
    }
}

impl Mortal for Apart {
    fn state(&self) -> &Path {
        self.dir.path()
    }

    /// `undo` and `resume` are the program's own, all else is a step of the drill. Shells of a run that was killed
    /// need a moment to let go of their locks.
    fn call(&self, line: &str) -> Xtask {
        let words: Vec<&str> = line.split_whitespace().collect();
        let wait = ["--wait", "60"];
        let inventory = self.state().join("hosts.toml").display().to_string();
        let call = if words[0] == "resume" {
            Xtask::new(self.state(), &[&["-i", &inventory], &words[..]].concat())
        } else if words[0] == "undo" {
            Xtask::new(self.state(), &[&wait[..], &words].concat())
        } else {
            let root = self.state().join("xtask/hosts").display().to_string();
            let own = ["-i", &inventory, "--root", &root];
            let words = [&own[..], &wait, &words].concat();
            Xtask::start(drill::program(), self.state(), &words)
        };
        call.env("TZ", "UTC")
    }

    fn resume(&self, line: &str) -> String {
        let run = self.state().join("xtask/runs").join(self.last());
        format!("--again {} {line}", run.display())
    }

    fn result(&self) -> Snapshot {
        let mut found = Snapshot::new();
        walk(&self.state().join("xtask/hosts"), "", &mut found);
        found
    }
}
