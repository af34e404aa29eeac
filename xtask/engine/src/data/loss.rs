//! What an action takes away from clusters.

use serde::{Deserialize, Serialize};

/// Something that an action takes away. The engine asks the clusters of the inventory before it runs.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Loss {
    /// For how long.
    pub way: Way,
    /// What goes.
    pub what: Lost,
}

/// How long it is away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Way {
    /// It comes back by itself: a restart, a reboot.
    Restart,
    /// It stays away, and still counts as a member.
    Stop,
    /// It leaves its cluster: the cluster has one member less.
    Remove,
}

/// What goes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Lost {
    /// The host of the action, with everything on it.
    This,
    /// Another host, with everything on it: a VM that is shut down from its physical host.
    Host(String),
    /// Units of the host of the action.
    Units(Vec<String>),
    /// The member of a cluster on a host: a server that a balancer no longer uses.
    Member {
        /// The name of the cluster in the inventory.
        cluster: String,
        /// The host of the member.
        host: String,
    },
}

impl Loss {
    /// The host of the operation reboots.
    pub const fn reboot() -> Self {
        Self { way: Way::Restart, what: Lost::This }
    }

    /// The host of the operation goes off, or stops serving.
    pub const fn stop() -> Self {
        Self { way: Way::Stop, what: Lost::This }
    }

    /// Another host goes off.
    pub fn stop_of(host: impl Into<String>) -> Self {
        Self { way: Way::Stop, what: Lost::Host(host.into()) }
    }

    /// These units of the host stop.
    pub fn units(names: impl IntoIterator<Item = impl Into<String>>) -> Self {
        Self { way: Way::Stop, what: Lost::Units(names.into_iter().map(Into::into).collect()) }
    }

    /// The member of `cluster` on `host` stops serving: a server marked `down`.
    pub fn member(cluster: impl Into<String>, host: impl Into<String>) -> Self {
        Self { way: Way::Stop, what: Lost::Member { cluster: cluster.into(), host: host.into() } }
    }

    /// The same for good: the cluster has one member less.
    pub fn removal(cluster: impl Into<String>, host: impl Into<String>) -> Self {
        Self { way: Way::Remove, ..Self::member(cluster, host) }
    }

    /// The same, but it comes back by itself.
    #[must_use]
    pub fn for_a_time(self) -> Self {
        Self { way: Way::Restart, ..self }
    }
}
