//! WS-12, document section settings文件, lines 54-102. Undo: the file as it was (also in the backup of WS-03).

use std::net::Ipv4Addr;

use anyhow::Result;
use engine::data::fault::Fault;
use engine::data::{
    abs_path::AbsPath, ifname::Ifname, mac::Mac, netmask::Netmask, node_name::NodeName,
    stamp::Stamp,
};
use engine::ops::template;
use engine::run::{Context, Host};

use super::settings::Settings;

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
    node: NodeName,
    /// The temporary management address, used by nobody
    #[arg(long, value_name = "IP")]
    mgmt_address: Ipv4Addr,
    /// The directory with the settings files
    #[arg(long, value_name = "DIR", default_value = "/pitrix/conf/settings")]
    settings_dir: AbsPath,
    /// The day of the backup that is the state before the upgrade [default: today]
    #[arg(long, value_name = "YYYYMMDD")]
    stamp: Option<Stamp>,
    /// The zone
    #[arg(long, value_name = "ID")]
    zone_id: Option<String>,
    /// The address of firstbox
    #[arg(long, value_name = "IP")]
    firstbox_address: Option<Ipv4Addr>,
    /// The netmask of the management network
    #[arg(long, value_name = "MASK")]
    netmask: Option<Netmask>,
    /// The gateway of the management network
    #[arg(long, value_name = "IP")]
    gateway: Option<Ipv4Addr>,
    /// The name servers
    #[arg(long, value_name = "IP,IP", value_delimiter = ',')]
    dns: Vec<Ipv4Addr>,
    /// The MAC address, made by /pitrix/bin/gen_mac.py; the present one is kept
    #[arg(long, value_name = "MAC")]
    mac: Option<Mac>,
    /// The new physical host [default: the one of the other node in the backup]
    #[arg(long, value_name = "HOST")]
    physical_host: Option<NodeName>,
    /// The bridge on the physical host
    #[arg(long, value_name = "IF")]
    bridge: Option<Ifname>,
    /// The bridge for public addresses; empty for none
    #[arg(long, value_name = "IF")]
    eip_bridge: Option<String>,
    /// The interface of the management network
    #[arg(long, value_name = "IF")]
    mgmt_iface: Option<Ifname>,
    /// The architecture
    #[arg(long, value_parser = ["x86_64", "aarch64"])]
    cpu_arch: Option<String>,
    /// Number of CPUs
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..))]
    cpu_cores: Option<u16>,
    /// Memory in MB
    #[arg(long, value_parser = clap::value_parser!(u32).range(512..))]
    memory_mb: Option<u32>,
    /// The new system's name
    #[arg(long, default_value = "xenial")]
    os_name: String,
    /// The new system's version
    #[arg(long, default_value = "16.04.5")]
    os_version: String,
    /// Whether this is a region
    #[arg(long, value_parser = ["0", "1"])]
    is_region: Option<String>,
    /// The region
    #[arg(long, value_name = "ID")]
    region_id: Option<String>,
    /// A feature and its state, for example vmnode=on
    #[arg(long, value_name = "NAME=on|off", value_parser = feature)]
    feature: Vec<(String, String)>,
}

/// The features of the document and their states there.
const FEATURES: [(&str, &str); 5] = [
    ("vmnode", "on"),
    ("ksnode", "on"),
    ("vgnode", "off"),
    ("hypernode", "off"),
    ("conntrack", "off"),
];

/// Reads, checks, writes.
pub fn run(cx: &Context, args: &Args) -> Result<()> {
    args.check_network(None, None)?;
    let firstbox = cx.the("firstbox")?;
    let dir = args.settings_dir.to_string();
    let stamp = args.stamp.as_ref().map_or_else(|| cx.date8(), ToString::to_string);
    let (now, before) = firstbox.look("read settings", |reader| {
        let now = Settings::read(reader, &dir)?;
        let before = Settings::read(reader, &format!("{dir}.{stamp}"))?;
        backed_up(&before)?;
        now.check_address(&args.node.to_string(), args.mgmt_address)?;
        args.mac.as_ref().map_or(Ok(()), |mac| now.check_mac(&args.node.to_string(), mac))?;
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
    /// Address and gateway must be different hosts of one network.
    fn check_network(
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

/// Where each value comes from: the flag, the node's present file, the document.
struct Values<'a> {
    args: &'a Args,
    now: &'a Settings,
    before: &'a Settings,
}

impl Values<'_> {
    fn all(&self) -> Result<Vec<(&'static str, String)>> {
        let args = self.args;
        let netmask: Netmask =
            self.need("mgmt_network_netmask", args.netmask.as_ref(), "--netmask MASK")?.parse()?;
        let gateway: Ipv4Addr =
            self.need("mgmt_network_gateway", args.gateway.as_ref(), "--gateway IP")?.parse()?;
        args.check_network(Some(&netmask), Some(gateway))?;
        let dns: Vec<String> = args.dns.iter().map(ToString::to_string).collect();
        let dns = (!dns.is_empty()).then(|| dns.join(","));
        let mut values = vec![
            ("is_region", self.or("is_region", args.is_region.as_ref(), "0")),
            ("region_id", self.or("region_id", args.region_id.as_ref(), "")),
            ("zone_id", self.need("zone_id", args.zone_id.as_ref(), "--zone-id ID")?),
            (
                "firstbox_address",
                self.need(
                    "firstbox_address",
                    args.firstbox_address.as_ref(),
                    "--firstbox-address IP",
                )?,
            ),
            ("cpu_arch", self.or("cpu_arch", args.cpu_arch.as_ref(), "x86_64")),
            ("cpu_cores", self.or("cpu_cores", args.cpu_cores.as_ref(), "4")),
            ("memory_size", self.or("memory_size", args.memory_mb.as_ref(), "8000")),
            ("os_name", args.os_name.clone()),
            ("os_version", args.os_version.clone()),
            ("hostname", args.node.to_string()),
            (
                "mgmt_network_interface",
                self.or("mgmt_network_interface", args.mgmt_iface.as_ref(), "eth0"),
            ),
            ("mgmt_network_address", args.mgmt_address.to_string()),
            ("mgmt_network_netmask", netmask.to_string()),
            ("mgmt_network_gateway", gateway.to_string()),
            (
                "mgmt_network_dns_servers",
                self.need("mgmt_network_dns_servers", dns.as_ref(), "--dns IP,IP")?,
            ),
            ("mgmt_network_mac_address", self.mac()?),
            ("physical_host", self.physical_host()?),
            (
                "physical_host_network_interface",
                self.or("physical_host_network_interface", args.bridge.as_ref(), "br0"),
            ),
            (
                "physical_host_eip_network_interface",
                self.or("physical_host_eip_network_interface", args.eip_bridge.as_ref(), ""),
            ),
        ];
        for (name, default) in FEATURES {
            let given =
                args.feature.iter().rfind(|(given, _)| given == name).map(|(_, state)| state);
            let key = KEYS
                .iter()
                .find(|key| key.strip_prefix("feature_") == Some(name))
                .expect("every feature has its key");
            values.push((key, self.or(key, given, default)));
        }
        Ok(values)
    }

    fn node(&self) -> String {
        self.args.node.to_string()
    }

    /// The value of the present file.
    fn old(&self, key: &str) -> Option<String> {
        self.now.get(&self.node(), key).map(str::to_owned)
    }

    fn or<T: ToString>(&self, key: &str, flag: Option<&T>, default: &str) -> String {
        flag.map(ToString::to_string)
            .or_else(|| self.old(key))
            .unwrap_or_else(|| default.to_owned())
    }

    fn need<T: ToString>(&self, key: &str, flag: Option<&T>, hint: &str) -> Result<String, Fault> {
        let value = flag
            .map(ToString::to_string)
            .or_else(|| self.old(key))
            .filter(|value| !value.is_empty());
        value.ok_or_else(|| {
            Fault::usage(format!(
                "{key} is not known: no flag, and nothing in {}/{}",
                self.now.dir,
                self.node()
            ))
            .hint(format!("give it: {hint}"))
        })
    }

    /// X0.19: a MAC address that is there and unique stays.
    fn mac(&self) -> Result<String> {
        let mac: Mac = self
            .need(
                "mgmt_network_mac_address",
                self.args.mac.as_ref(),
                "--mac \"$(/pitrix/bin/gen_mac.py)\"",
            )?
            .parse()?;
        self.now.check_mac(&self.node(), &mac)?;
        Ok(mac.to_string())
    }

    /// X0.10: the two nodes swap their physical hosts, as the backup has them.
    fn physical_host(&self) -> Result<String, Fault> {
        let node = self.node();
        let own = self.before.get(&node, "physical_host");
        let peers = self.before.peers(&node);
        let swapped = match peers[..] {
            [peer] => self.before.get(peer, "physical_host"),
            _ => None,
        };
        let host = self
            .args
            .physical_host
            .as_ref()
            .map(ToString::to_string)
            .or_else(|| swapped.map(str::to_owned));
        let host = host.ok_or_else(|| {
            Fault::refused(format!(
                "the new physical host of {node} is not known: {} has {} other webservice nodes",
                self.before.dir,
                peers.len()
            ))
            .hint("name it: --physical-host HOST")
        })?;
        if Some(host.as_str()) == own {
            return Err(Fault::refused(format!("{host} is the physical host that {node} has already"))
                .hint("the nodes swap their physical hosts (line 59); old and new image would meet on one host"));
        }
        Ok(host)
    }
}

/// The keys of the features.
const KEYS: [&str; 5] = [
    "feature_vmnode",
    "feature_ksnode",
    "feature_vgnode",
    "feature_hypernode",
    "feature_conntrack",
];

fn feature(text: &str) -> Result<(String, String), String> {
    let known: Vec<&str> = FEATURES.iter().map(|(name, _)| *name).collect();
    match text.split_once('=') {
        Some((name, state @ ("on" | "off"))) if known.contains(&name) => {
            Ok((name.to_owned(), state.to_owned()))
        }
        _ => Err(format!("write NAME=on or NAME=off, NAME being one of {}", known.join(", "))),
    }
}
