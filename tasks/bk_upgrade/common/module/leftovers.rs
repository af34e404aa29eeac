//! Old units and environments, wherever they are.
//!
//! The new install.config can place a module on other hosts than those where its old services run. Then the group of the
//! module no longer names them. So every host of that file is asked before the old services are stopped, before new ones
//! are installed, and in the check of the new ones. The stages that remove old services work on such a host as well, and a note and the question
//! name it: half a platform of 6.1 beside the new one would be worse. `--exclude HOST` leaves it alone; a later
//! `check` without that flag finds its old services, and fails.

use std::collections::BTreeMap;

use engine::prelude::*;

use super::args::Args;
use super::model::{Module, Work};
use crate::bk_upgrade::common::everywhere::Layout;

const FOUND: Snippet = snippet!("bk-upgrade/module_leftovers");
const NEW: Snippet = snippet!("bk-upgrade/module_new_units");

/// The hosts of the module, which are `own`, and the others that still have its old units or environments; none when
/// there are no such others. A note names each of them.
pub(super) fn with_others<'a>(
    cx: &'a Context,
    module: &Module,
    args: &Args,
    layout: &Layout,
    own: &str,
) -> Result<Option<Hosts<'a>>> {
    let names = cx.all_hosts(own)?.names();
    let mut others = everywhere(cx, module, layout)?;
    others.retain(|name| !names.contains(&name.as_str()));
    let Some(others) = chosen(cx, &others) else { return Ok(None) };
    let found = look(&others, module, args)?;
    for (host, what) in &found {
        cx.note(&format!(
            "{host} is no host of {} in install.config, but has {}: its old services are removed there, too",
            module.group,
            what.join(", ")
        ));
    }
    if found.is_empty() {
        return Ok(None);
    }
    let found: Vec<&str> = found.keys().map(String::as_str).collect();
    cx.hosts(&format!("{own},{}", found.join(","))).map(Some)
}

/// What must not be there while a stage is done that comes after them in the document: half of two platforms.
///
/// # Errors
/// Refused while a host has old services or environments. The hint names the stages that remove them.
pub(super) fn are_gone(work: &Work<'_>) -> Result<()> {
    let what = "old services are still there, which go first";
    fault(work, Fault::refused(format!("{} of {}", what, work.module.command)))
}

/// Fails when a host of install.config still has something old of the module.
pub(super) fn none_left(work: &Work<'_>) -> Result<()> {
    fault(work, Fault::failed(format!("old services of {} are left", work.module.command)))
}

/// `fault` with all that is old, unless there is nothing.
fn fault(work: &Work<'_>, fault: Fault) -> Result<()> {
    let (cx, module) = (work.cx, work.module);
    let Some(layout) = work.layout else { return Ok(()) };
    if module.units.is_empty() || cx.is_pending() {
        return Ok(());
    }
    let mut names = everywhere(cx, module, layout)?;
    names.extend(work.hosts.names().into_iter().map(str::to_owned));
    let Some(hosts) = chosen(cx, &names) else { return Ok(()) };
    let found = look(&hosts, module, work.args)?;
    if found.is_empty() {
        return Ok(());
    }
    let fault =
        found.iter().fold(fault, |fault, (host, what)| fault.detail(host.clone(), what.join(", ")));
    let stages = missing(module, found.values().flatten());
    let stages =
        stages.iter().map(|stage| format!("cargo xtask bk-upgrade {} {stage}", module.command));
    Err(fault.hint(format!("first: {}", stages.collect::<Vec<_>>().join(", then "))).into())
}

/// The stages of the module that remove what was found.
fn missing<'a>(
    module: &Module,
    found: impl Iterator<Item = &'a String> + Clone,
) -> Vec<&'static str> {
    let is_unit = |what: &&String| !what.starts_with('/');
    let wanted = |stage: &str| match stage {
        "stop" => found.clone().any(|what| is_unit(&what) && !what.ends_with("(inactive)")),
        "remove-units" | "retire-v1" => found.clone().any(|what| is_unit(&what)),
        "rm-venv" => found.clone().any(|what| !is_unit(&what)),
        _ => false,
    };
    module.stages.iter().map(|stage| stage.name).filter(|name| wanted(name)).collect()
}

/// The old units of a host: those of the arguments, without the new ones of the same name.
pub(super) fn units(host: &Host<'_>, work: &Work<'_>) -> Result<Vec<String>> {
    let all = work.args.units.iter().map(ToString::to_string);
    if !work.module.reuses_units {
        return Ok(all.collect());
    }
    let names = Value::list(work.args.units.iter().map(ToString::to_string));
    let new = host.look("read units", |reader| reader.ask(NEW, [("UNITS", names)]))?;
    Ok(all.filter(|unit| !new.lines().any(|line| line == unit)).collect())
}

/// What each host has of the old module: `bk-paas-esb.service (active)` and `/data/bkce/.envs/open_paas-esb`.
fn look(hosts: &Hosts<'_>, module: &Module, args: &Args) -> Result<BTreeMap<String, Vec<String>>> {
    let values = [
        ("UNITS", Value::list(args.units.iter().map(ToString::to_string))),
        ("UNIT_DIR", args.unit_dir.to_string().into()),
        ("NAMES", Value::list(args.venvs.iter().cloned())),
        ("VENV_HOME", format!("{}/.envs", args.install_path).into()),
        ("REUSES", if module.reuses_units { "yes" } else { "" }.into()),
    ];
    let said = hosts.gather(|host| {
        host.look("look for old units", |reader| reader.ask(FOUND, values.clone()))
    })?;
    let found = said.into_iter().filter(|(_, text)| !text.is_empty());
    let lines = |text: String| text.lines().map(str::to_owned).collect();
    Ok(found.map(|(host, text)| (host.to_owned(), lines(text))).collect())
}

/// Every host on which the module can be: those of install.config, and those of its group in the inventory. That one
/// can be older than the file, or name hosts that the file has no longer.
fn everywhere(cx: &Context, module: &Module, layout: &Layout) -> Result<Vec<String>> {
    let mut names = layout.hosts();
    if cx.inventory.group(module.group).is_some() {
        let group = cx.all_hosts(&format!("@{}", module.group))?;
        names.extend(group.names().into_iter().map(str::to_owned));
    }
    Ok(names)
}

/// Those that `--only` and `--exclude` leave; none when nothing is left.
fn chosen<'a>(cx: &'a Context, names: &[String]) -> Option<Hosts<'a>> {
    if names.is_empty() { None } else { cx.hosts(&names.join(",")).ok() }
}
