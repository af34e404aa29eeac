//! The members that an operation takes away, from what its actions say.

use std::collections::{BTreeMap, BTreeSet};

use crate::data::fault::Fault;
use crate::data::inventory::Inventory;
use crate::data::loss::{Lost, Way};
use crate::ops::quorum::Leave;

/// Members of one cluster that are about to go together.
pub(super) struct Going {
    /// The place of the cluster in the inventory.
    pub(super) cluster: usize,
    /// Their hosts.
    pub(super) hosts: BTreeSet<String>,
    /// The longest of the ways.
    pub(super) way: Way,
}

/// The members that go, by cluster in the order of the inventory. Nothing is asked for it.
///
/// # Errors
/// When an operation names a cluster that the inventory does not have.
pub(super) fn going(inventory: &Inventory, leave: &Leave<'_>) -> Result<Vec<Going>, Fault> {
    let mut going: BTreeMap<usize, Going> = BTreeMap::new();
    for loss in leave.actions.iter().flat_map(|action| &action.takes) {
        let hosts = match &loss.what {
            Lost::This => inventory.with_guests(leave.host),
            Lost::Host(host) => inventory.with_guests(host),
            Lost::Units(_) => BTreeSet::from([leave.host.to_owned()]),
            Lost::Member { host, .. } => BTreeSet::from([host.clone()]),
        };
        for (number, cluster) in inventory.clusters.iter().enumerate() {
            let meant = match &loss.what {
                Lost::This | Lost::Host(_) => true,
                Lost::Units(units) => units.iter().any(|unit| cluster.units.contains(unit)),
                Lost::Member { cluster: name, .. } => cluster.name == *name,
            };
            let members = inventory.hosts_of(cluster).filter(|host| hosts.contains(*host));
            let members: BTreeSet<String> = members.map(str::to_owned).collect();
            if !meant || members.is_empty() {
                continue;
            }
            let new = || Going { cluster: number, hosts: BTreeSet::new(), way: loss.way };
            let entry = going.entry(number).or_insert_with(new);
            entry.hosts.extend(members);
            entry.way = entry.way.max(loss.way);
        }
        if let Lost::Member { cluster, host } = &loss.what
            && !inventory.clusters.iter().any(|it| it.name == *cluster)
        {
            let what = format!("no cluster `{cluster}`, which {host} shall leave");
            let hint = format!("declare it in {}: [clusters.{cluster}]", inventory.path);
            return Err(Fault::usage(what).hint(hint));
        }
    }
    Ok(going.into_values().collect())
}
