//! Asks a cluster. Each kind is a row: the snippet, its values, and the hosts that answer.

use std::collections::{BTreeSet, HashSet};
use std::time::Duration;

use super::super::fanout;
use crate::data::fault::Fault;
use crate::data::inventory::Cluster;
use crate::data::inventory::cluster::Kind;
use crate::data::quorum::{Member, Reading};
use crate::ops::Action;
use crate::run::context::Context;
use crate::run::session_pool::HostHandle;
use crate::snippet;
use crate::text::snippet::{Snippet, Value};

const ETCD: Snippet = snippet!("/../../snippets/", "cluster/etcd");
const PACEMAKER: Snippet = snippet!("/../../snippets/", "cluster/pacemaker");
const NGINX: Snippet = snippet!("/../../snippets/", "cluster/nginx");
const MODULE: Snippet = snippet!("/../../snippets/", "cluster/module");

/// Longer than the time-outs inside the snippets, for a cluster with some dead members.
const LIMIT: Duration = Duration::from_secs(60);

/// The hosts that answer for a cluster.
enum Asked {
    /// One member for all: the first that answers.
    One,
    /// Each member for itself.
    Members,
    /// Each of these hosts has a view of all members, and all views count.
    Views(Vec<usize>),
}

fn row(cluster: &Cluster) -> (Action, Asked) {
    let (snippet, values, asked): (_, Vec<(_, Value)>, _) = match &cluster.kind {
        Kind::Etcd { endpoints, cacert, cert, key } => {
            let endpoints = Value::List(endpoints.clone());
            let [cacert, cert, key] = [cacert, cert, key].map(|path| path.as_str().into());
            let values =
                [("ENDPOINTS", endpoints), ("CACERT", cacert), ("CERT", cert), ("KEY", key)];
            (ETCD, values.to_vec(), Asked::One)
        }
        Kind::Pacemaker => (PACEMAKER, Vec::new(), Asked::One),
        Kind::Upstream { balancers, upstream, check, .. } => {
            let values = [("UPSTREAM", upstream), ("CHECK", check)];
            let values = values.map(|(name, text)| (name, text.as_str().into()));
            (NGINX, values.to_vec(), Asked::Views(balancers.clone()))
        }
        Kind::Module { port, url, command, .. } => {
            let port = port.map(|port| port.to_string()).unwrap_or_default();
            let units = Value::List(cluster.units.clone());
            let (url, command) = (url.as_str().into(), command.as_str().into());
            let values =
                [("UNITS", units), ("PORT", port.into()), ("URL", url), ("COMMAND", command)];
            (MODULE, values.to_vec(), Asked::Members)
        }
    };
    (Action::probe(snippet, values).within(LIMIT), asked)
}

impl Context {
    /// What the cluster says now. Hosts that are `away` are asked last.
    ///
    /// # Errors
    /// A refusal with the reason of each host when the cluster cannot be asked; the signal when the run is stopped.
    pub(super) fn readings(
        &self,
        cluster: &Cluster,
        away: &BTreeSet<String>,
    ) -> Result<Vec<Reading>, Fault> {
        self.settings.interrupt.check_now()?;
        let (action, asked) = row(cluster);
        let mut readings = match asked {
            Asked::One => vec![self.first(cluster, &action, away)?],
            Asked::Members => vec![self.each_for_itself(cluster, &action)],
            Asked::Views(hosts) => self.views(cluster, &hosts, &action)?,
        };
        for reading in &mut readings {
            reading.place(|member| self.host_of(cluster, member));
        }
        Ok(readings)
    }

    fn ask_host(&self, handle: &HostHandle, action: &Action) -> Result<Reading, String> {
        let mask = self.mask();
        let exec = self.exec(handle, &mask);
        let said = exec.reader().capture(action).and_then(|mut output| Ok(output.out.bytes()?));
        let said = said.map_err(|error| match error.downcast::<Fault>() {
            Ok(fault) => {
                let stderr = fault.details.iter().find(|(label, _)| label == "stderr");
                let last = stderr.and_then(|(_, text)| text.trim_end().lines().last());
                last.map_or(fault.message.clone(), str::to_owned)
            }
            Err(error) => format!("{error:#}"),
        })?;
        Reading::parse(&String::from_utf8_lossy(&said))
    }

    fn first(
        &self,
        cluster: &Cluster,
        action: &Action,
        away: &BTreeSet<String>,
    ) -> Result<Reading, Fault> {
        let names: Vec<&str> = self.inventory.hosts_of(cluster).collect();
        let mut handles = self.pool.of(&names);
        // A host without a session may take the whole connect time-out.
        handles.sort_by_key(|handle| {
            (away.contains(&handle.host.name), !handle.channel.is_admitted())
        });
        let mut reasons = Vec::new();
        for handle in handles {
            self.settings.interrupt.check_now()?;
            match self.ask_host(handle, action) {
                Ok(reading) => return Ok(reading),
                Err(reason) => reasons.push((handle.host.name.clone(), reason)),
            }
        }
        self.settings.interrupt.check_now()?;
        Err(unasked(cluster, reasons))
    }

    fn each_for_itself(&self, cluster: &Cluster, action: &Action) -> Reading {
        let mut reading = Reading::default();
        self.ask_all(&cluster.hosts, action, |host, answer| {
            let member = answer.ok().and_then(|mut answer| answer.members.pop());
            let healthy = member.is_some_and(|member| member.healthy);
            reading.members.push(Member {
                name: host.to_owned(),
                host: Some(host.to_owned()),
                votes: true,
                healthy,
                addresses: Vec::new(),
            });
        });
        reading
    }

    fn views(
        &self,
        cluster: &Cluster,
        hosts: &[usize],
        action: &Action,
    ) -> Result<Vec<Reading>, Fault> {
        let (mut views, mut reasons) = (Vec::new(), Vec::new());
        self.ask_all(hosts, action, |host, answer| match answer {
            Ok(reading) => views.push(Reading { of: Some(host.to_owned()), ..reading }),
            Err(reason) => reasons.push((host.to_owned(), reason)),
        });
        self.settings.interrupt.check_now()?;
        if reasons.is_empty() { Ok(views) } else { Err(unasked(cluster, reasons)) }
    }

    /// Asks these hosts in bounded parallel; the answers come in the order of the inventory.
    fn ask_all(
        &self,
        hosts: &[usize],
        action: &Action,
        mut done: impl FnMut(&str, Result<Reading, String>) + Send,
    ) {
        let names: Vec<&str> =
            hosts.iter().map(|&number| self.inventory.hosts[number].name.as_str()).collect();
        let handles = self.pool.of(&names);
        let go_on = || true;
        let ask = |handle: &&HostHandle| self.ask_host(handle, action);
        fanout::each(&handles, usize::from(self.options.fanout), go_on, ask, |handle, answer| {
            done(&handle.host.name, answer.unwrap_or_else(|| Err("not asked".to_owned())));
        });
    }

    /// The host of a member: by the name that the inventory gives it, else by name or address of the host.
    fn host_of(&self, cluster: &Cluster, member: &Member) -> Option<String> {
        if member.host.is_some() {
            return member.host.clone();
        }
        let at: HashSet<&str> = member.addresses.iter().map(String::as_str).collect();
        let is_it = |number: &&usize| {
            let host = &self.inventory.hosts[**number];
            match cluster.members.get(number) {
                Some(name) => *name == member.name,
                None => {
                    host.name == member.name
                        || at.contains(host.target())
                        || at.contains(host.name.as_str())
                }
            }
        };
        let found = cluster.hosts.iter().find(is_it);
        found.map(|&number| self.inventory.hosts[number].name.clone())
    }
}

fn unasked(cluster: &Cluster, reasons: Vec<(String, String)>) -> Fault {
    let fault = Fault::refused(format!("{} cannot be asked", cluster.name));
    reasons.into_iter().fold(fault, |fault, (host, reason)| fault.detail(host, reason))
}
