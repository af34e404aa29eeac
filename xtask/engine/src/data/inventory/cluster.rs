//! A cluster: hosts of which some must stay.

use std::collections::BTreeMap;

use serde::Serialize;

use crate::data::quorum::{Need, Rule};

/// `[clusters.NAME]`: its members, how to ask it, and what must stay.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Cluster {
    /// Its name.
    pub name: String,
    /// How it is asked, and what it needs.
    pub kind: Kind,
    /// Places of the hosts of its members in [`Inventory::hosts`](super::Inventory::hosts), ascending, never none.
    pub hosts: Vec<usize>,
    /// The names that the cluster itself uses, for hosts whose name and address it does not know.
    pub members: BTreeMap<usize, String>,
    /// The units that are the member: to stop one of them takes the member away.
    pub units: Vec<String>,
    /// Healthy members that must stay above the need.
    pub margin: u16,
    /// Members that may be away at the same time, as far as need and margin allow.
    pub at_once: u16,
    /// Good readings in a row before the next member may go.
    pub good_readings: u16,
    /// Seconds between two readings.
    pub interval: u16,
    /// Seconds for the cluster to become well again.
    pub within: u16,
}

/// The kinds of clusters.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(tag = "kind", rename_all = "lowercase")]
pub enum Kind {
    /// etcd: asked with `etcdctl` on a member's host.
    Etcd {
        /// Client URLs; those of its hosts when the file has none.
        endpoints: Vec<String>,
        /// The certificate of the authority, on the hosts.
        cacert: String,
        /// The client certificate; empty without one.
        cert: String,
        /// Its key.
        key: String,
    },
    /// Pacemaker with corosync: asked with `crm_mon` on a member's host.
    Pacemaker,
    /// Servers behind nginx: each balancer is asked, and each must keep enough of them.
    Upstream {
        /// Places of the balancers' hosts.
        balancers: Vec<usize>,
        /// The name of the `upstream` block.
        upstream: String,
        /// A path that a good server answers: `/health`; empty: an open port is enough.
        check: String,
        /// Servers that must stay.
        least: u16,
    },
    /// Hosts that do the same work: each is asked for itself.
    Module {
        /// Hosts that must stay.
        least: u16,
        /// A port of its own that must answer.
        port: Option<u16>,
        /// A URL that must answer from the host itself; empty: none.
        url: String,
        /// A shell command that must succeed; empty: none.
        command: String,
    },
}

impl Cluster {
    /// The number of members that must stay.
    pub fn rule(&self) -> Rule {
        let need = match &self.kind {
            Kind::Etcd { .. } | Kind::Pacemaker => Need::Majority,
            Kind::Upstream { least, .. } | Kind::Module { least, .. } => {
                Need::AtLeast(usize::from(*least))
            }
        };
        Rule { need, margin: usize::from(self.margin) }
    }
}
