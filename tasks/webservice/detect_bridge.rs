//! Document section settings文件.
//!
//! - Hosts: firstbox and the physical hosts are read
//! - Changes: nothing
//! - Proof: one bridge has an address of the management network
//! - Undo: nothing to undo
//!
//! ```text
//!   + 到物理节点确认`bridge`来修改`{{ physical_host_network_interface }}`，一般是`br0`或者`br1`。
//! ```

use std::net::Ipv4Addr;

use engine::data::netmask::Netmask;
use engine::prelude::*;

use super::common::args::SettingsDir;
use super::common::settings::Settings;

const BRIDGES: Snippet = snippet!("webservice/detect_bridge");

/// Finds the bridge with an address in the management network, usually br0 or br1. If no bridge has
/// one, takes the preferred bridge if it exists. Changes nothing.
///
/// Examples:
///   cargo xtask webservice detect-bridge
///   cargo xtask webservice detect-bridge --physical-host node2 --prefer br1
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub struct Args {
    /// The physical hosts, a host set
    #[arg(long, value_name = "HOSTSET", default_value = "@physical")]
    physical_host: String,
    /// Bridge to take if none has an address of the network
    #[arg(long, value_name = "IF", default_value = "br0")]
    prefer: Ifname,
    #[command(flatten)]
    settings_dir: SettingsDir,
}

/// Looks at every physical host.
pub fn run(cx: &Context, args: &Args) -> Result<()> {
    let hosts = cx.hosts(&args.physical_host)?;
    let dir = args.settings_dir.to_string();
    let network = cx.one_host("firstbox")?.look("read the management network", |reader| {
        Network::of(&Settings::read(reader, &dir)?)
    })?;
    hosts.ending().find_each(|host| {
        let bridge = find(host, &network, &args.prefer)?;
        let text = format!("--bridge {bridge}");
        Ok(Finding::new("bridge", bridge, text))
    })
}

/// The bridge of a host for the management network of the settings in `dir`.
pub(super) fn of(host: &Host<'_>, cx: &Context, dir: &str) -> Result<String> {
    let network = cx
        .one_host("firstbox")?
        .look("read the management network", |reader| Network::of(&Settings::read(reader, dir)?))?;
    find(host, &network, &"br0".parse()?)
}

/// The management network, by its gateway.
pub(super) struct Network {
    gateway: Ipv4Addr,
    netmask: Netmask,
}

impl Network {
    /// The network of the webservice nodes.
    pub(super) fn of(settings: &Settings) -> Result<Self> {
        let nodes = settings.peers("");
        let get = |key| nodes.iter().find_map(|node| settings.get(node, key));
        let (Some(gateway), Some(netmask)) =
            (get("mgmt_network_gateway"), get("mgmt_network_netmask"))
        else {
            let what = format!("no webservice node in {} names its network", settings.dir);
            return Err(Fault::refused(what).into());
        };
        Ok(Self { gateway: gateway.parse()?, netmask: netmask.parse()? })
    }

    /// Whether an address belongs to it.
    pub(super) fn has(&self, address: Ipv4Addr) -> bool {
        self.netmask.same_network(address, self.gateway)
    }
}

/// The bridge of a physical host for the management network.
pub(super) fn find(host: &Host<'_>, network: &Network, prefer: &Ifname) -> Result<String> {
    host.look("look for the bridge", |reader| {
        let text = reader.ask(BRIDGES, [])?;
        let all: Vec<(&str, &str)> = text.lines().filter_map(|line| line.split_once(' ')).collect();
        let ours = |(_, address): &&(&str, &str)| address.parse().is_ok_and(|ip| network.has(ip));
        let carries: Vec<&str> = all.iter().filter(ours).map(|(name, _)| *name).collect();
        match carries[..] {
            [one] => Ok(one.parse::<Ifname>()?.to_string()),
            [] if all.iter().any(|(name, _)| *name == prefer.as_str()) => Ok(prefer.to_string()),
            _ => {
                let found =
                    if text.is_empty() { "no bridge".to_owned() } else { text.replace('\n', ", ") };
                let what =
                    format!("no single bridge of {} carries the management network", host.name());
                Err(Fault::refused(what)
                    .detail("found", found)
                    .hint("name it: gen-settings --bridge IF")
                    .into())
            }
        }
    })
}
