//! Old units and environments, wherever they are.
//!
//! The new install.config can place a module on other hosts than those where its old services run. Then the group of the
//! module no longer names them. So every host of that file is asked before the old services are stopped, and after the
//! check of the new ones.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use engine::data::install_config::InstallConfig;
use engine::prelude::*;

use super::{Args, Module, Work};

const FOUND: Snippet = snippet!("bk-upgrade/module_leftovers");
const NEW: Snippet = snippet!("bk-upgrade/module_new_units");

/// The hosts of the module, and the others of install.config that still have its old units or environments; none when
/// there are no such others. A note names each of them.
pub(super) fn with_others<'a>(
    cx: &'a Context,
    module: &Module,
    args: &Args,
    control: &Host<'_>,
) -> Result<Option<Hosts<'a>>> {
    if cx.options.emit.is_some() {
        return Ok(None);
    }
    let own = cx.all_hosts(&format!("@{}", module.group))?.names();
    let mut others = of_the_file(cx, args, control)?;
    others.retain(|name| !own.contains(&name.as_str()));
    let Some(others) = chosen(cx, &others) else { return Ok(None) };
    let found = look(&others, module, args)?;
    for (host, what) in &found {
        cx.note(&format!(
            "{host} is no host of {} in the inventory, but has {what}: the old services are removed there, too",
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
    if module.units.is_empty() || cx.is_pending() {
        return Ok(());
    }
    let mut names = of_the_file(cx, work.args, &work.control)?;
    names.extend(work.hosts.names().into_iter().map(str::to_owned));
    let Some(hosts) = chosen(cx, &names) else { return Ok(()) };
    let found = look(&hosts, module, work.args)?;
    if found.is_empty() {
        return Ok(());
    }
    let fault = Fault::failed(format!("old services of {} are left", module.command));
    let fault = found.iter().fold(fault, |fault, (host, what)| fault.detail(host.clone(), what));
    Err(fault
        .hint(format!("remove them: cargo xtask bk-upgrade {} stop, then remove-units and rm-venv", module.command))
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
            found.lock().unwrap_or_else(PoisonError::into_inner).insert(host.name().to_owned(), text);
        }
        Ok(())
    })?;
    Ok(found.into_inner().unwrap_or_else(PoisonError::into_inner))
}

/// The hosts of install.config on the control machine. A note names an address that is no host of the inventory.
fn of_the_file(cx: &Context, args: &Args, control: &Host<'_>) -> Result<Vec<String>> {
    let path = format!("{}/install.config", args.install_dir);
    let entry = control.look("read install.config", |reader| reader.read(path.as_str().into()))?;
    let file = match entry {
        Entry::File(file) => file,
        // An earlier operation of a dry run writes it.
        Entry::Unknown(_) => return Ok(Vec::new()),
        Entry::Absent | Entry::Directory => {
        let fault = Fault::refused(format!("no {path} on {}", control.name()));
        return Err(fault.hint("name its directory with --install-dir").into());
        }
    };
    let config = InstallConfig::parse(&path, &String::from_utf8_lossy(&file.bytes))?;
    let mut names = Vec::new();
    for line in config.lines {
        let address = line.address.to_string();
        let host = cx.inventory.hosts.iter().find(|host| host.target() == address);
        match host {
            Some(host) if !names.contains(&host.name) => names.push(host.name.clone()),
            Some(_) => {}
            None => cx.note(&format!(
                "{address} of {path} is no host of the inventory: old units are not looked for there"
            )),
        }
    }
    Ok(names)
}

/// Those that `--only` and `--exclude` leave; none when nothing is left.
fn chosen<'a>(cx: &'a Context, names: &[String]) -> Option<Hosts<'a>> {
    if names.is_empty() { None } else { cx.hosts(&names.join(",")).ok() }
}
