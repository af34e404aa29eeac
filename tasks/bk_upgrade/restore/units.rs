//! The services: those that run are stopped; the unit files that the upgrade removed come back from the record.

use std::collections::BTreeMap;

use engine::prelude::*;
use engine::run::back::Former;

use super::args::{Args, Stage};

const INSTALLED: Snippet = snippet!("bk-upgrade/restore_installed");
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

/// What is left to a person: for each host the packages that are not those of 6.1, and the services that `stop` has
/// stopped. Services of 6.2 must not start on databases of 6.1, so nothing is started here.
///
/// # Errors
/// When a host cannot answer.
pub(super) fn tell_rest(cx: &Context, args: &Args, hosts: &Hosts<'_>) -> Result<()> {
    let read = |host: &Host<'_>, dir: &AbsPath| -> Result<BTreeMap<String, String>> {
        let values = [("DIR", Value::from(dir.to_string()))];
        let said = host.look("read the versions", |reader| reader.ask(INSTALLED, values))?;
        let pairs = said.lines().filter_map(|line| line.split_once(' '));
        Ok(pairs.map(|(name, version)| (name.to_owned(), version.to_owned())).collect())
    };
    let old = read(&cx.one_host("control")?, &args.src_dir)?;
    let other = hosts.gather(|host| {
        let found = read(host, &args.install_path)?;
        let differs = found.into_iter().filter_map(|(name, version)| {
            let wanted = old.get(&name).filter(|wanted| **wanted != version)?;
            Some(format!("{name} {version}, 6.1 has {wanted}"))
        });
        let differs: Vec<String> = differs.collect();
        Ok(differs.join("; "))
    })?;
    for (host, differs) in other.iter().filter(|(_, differs)| !differs.is_empty()) {
        cx.note(&format!("{host}: not the packages of 6.1 below {}: {differs}", args.install_path));
    }
    if other.iter().any(|(_, differs)| !differs.is_empty()) {
        cx.note("install these modules of 6.1 again, on the control machine: ./bkcli sync MODULE; ./bkcli install MODULE; ./bkcli start MODULE");
    }
    let stopped = cx.former(|step, what| {
        step.starts_with("bk-upgrade restore") && what.starts_with("disable ")
    })?;
    for former in stopped {
        let Some(host) = hosts.iter().find(|host| host.name() == former.host) else { continue };
        if host.still_has(&former)? == Some(true) {
            let units = former.what.trim_start_matches("disable ");
            cx.note(&format!(
                "{}: run {} has stopped these services, start those of 6.1: systemctl enable --now {units}",
                former.host, former.run
            ));
        }
    }
    Ok(())
}
