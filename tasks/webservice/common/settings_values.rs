//! The values of a node's new settings file, and the source of each.

use std::net::Ipv4Addr;

use engine::data::netmask::Netmask;
use engine::data::plain;
use engine::prelude::*;

use super::settings::Settings;

/// The features of the document and their states there.
const FEATURES: [(&str, &str); 5] = [
    ("vmnode", "on"),
    ("ksnode", "on"),
    ("vgnode", "off"),
    ("hypernode", "off"),
    ("conntrack", "off"),
];

/// Values of the file as flags; the others come from the node's present file.
#[derive(clap::Args, Debug)]
#[group(skip)]
pub(crate) struct Given {
    /// The zone
    #[arg(long, value_name = "ID", value_parser = value)]
    pub(crate) zone_id: Option<String>,
    /// The address of firstbox
    #[arg(long, value_name = "IP")]
    pub(crate) firstbox_address: Option<Ipv4Addr>,
    /// The netmask of the management network
    #[arg(long, value_name = "MASK")]
    pub(crate) netmask: Option<Netmask>,
    /// The gateway of the management network
    #[arg(long, value_name = "IP")]
    pub(crate) gateway: Option<Ipv4Addr>,
    /// The name servers
    #[arg(long, value_name = "IP,IP", value_delimiter = ',')]
    pub(crate) dns: Vec<Ipv4Addr>,
    /// The MAC address, from /pitrix/bin/gen_mac.py [default: the present one]
    #[arg(long, value_name = "MAC")]
    pub(crate) mac: Option<Mac>,
    /// The new physical host [default: that of the other node in the backup]
    #[arg(long, value_name = "HOST")]
    pub(crate) physical_host: Option<NodeName>,
    /// The bridge on the physical host
    #[arg(long, value_name = "IF")]
    pub(crate) bridge: Option<Ifname>,
    /// The bridge for public addresses; empty for none
    #[arg(long, value_name = "IF", value_parser = value)]
    pub(crate) eip_bridge: Option<String>,
    /// The interface of the management network
    #[arg(long, value_name = "IF")]
    pub(crate) mgmt_iface: Option<Ifname>,
    /// The architecture
    #[arg(long, value_parser = ["x86_64", "aarch64"])]
    pub(crate) cpu_arch: Option<String>,
    /// Number of CPUs
    #[arg(long, value_parser = clap::value_parser!(u16).range(1..))]
    pub(crate) cpu_cores: Option<u16>,
    /// Memory in MB
    #[arg(long, value_parser = clap::value_parser!(u32).range(512..))]
    pub(crate) memory_mb: Option<u32>,
    /// The new system's name
    #[arg(long, default_value = "xenial", value_parser = value)]
    pub(crate) os_name: String,
    /// The new system's version
    #[arg(long, default_value = "16.04.5", value_parser = value)]
    pub(crate) os_version: String,
    /// Whether this is a region
    #[arg(long, value_parser = ["0", "1"])]
    pub(crate) is_region: Option<String>,
    /// The region
    #[arg(long, value_name = "ID", value_parser = value)]
    pub(crate) region_id: Option<String>,
    /// A feature and its state, for example vmnode=on
    #[arg(long, value_name = "NAME=on|off", value_parser = feature)]
    pub(crate) feature: Vec<(String, String)>,
}

impl Given {
    /// Address and gateway must be different hosts of one network.
    pub(crate) fn check_network(
        &self,
        address: Ipv4Addr,
        netmask: Option<&Netmask>,
        gateway: Option<Ipv4Addr>,
    ) -> Result<(), Fault> {
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

/// The source of each value: the flag, the node's present file, the document.
pub(crate) struct Values<'a> {
    pub(crate) node: &'a str,
    pub(crate) address: Ipv4Addr,
    pub(crate) given: &'a Given,
    pub(crate) now: &'a Settings,
    pub(crate) before: &'a Settings,
}

impl Values<'_> {
    pub(crate) fn all(&self) -> Result<Vec<(&'static str, String)>> {
        let args = self.given;
        let netmask: Netmask =
            self.need("mgmt_network_netmask", args.netmask.as_ref(), "--netmask MASK")?.parse()?;
        let gateway: Ipv4Addr =
            self.need("mgmt_network_gateway", args.gateway.as_ref(), "--gateway IP")?.parse()?;
        args.check_network(self.address, Some(&netmask), Some(gateway))?;
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
            ("hostname", self.node.to_owned()),
            (
                "mgmt_network_interface",
                self.or("mgmt_network_interface", args.mgmt_iface.as_ref(), "eth0"),
            ),
            ("mgmt_network_address", self.address.to_string()),
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
        for (key, text) in &values {
            self.check(key, text)?;
        }
        Ok(values)
    }

    /// A copied value must mean the same between the quotes of the new file.
    fn check(&self, key: &str, text: &str) -> Result<(), Fault> {
        value(text).map(drop).map_err(|why| {
            Fault::refused(format!("{key} of {}/{} is {text:?}: {why}", self.now.dir, self.node))
                .hint("correct it there by hand, or give the value as a flag")
        })
    }

    /// The value of the present file.
    fn old(&self, key: &str) -> Option<String> {
        self.now.get(self.node, key).map(str::to_owned)
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
                "{key} is unknown: no flag, and nothing in {}/{}",
                self.now.dir, self.node
            ))
            .hint(format!("give it: {hint}"))
        })
    }

    /// Keeps a unique MAC address (X0.19).
    fn mac(&self) -> Result<String> {
        let mac: Mac = self
            .need(
                "mgmt_network_mac_address",
                self.given.mac.as_ref(),
                "--mac \"$(/pitrix/bin/gen_mac.py)\"",
            )?
            .parse()?;
        self.now.check_mac(self.node, &mac)?;
        Ok(mac.to_string())
    }

    /// The two nodes swap their physical hosts of the backup (X0.10).
    fn physical_host(&self) -> Result<String, Fault> {
        let node = self.node;
        let own = self.before.get(node, "physical_host");
        let peers = self.before.peers(node);
        let swapped = match peers[..] {
            [peer] => self.before.get(peer, "physical_host"),
            _ => None,
        };
        let host = self
            .given
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
            return Err(Fault::refused(format!("{host} is the old physical host of {node}"))
                .hint("the nodes swap their physical hosts (line 59); do not keep both images on one host"));
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

/// A value for `key="…"`: the scripts of the platform source the file.
fn value(text: &str) -> Result<String, String> {
    plain::check(text).map_err(|slip| slip.message)?;
    match text.find(['"', '$', '`', '\\']) {
        Some(at) => Err(format!("`{}` would end or change the quoted text", &text[at..=at])),
        None => Ok(text.to_owned()),
    }
}

fn feature(text: &str) -> Result<(String, String), String> {
    let known: Vec<&str> = FEATURES.iter().map(|(name, _)| *name).collect();
    match text.split_once('=') {
        Some((name, state @ ("on" | "off"))) if known.contains(&name) => {
            Ok((name.to_owned(), state.to_owned()))
        }
        _ => Err(format!("write NAME=on or NAME=off, NAME being one of {}", known.join(", "))),
    }
}
