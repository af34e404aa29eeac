//! A command of this machine whose output the program reads: bounded in time and size, and ended as a whole.

use std::io::{PipeReader, Read as _};
use std::os::unix::process::{CommandExt as _, ExitStatusExt as _};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use camino::Utf8Path;
use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::process::{Pid, Signal, kill_process_group};

use super::interrupt::Interrupt;
use crate::data::fault::{Fault, Kind};

/// The time between SIGTERM and SIGKILL.
const GRACE: Duration = Duration::from_secs(1);
/// The time between two looks at the process itself.
const LOOK: Duration = Duration::from_millis(50);
/// The time after which the wait is announced.
const SILENCE: Duration = Duration::from_secs(2);
/// The most of standard error that is kept: its end.
const LAST: usize = 64 * 1024;

/// A running command, the leader of a process group.
struct Running {
    handle: duct::Handle,
    out: PipeReader,
    err: PipeReader,
}

/// What a command is run for, and its limits.
pub(super) struct Asked<'a> {
    /// Begins each error: secret `x`.
    pub(super) label: &'a str,
    /// What it prints: the secret.
    pub(super) prints: &'a str,
    /// The remedy when it wants to ask a person.
    pub(super) remedy: &'a str,
    /// The directory that it runs in; none for that of the program.
    pub(super) dir: Option<&'a Utf8Path>,
    /// Its time limit.
    pub(super) limit: Duration,
    /// Announces a wait that takes a while.
    pub(super) announce: Option<fn(&str)>,
    /// The most bytes that it may print.
    pub(super) most: u64,
    /// The bytes on its standard input.
    pub(super) input: Vec<u8>,
    /// Variables of the environment that it does not get.
    pub(super) private: &'a [String],
}

impl Asked<'_> {
    /// Runs the command `words`; gives its output.
    ///
    /// # Errors
    /// When it is not installed, fails, asks at the terminal, prints too much, or takes longer than its limit; also at
    /// the first signal.
    pub(super) fn run(&self, words: &[String], interrupt: &Interrupt) -> Result<Vec<u8>> {
        let (program, args) = words.split_first().context("a command without words")?;
        let label = self.label;
        let fault = |what: String| Fault::usage(format!("{label}: {program} {what}"));
        let found = self.find(program).ok_or_else(|| fault("is not installed".to_owned()))?;
        let running = Running::start(&found, args, self);
        let mut running = running.with_context(|| format!("{label}: running {program}"))?;
        let (begun, deadline) = (Instant::now(), Instant::now() + self.limit);
        let (mut out, mut err, mut announce) = (Vec::new(), Vec::new(), self.announce);
        let status = loop {
            running.wait(interrupt, deadline)?;
            // The process first: what it wrote before its end is then there to read.
            let ended = running.handle.try_wait()?.map(|output| output.status);
            take(&mut running.out, &mut out, self.most);
            keep_last(&mut running.err, &mut err);
            let seconds = self.limit.as_secs();
            if let Some(announce) = announce.take_if(|_| begun.elapsed() > SILENCE) {
                announce(&format!("waiting for {program} of {label}, {seconds} s at most"));
            }
            let stop = if let Some(kind) = interrupt.asked() {
                Some(Fault::new(
                    kind,
                    format!("{} while {program} was asked for {label}", kind.word()),
                ))
            } else if out.len() as u64 > self.most {
                Some(fault(format!("printed more than {} MiB", self.most / 1024 / 1024)))
            } else if let Some(status) = ended {
                break status;
            } else if running.is_stopped() {
                let fault = fault("wants to ask at the terminal, and cannot".to_owned());
                Some(fault.hint(self.remedy))
            } else if Instant::now() >= deadline {
                let message = format!("{label}: {program} did not end within {seconds} s");
                let hint = format!(
                    "try it by hand; it must print {} without asking anything",
                    self.prints
                );
                Some(Fault::new(Kind::TimedOut, message).hint(hint))
            } else {
                None
            };
            if let Some(fault) = stop {
                running.end();
                return Err(fault.into());
            }
        };
        if !status.success() {
            let said = String::from_utf8_lossy(&err).trim().to_owned();
            let how = match (status.code(), status.signal()) {
                (Some(code), _) => format!("ended with exit {code}"),
                (None, signal) => format!("was killed by signal {}", signal.unwrap_or_default()),
            };
            return Err(fault(how).detail("stderr", said).into());
        }
        Ok(out)
    }

    /// The program: by its path from `dir`, else in `PATH`.
    fn find(&self, program: &str) -> Option<PathBuf> {
        match self.dir {
            Some(dir) if program.contains('/') => {
                let dir = if dir.as_str().is_empty() { Utf8Path::new(".") } else { dir };
                which::which_in(program, None::<&str>, dir).ok()
            }
            _ => which::which(program).ok(),
        }
    }
}

/// Takes what is there, and keeps the end of it. A command that writes without a pause is slowed down: it may not take
/// all of a processor here.
fn keep_last(pipe: &mut PipeReader, into: &mut Vec<u8>) {
    let before = into.len();
    let mut chunk = [0; LAST];
    if let Ok(count @ 1..) = pipe.read(&mut chunk) {
        into.extend_from_slice(&chunk[..count]);
        into.drain(..into.len().saturating_sub(LAST));
        if before == LAST {
            std::thread::sleep(LOOK);
        }
    }
}

/// Takes what is there, and drops what is too much.
fn take(pipe: &mut PipeReader, into: &mut Vec<u8>, most: u64) {
    let mut chunk = [0; 16 * 1024];
    while let Ok(count @ 1..) = pipe.read(&mut chunk) {
        if into.len() as u64 > most {
            return;
        }
        into.extend_from_slice(&chunk[..count]);
    }
}

impl Running {
    #[expect(clippy::disallowed_methods, reason = "transport is where processes are started")]
    fn start(program: &Path, args: &[String], asked: &Asked<'_>) -> Result<Self> {
        let ((out, far_out), (err, far_err)) = (std::io::pipe()?, std::io::pipe()?);
        rustix::io::ioctl_fionbio(&out, true)?;
        rustix::io::ioctl_fionbio(&err, true)?;
        let own_group = |command: &mut std::process::Command| {
            command.process_group(0);
            Ok(())
        };
        let command = duct::cmd(program, args).stdout_file(far_out).stderr_file(far_err);
        let command = match asked.input.is_empty() {
            true => command.stdin_null(),
            false => command.stdin_bytes(asked.input.clone()),
        };
        let private = asked.private.iter();
        let command = private.fold(command, |command, name| command.env_remove(name));
        let dir = asked.dir.filter(|dir| !dir.as_str().is_empty());
        let command = dir.map_or(command.clone(), |dir| command.dir(dir));
        let handle = command.unchecked().before_spawn(own_group).start()?;
        Ok(Self { handle, out, err })
    }

    /// Until there is output, a signal, or a reason to look at the process.
    fn wait(&self, interrupt: &Interrupt, deadline: Instant) -> Result<()> {
        let left = LOOK.min(deadline.saturating_duration_since(Instant::now()));
        let left = Timespec { tv_sec: 0, tv_nsec: i64::from(left.subsec_nanos()) };
        let mut fds =
            vec![PollFd::new(&self.out, PollFlags::IN), PollFd::new(&self.err, PollFlags::IN)];
        fds.extend(interrupt.wake(false).map(|wake| PollFd::new(wake, PollFlags::IN)));
        match poll(&mut fds, Some(&left)) {
            Ok(_) | Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error).context("waiting for a command"),
        }
        // At the end of a stream a poll returns at once.
        if fds.iter().take(2).any(|fd| fd.revents().contains(PollFlags::HUP)) {
            std::thread::sleep(Duration::from_millis(2));
        }
        Ok(())
    }

    /// Whether the kernel has stopped it: it is not in the foreground of the terminal that it reads. proc(5).
    fn is_stopped(&self) -> bool {
        let stat = self
            .handle
            .pids()
            .first()
            .map(|pid| std::fs::read_to_string(format!("/proc/{pid}/stat")));
        let stat = stat.and_then(Result::ok).unwrap_or_default();
        stat.rsplit_once(')').is_some_and(|(_, rest)| rest.trim_start().starts_with('T'))
    }

    /// Ends it with everything that it started in its group.
    fn end(self) {
        let pid =
            self.handle.pids().first().and_then(|pid| Pid::from_raw(i32::try_from(*pid).ok()?));
        let Some(group) = pid else { return };
        // It may have ended by itself; then there is nothing to end. A stopped one must run to hear it.
        let _ = kill_process_group(group, Signal::TERM);
        let _ = kill_process_group(group, Signal::CONT);
        let end = Instant::now() + GRACE;
        while kill_process_group(group, Signal::CONT).is_ok() && Instant::now() < end {
            // Reaped, so that its group can be gone.
            drop(self.handle.try_wait());
            std::thread::sleep(Duration::from_millis(5));
        }
        let _ = kill_process_group(group, Signal::KILL);
        drop(self.handle.wait());
    }
}
