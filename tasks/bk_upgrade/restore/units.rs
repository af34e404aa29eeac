//! The services: those that run are stopped; the unit files that the upgrade removed come back from the record.

use engine::prelude::*;
use engine::run::back::Former;

use super::args::{Args, Stage};

const RUNNING: Snippet = snippet!("bk-upgrade/restore_units");

/// Stops the running ones: they must not write into the databases, nor start at boot with the code of 6.2.
pub(super) fn stop(hosts: &Hosts<'_>) -> Result<()> {
    hosts.each(|host| {
        let said = host.look("list the services", |reader| reader.ask(RUNNING, []))?;
        let names: Vec<&str> = said.lines().collect();
        if names.is_empty() { Ok(()) } else { host.ensure(&Units::disabled(names)).map(drop) }
    })
}

/// Removed unit files that the records of earlier runs keep.
pub(super) struct Kept {
    found: Vec<Former>,
    /// Those that somebody has changed since: `HOST: WHAT`.
    changed: Vec<String>,
}

impl Kept {
    /// Those of these hosts that are still removed.
    pub(super) fn find(cx: &Context, args: &Args, hosts: &Hosts<'_>) -> Result<Self> {
        let mut kept = Self { found: Vec::new(), changed: Vec::new() };
        if !args.stages.has(&Stage::Units) {
            return Ok(kept);
        }
        let removed = |step: &str, what: &str| {
            step.starts_with("bk-upgrade ")
                && what.starts_with("remove ")
                && what.contains(".service")
        };
        for former in cx.former(removed)? {
            let Some(host) = hosts.iter().find(|host| host.name() == former.host) else { continue };
            match host.still_has(&former)? {
                Some(true) => kept.found.push(former),
                Some(false) => {}
                None => kept.changed.push(format!("{}: {}", former.host, former.what)),
            }
        }
        Ok(kept)
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.found.is_empty()
    }

    /// Where they come from, and what stays.
    pub(super) fn tell(&self, cx: &Context) {
        for former in &self.found {
            cx.note(&format!("{}: unit files of run {}: {}", former.host, former.run, former.what));
        }
        for changed in &self.changed {
            cx.note(&format!("unit files that were changed since stay as they are: {changed}"));
        }
        if !self.found.is_empty() {
            cx.note("their services stay disabled: their virtual environments are gone for good after rm-venv");
        }
    }

    pub(super) fn bring_back(&self, cx: &Context) -> Result<()> {
        for former in &self.found {
            cx.host(&former.host)?.ensure(former.op())?;
        }
        Ok(())
    }
}
