//! WS-12, document section settings文件, lines 54-102. Undo: the file as it was (also in the backup of WS-03).
//!
//! ```text
//! + 仿造以下配置，编写`settings`文件，文件名为`webservice0`和`webservice1`:
//!   + 其他配置根据环境的实际值来修改。
//! ```

use std::net::Ipv4Addr;

use anyhow::Result;
use engine::data::fault::Fault;
use engine::data::{ifname::Ifname, mac::Mac, netmask::Netmask, node_name::NodeName};
use engine::ops::template;
use engine::run::{Context, Host};

use super::address::Reservation;
use super::before::Before;
use super::progress;
use super::settings::Settings;
use super::settings_values::{Values, feature};

const KEY: &str = "mgmt_network_address";
const TEMPLATE: &str = include_str!("../../snippets/webservice/settings.template");

/// Write the settings file of a webservice node
///
/// What is not given is taken from the node's present file (X0.21), so that a node does not shrink by
/// copying the document's numbers; the diff shows every difference. The physical hosts of the two
/// nodes are swapped, computed from today's backup, so that a second run does not swap them back
/// (X0.10).
///
/// Examples:
///   cargo xtask gen-settings --node webservice0 --mgmt-address 10.16.0.12 -n
///   cargo xtask gen-settings --node webservice0 --mgmt-address 10.16.0.12 --bridge br1
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub struct Args {
    /// The node; also the name of the file and the hostname
    #[arg(long, value_name = "NODE")]
    pub(super) node: NodeName,
    /// The temporary management address, used by nobody
    #[arg(long, value_name = "IP")]
    pub(super) mgmt_address: Ipv4Addr,
    #[command(flatten)]
    pub(super) before: Before,
    /// The zone
    #[arg(long, value_name = "ID")]
    pub(super) zone_id: Option<String>,
    /// The address of firstbox
    #[arg(long, value_name = "IP")]
    pub(super) firstbox_address: Option<Ipv4Addr>,
    /// The netmask of the management network
    #[arg(long, value_name = "MASK")]
    pub(super) netmask: Option<Netmask>,
    /// The gateway of the management network
    #[arg(long, value_name = "IP")]
    pub(super) gateway: Option<Ipv4Addr>,
    /// The name servers
    #[arg(long, value_name = "IP,IP", value_delimiter = ',')]
    pub(super) dns: Vec<Ipv4Addr>,
    /// The MAC address, made by /pitrix/bin/gen_mac.py; the present one is kept
    #[arg(long, value_name = "MAC")]
    pub(super) mac: Option<Mac>,
    /// The new physical host [default: the one of the other node in the backup]
    #[arg(long, value_name = "HOST")]
    pub(super) physical_host: Option<NodeName>,
    /// The bridge on the physical host
    #[arg(long, value_name = "IF")]
    pub(super) bridge: Option<Ifname>,
    /// The bridge for public addresses; empty for none
    #[arg(long, value_name = "IF")]
    pub(super) eip_bridge: Option<String>,
    /// The interface of the management network
    #[arg(long, value_name = "IF")]
    pub(super) mgmt_iface: Option<Ifname>,
    /// The architecture
    #[arg(long, value_parser = ["x86_64", "aarch64"])]
    pub(super) cpu_arch: Option<String>,
    /// Number of CPUs
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..))]
    pub(super) cpu_cores: Option<u16>,
    /// Memory in MB
    #[arg(long, value_parser = clap::value_parser!(u32).range(512..))]
    pub(super) memory_mb: Option<u32>,
    /// The new system's name
    #[arg(long, default_value = "xenial")]
    pub(super) os_name: String,
    /// The new system's version
    #[arg(long, default_value = "16.04.5")]
    pub(super) os_version: String,
    /// Whether this is a region
    #[arg(long, value_parser = ["0", "1"])]
    pub(super) is_region: Option<String>,
    /// The region
    #[arg(long, value_name = "ID")]
    pub(super) region_id: Option<String>,
    /// A feature and its state, for example vmnode=on
    #[arg(long, value_name = "NAME=on|off", value_parser = feature)]
    pub(super) feature: Vec<(String, String)>,
}

/// Reads, checks, writes.
pub fn run(cx: &Context, args: &Args) -> Result<()> {
    args.check_network(None, None)?;
    let firstbox = cx.the("firstbox")?;
    let dir = args.before.settings_dir.to_string();
    let (now, before) = firstbox.look("read settings", |reader| {
        let now = Settings::read(reader, &dir)?;
        let before = Settings::read(reader, &args.before.backup(cx))?;
        backed_up(&before)?;
        now.check_address(&args.node.to_string(), args.mgmt_address)?;
        args.check_reservation(cx, Reservation::read(reader, args.node.as_str())?)?;
        args.mac.as_ref().map_or(Ok(()), |mac| now.check_mac(&args.node.to_string(), mac))?;
        // A node that has its original address back is not given a temporary one again.
        let address = |from: &Settings| from.get(args.node.as_str(), KEY).map(str::to_owned);
        let home = address(&now) == address(&before);
        if home && address(&now) != Some(args.mgmt_address.to_string()) {
            progress::not_launched(reader, &dir, args.node.as_str())?;
        }
        Ok((now, before))
    })?;
    let values = firstbox
        .look("work out the settings", |_| Values { args, now: &now, before: &before }.all())?;
    cx.note(&format!(
        "{} is a temporary address: the node gets its original one back, {}, when all is done (X0.6)",
        args.mgmt_address,
        before.get(&args.node.to_string(), "mgmt_network_address").unwrap_or("of the backup")
    ));
    write(&firstbox, &dir, &args.node.to_string(), &values)
}

/// Nothing is overwritten without a backup of the state before.
fn backed_up(before: &Settings) -> Result<(), Fault> {
    if before.is_empty() {
        let fault = Fault::refused(format!("there is no backup {}", before.dir));
        return Err(fault.hint("first: cargo xtask backup-settings, or name the day of an earlier one: --stamp YYYYMMDD"));
    }
    Ok(())
}

fn write(
    firstbox: &Host<'_>,
    dir: &str,
    node: &str,
    values: &[(&'static str, String)],
) -> Result<()> {
    let values: Vec<(&str, &str)> =
        values.iter().map(|(name, value)| (*name, value.as_str())).collect();
    firstbox
        .ensure(&template::file(format!("{dir}/{node}"), "settings.template", TEMPLATE, &values)?)
        .map(drop)
}

impl Args {
    /// X0.6: firstbox has to know which address the node gets back.
    fn check_reservation(&self, cx: &Context, open: Option<Reservation>) -> Result<(), Fault> {
        let (node, address) = (&self.node, self.mgmt_address);
        match open {
            Some(both) if both.temporary != address => {
                let what = format!("{} is the temporary address of {node}", both.temporary);
                Err(Fault::refused(what).hint(format!(
                    "take it, or first: cargo xtask webservice pick-temp-ip --node {node} --ip {address}"
                )))
            }
            Some(_) => Ok(()),
            None => {
                cx.note(&format!("firstbox does not remember the original address of {node}; before this: cargo xtask webservice pick-temp-ip --node {node} --ip {address}; else restore-mgmt-ip has to be told it with --ip (X0.6)"));
                Ok(())
            }
        }
    }

    /// Address and gateway must be different hosts of one network.
    pub(super) fn check_network(
        &self,
        netmask: Option<&Netmask>,
        gateway: Option<Ipv4Addr>,
    ) -> Result<(), Fault> {
        let address = self.mgmt_address;
        let (Some(netmask), Some(gateway)) =
            (netmask.or(self.netmask.as_ref()), gateway.or(self.gateway))
        else {
            return Ok(());
        };
        if address == gateway {
            return Err(Fault::usage(format!("--mgmt-address {address} is the gateway")));
        }
        if !netmask.same_network(address, gateway) {
            return Err(Fault::usage(format!(
                "--mgmt-address {address} is not in the network of gateway {gateway}, netmask {netmask}"
            )));
        }
        Ok(())
    }
}
