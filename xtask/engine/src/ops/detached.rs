//! Work that continues without its session: its name and its place on the host.

/// How long work continues without its session: as a job with a name and a directory on the host
/// (`/var/lib/xtask/jobs/NAME`; not root: `~/.xtask/jobs/NAME`).
///
/// A lost connection, a killed runner and Ctrl-C leave the job running. The next run of the same step finds it, follows
/// its output and takes its exit code. Only the time limit of the operation ends it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Detached {
    pub(super) name: String,
    /// The directory of all jobs; empty: that of the user.
    pub(super) folder: String,
    /// It is started again when it was cut short.
    pub(super) again: bool,
}

impl From<&str> for Detached {
    fn from(name: &str) -> Self {
        Self::job(name)
    }
}

impl From<String> for Detached {
    fn from(name: String) -> Self {
        Self::job(name)
    }
}

impl Detached {
    /// `name` is that of the job: letters, digits, `-`, `_` and `.`. A host has one job of a name at a time.
    pub fn job(name: impl Into<String>) -> Self {
        Self { name: name.into(), folder: String::new(), again: false }
    }

    /// A job that a restart of the host or a kill has cut short is started again by the next run. Without this word
    /// the next run fails once and says so: nobody knows how far the job came. The run after that starts it again.
    #[must_use]
    pub fn rerun_when_cut(mut self) -> Self {
        self.again = true;
        self
    }

    /// The directory of the jobs, instead of the user's.
    #[must_use]
    pub fn jobs_in(mut self, directory: impl Into<String>) -> Self {
        self.folder = directory.into();
        self
    }
}
