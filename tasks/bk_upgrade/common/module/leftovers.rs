//! Old units and environments, wherever they are.
//!
//! The new install.config can place a module on other hosts than those where its old services run. Then the group of the
//! module no longer names them. So every host of that file is asked before the old services are stopped, and after the
//! check of the new ones. The stages that remove old services work on such a host as well, and a note and the question
//! name it: half a platform of 6.1 beside the new one would be worse. `--exclude HOST` leaves it alone; a later
//! `check` without that flag finds its old services, and fails.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use engine::prelude::*;

use super::layout::Layout;
use super::{Args, Module, Work};

const FOUND: Snippet = snippet!("bk-upgrade/module_leftovers");
const NEW: Snippet = snippet!("bk-upgrade/module_new_units");

/// The hosts of the module, and the others of install.config that still have its old units or environments; none when
/// there are no such others. A note names each of them.
pub(super) fn with_others<'a>(
    cx: &'a Context,
    module: &Module,
    args: &Args,
    layout: &Layout,
) -> Result<Option<Hosts<'a>>> {
    let own = cx.all_hosts(&format!("@{}", module.group))?.names();
    let others = layout.hosts.iter().filter(|name| !own.contains(&name.as_str()));
    let Some(others) = chosen(cx, others) else { return Ok(None) };
    let found = look(&others, module, args)?;
    for (host, what) in &found {
        cx.note(&format!(
            "{host} is no host of {} in the inventory, but has {what}: its old services are removed there, too",
            module.group
        ));
    }
    if found.is_empty() {
        return Ok(None);
    }
    let found: Vec<&str> = found.keys().map(String::as_str).collect();
    cx.hosts(&format!("@{},{}", module.group, found.join(","))).map(Some)
}

/// Fails when a host of install.config still has something old of the module.
pub(super) fn none_left(work: &Work<'_>) -> Result<()> {
    let (cx, module) = (work.cx, work.module);
    let Some(layout) = work.layout else { return Ok(()) };
    if module.units.is_empty() || cx.is_pending() {
        return Ok(());
    }
    let own: Vec<String> = work.hosts.names().into_iter().map(str::to_owned).collect();
    let Some(hosts) = chosen(cx, layout.hosts.iter().chain(&own)) else { return Ok(()) };
    let found = look(&hosts, module, work.args)?;
    if found.is_empty() {
        return Ok(());
    }
    let fault = Fault::failed(format!("old services of {} are left", module.command));
    let fault = found.iter().fold(fault, |fault, (host, what)| fault.detail(host.clone(), what));
    Err(fault
        .hint(format!(
            "remove them: cargo xtask bk-upgrade {} stop, then remove-units and rm-venv",
            module.command
        ))
        .into())
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

/// What each host has of the old module: `bk-paas-esb.service (active), /data/bkce/.envs/open_paas-esb`.
fn look(hosts: &Hosts<'_>, module: &Module, args: &Args) -> Result<BTreeMap<String, String>> {
    let values = [
        ("UNITS", Value::list(args.units.iter().map(ToString::to_string))),
        ("UNIT_DIR", args.unit_dir.to_string().into()),
        ("NAMES", Value::list(args.venvs.iter().cloned())),
        ("VENV_HOME", format!("{}/.envs", args.install_path).into()),
        ("REUSES", if module.reuses_units { "yes" } else { "" }.into()),
    ];
    let found = Mutex::new(BTreeMap::new());
    hosts.look_each(|host| {
        let text = host.look("look for old units", |reader| reader.ask(FOUND, values.clone()))?;
        if !text.is_empty() {
            let text = text.lines().collect::<Vec<_>>().join(", ");
            found
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .insert(host.name().to_owned(), text);
        }
        Ok(())
    })?;
    Ok(found.into_inner().unwrap_or_else(PoisonError::into_inner))
}

/// Those that `--only` and `--exclude` leave; none when nothing is left.
fn chosen<'a, 'n>(cx: &'a Context, names: impl Iterator<Item = &'n String>) -> Option<Hosts<'a>> {
    let names: Vec<String> = names.cloned().collect();
    if names.is_empty() { None } else { cx.hosts(&names.join(",")).ok() }
}
