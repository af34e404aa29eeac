//! What would stop a later step, as far as the site of 6.1 shows it. Nobody should learn it in minute 70.

use std::collections::BTreeSet;

use engine::data::install_config::InstallConfig;
use engine::prelude::*;

use super::Args;
use crate::bk_upgrade::common::env_keys::EnvKeys;
use crate::bk_upgrade::common::env_value::{Source, Sources};
use crate::bk_upgrade::common::layout::NEW_MODULES;
use crate::bk_upgrade::common::site::Site;
use crate::bk_upgrade::common::{dumps, env_keys, module, output};
use crate::bk_upgrade::{iam, install_config, topo};

/// Variables that later steps read, and that no step of this upgrade sets.
const VARIABLES: [&str; 6] = [
    "BK_MYSQL_ADMIN_USER",
    "BK_MYSQL_ADMIN_PASSWORD",
    "BK_MONGODB_ADMIN_USER",
    "BK_MONGODB_ADMIN_PASSWORD",
    "BK_JOB_IP0",
    "BK_CMDB_IP0",
];

/// Looks for all of it, a line each.
pub(super) fn faults(
    cx: &Context,
    args: &Args,
    control: &Host<'_>,
    site: &Site<'_>,
) -> Result<Vec<String>> {
    let dir = &args.install_dir;
    let agreed = control.look("read the agreement", |reader| output::agreed(reader, dir));
    let mut faults: Vec<String> = line(agreed)?.into_iter().collect();
    for name in VARIABLES {
        faults.extend(line(site.get(name).map(drop))?);
    }
    for database in [dumps::Kind::MySql, dumps::Kind::MongoDb] {
        faults.extend(line(dumps::host(cx, dir, database, None).map(drop))?);
    }
    let from = Sources { control, dir, site: Some(site), flags: &[] };
    for keys in [&env_keys::GSE, &env_keys::JOB, &env_keys::JOB_DOMAIN] {
        faults.extend(lacks(keys, &from)?);
    }
    let config = format!("{dir}/install.config");
    faults.extend(empty(cx, control, &config)?);
    faults
        .extend(line(install_config::checked(cx, control, &config, &args.place, false).map(drop))?);
    faults.extend(iam::release::too_late(cx, &args.install_path)?);
    match (topo::custom(cx, dir), &args.accept_custom) {
        (Ok(custom), None) if !custom.is_empty() => faults.push(format!(
            "the topology of the BlueKing business is a custom one (X4.61): {}; move what is yours, or --accept-custom REASON",
            custom.join(", ")
        )),
        (Ok(_), _) => {}
        (Err(error), _) => faults.extend(line(Err(error))?),
    }
    let mut seen = BTreeSet::new();
    faults.retain(|fault| seen.insert(fault.clone()));
    Ok(faults)
}

/// Keys whose values the site does not have yet. A file that this upgrade writes itself comes later.
fn lacks(keys: &EnvKeys, from: &Sources<'_>) -> Result<Vec<String>> {
    let mut lacks = Vec::new();
    for key in keys.keys {
        if matches!(key.source, Source::Secret(file, _) if file.starts_with("bin/01-generate/")) {
            continue;
        }
        if let Err(error) = key.source.read(from) {
            let fault: Fault = error.downcast()?;
            lacks.push(format!("{}: {}", key.key, fault.message));
        }
    }
    Ok(lacks)
}

/// A fault as one line; an error that is none stays one.
fn line(result: Result<()>) -> Result<Option<String>> {
    let Err(error) = result else { return Ok(None) };
    let fault: Fault = error.downcast()?;
    let found =
        fault.details.iter().find(|(label, _)| ["found", "in", "at"].contains(&label.as_str()));
    let found =
        found.map(|(_, text)| format!(" ({})", text.lines().collect::<Vec<_>>().join(", ")));
    let hint = fault.hints.first().map(|hint| format!("; {hint}"));
    Ok(Some(format!("{}{}{}", fault.message, found.unwrap_or_default(), hint.unwrap_or_default())))
}

/// Modules of this upgrade without a host (X4.33). The new ones get theirs from `install-config`.
fn empty(cx: &Context, control: &Host<'_>, path: &str) -> Result<Vec<String>> {
    let config =
        control.look("read install.config", |reader| match reader.read(path.into())? {
            Entry::File(file) => Ok(Some(InstallConfig::parse(path, file.text(path.into())?)?)),
            _ => Ok(None),
        })?;
    let Some(config) = config else { return Ok(Vec::new()) };
    let known = |address: &str| cx.inventory.at(address).is_some();
    let (mut placed, mut reached) = (BTreeSet::new(), BTreeSet::new());
    for line in &config.lines {
        for group in line.modules.iter().flat_map(|module| module.groups()) {
            if known(&line.address.to_string()) {
                reached.insert(group.clone());
            }
            placed.insert(group);
        }
    }
    let rows = module::ALL.iter().flat_map(|row| row.needs.iter().copied().chain([row.group]));
    let wanted: BTreeSet<&str> =
        rows.chain(["nginx"]).filter(|group| !NEW_MODULES.contains(group)).collect();
    let has = |group: &str| {
        let group = cx.inventory.group(group);
        group.is_some_and(|group| cx.inventory.members(group).next().is_some())
    };
    let fault = |group: &&str| match placed.contains(*group) {
        false => Some(format!("{path} has no host for {group}")),
        true if has(group) || reached.contains(*group) => None,
        true => Some(format!("no host of the inventory has {group}: add its address")),
    };
    Ok(wanted.iter().filter_map(fault).collect())
}
