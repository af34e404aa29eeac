//! A started program and its three pipes. The only place where a session's process is made.

use std::io::{PipeReader, PipeWriter};
use std::os::fd::OwnedFd;
use std::os::unix::process::CommandExt as _;
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};

use super::launch::Launch;

/// A running program with non-blocking pipes to its standard streams.
#[derive(Debug)]
pub(super) struct Link {
    handle: duct::Handle,
    pub(super) stdin: Option<PipeWriter>,
    pub(super) stdout: PipeReader,
    pub(super) stderr: PipeReader,
}

impl Link {
    #[expect(clippy::disallowed_methods, reason = "this is the place where sessions are started")]
    pub(super) fn start(launch: &Launch) -> Result<Self> {
        let (program, args) = launch.argv.split_first().context("starting an empty command")?;
        let (far_in, stdin) = std::io::pipe().context("making a pipe")?;
        let (stdout, far_out) = std::io::pipe().context("making a pipe")?;
        let (stderr, far_err) = std::io::pipe().context("making a pipe")?;
        let own_group = launch.own_group;
        // With its full path std starts it by `posix_spawn`, without a copy of this process. An
        // unknown name stays unchanged: its start gives the error.
        let program = which::which(program).unwrap_or_else(|_| program.into());
        let bare = duct::cmd(&program, args);
        let handle = launch
            .without
            .iter()
            .fold(bare, |command, name| command.env_remove(name))
            .stdin_file(far_in)
            .stdout_file(far_out)
            .stderr_file(far_err)
            .unchecked()
            .before_spawn(move |command| {
                if own_group {
                    command.process_group(0);
                }
                Ok(())
            })
            .start()
            .with_context(|| format!("starting {}", program.display()))?;
        for pipe in [
            rustix::io::ioctl_fionbio(&stdin, true),
            rustix::io::ioctl_fionbio(&stdout, true),
            rustix::io::ioctl_fionbio(&stderr, true),
        ] {
            pipe.context("making a pipe non-blocking")?;
        }
        Ok(Self { handle, stdin: Some(stdin), stdout, stderr })
    }

    /// Whether the program has ended. Others may still hold its streams.
    pub(super) fn has_ended(&self) -> bool {
        self.wait(Duration::ZERO).is_some()
    }

    /// Waits up to `limit` for the program to end; its exit code, or none when it still runs.
    /// A program ended by a signal counts as 255, as ssh's own failures do.
    pub(super) fn wait(&self, limit: Duration) -> Option<i32> {
        let deadline = Instant::now() + limit;
        loop {
            if let Ok(Some(output)) = self.handle.try_wait() {
                return Some(output.status.code().unwrap_or(255));
            }
            if Instant::now() >= deadline {
                return None;
            }
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    /// Gives away all three pipes, so that somebody else can hold them.
    pub(super) fn hand_over(&mut self) -> std::io::Result<Vec<OwnedFd>> {
        let stdin = self.stdin.take().map(OwnedFd::from);
        let (stdout, stderr) = (self.stdout.try_clone()?, self.stderr.try_clone()?);
        Ok(stdin.into_iter().chain([stdout.into(), stderr.into()]).collect())
    }

    /// Ends the program at our end. Its commands at the far end see the end of their input.
    pub(super) fn kill(&mut self) {
        self.stdin = None;
        // It may have ended by itself; then there is nothing to end.
        drop(self.handle.kill());
    }
}
