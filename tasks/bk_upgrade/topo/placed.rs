//! The hosts of install.config and the modules that it places on them.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use engine::data::install_config::{InstallConfig, Module};
use engine::prelude::*;

use super::work::Work;

/// A host of install.config.
pub(super) struct Placed<'a> {
    pub(super) host: Host<'a>,
    pub(super) address: String,
    pub(super) modules: Vec<Module>,
}

/// Reads install.config on the control machine.
///
/// # Errors
/// Refused: there is no such file, or one of its addresses is no host of the inventory.
pub(super) fn read<'a>(work: &Work<'a>) -> Result<Vec<Placed<'a>>> {
    let path = format!("{}/install.config", work.args.install_dir);
    let text = work.control.look("read install.config", |reader| {
        match reader.read(path.as_str().into())? {
            Entry::File(file) => Ok(file.text(path.as_str().into())?.to_owned()),
            _ => Err(Fault::refused(format!("there is no {path}"))
                .hint("name the directory of the deploy scripts: --install-dir DIR")
                .into()),
        }
    })?;
    let mut modules: BTreeMap<_, Vec<Module>> = BTreeMap::new();
    for line in InstallConfig::parse(&path, &text)?.lines {
        modules.entry(line.address.to_string()).or_default().extend(line.modules);
    }
    let mut names = Vec::new();
    for address in modules.keys() {
        let known = work.cx.inventory.hosts.iter().find(|host| host.target() == address);
        let Some(host) = known else {
            let what = format!("{address} of install.config is no host of the inventory");
            let hint =
                format!("import the file in hosts.toml: [import] install_config = \"{path}\"");
            return Err(Fault::refused(what).hint(hint).into());
        };
        names.push(host.name.clone());
    }
    let placed = |host: Host<'a>| {
        let (address, modules) = modules.get_key_value(host.entry().target())?;
        Some(Placed { host, address: address.clone(), modules: modules.clone() })
    };
    Ok(work.cx.all_hosts(&names.join(","))?.iter().filter_map(placed).collect())
}

/// Looks at all of these hosts at once; the answers are in their order.
pub(super) fn each<'a, T: Send>(
    work: &Work<'a>,
    placed: &[Placed<'a>],
    look: impl Fn(&Host<'a>) -> Result<T> + Sync,
) -> Result<Vec<T>> {
    let names: Vec<&str> = placed.iter().map(|placed| placed.host.name()).collect();
    let found = Mutex::new(BTreeMap::new());
    work.cx.all_hosts(&names.join(","))?.look_each(|host| {
        let answer = look(host)?;
        found.lock().unwrap_or_else(PoisonError::into_inner).insert(host.name(), answer);
        Ok(())
    })?;
    let mut found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
    Ok(names.iter().filter_map(|name| found.remove(name)).collect())
}
