//! The state before the upgrade, read from the backup of the settings; and the physical hosts.

use engine::prelude::*;

use super::args::SettingsDir;
use super::settings::Settings;

/// The copy of the settings; its manifest is beside it. `cluster` is the machine of firstbox.
pub(crate) fn of(cluster: String, copy: &str) -> Backup {
    let made_by = "webservice backup-settings".to_owned();
    Backup::directory("the settings", cluster, copy, made_by).beside()
}

/// The backup of the state before the upgrade.
#[derive(clap::Args, Debug)]
pub(crate) struct Before {
    #[command(flatten)]
    pub(crate) settings_dir: SettingsDir,
    /// Day of the backup of the state before the upgrade [default: today]
    #[arg(long, value_name = "YYYYMMDD")]
    stamp: Option<Stamp>,
}

impl Before {
    /// The directory of the backup.
    pub(crate) fn backup(&self, cx: &Context) -> String {
        let stamp = self.stamp.as_ref().map_or_else(|| cx.date8(), ToString::to_string);
        format!("{}.{stamp}", self.settings_dir)
    }

    /// The physical host of a node before the upgrade, read from the backup: after the swap the settings name
    /// the new one (X0.14).
    pub(crate) fn host<'a>(
        &self,
        cx: &'a Context,
        firstbox: &Host<'_>,
        node: &NodeName,
        given: Option<&NodeName>,
    ) -> Result<Host<'a>> {
        if let Some(given) = given {
            return cx.one_host(given.as_str());
        }
        let backup = self.backup(cx);
        let name = firstbox.look("read the backup", |reader| {
            let before = Settings::read(reader, &backup)?;
            let host = before.get(node.as_str(), "physical_host").map(str::to_owned);
            host.ok_or_else(|| {
                Fault::refused(format!("{backup} does not name the physical host of {node}"))
                    .hint("name the day of the backup, --stamp YYYYMMDD, or the old physical host")
                    .into()
            })
        })?;
        cx.one_host(&name)
    }

    /// The management address of a node before the upgrade; its name if the backup has none. From
    /// `gen-node-list` on, firstbox may resolve the name to the temporary address, which is not in use yet.
    pub(crate) fn address(
        &self,
        cx: &Context,
        firstbox: &Host<'_>,
        node: &NodeName,
    ) -> Result<String> {
        let backup = self.backup(cx);
        firstbox.look("read the backup", |reader| {
            let before = Settings::read(reader, &backup)?;
            let address = before.get(node.as_str(), "mgmt_network_address");
            Ok(address.unwrap_or_else(|| node.as_str()).to_owned())
        })
    }
}

/// The hosts of the VMs.
#[derive(clap::Args, Debug)]
pub(crate) struct Physical {
    /// The group of the physical hosts
    #[arg(long, value_name = "GROUP", default_value = "physical")]
    physical: String,
}

impl Physical {
    /// All of them, also with --only.
    pub(crate) fn hosts<'a>(&self, cx: &'a Context) -> Result<Hosts<'a>> {
        cx.all_hosts(&format!("@{}", self.physical))
    }
}
