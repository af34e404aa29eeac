//! install.config on the control machine: the layout that the vendor's tools use.

use std::collections::BTreeMap;

use engine::data::install_config::InstallConfig;
use engine::prelude::*;

use super::{Args, Module};

/// Its hosts and modules.
#[derive(Debug)]
pub(crate) struct Layout {
    path: String,
    /// The hosts of the inventory with one of its addresses.
    pub(super) hosts: Vec<String>,
    /// The modules and projects that have a host: `monitorv3`, `monitorv3_monitor`, and those of these hosts that the
    /// inventory has. None when a dry run cannot know.
    placed: Option<BTreeMap<String, Vec<String>>>,
}

impl Layout {
    /// Reads it, in one round trip. A note names an address that is no host of the inventory.
    ///
    /// # Errors
    /// Refused when there is no such file; usage when a line of it is wrong.
    pub(super) fn read(cx: &Context, args: &Args, control: &Host<'_>) -> Result<Self> {
        let path = format!("{}/install.config", args.install_dir);
        let entry =
            control.look("read install.config", |reader| reader.read(path.as_str().into()))?;
        let file = match entry {
            Entry::File(file) => file,
            Entry::Unknown(_) => return Ok(Self { path, hosts: Vec::new(), placed: None }),
            Entry::Absent | Entry::Directory => {
                let fault = Fault::refused(format!("no {path} on {}", control.name()));
                return Err(fault.hint("name its directory with --install-dir").into());
            }
        };
        let config = InstallConfig::parse(&path, &String::from_utf8_lossy(&file.bytes))?;
        let (mut hosts, mut placed) = (Vec::new(), BTreeMap::new());
        for line in config.lines {
            let address = line.address.to_string();
            let known = cx.inventory.hosts.iter().find(|host| host.target() == address);
            for group in line.modules.iter().flat_map(|module| module.groups()) {
                let members: &mut Vec<String> = placed.entry(group).or_default();
                members.extend(
                    known.map(|host| host.name.clone()).filter(|name| !members.contains(name)),
                );
            }
            match known {
                Some(host) if !hosts.contains(&host.name) => hosts.push(host.name.clone()),
                Some(_) => {}
                None => cx.note(&format!(
                    "{address} of {path} is no host of the inventory: nobody looks for old services there"
                )),
            }
        }
        Ok(Self { path, hosts, placed: Some(placed) })
    }

    /// The hosts of a module as a host set; none when a dry run cannot know them. `install-config` may have placed it in
    /// this run, after the inventory was read.
    pub(super) fn hosts_of(&self, cx: &Context, module: &Module) -> Option<String> {
        let known = cx.inventory.group(module.group).is_some();
        let group = Some(format!("@{}", module.group));
        match &self.placed {
            _ if known => group,
            None => None,
            Some(placed) => placed
                .get(module.group)
                .filter(|names| !names.is_empty())
                .map(|names| names.join(","))
                .or(group),
        }
    }

    /// Each module that the work needs has a host (X4.19, X4.20).
    ///
    /// # Errors
    /// Refused when one has none.
    pub(super) fn has(&self, module: &Module) -> Result<()> {
        let Some(placed) = &self.placed else { return Ok(()) };
        let wanted = module.needs.iter().copied().chain([module.group]);
        let missing: Vec<&str> = wanted.filter(|name| !placed.contains_key(*name)).collect();
        if missing.is_empty() {
            return Ok(());
        }
        let missing = missing.join(" and ");
        Err(Fault::refused(format!("{} has no host for {missing}", self.path))
            .hint("give it one: cargo xtask bk-upgrade install-config")
            .into())
    }
}
