//! Connections that are kept for the next call, and other parts of ssh_config that are obeyed.

use std::path::Path;

use tempfile::TempDir;

use crate::support::{Outcome, Xtask, fleet, processes, scratch, sleepers, wait_until, write};

/// A runtime directory of one's own; kept connections are let go at the end.
struct Kept {
    dir: TempDir,
}

impl Kept {
    fn new() -> Self {
        Self { dir: scratch() }
    }

    fn call(&self, inventory: &Path, args: &[&str]) -> Xtask {
        Xtask::new(self.dir.path(), args)
            .env("XTASK_PERSIST", "60")
            .env("XDG_RUNTIME_DIR", self.dir.path())
            .env("XTASK_INVENTORY", inventory)
    }

    /// The two ends of the connection that a command came over.
    fn connection(&self, inventory: &Path, host: &str) -> String {
        let outcome = self.call(inventory, &["pcmd", "-w", host, "echo $SSH_CONNECTION"]).run();
        assert_eq!((outcome.code, outcome.stderr.as_str()), (0, ""));
        outcome.stdout
    }

    fn sockets(&self) -> usize {
        let entries = std::fs::read_dir(self.dir.path().join("xtask")).expect("a directory");
        let names = entries.flatten().map(|entry| entry.file_name());
        names.filter(|name| name.len() == 16).count()
    }

    fn disconnect(&self) -> Outcome {
        self.call(Path::new("/none"), &["hosts", "disconnect"]).run()
    }
}

impl Drop for Kept {
    fn drop(&mut self) {
        self.disconnect();
    }
}

#[test]
fn the_next_call_takes_the_same_connection_until_it_is_let_go() {
    let (kept, inventory) = (Kept::new(), fleet().dir.join("hosts.toml"));
    let first = kept.connection(&inventory, "h001");
    assert_eq!(kept.connection(&inventory, "h001"), first);
    assert_eq!(kept.sockets(), 1);
    let disconnected = kept.disconnect();
    assert_eq!(disconnected, Outcome { code: 0, stdout: String::new(), stderr: String::new() });
    wait_until("the connection is let go", || kept.sockets() == 0);
    assert_ne!(kept.connection(&inventory, "h001"), first);
}

#[test]
fn what_keeps_connections_holds_no_pipe_of_ours() {
    let (kept, inventory) = (Kept::new(), fleet().dir.join("hosts.toml"));
    let script = "\"$@\" 2>&1 | cat; echo over";
    let started = Xtask::program("timeout")
        .args(["30", "sh", "-c", script, "sh", env!("CARGO_BIN_EXE_xtask")])
        .args(["pcmd", "-w", "h[001-002]", "--persist", "60", "true"])
        .env("XDG_RUNTIME_DIR", kept.dir.path())
        .env("XDG_STATE_HOME", kept.dir.path())
        .env("XTASK_INVENTORY", inventory)
        .output()
        .expect("timeout starts");
    assert_eq!(String::from_utf8_lossy(&started.stdout), "2 hosts: 2 ok\nover\n");
    assert_eq!(kept.sockets(), 2);
}

#[test]
fn a_runtime_directory_too_long_for_a_socket_does_no_harm() {
    let (kept, inventory) = (Kept::new(), fleet().dir.join("hosts.toml"));
    let long = kept.dir.path().join("long".repeat(30));
    std::fs::create_dir(&long).expect("a directory");
    let call = || {
        let args = ["pcmd", "-w", "h003", "--persist", "2", "echo $SSH_CONNECTION"];
        kept.call(&inventory, &args).env("XDG_RUNTIME_DIR", &long).run()
    };
    let (first, second) = (call(), call());
    assert_eq!((first.code, first.stderr.as_str()), (0, ""));
    assert_eq!(second.code, 0);
    assert!(std::fs::read_dir(&long).expect("a directory").next().is_none());
}

/// A clock that says 1970, and a time that was left behind before the machine's last start.
#[test]
fn a_wrong_clock_does_not_keep_connections() {
    let (kept, inventory) = (Kept::new(), fleet().dir.join("hosts.toml"));
    let clock = kept.dir.path().join("date");
    write(&clock, "#!/bin/sh\necho 0\n");
    let executable = std::os::unix::fs::PermissionsExt::from_mode(0o755);
    std::fs::set_permissions(&clock, executable).expect("a program");
    let path = format!("{}:{}", kept.dir.path().display(), std::env::var("PATH").expect("a path"));
    // The directory for sockets is made by the first call.
    kept.disconnect();
    write(&kept.dir.path().join("xtask/keep"), "99999999999 another-start\n");
    let args = ["pcmd", "-w", "h001", "--persist", "3", "true"];
    let outcome = kept.call(&inventory, &args).env("PATH", &path).run();
    assert_eq!((outcome.code, kept.sockets()), (0, 1), "{}", outcome.stderr);
    wait_until("the connection is let go", || kept.sockets() == 0);
}

#[test]
fn what_a_command_left_running_outlives_the_kept_connection() {
    let (kept, inventory) = (Kept::new(), fleet().dir.join("hosts.toml"));
    let leaves = "nohup sleep 31.91 >/dev/null 2>&1 & echo begun";
    let outcome = kept.call(&inventory, &["pcmd", "-w", "h004", leaves]).run();
    assert_eq!(outcome, Outcome { code: 0, stdout: "begun\n".into(), stderr: String::new() });
    assert_eq!(kept.sockets(), 1);
    kept.disconnect();
    wait_until("the connection is let go", || kept.sockets() == 0);
    assert_eq!(sleepers("31.91"), 1);
    for pid in processes("sleep 31.91") {
        let pid = pid.to_string();
        Xtask::program("kill")
            .arg(&pid)
            .stderr(std::process::Stdio::null())
            .status()
            .expect("kill starts");
    }
}

/// An inventory beside an `ssh_config` that begins with `text` and continues like the fleet's.
fn with_config(dir: &Path, text: &str, hosts: &str) -> std::path::PathBuf {
    let common = std::fs::read_to_string(fleet().dir.join("ssh_config")).expect("a file");
    write(
        &dir.join("config"),
        &format!("{text}\n{}", common.replace("Host h* ", "Host h* inner ")),
    );
    write(&dir.join("hosts.toml"), &format!("[ssh]\nconfig = \"config\"\n{hosts}"));
    dir.join("hosts.toml")
}

#[test]
fn a_control_path_of_the_user_stays_in_force() {
    let kept = Kept::new();
    let socket = kept.dir.path().join("own");
    let text = format!("Host h001\n  ControlMaster auto\n  ControlPath {}\n", socket.display());
    let inventory = with_config(kept.dir.path(), &text, "[hosts.h001]\n");
    let command = format!("test -S {} && echo own", socket.display());
    let outcome = kept.call(&inventory, &["pcmd", "-w", "h001", &command]).run();
    assert_eq!(outcome, Outcome { code: 0, stdout: "own\n".into(), stderr: String::new() });
    assert_eq!(kept.sockets(), 0);
}

#[test]
fn a_host_behind_a_jump_host_stays_itself_when_the_connection_is_kept() {
    let kept = Kept::new();
    let text = "Host inner\n  HostName 127.0.1.2\n  ProxyJump h001";
    let inventory = with_config(kept.dir.path(), text, "[hosts.inner]\n[hosts.h001]\n");
    let first = kept.connection(&inventory, "inner");
    assert!(first.contains(" 127.0.1.2 "), "{first}");
    assert_eq!(kept.connection(&inventory, "inner"), first);
    assert!(kept.connection(&inventory, "h001").contains(" 127.0.1.1 "));
}

#[test]
fn the_ssh_config_is_looked_for_beside_the_inventory() {
    let kept = Kept::new();
    with_config(kept.dir.path(), "", "[hosts.h001]\n");
    std::fs::create_dir(kept.dir.path().join("below")).expect("a directory");
    for persist in ["0", "60"] {
        let call = kept.call(Path::new("../hosts.toml"), &["pcmd", "-w", "h001", "echo here"]);
        let outcome = call.env("XTASK_PERSIST", persist).dir(&kept.dir.path().join("below")).run();
        assert_eq!(outcome, Outcome { code: 0, stdout: "here\n".into(), stderr: String::new() });
    }
}
