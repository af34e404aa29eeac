//! All hosts of BlueKing: those of install.config, the control machine, and those of a module.

use std::collections::BTreeSet;

use engine::data::install_config::InstallConfig;
use engine::prelude::*;

/// The hosts of install.config on the control machine, the control machine itself, and those of `module`: the
/// document's `pcmd -m all`. A note names an address that is no host of the inventory.
///
/// # Errors
/// Refused without the file.
pub(crate) fn hosts<'a>(
    cx: &'a Context,
    control: &Host<'_>,
    install_dir: &AbsPath,
    module: &str,
) -> Result<Hosts<'a>> {
    let path = format!("{install_dir}/install.config");
    let entry = control.look("read install.config", |reader| reader.read(path.as_str().into()))?;
    let Entry::File(file) = entry else {
        let fault = Fault::refused(format!("no {path} on {}", control.name()));
        return Err(fault.hint("name its directory with --install-dir").into());
    };
    let config = InstallConfig::parse(&path, &String::from_utf8_lossy(&file.bytes))?;
    let mut names = BTreeSet::from([control.name().to_owned()]);
    names.extend(cx.all_hosts(&format!("@{module}"))?.names().into_iter().map(str::to_owned));
    for line in config.lines {
        let address = line.address.to_string();
        match cx.inventory.hosts.iter().find(|host| host.target() == address) {
            Some(host) => drop(names.insert(host.name.clone())),
            None => cx.note(&format!("{address} of {path} is no host of the inventory: left out")),
        }
    }
    cx.hosts(&names.into_iter().collect::<Vec<_>>().join(","))
}
