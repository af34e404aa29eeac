//! Keeps the quorum of clusters: nobody leaves before the cluster itself was asked.
//!
//! One place for all steps: `ensure` comes here before an operation whose actions take members away. `--batch`,
//! `--fanout`, `--max-fail` and `--yes` have no say in it.

use std::collections::BTreeSet;
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::Result;

use self::going::Going;
use super::context::Context;
use super::options::Options;
use super::record::entry::Entry;
use crate::data::fault::{Fault, Kind};
use crate::data::inventory::{Cluster, Inventory};
use crate::data::loss::Way;
use crate::data::nearest::did_you_mean;
use crate::data::quorum::{Leaving, Reading};
use crate::data::range::fold;
use crate::ops::quorum::{Departure, Leave, Quorum};

mod ask;
mod going;
mod hold;
mod words;

/// The members of a cluster that this run has sent away.
#[derive(Debug, Default)]
struct Flight {
    away: Mutex<BTreeSet<String>>,
    changed: Condvar,
}

/// The clusters during a run.
#[derive(Debug)]
pub(super) struct Clusters {
    flights: Vec<Flight>,
    /// Locks of member hosts are taken for a cluster, and perhaps given back.
    holding: Mutex<()>,
}

impl Clusters {
    /// # Errors
    /// Exit 2 when `--accept-loss` names no cluster.
    pub(super) fn new(inventory: &Inventory, options: &Options) -> Result<Self, Fault> {
        let names = || inventory.clusters.iter().map(|cluster| cluster.name.as_str());
        if let Some(name) = options.accept_loss.iter().find(|name| !names().any(|it| it == **name))
        {
            let fault = Fault::usage(format!("--accept-loss: no cluster `{name}`"));
            let all = || format!("the clusters: {}", names().collect::<Vec<_>>().join(", "));
            let hint = match names().next() {
                None => format!("{} has no [clusters]", inventory.path),
                Some(_) => did_you_mean(name, names()).unwrap_or_else(all),
            };
            return Err(fault.hint(hint));
        }
        let flights = inventory.clusters.iter().map(|_| Flight::default()).collect();
        Ok(Self { flights, holding: Mutex::default() })
    }

    /// While this lives, no lock is given back by another thread; none without clusters.
    pub(super) fn holding(&self) -> Option<MutexGuard<'_, ()>> {
        let lock = || self.holding.lock().unwrap_or_else(PoisonError::into_inner);
        (!self.flights.is_empty()).then(lock)
    }
}

/// Members of one cluster on their way.
struct Gone {
    going: Going,
    before: Vec<Reading>,
    /// The loss was accepted, although the cluster would not have it.
    accepted: bool,
}

/// The members that one operation has sent away.
struct Away<'a> {
    cx: &'a Context,
    host: String,
    gone: Vec<Gone>,
}

impl Quorum for Context {
    fn foresee(&self, leave: &Leave<'_>) -> Result<String> {
        let mut said = String::new();
        for going in going::going(&self.inventory, leave)? {
            let cluster = &self.inventory.clusters[going.cluster];
            match self.judge(cluster, &going, &BTreeSet::new()) {
                Ok(readings) => {
                    let now = words::line(cluster, &readings);
                    said += &format!("{}: {now}: {}\n", cluster.name, words::pace(cluster));
                }
                Err(error) if self.accepts(cluster) && !self.is_over() => {
                    said += &format!("{}: accepted: {error:#}\n", cluster.name);
                }
                Err(error) => return Err(error),
            }
        }
        Ok(said)
    }

    fn leave<'a>(&'a self, leave: &Leave<'_>) -> Result<Option<Box<dyn Departure + 'a>>> {
        let all = going::going(&self.inventory, leave)?;
        if all.is_empty() {
            return Ok(None);
        }
        // Clusters in the order of the inventory: two hosts of two clusters cannot wait for each other.
        let mut away = Away { cx: self, host: leave.host.to_owned(), gone: Vec::new() };
        for going in all {
            away.gone.push(self.depart(leave.host, going)?);
        }
        Ok(Some(Box::new(away)))
    }
}

impl Context {
    /// Waits for the turn of these members, and asks their cluster directly before they go.
    fn depart(&self, host: &str, going: Going) -> Result<Gone> {
        let cluster = &self.inventory.clusters[going.cluster];
        let flight = &self.clusters.flights[going.cluster];
        let mut away = flight.lock();
        loop {
            self.settings.interrupt.check()?;
            let room = away.len() + going.hosts.len() <= usize::from(cluster.at_once);
            if away.is_empty() || room {
                match self.permit(cluster, &going, &away) {
                    Ok(before) => {
                        self.note_reading(cluster, host, "before", &before)?;
                        away.extend(going.hosts.iter().cloned());
                        return Ok(Gone { going, before, accepted: false });
                    }
                    Err(error) if self.is_over() => return Err(error),
                    Err(error) if self.accepts(cluster) => {
                        self.accept(cluster, host, &error)?;
                        away.extend(going.hosts.iter().cloned());
                        return Ok(Gone { going, before: Vec::new(), accepted: true });
                    }
                    Err(error) if away.is_empty() => return Err(error),
                    // Refused because of those who are away: they come back.
                    Err(_) => {}
                }
            }
            away = flight.changed.wait(away).unwrap_or_else(PoisonError::into_inner);
        }
    }

    /// The readings of a cluster that lets these members go, while other runs are kept away from it.
    fn permit(
        &self,
        cluster: &Cluster,
        going: &Going,
        away: &BTreeSet<String>,
    ) -> Result<Vec<Reading>> {
        let first = self.judge(cluster, going, away)?;
        if self.holds(cluster) {
            return Ok(first);
        }
        let leaving = Leaving { hosts: &going.hosts, away, removed: going.way == Way::Remove };
        if let Err(error) = self.hold(cluster) {
            // Who is down already takes nothing away: a broken cluster can be repaired.
            let costs = first.iter().any(|reading| cluster.rule().costs(reading, &leaving));
            return if costs || self.is_over() { Err(error) } else { Ok(first) };
        }
        self.judge(cluster, going, away)
    }

    /// Asks a cluster whether these members may go.
    fn judge(
        &self,
        cluster: &Cluster,
        going: &Going,
        away: &BTreeSet<String>,
    ) -> Result<Vec<Reading>> {
        let readings = self.readings(cluster, away).map_err(|fault| {
            let message = format!("{} may not go: {}", fold(&going.hosts), fault.message);
            self.help(cluster, Fault { message, ..fault })
        })?;
        let leaving = Leaving { hosts: &going.hosts, away, removed: going.way == Way::Remove };
        for reading in &readings {
            words::known(cluster, reading, &going.hosts)
                .map_err(|fault| self.help(cluster, fault))?;
            if !cluster.rule().allows(reading, &leaving) {
                let fault = words::refusal(cluster, reading, &leaving);
                return Err(self.help(cluster, fault).into());
            }
        }
        Ok(readings)
    }

    /// Adds the way on to a refusal.
    fn help(&self, cluster: &Cluster, fault: Fault) -> Fault {
        let name = &cluster.name;
        fault.hint(format!(
            "make {name} well first; to take the loss of its service on yourself: --accept-loss {name}"
        ))
    }

    fn accepts(&self, cluster: &Cluster) -> bool {
        self.options.accept_loss.contains(&cluster.name)
    }

    /// Whether the run was stopped: a cluster that was not asked for that reason has refused nothing.
    fn is_over(&self) -> bool {
        self.settings.interrupt.asked().is_some()
    }

    fn accept(&self, cluster: &Cluster, host: &str, error: &anyhow::Error) -> Result<()> {
        let reading = self.mask().text(&format!("{error:#}"));
        self.note(&format!("--accept-loss {}: {reading}", cluster.name));
        let (name, host, when) = (cluster.name.clone(), host.to_owned(), "accepted".to_owned());
        self.journal(&Entry::Cluster { name, host, when, reading }, true)
    }

    fn note_reading(
        &self,
        cluster: &Cluster,
        host: &str,
        when: &str,
        readings: &[Reading],
    ) -> Result<()> {
        let reading = self.mask().text(&words::line(cluster, readings));
        let (name, host, when) = (cluster.name.clone(), host.to_owned(), when.to_owned());
        self.journal(&Entry::Cluster { name, host, when, reading }, false)
    }

    /// Waits for good readings in a row.
    fn settle(&self, host: &str, gone: &Gone) -> Result<()> {
        let cluster = &self.inventory.clusters[gone.going.cluster];
        let until = Instant::now() + Duration::from_secs(cluster.within.into());
        let mut good = 0;
        loop {
            self.settings.interrupt.check_now()?;
            let away = self.clusters.flights[gone.going.cluster].lock().clone();
            let now = self.readings(cluster, &away);
            let fault = match &now {
                Ok(readings) => words::trouble(cluster, &gone.before, readings, &gone.going),
                Err(fault) => Some(fault.clone()),
            };
            good = if fault.is_none() { good + 1 } else { 0 };
            if let Ok(readings) = &now
                && good >= cluster.good_readings
            {
                self.note_reading(cluster, host, "after", readings)?;
                let (name, after) = (&cluster.name, words::line(cluster, readings));
                let before = words::line(cluster, &gone.before);
                self.report.inform(&format!("{host}: {name}: {before} -> {after}"));
                return Ok(());
            }
            if let Some(fault) = fault.filter(|_| Instant::now() >= until) {
                if let Ok(readings) = &now {
                    self.note_reading(cluster, host, "after", readings)?;
                }
                let (name, limit) = (&cluster.name, cluster.within);
                let why = format!("{name} is not well {limit} s after {host}: {}", fault.message);
                return Err(Fault { message: why, kind: Kind::Failed, ..fault }.into());
            }
            self.settings.interrupt.rest(Duration::from_secs(cluster.interval.into()), false)?;
        }
    }
}

impl Flight {
    fn lock(&self) -> MutexGuard<'_, BTreeSet<String>> {
        self.away.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Departure for Away<'_> {
    fn over(self: Box<Self>) -> Result<()> {
        let mut watched = self.gone.iter().filter(|gone| !gone.accepted);
        watched.try_for_each(|gone| self.cx.settle(&self.host, gone))
    }
}

/// The next members may ask.
impl Drop for Away<'_> {
    fn drop(&mut self) {
        for gone in &self.gone {
            let flight = &self.cx.clusters.flights[gone.going.cluster];
            flight.lock().retain(|host| !gone.going.hosts.contains(host));
            flight.changed.notify_all();
        }
    }
}
