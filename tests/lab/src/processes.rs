//! Which processes belong to a host or a network, and ending them. Read from /proc each time: there is no state
//! that could be stale after a kill.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;
use std::thread::sleep;
use std::time::{Duration, Instant};

use anyhow::{Result, bail};
pub use rustix::process::Signal;
use rustix::process::{Pid, kill_process};

/// Every process there is.
pub fn all() -> Vec<i32> {
    let number =
        |entry: fs::DirEntry| entry.file_name().to_str().and_then(|name| name.parse().ok());
    fs::read_dir("/proc").into_iter().flatten().flatten().filter_map(number).collect()
}

/// The arguments of a process; empty when it is gone or a zombie.
pub fn arguments(pid: i32) -> Vec<String> {
    let bytes = fs::read(format!("/proc/{pid}/cmdline")).unwrap_or_default();
    let words =
        bytes.split(|byte| *byte == 0).map(|word| String::from_utf8_lossy(word).into_owned());
    words.filter(|word| !word.is_empty()).collect()
}

/// The kernel's name of a process: `sshd`.
pub fn name(pid: i32) -> String {
    fs::read_to_string(format!("/proc/{pid}/comm")).unwrap_or_default().trim().to_owned()
}

/// Its children.
pub fn children(pid: i32) -> Vec<i32> {
    let text = fs::read_to_string(format!("/proc/{pid}/task/{pid}/children")).unwrap_or_default();
    text.split_whitespace().filter_map(|word| word.parse().ok()).collect()
}

/// Processes in the same PID namespace as `pid`, the same host that is.
pub fn of_host(pid: i32) -> Vec<i32> {
    let space = |pid: i32| fs::read_link(format!("/proc/{pid}/ns/pid")).ok();
    let Some(own) = space(pid) else { return Vec::new() };
    all().into_iter().filter(|other| space(*other).as_ref() == Some(&own)).collect()
}

/// Processes in a network namespace, given its mount.
pub fn of_network(path: &Path) -> Vec<i32> {
    let Ok(own) = fs::metadata(path).map(|meta| meta.ino()) else { return Vec::new() };
    let inside =
        |pid: &i32| fs::metadata(format!("/proc/{pid}/ns/net")).is_ok_and(|meta| meta.ino() == own);
    all().into_iter().filter(inside).collect()
}

/// Programs that a lab starts with a path of its own among the arguments.
const OURS: [&str; 7] =
    ["systemd-nspawn", "nsenter", "unshare", "sh", "ssh-keygen", "cp", "install"];

/// Processes of a lab that name `dir`, or something below it, as an argument.
pub fn of_directory(dir: &Path) -> Vec<i32> {
    let is_ours = |pid: &i32| {
        let words = arguments(*pid);
        let program = words.first().map(String::as_str).unwrap_or_default();
        OURS.iter().any(|name| program.ends_with(name))
            && words[1..].iter().any(|word| Path::new(word).starts_with(dir))
    };
    all().into_iter().filter(is_ours).collect()
}

/// Sends a signal; a process that is gone already is no error.
pub fn signal(pids: &[i32], signal: Signal) {
    for pid in pids.iter().filter_map(|pid| Pid::from_raw(*pid)) {
        let _ = kill_process(pid, signal);
    }
}

/// Waits until a question is answered with yes.
pub fn wait(what: &str, limit: Duration, mut done: impl FnMut() -> bool) -> Result<Duration> {
    let start = Instant::now();
    while !done() {
        if start.elapsed() > limit {
            bail!("waited {} s for {what}", limit.as_secs());
        }
        sleep(Duration::from_millis(50));
    }
    Ok(start.elapsed())
}
