//! Standard output and error, without waiting for good: a reader may be slow, gone to sleep, or a stopped terminal.

use std::io;
use std::os::fd::{AsFd as _, BorrowedFd, OwnedFd};
use std::time::Duration;

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::fs::{Mode, OFlags, open};
use rustix::io::Errno;
use rustix::stdio::{stderr, stdout};
use rustix::termios::isatty;

use crate::transport::interrupt::{Interrupt, ROOM};

/// One of the two streams.
#[derive(Debug)]
pub(super) struct Outlet {
    stream: BorrowedFd<'static>,
    is_terminal: bool,
    /// A way of our own to the same terminal, which never blocks. The shell's stays unchanged.
    terminal: Option<OwnedFd>,
}

impl Outlet {
    pub(super) fn stdout() -> Self {
        Self::of(stdout(), "/proc/self/fd/1")
    }

    pub(super) fn stderr() -> Self {
        Self::of(stderr(), "/proc/self/fd/2")
    }

    fn of(stream: BorrowedFd<'static>, path: &str) -> Self {
        let flags = OFlags::WRONLY | OFlags::NONBLOCK | OFlags::NOCTTY | OFlags::CLOEXEC;
        // The terminal may belong to another user: then its own descriptor has to do.
        let is_terminal = isatty(stream);
        let terminal = is_terminal.then(|| open(path, flags, Mode::empty()).ok()).flatten();
        Self { stream, is_terminal, terminal }
    }

    pub(super) const fn is_terminal(&self) -> bool {
        self.is_terminal
    }

    fn fd(&self) -> BorrowedFd<'_> {
        self.terminal.as_ref().map_or(self.stream, |terminal| terminal.as_fd())
    }

    /// Writes all of it.
    ///
    /// # Errors
    /// Also when running commands must end, and nobody reads.
    pub(super) fn put(&self, mut bytes: &[u8], interrupt: &Interrupt) -> io::Result<()> {
        while !bytes.is_empty() {
            interrupt.await_room(self.fd())?;
            match rustix::io::write(self.fd(), &bytes[..bytes.len().min(ROOM)]) {
                Ok(written) => bytes = &bytes[written..],
                Err(Errno::INTR) => {}
                // A terminal may have room, but too little for a newline.
                Err(Errno::AGAIN) if interrupt.now().is_none() => {
                    std::thread::sleep(Duration::from_millis(10));
                }
                Err(error) => return Err(error.into()),
            }
        }
        Ok(())
    }

    /// Writes a few bytes if there is room for them now.
    pub(super) fn offer(&self, bytes: &[u8]) -> bool {
        let now = Timespec { tv_sec: 0, tv_nsec: 0 };
        let fd = self.fd();
        let ready = poll(&mut [PollFd::new(&fd, PollFlags::OUT)], Some(&now));
        ready.is_ok_and(|count| count > 0) && rustix::io::write(fd, bytes).is_ok()
    }
}
