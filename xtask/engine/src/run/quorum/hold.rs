//! Keeps other runs away from a cluster: a run that takes members away has the locks of most of its hosts.
//!
//! A reading alone cannot do that: two runs would both read three healthy members, and each take one. Two runs cannot
//! both have most of the hosts, wherever they run. A host that is down cannot be locked, and is not needed.

use std::hash::{BuildHasher as _, RandomState};
use std::time::Duration;

use anyhow::Result;

use crate::data::fault::{Fault, Kind};
use crate::data::inventory::Cluster;
use crate::data::range::fold;
use crate::run::context::Context;
use crate::run::locks::LockWait;
use crate::run::session_pool::HostHandle;

/// One attempt.
enum Attempt {
    /// Most hosts are ours.
    Held,
    /// Another run has some of them.
    Locked(Fault, String),
}

impl Context {
    /// Whether this run has the locks of most hosts of the cluster.
    pub(super) fn holds(&self, cluster: &Cluster) -> bool {
        let handles = self.members(cluster);
        !self.is_real()
            || is_most(handles.iter().filter(|it| it.channel.is_admitted()).count(), &handles)
    }

    /// Takes the locks of the cluster's hosts, and keeps them until the end of the run. Waits for another run as long
    /// as the cluster may take to become well.
    ///
    /// # Errors
    /// [`Kind::Locked`] with the holder; a refusal when too few hosts can be locked.
    pub(super) fn hold(&self, cluster: &Cluster) -> Result<()> {
        let tell = |text: &str| self.note(text);
        let limit = self.options.wait.max(cluster.within.into());
        let mut wait = LockWait::new(limit, &self.settings.interrupt, &tell);
        loop {
            let Attempt::Locked(fault, hosts) = self.attempt(cluster)? else { return Ok(()) };
            // Two runs that gave way at the same moment do not come back together.
            let pause = RandomState::new().hash_one(0) % 500;
            self.settings.interrupt.rest(Duration::from_millis(pause), false)?;
            if !wait.spend(&format!("{hosts} of {}", cluster.name), &fault)? {
                let what = format!("{}: {hosts} {}", cluster.name, fault.message);
                return Err(Fault { message: what, ..fault }.into());
            }
        }
    }

    fn attempt(&self, cluster: &Cluster) -> Result<Attempt> {
        let _alone = self.clusters.holding();
        let all = self.members(cluster);
        let open: Vec<&HostHandle> =
            all.iter().copied().filter(|handle| !handle.channel.is_admitted()).collect();
        let mut round = self.round(&open)?;
        if round.refused.is_empty() {
            let ours = all.iter().filter(|handle| handle.channel.is_admitted()).count();
            if is_most(ours, &all) {
                return Ok(Attempt::Held);
            }
        }
        // Other runs may need them to have most.
        self.let_go(&open);
        self.settings.interrupt.check()?;
        if let Some((host, error)) = round.refused.pop() {
            return Err(error.context(format!("locking {host} for {}", cluster.name)));
        }
        let hosts = fold(round.locked.iter().map(|(host, _)| host));
        if let Some((_, fault)) = round.locked.pop() {
            return Ok(Attempt::Locked(fault, hosts));
        }
        let absent = fold(round.absent.iter().map(|(host, _)| host));
        let what = format!(
            "{}: more than half of its {} hosts must be locked, and {absent} cannot be reached",
            cluster.name,
            all.len()
        );
        Err(Fault::new(Kind::Refused, what)
            .hint(format!("to go on without these locks: --accept-loss {}", cluster.name))
            .into())
    }

    fn members(&self, cluster: &Cluster) -> Vec<&HostHandle> {
        self.pool.of(&self.inventory.hosts_of(cluster).collect::<Vec<_>>())
    }
}

fn is_most(ours: usize, all: &[&HostHandle]) -> bool {
    ours > all.len() / 2
}
