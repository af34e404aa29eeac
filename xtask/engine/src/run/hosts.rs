//! Hosts as a step sees them.

use anyhow::Result;

use super::context::{Budget, Context};
use super::end::Halt;
use super::fanout;
use super::fleet::Station;
use crate::data::fault::Fault;
use crate::data::inventory;
use crate::data::outcome::Outcome;
use crate::ops::Op;
use crate::ops::Reader;
use crate::text::mask::Mask;

/// One host.
#[derive(Debug, Clone, Copy)]
pub struct Host<'a> {
    pub(super) cx: &'a Context,
    pub(super) station: &'a Station,
}

/// Several hosts, in the order of the inventory.
#[derive(Debug)]
pub struct Hosts<'a> {
    pub(super) cx: &'a Context,
    pub(super) stations: Vec<&'a Station>,
}

impl<'a> Host<'a> {
    pub(super) fn new(cx: &'a Context, station: &'a Station) -> Self {
        Self { cx, station }
    }

    /// Its name in the inventory.
    pub fn name(&self) -> &'a str {
        &self.station.host.name
    }

    /// What the inventory says about it.
    pub fn entry(&self) -> &'a inventory::Host {
        &self.station.host
    }

    /// Makes `op` true on this host; see [`crate::ops::ensure`].
    pub fn ensure(&self, op: &dyn Op) -> Result<Outcome> {
        self.cx.ensure(self.station, op)
    }

    /// Looks at this host.
    ///
    /// # Errors
    /// What `look` says; the host then counts as failed.
    pub fn look<T>(&self, what: &str, look: impl FnOnce(&Reader<'_>) -> Result<T>) -> Result<T> {
        let mask: std::sync::Arc<Mask> = self.cx.mask();
        self.cx.report.working(self.name(), what);
        let result = look(&self.cx.site(self.station, &mask).reader());
        self.cx.report.idle(self.name());
        result.inspect_err(|error| self.cx.failed(self.name(), what, error))
    }
}

impl<'a> Hosts<'a> {
    pub(super) fn new(cx: &'a Context, stations: Vec<&'a Station>) -> Self {
        Self { cx, stations }
    }

    /// The names.
    pub fn names(&self) -> Vec<&'a str> {
        self.stations.iter().map(|station| station.host.name.as_str()).collect()
    }

    /// The hosts one by one.
    pub fn iter(&self) -> impl Iterator<Item = Host<'a>> {
        self.stations.iter().map(|station| Host::new(self.cx, station))
    }

    /// The only host.
    ///
    /// # Errors
    /// Exit 2 when there is more than one.
    pub fn only(&self) -> Result<Host<'a>> {
        match self.stations[..] {
            [station] => Ok(Host::new(self.cx, station)),
            _ => Err(Fault::usage(format!(
                "one host is needed here, not {}",
                crate::data::range::fold(self.names())
            ))
            .into()),
        }
    }

    /// The same hosts with these at the end: the one that holds the virtual IP goes last.
    #[must_use]
    pub fn last(self, names: &[&str]) -> Self {
        self.sorted_by_key(|host| names.contains(&host.name()))
    }

    /// The same hosts, lowest key first; equal ones stay in the order of the inventory.
    #[must_use]
    pub fn sorted_by_key<K: Ord>(mut self, mut key: impl FnMut(&Host<'a>) -> K) -> Self {
        let cx = self.cx;
        self.stations.sort_by_key(|station| key(&Host::new(cx, station)));
        self
    }

    /// Does the same on all hosts that have not failed yet, in bounded parallel. A host that
    /// fails does not keep the others of its batch from finishing; the step ends afterwards, unless
    /// the failure budget (`--max-fail`) allows it to go on with the rest.
    ///
    /// A real run admits the hosts first, all before any of them works: each proves who it is and is
    /// locked. When one is refused, none of them is changed.
    pub fn each(&self, work: impl Fn(&Host<'a>) -> Result<()> + Sync) -> Result<()> {
        self.cx.admit_all(&self.stations)?;
        self.look_each(work)
    }

    /// The same for work that only reads: without locks. An operation that changes something there all
    /// the same admits its host by itself.
    pub fn look_each(&self, work: impl Fn(&Host<'a>) -> Result<()> + Sync) -> Result<()> {
        let fit = self.fit();
        let size =
            self.cx.options.batch.map_or(fit.len(), |amount| amount.of(self.stations.len())).max(1);
        for (number, batch) in fit.chunks(size).enumerate() {
            if number > 0
                && let Err(error) = self.before(batch)
            {
                self.leave_out(&fit[number * size..]);
                self.cx.tally().stopped = true;
                return Err(error);
            }
            self.batch(batch, &work);
        }
        self.unasked()?;
        let tally = self.cx.tally();
        let down = |station: &&Station| tally.is_down(&station.host.name);
        let none_left = !self.stations.is_empty() && self.stations.iter().all(down);
        drop(tally);
        if none_left { Err(Halt.into()) } else { self.within_budget() }
    }

    /// One host after the other, in the order of these hosts. Between two, `gate` is the step's own
    /// check that it may go on; in a dry run too, so it is best made of operations. The first failure
    /// ends it, and the hosts behind it are not reached.
    pub fn one_by_one(
        &self,
        work: impl Fn(&Host<'a>) -> Result<()>,
        gate: impl Fn(&Host<'a>) -> Result<()>,
    ) -> Result<()> {
        self.cx.admit_all(&self.stations)?;
        let fit = self.fit();
        for (number, station) in fit.iter().enumerate() {
            let (host, rest) = (Host::new(self.cx, station), &fit[number + 1..]);
            let ready =
                if number == 0 { self.unasked() } else { self.before(&fit[number..=number]) };
            if let Err(error) = ready {
                self.leave_out(&fit[number..]);
                self.cx.tally().stopped = true;
                return Err(error);
            }
            let worked = work(&host).map_err(|error| ("", error));
            let gate = || if rest.is_empty() { Ok(()) } else { gate(&host) };
            let result =
                worked.and_then(|()| gate().map_err(|error| ("check before the next host", error)));
            self.cx.report.idle(host.name());
            if let Err((what, error)) = result {
                // An operation has told of its own failure already; the first one stays.
                self.cx.failed(host.name(), what, &error);
                self.leave_out(rest);
                return Err(Halt.into());
            }
            self.cx.tally().entry(host.name());
        }
        Ok(())
    }

    /// The hosts that have not failed yet.
    fn fit(&self) -> Vec<&'a Station> {
        let tally = self.cx.tally();
        let up = |station: &&&'a Station| !tally.is_down(&station.host.name);
        self.stations.iter().filter(up).copied().collect()
    }

    /// Nobody has asked for an end.
    fn unasked(&self) -> Result<()> {
        Ok(self.cx.settings.interrupt.check()?)
    }

    /// Whether the next batch may begin.
    fn before(&self, batch: &[&Station]) -> Result<()> {
        self.unasked()?;
        self.within_budget()?;
        let names: Vec<&str> = batch.iter().map(|station| station.host.name.as_str()).collect();
        self.cx.gate(&names)
    }

    /// No more hosts have failed, or could not be reached, than `--max-fail` allows.
    fn within_budget(&self) -> Result<()> {
        let failed = self.cx.tally().failures().count();
        let allowed = self.cx.options.max_fail.map_or(0, |amount| amount.of(self.stations.len()));
        if failed > allowed { Err(Halt.into()) } else { Ok(()) }
    }

    fn leave_out(&self, rest: &[&Station]) {
        let mut tally = self.cx.tally();
        rest.iter().for_each(|station| tally.entry(&station.host.name).left_out = true);
    }

    fn batch(&self, batch: &[&'a Station], work: &(impl Fn(&Host<'a>) -> Result<()> + Sync)) {
        let total = self.stations.len();
        let go_on = || matches!(self.cx.budget(total), Budget::GoOn);
        let one = |station: &&'a Station| {
            let host = Host::new(self.cx, station);
            let result = work(&host);
            self.cx.report.idle(host.name());
            result
        };
        fanout::each(batch, usize::from(self.cx.options.fanout), go_on, one, |station, result| {
            let name = &station.host.name;
            match result {
                Some(Ok(())) => {
                    self.cx.tally().entry(name);
                }
                // An operation has told of its own failure already; the first one stays.
                Some(Err(error)) => self.cx.failed(name, "", &error),
                None => {
                    let mut tally = self.cx.tally();
                    tally.entry(name).left_out = true;
                    tally.stopped = true;
                }
            }
        });
    }
}
