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
    cx: &'a Context,
    station: &'a Station,
}

/// Several hosts, in the order of the inventory.
#[derive(Debug)]
pub struct Hosts<'a> {
    cx: &'a Context,
    stations: Vec<&'a Station>,
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
        result.inspect_err(|error| self.cx.tally().fail(self.name(), what, error))
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

    /// Does the same on all hosts that have not failed yet, in bounded parallel. A host that
    /// fails does not keep the others from finishing; the step ends afterwards, unless the
    /// failure budget (`--max-fail`) allows it to go on with the rest.
    pub fn each(&self, work: impl Fn(&Host<'a>) -> Result<()> + Sync) -> Result<()> {
        let fit: Vec<&Station> = self
            .stations
            .iter()
            .copied()
            .filter(|station| !self.cx.tally().is_down(&station.host.name))
            .collect();
        let size =
            self.cx.options.batch.map_or(fit.len(), |amount| amount.of(self.stations.len())).max(1);
        for batch in fit.chunks(size) {
            self.batch(batch, &work);
        }
        let tally = self.cx.tally();
        let failed = tally.failures().count();
        let allowed = self.cx.options.max_fail.map_or(0, |amount| amount.of(self.stations.len()));
        let left = self.stations.iter().any(|station| !tally.is_down(&station.host.name));
        drop(tally);
        self.cx.settings.interrupt.check()?;
        if failed > 0 && (failed > allowed || !left) {
            return Err(Halt.into());
        }
        Ok(())
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
            let mut tally = self.cx.tally();
            match result {
                Some(Ok(())) => {
                    tally.entry(&station.host.name);
                }
                // An operation has told of its own failure already; the first one stays.
                Some(Err(error)) => tally.fail(&station.host.name, "", &error),
                None => {
                    tally.entry(&station.host.name).left_out = true;
                    tally.stopped = true;
                }
            }
        });
    }
}
