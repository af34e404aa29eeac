//! Hosts as a step sees them.

use std::collections::HashSet;

use anyhow::Result;

use super::context::{Budget, Context};
use super::fanout;
use super::hosts_failed::HostsFailed;
use super::run_summary::Ending;
use super::session_pool::HostHandle;
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
    pub(super) handle: &'a HostHandle,
}

/// Several hosts, in the order of the inventory.
#[derive(Debug)]
pub struct Hosts<'a> {
    pub(super) cx: &'a Context,
    pub(super) handles: Vec<&'a HostHandle>,
    /// The step ends with the next pass over them.
    ending: bool,
}

impl<'a> Host<'a> {
    pub(super) fn new(cx: &'a Context, handle: &'a HostHandle) -> Self {
        Self { cx, handle }
    }

    /// Its name in the inventory.
    pub fn name(&self) -> &'a str {
        &self.handle.host.name
    }

    /// Its entry in the inventory.
    pub fn entry(&self) -> &'a inventory::Host {
        &self.handle.host
    }

    /// Applies `op` to this host; see [`crate::ops::ensure`].
    pub fn ensure(&self, op: &dyn Op) -> Result<Outcome> {
        self.cx.ensure(self.handle, op)
    }

    /// Looks at this host.
    ///
    /// # Errors
    /// Those of `look`; the host then counts as failed.
    pub fn look<T>(&self, what: &str, look: impl FnOnce(&Reader<'_>) -> Result<T>) -> Result<T> {
        let mask: std::sync::Arc<Mask> = self.cx.mask();
        self.cx.report.working(self.name(), what);
        let result = look(&self.cx.exec(self.handle, &mask).reader());
        self.cx.report.idle(self.name());
        if result.is_ok() {
            self.cx.summary().read(self.name());
        }
        result.inspect_err(|error| self.cx.failed(self.name(), what, error))
    }
}

impl<'a> Hosts<'a> {
    pub(super) fn new(cx: &'a Context, handles: Vec<&'a HostHandle>) -> Self {
        Self { cx, handles, ending: false }
    }

    /// The same hosts for the last work of the step, or of a stage. When it fails on some of them, the others are
    /// done: `retry` then takes the failed ones only. Without this word it takes all.
    #[must_use]
    pub fn ending(&self) -> Self {
        Self { cx: self.cx, handles: self.handles.clone(), ending: true }
    }

    /// The names.
    pub fn names(&self) -> Vec<&'a str> {
        names(&self.handles)
    }

    /// The hosts one by one.
    pub fn iter(&self) -> impl Iterator<Item = Host<'a>> {
        self.handles.iter().map(|handle| Host::new(self.cx, handle))
    }

    /// The only host.
    ///
    /// # Errors
    /// Exit 2 when there is more than one.
    pub fn only(&self) -> Result<Host<'a>> {
        match self.handles[..] {
            [handle] => Ok(Host::new(self.cx, handle)),
            _ => Err(Fault::usage(format!(
                "one host is needed here, not {}",
                crate::data::range::fold(self.names())
            ))
            .into()),
        }
    }

    /// The same hosts with these at the end: the holder of the virtual IP comes last.
    #[must_use]
    pub fn last(self, names: &[&str]) -> Self {
        let names: HashSet<&str> = names.iter().copied().collect();
        self.sorted_by_key(|host| names.contains(host.name()))
    }

    /// The same hosts, lowest key first; equal ones stay in the order of the inventory.
    #[must_use]
    pub fn sorted_by_key<K: Ord>(mut self, mut key: impl FnMut(&Host<'a>) -> K) -> Self {
        let cx = self.cx;
        self.handles.sort_by_key(|handle| key(&Host::new(cx, handle)));
        self
    }

    /// Does the same on all hosts that have not failed yet, in bounded parallel. After a failure the other hosts of
    /// the batch finish. Then the step ends, unless the failure budget (`--max-fail`) lets it continue.
    ///
    /// A real run first admits all hosts: each proves its identity and is locked. When one is refused, none of them
    /// is changed.
    pub fn each(&self, work: impl Fn(&Host<'a>) -> Result<()> + Sync) -> Result<()> {
        self.admit()?;
        self.look_each(work)
    }

    /// The same for work that only reads: without locks. An operation that still changes something admits its host
    /// by itself.
    pub fn look_each(&self, work: impl Fn(&Host<'a>) -> Result<()> + Sync) -> Result<()> {
        self.begin();
        let fit = self.fit();
        let size =
            self.cx.options.batch.map_or(fit.len(), |amount| amount.of(self.handles.len())).max(1);
        for (number, batch) in fit.chunks(size).enumerate() {
            if number > 0
                && let Err(error) = self.before(batch)
            {
                self.leave_out(&fit[number * size..]);
                self.cx.summary().stopped = true;
                return Err(error);
            }
            self.batch(batch, &work);
        }
        self.unasked()?;
        let summary = self.cx.summary();
        let down = |handle: &&HostHandle| summary.is_down(&handle.host.name);
        let none_left = !self.handles.is_empty() && self.handles.iter().all(down);
        drop(summary);
        if none_left {
            return Err(HostsFailed.into());
        }
        self.within_budget()?;
        self.end();
        Ok(())
    }

    /// One host after the other, in the order of these hosts. `gate` is the step's own check before the next host. It
    /// also runs in a dry run, so build it from operations. The first failure ends the loop; the hosts after it are
    /// not reached.
    pub fn one_by_one(
        &self,
        work: impl Fn(&Host<'a>) -> Result<()>,
        gate: impl Fn(&Host<'a>) -> Result<()>,
    ) -> Result<()> {
        self.admit()?;
        self.begin();
        let fit = self.fit();
        for (number, handle) in fit.iter().enumerate() {
            let (host, rest) = (Host::new(self.cx, handle), &fit[number + 1..]);
            let ready =
                if number == 0 { self.unasked() } else { self.before(&fit[number..=number]) };
            if let Err(error) = ready {
                self.leave_out(&fit[number..]);
                self.cx.summary().stopped = true;
                return Err(error);
            }
            let worked = work(&host).map_err(|error| ("", error));
            let gate = || if rest.is_empty() { Ok(()) } else { gate(&host) };
            let result =
                worked.and_then(|()| gate().map_err(|error| ("check before the next host", error)));
            self.cx.report.idle(host.name());
            if let Err((what, error)) = result {
                // An operation has reported its own failure already; the first one stays.
                self.cx.failed(host.name(), what, &error);
                self.leave_out(rest);
                return Err(HostsFailed.into());
            }
            self.cx.summary().entry(host.name());
        }
        self.end();
        Ok(())
    }

    /// Admits the hosts. A refusal leaves all of them out: even the last pass is then known to be open on each.
    fn admit(&self) -> Result<()> {
        let admitted = self.cx.admit_all(&self.handles);
        if admitted.as_ref().is_err_and(|error| error.is::<HostsFailed>()) {
            self.begin();
        }
        admitted
    }

    /// A pass begins.
    fn begin(&self) {
        let mut summary = self.cx.summary();
        debug_assert!(summary.ending != Ending::Over, "a pass after that of `ending`");
        summary.ending = if self.ending { Ending::Reached } else { summary.ending };
    }

    /// A pass succeeded.
    fn end(&self) {
        if self.ending {
            self.cx.summary().ending = Ending::Over;
        }
    }

    /// The hosts that have not failed yet.
    fn fit(&self) -> Vec<&'a HostHandle> {
        let summary = self.cx.summary();
        let up = |handle: &&&'a HostHandle| !summary.is_down(&handle.host.name);
        self.handles.iter().filter(up).copied().collect()
    }

    /// Checks that no stop was requested.
    fn unasked(&self) -> Result<()> {
        Ok(self.cx.settings.interrupt.check()?)
    }

    /// Checks that the next batch may start.
    fn before(&self, batch: &[&HostHandle]) -> Result<()> {
        self.unasked()?;
        self.within_budget()?;
        self.cx.gate(&names(batch))
    }

    /// Checks the number of failed and unreachable hosts against `--max-fail`.
    fn within_budget(&self) -> Result<()> {
        let failed = self.cx.summary().failed();
        let allowed = self.cx.options.max_fail.map_or(0, |amount| amount.of(self.handles.len()));
        if failed > allowed { Err(HostsFailed.into()) } else { Ok(()) }
    }

    fn leave_out(&self, rest: &[&HostHandle]) {
        let mut summary = self.cx.summary();
        rest.iter().for_each(|handle| summary.entry(&handle.host.name).left_out = true);
    }

    fn batch(&self, batch: &[&'a HostHandle], work: &(impl Fn(&Host<'a>) -> Result<()> + Sync)) {
        self.cx.report.pass(&names(batch));
        let go_on = || matches!(self.cx.budget(self.handles.len()), Budget::Continue);
        let one = |handle: &&'a HostHandle| {
            let result = work(&Host::new(self.cx, handle));
            self.cx.report.over(&handle.host.name);
            result
        };
        fanout::each(batch, usize::from(self.cx.options.fanout), go_on, one, |handle, result| {
            let name = &handle.host.name;
            match result {
                Some(Ok(())) => {
                    self.cx.summary().entry(name);
                }
                // An operation has reported its own failure already; the first one stays.
                Some(Err(error)) => self.cx.failed(name, "", &error),
                None => {
                    let mut summary = self.cx.summary();
                    summary.entry(name).left_out = true;
                    summary.stopped = true;
                }
            }
        });
        self.cx.report.pass(&[]);
    }
}

fn names<'a>(handles: &[&'a HostHandle]) -> Vec<&'a str> {
    handles.iter().map(|handle| handle.host.name.as_str()).collect()
}
