//! Document sections 背景 and 操作过程.
//!
//! - Hosts: firstbox, the physical hosts
//! - Changes: nothing
//! - Proof: base image, repository, scripts of this installer version, logins from firstbox, swap of physical hosts, memory, bridges
//! - Undo: nothing to undo
//!
//! ```text
//! + 线上`global`的`webservice`节点系统版本太低，容易引发宕机，需要升级系统版本。
//! + 不支持直接升级内核，更新软件包达到升级的目的。
//! + 在`firstbox`上提前准备好新系统的基础镜像和对应的软件仓库。
//! + 此处以改造`2`个`webservice`节点为例。
//! ```

use std::net::Ipv4Addr;

use engine::prelude::*;

use super::common::args::SettingsDir;
use super::common::platform::Platform;
use super::common::settings::Settings;
use super::common::settings_backup::Physical;
use super::common::{login, node_address, placement, temporary_address};
use super::detect_bridge::{self, Network};

const NEW_SYSTEM: Snippet = snippet!("webservice/check_prereqs_system");
const PROGRAMS: Snippet = snippet!("webservice/check_prereqs_programs");

/// Checks the base image and the package repository on firstbox (X0.22): each node gets a new VM, its
/// kernel is not upgraded in place. Also checks the scripts of this platform's version, the logins
/// from firstbox, the physical hosts, their memory and bridges, the MAC addresses and the zone.
///
/// Examples:
///   cargo xtask webservice check-prereqs --base-image /pitrix/images/xenial.img --repo-dir /pitrix/repo
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub struct Args {
    /// The base image of the new system, on firstbox
    #[arg(long, value_name = "FILE")]
    base_image: AbsPath,
    /// The package repository of the new system, on firstbox
    #[arg(long, value_name = "DIR")]
    repo_dir: AbsPath,
    /// The new system's name, a directory below `dists` of the repository
    #[arg(long, default_value = "xenial", value_parser = ["xenial"])]
    os_name: String,
    #[command(flatten)]
    settings_dir: SettingsDir,
    /// The directory of the installer
    #[arg(long, value_name = "DIR", default_value = "/pitrix")]
    pitrix: AbsPath,
    /// The webservice nodes, a host set
    #[arg(long, value_name = "HOSTSET", default_value = "@webservice")]
    nodes: String,
    #[command(flatten)]
    physical: Physical,
    /// Image directory on the physical hosts
    #[arg(long, value_name = "DIR", default_value = "/pitrix/kernels")]
    kernels_dir: AbsPath,
    /// Addresses that the upgrade will use: in the management network, and used by no host yet
    #[arg(long, value_name = "IP,IP", value_delimiter = ',')]
    address: Vec<Ipv4Addr>,
}

/// Checks firstbox, then the physical hosts.
pub fn run(cx: &Context, args: &Args) -> Result<()> {
    let firstbox = cx.one_host("firstbox")?;
    let platform = Platform::of(&firstbox)?;
    let (nodes, physical) = (cx.all_hosts(&args.nodes)?, args.physical.hosts(cx)?);
    firstbox.ensure(&args.new_system())?;
    firstbox.ensure(&args.programs(&platform))?;
    for host in nodes.iter().chain(physical.iter()) {
        let at = node_address::original(&firstbox, host.name())?;
        firstbox.ensure(&login::possible_at(host.name(), at))?;
    }
    let dir = args.settings_dir.to_string();
    let settings = firstbox.look("read settings", |reader| Settings::read(reader, &dir))?;
    let moves = firstbox.look("work out the placement", |_| Ok(placement::swap(&settings)?))?;
    placement::check(cx, &moves, &physical, &args.kernels_dir)?;
    let network = firstbox.look("read the management network", |_| Network::of(&settings))?;
    let prefer: Ifname = "br0".parse()?;
    physical.look_each(|host| detect_bridge::find(host, &network, &prefer).map(drop))?;
    firstbox.look("check addresses", |reader| args.addresses(reader, &settings, &network))?;
    nodes.names().iter().try_for_each(|node| unique(&settings, node))?;
    // No script reads the file of an unused zone (X0.31).
    if !platform.is_new() && !settings.has_zone(platform.zone()?) {
        let fault = Fault::refused(format!("no node is in zone `{}`", platform.zone()?));
        return Err(fault.detail("in", dir).hint("correct zone_id in hosts.toml").into());
    }
    let text = format!("ready for {}", args.os_name);
    cx.found(Finding::new("ready", args.os_name.as_str(), text).about(firstbox.name()))
}

/// The MAC address of a node is its own.
fn unique(settings: &Settings, node: &str) -> Result<()> {
    let mac = settings.get(node, "mgmt_network_mac_address");
    match mac.and_then(|text| text.parse::<Mac>().ok()) {
        Some(mac) => Ok(settings.check_mac(node, &mac)?),
        None => Ok(()),
    }
}

impl Args {
    /// The addresses of `--address` are free.
    fn addresses(&self, host: &Reader<'_>, settings: &Settings, network: &Network) -> Result<()> {
        for ip in &self.address {
            temporary_address::unnamed(settings, *ip)?;
            if !network.has(*ip) {
                let what = format!("{ip} is not in the management network of the nodes");
                return Err(Fault::usage(what).hint("use a free address of that network").into());
            }
            if !temporary_address::is_free(host, *ip, None)? {
                let hint = "use an address for which no host answers";
                return Err(Fault::refused(format!("address {ip} is in use")).hint(hint).into());
            }
        }
        Ok(())
    }

    /// Base image and repository, before the old VM is down (X0.22).
    fn new_system(&self) -> Assert {
        let values = [
            ("IMAGE", self.base_image.to_string().into()),
            ("REPO", self.repo_dir.to_string().into()),
            ("RELEASE", self.os_name.as_str().into()),
        ];
        Assert::new(NEW_SYSTEM, values, "the new system is not ready on firstbox")
            .hint("prepare the base image and the repository first (line 9); the kernel is never upgraded in place")
    }

    /// The scripts of this installer version exist (X0.18).
    fn programs(&self, platform: &Platform<'_>) -> Assert {
        let scripts = [
            platform.script("bin/gen_node_list"),
            platform.script("build/build_pkgs_allinone"),
            "bin/gen_mac.py".to_owned(),
            "install/launch_vms.sh".to_owned(),
            "install/install_nodes.sh".to_owned(),
            "upgrade/update.sh".to_owned(),
        ];
        let files = scripts.iter().map(|script| format!("{}/{script}", self.pitrix));
        let what = format!("scripts of installer version {} are missing", platform.version);
        Assert::new(PROGRAMS, [("FILES", Value::list(files))], what)
            .hint("check installer_version in hosts.toml: is it the version of this platform?")
    }
}
