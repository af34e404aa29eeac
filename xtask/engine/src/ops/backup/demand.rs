//! What a step demands of a backup: its age, and what the step destroys.

use std::fmt;
use std::time::Duration;

/// The demands of a step.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Demand {
    /// The age limit; none for any age.
    pub(super) max_age: Option<Duration>,
    /// What the step destroys.
    pub(super) doomed: Vec<Doomed>,
}

impl Demand {
    /// Not older than this, and outside of what the step destroys.
    pub fn new(max_age: Duration, doomed: Vec<Doomed>) -> Self {
        Self { max_age: Some(max_age), doomed }
    }

    /// Whether it was made for a step that destroys this.
    pub fn covers(&self, doomed: &[Doomed]) -> bool {
        doomed.iter().all(|one| self.doomed.contains(one))
    }

    /// What the step destroys.
    pub fn doomed(&self) -> &[Doomed] {
        &self.doomed
    }

    /// The part of it on this host.
    pub(super) fn on(&self, host: &str) -> Vec<&Doomed> {
        self.doomed.iter().filter(|gone| gone.host() == host).collect()
    }
}

/// Something that a step destroys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Doomed {
    /// A whole machine with its disks, by its name in the inventory.
    Host(String),
    /// A path, with all below it.
    Path {
        /// The host.
        host: String,
        /// The path.
        path: String,
    },
    /// The filesystem that a path is on.
    Filesystem {
        /// The host.
        host: String,
        /// A path on it.
        path: String,
    },
    /// Data behind the API of a service, which no path names: `4 sets of the business 2`.
    Data {
        /// The host that destroys it.
        host: String,
        /// What goes away.
        what: String,
    },
}

impl Doomed {
    /// `path` on `host`.
    pub fn path_on(host: impl Into<String>, path: impl Into<String>) -> Self {
        Self::Path { host: host.into(), path: path.into() }
    }

    /// The filesystem of `path` on `host`.
    pub fn filesystem_of(host: impl Into<String>, path: impl Into<String>) -> Self {
        Self::Filesystem { host: host.into(), path: path.into() }
    }

    /// Data of a service that `host` destroys over its API.
    pub fn data(host: impl Into<String>, what: impl Into<String>) -> Self {
        Self::Data { host: host.into(), what: what.into() }
    }

    /// The host of it.
    pub fn host(&self) -> &str {
        match self {
            Self::Host(host)
            | Self::Path { host, .. }
            | Self::Filesystem { host, .. }
            | Self::Data { host, .. } => host,
        }
    }

    /// Whether this whole host goes away.
    pub(super) fn is_host(&self, name: &str) -> bool {
        matches!(self, Self::Host(host) if host == name)
    }

    /// Whether it is a path on the host that stores the backup: there its place is compared with that of the backup. Data
    /// behind an API is on none of the hosts by itself.
    pub(crate) fn is_compared_on(&self, store: &str) -> bool {
        match self {
            Self::Host(_) => false,
            Self::Data { .. } => true,
            Self::Path { host, .. } | Self::Filesystem { host, .. } => host == store,
        }
    }

    /// The path that goes away; with `disk`, the one whose filesystem does.
    pub(super) fn path(&self, disk: bool) -> Option<&str> {
        match self {
            Self::Path { path, .. } if !disk => Some(path),
            Self::Filesystem { path, .. } if disk => Some(path),
            _ => None,
        }
    }
}

impl fmt::Display for Doomed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Host(host) => write!(f, "host {host}"),
            Self::Path { host, path } => write!(f, "{path} on {host}"),
            Self::Filesystem { host, path } => write!(f, "the filesystem of {path} on {host}"),
            Self::Data { what, .. } => f.write_str(what),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_paths_on_the_host_of_the_backup_are_compared_there() {
        for (gone, compared) in [
            (Doomed::path_on("db1", "/data/mysql"), true),
            (Doomed::filesystem_of("db1", "/data"), true),
            // Another name of the machine: nothing there was compared with the backup.
            (Doomed::path_on("db1-old", "/data/mysql"), false),
            (Doomed::Host("db1".into()), false),
        ] {
            assert_eq!(gone.is_compared_on("db1"), compared, "{gone}");
        }
    }
}
