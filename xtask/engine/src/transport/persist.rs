//! Keeping shared connections for the next invocation.
//!
//! An ssh that shares its connection lives as long as its session. A session lives as long as its
//! streams are open. So one small shell keeps the connections of a run: it holds the pipes until
//! the time is up. OpenSSH's own `ControlPersist` costs 5 ms of processor time per connection (a
//! fork of ssh and a second client); this costs one process per invocation.

use std::fs;
use std::os::fd::{AsRawFd as _, OwnedFd};
use std::os::unix::net::UnixStream;
use std::os::unix::process::CommandExt as _;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use camino::Utf8Path;

use super::replace::replace;
use super::ssh::Control;
use crate::data::fault::Fault;

/// The holder.
const KEEP: &str = include_str!("../../../../snippets/session/keep.sh");

/// The keeper looks at its file once a second.
const KEEPER: Duration = Duration::from_secs(2);

/// Keeps the connections behind `pipes`, and those kept before, for `time` from now.
pub fn keep(
    control: &Control,
    pipes: &[OwnedFd],
    time: Duration,
    without: &[String],
) -> Result<()> {
    let file = control.keep_file();
    let (now, boot) = uptime()?;
    let until = now + time.as_secs();
    let before = fs::read_to_string(&file).unwrap_or_default();
    // Connections from before the last boot are gone.
    let before = before.trim().split_once(' ').filter(|(_, of)| *of == boot);
    let before = before.and_then(|(until, _)| until.parse::<u64>().ok());
    if before.is_none_or(|before| before < until) {
        write(control, &format!("{until} {boot}"))?;
    }
    if pipes.is_empty() {
        return Ok(());
    }
    let mut numbers = Vec::new();
    for pipe in pipes {
        rustix::io::fcntl_setfd(pipe, rustix::io::FdFlags::empty())
            .context("handing over a pipe")?;
        numbers.push(pipe.as_raw_fd().to_string());
    }
    start(file.as_str(), &numbers.join(" "), without)
}

/// Whole seconds since the machine's start, sleep included, and which start that was. proc(5).
fn uptime() -> Result<(u64, String)> {
    let read = |path: &str| fs::read_to_string(path).with_context(|| format!("reading {path}"));
    let uptime = read("/proc/uptime")?;
    let seconds = uptime.split('.').next().and_then(|text| text.parse().ok());
    let start = read("/proc/sys/kernel/random/boot_id")?.trim().to_owned();
    Ok((seconds.context("reading /proc/uptime")?, start))
}

/// Releases all kept connections, and waits until they are gone.
pub fn release(control: &Control) -> Result<()> {
    write(control, "0")?;
    let begun = Instant::now();
    let (deadline, mut patience) = (begun + Duration::from_secs(15), Some(begun + KEEPER));
    while control.sockets()?.iter().any(|socket| UnixStream::connect(socket).is_ok()) {
        if Instant::now() > deadline {
            let fault = Fault::failed("connections are still open: other runs use them");
            return Err(fault
                .hint("stop those runs, then retry: cargo xtask hosts disconnect")
                .into());
        }
        if patience.take_if(|until| Instant::now() > *until).is_some() {
            control.sockets()?.iter().for_each(|socket| stop(socket));
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    control.forget_configs()
}

/// Lets a connection end with its last session: `ControlPersist` of the user keeps it beyond that.
#[expect(clippy::disallowed_methods, reason = "transport is where processes are started")]
fn stop(socket: &Utf8Path) {
    let path = format!("ControlPath={socket}");
    let asked = duct::cmd("ssh", ["-F", "/dev/null", "-o", &path, "-O", "stop", "x"]);
    // The loop of the caller sees whether it has helped.
    drop(asked.stdin_null().stdout_null().stderr_null().unchecked().run());
}

fn write(control: &Control, until: &str) -> Result<()> {
    let file = control.keep_file();
    let written = replace(&file, format!("{until}\n").as_bytes(), 0o600);
    written.with_context(|| format!("writing {file}"))
}

#[expect(clippy::disallowed_methods, reason = "transport is where processes are started")]
fn start(file: &str, numbers: &str, without: &[String]) -> Result<()> {
    // Only bash can close a descriptor above 9.
    let shell = if which::which("bash").is_ok() { "bash" } else { "sh" };
    let keeper = duct::cmd(shell, ["-c", &super::launch::bare(KEEP), "xtask-keep", file, numbers]);
    let keeper = without.iter().fold(keeper, |keeper, name| keeper.env_remove(name));
    let keeper = keeper.stdin_null().stdout_null().stderr_null().unchecked().dir("/");
    let own_group = |command: &mut std::process::Command| {
        command.process_group(0);
        Ok(())
    };
    keeper.before_spawn(own_group).start().context("keeping connections")?;
    Ok(())
}
