//! The hosts of install.config and the modules that it places on them.

use std::collections::BTreeMap;

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
    let (path, text) = work.deploy_file("install.config")?;
    let mut modules: BTreeMap<_, Vec<Module>> = BTreeMap::new();
    for line in InstallConfig::parse(&path, &text)?.lines {
        modules.entry(line.address.to_string()).or_default().extend(line.modules);
    }
    let mut names = Vec::new();
    for address in modules.keys() {
        let Some(host) = work.cx.inventory.at(address) else {
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
    let answers = work.cx.all_hosts(&names.join(","))?.gather(look)?;
    Ok(answers.into_iter().map(|(_, answer)| answer).collect())
}
