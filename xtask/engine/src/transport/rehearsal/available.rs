//! Whether this kernel allows rehearsal hosts to this user, and if not, the way out.

use std::fs;
use std::process::Output;

use camino::{Utf8Path, Utf8PathBuf};
use xshell::{Shell, cmd};

use super::host_dir::private_dir;
use super::layout::is_machine_root;
use super::namespaces::{bare, unshare_options};
use super::remove::remove_tree;
use crate::data::fault::Fault;

/// All from util-linux, but for `hostname`, `cp` and `env`.
const TOOLS: [&str; 10] = [
    "unshare",
    "mount",
    "umount",
    "pivot_root",
    "setpriv",
    "setsid",
    "flock",
    "hostname",
    "cp",
    "env",
];

/// The least that a host needs of the kernel. Exit code 3: namespaces yes, overlay no.
const PROBE: &str =
    r#"cd "$1" && { mount -t overlay -o "$2" overlay tree && : >tree/probe || exit 3; }"#;

/// Settings that forbid user namespaces, the value that does it, and the command that allows them.
const SETTINGS: [(&str, &str, &str); 3] = [
    ("user/max_user_namespaces", "0", "sudo sysctl user.max_user_namespaces=15000"),
    ("kernel/unprivileged_userns_clone", "0", "sudo sysctl kernel.unprivileged_userns_clone=1"),
    (
        "kernel/apparmor_restrict_unprivileged_userns",
        "1",
        "sudo sysctl kernel.apparmor_restrict_unprivileged_userns=0",
    ),
];

/// The magic number of overlayfs in statfs(2).
const OVERLAYFS: u64 = 0x794c_7630;

/// See [`Rehearsal::available`](super::Rehearsal::available).
pub(super) fn check(root: &Utf8Path) -> Result<(), Fault> {
    if let Some(tool) = TOOLS.iter().find(|tool| which::which(tool).is_err()) {
        return Err(Fault::usage(format!(
            "a rehearsal needs the command {tool}: it is not installed"
        ))
        .hint(
            "install it: apt-get install util-linux hostname, or dnf install util-linux hostname",
        ));
    }
    let broken = |error: anyhow::Error| {
        Fault::usage(format!("cannot keep rehearsal hosts: {error:#}"))
            .hint("keep the state in a directory of yours: XDG_STATE_HOME=DIR")
    };
    private_dir(root).map_err(broken)?;
    check_file_system(root)?;
    let probe = tempfile::Builder::new().prefix("probe-").tempdir_in(root);
    let probe = probe.map_err(|error| broken(error.into()))?;
    let dir = Utf8PathBuf::from_path_buf(probe.keep()).map_err(|path| {
        Fault::usage(format!("the state directory {} is not UTF-8", path.display()))
    })?;
    let answer = ask(&dir).map_err(broken);
    remove_tree(&dir).map_err(broken)?;
    judge(root, &answer?)
}

fn check_file_system(root: &Utf8Path) -> Result<(), Fault> {
    let is_overlay =
        rustix::fs::statfs(root.as_str()).is_ok_and(|fs| fs.f_type as u64 == OVERLAYFS);
    if !is_overlay {
        return Ok(());
    }
    Err(Fault::usage(format!("{root} is on an overlay file system, which cannot hold another one"))
        .hint("in a container: mount a volume and point to it with XDG_STATE_HOME=DIR"))
}

fn ask(dir: &Utf8Path) -> anyhow::Result<Output> {
    for name in ["upper", "work", "tree"] {
        private_dir(&dir.join(name))?;
    }
    let marks = if is_machine_root() { "" } else { ",userxattr" };
    let overlay = format!("lowerdir=/usr,upperdir=upper,workdir=work,index=off{marks}");
    let options = unshare_options();
    let shell = Shell::new()?;
    let asked = cmd!(shell, "unshare {options...} -- sh -c {PROBE} probe {dir} {overlay}");
    Ok(bare(asked).quiet().ignore_status().output()?)
}

fn judge(root: &Utf8Path, answer: &Output) -> Result<(), Fault> {
    if answer.status.success() {
        return Ok(());
    }
    let words = String::from_utf8_lossy(&answer.stderr).trim().to_owned();
    if answer.status.code() == Some(3) {
        return Err(Fault::usage(format!(
            "the kernel refuses an overlay with its changes in {root}"
        ))
        .detail("stderr", words)
        .hint("put the state on ext4, xfs, btrfs or tmpfs: XDG_STATE_HOME=DIR")
        .hint("without root, use Linux 5.11 or later; otherwise run this as root"));
    }
    if is_machine_root() {
        return Err(Fault::usage("the kernel refuses namespaces to this root user")
            .detail("stderr", words)
            .hint("in a container: start it with --privileged"));
    }
    let fault =
        Fault::usage("the kernel refuses user namespaces to this user").detail("stderr", words);
    let forbids = |(setting, value, _): &&(&str, &str, &str)| {
        fs::read_to_string(format!("/proc/sys/{setting}")).is_ok_and(|now| now.trim() == *value)
    };
    let fault =
        SETTINGS.iter().filter(forbids).fold(fault, |fault, (_, _, command)| fault.hint(*command));
    Err(fault.hint("or run this as root"))
}
