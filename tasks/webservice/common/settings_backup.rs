//! The state before the upgrade, as the backup of the settings has it; and the physical hosts.

use engine::prelude::*;

use super::settings::Settings;

/// Which backup is the state before the upgrade.
#[derive(clap::Args, Debug)]
pub(crate) struct Before {
    /// The directory with the settings files
    #[arg(long, value_name = "DIR", default_value = "/pitrix/conf/settings")]
    pub(crate) settings_dir: AbsPath,
    /// The day of the backup that is the state before the upgrade [default: today]
    #[arg(long, value_name = "YYYYMMDD")]
    stamp: Option<Stamp>,
}

impl Before {
    /// The directory of the backup.
    pub(crate) fn backup(&self, cx: &Context) -> String {
        let stamp = self.stamp.as_ref().map_or_else(|| cx.date8(), ToString::to_string);
        format!("{}.{stamp}", self.settings_dir)
    }

    /// The physical host that a node had before the upgrade. X0.14: after the swap the settings name
    /// the new one, so it is read from the backup.
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
                Fault::refused(format!("{backup} does not say where {node} was"))
                    .hint("name the day of the backup, --stamp YYYYMMDD, or the old physical host itself")
                    .into()
            })
        })?;
        cx.one_host(&name)
    }

    /// The management address that a node had before the upgrade; its name when the backup does not say.
    /// From `gen-node-list` on firstbox may know the name with the temporary address, where nobody is yet.
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

/// Which hosts carry the VMs.
#[derive(clap::Args, Debug)]
pub(crate) struct Physical {
    /// The group of the physical hosts
    #[arg(long, value_name = "GROUP", default_value = "physical")]
    physical: String,
}

impl Physical {
    /// All of them, whatever --only says.
    pub(crate) fn hosts<'a>(&self, cx: &'a Context) -> Result<Hosts<'a>> {
        cx.all_hosts(&format!("@{}", self.physical))
    }
}
