//! Document section 检查服务; run right after `relaunch-vm`.
//!
//! - Hosts: firstbox and `--targets`
//! - Changes: removes the old host keys of a node's name and addresses
//! - Proof: `ssh-keygen -F` finds none
//! - Undo: restores `known_hosts`
//!
//! ```sh
//! ssh-keygen -f '/root/.ssh/known_hosts' -R webservice0/1
//! ssh-keygen -f '/root/.ssh/known_hosts' -R IP0/1
//! /pitrix/upgrade/exec_nodes.sh -f all "ssh-keygen -f '/root/.ssh/known_hosts' -R webservice0/1"
//! /pitrix/upgrade/exec_nodes.sh -f all "ssh-keygen -f '/root/.ssh/known_hosts' -R IP0/1"
//! ```

use std::net::Ipv4Addr;

use engine::prelude::*;

use super::common::args::SettingsDir;
use super::common::settings::Settings;
use super::common::temporary_address::Reservation;
use super::common::{host_keys, node_address};

const KNOWN_HOSTS: Snippet = snippet!("webservice/purge_known_hosts");

/// Removes the keys of the node's name, its original and its temporary address (X0.29). Run it right
/// after the launch: the install scripts need it, but the document does it last (X0.17). Starts with
/// firstbox, then all targets at once. One process works on a file: parallel ones would undo each
/// other (X0.28).
///
/// Examples:
///   cargo xtask webservice purge-known-hosts --node webservice0 --accept
///   cargo xtask webservice purge-known-hosts --node webservice0 --ips 10.16.0.10,10.16.0.12 --targets firstbox
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub struct Args {
    /// The node with the new host key
    #[arg(long, value_name = "NODE")]
    node: NodeName,
    /// Its addresses [default: those of its settings, of the reservation and of the inventory]
    #[arg(long, value_name = "IP,IP", value_delimiter = ',')]
    ips: Vec<Ipv4Addr>,
    /// The file
    #[arg(long, value_name = "FILE", default_value = "/root/.ssh/known_hosts")]
    known_hosts: AbsPath,
    /// Then trust the present key of the node on firstbox; -n shows it
    #[arg(long)]
    accept: bool,
    /// The hosts to clean, a host set
    #[arg(long, value_name = "HOSTSET", default_value = "firstbox,@webservice,@physical")]
    targets: String,
    #[command(flatten)]
    settings_dir: SettingsDir,
}

/// Cleans firstbox, then the targets.
pub fn run(cx: &Context, args: &Args) -> Result<()> {
    let (firstbox, node) = (cx.one_host("firstbox")?, node_address::node(cx, args.node.as_str())?);
    let targets = cx.hosts(&args.targets)?;
    let (file, names) = (args.known_hosts.as_str(), args.names(&firstbox, &node)?);
    let shown = host_keys::scan(&firstbox, args.node.as_str(), args.settings_dir.as_str())?;
    // A dry run that would launch the VM before has no keys to show yet.
    if args.accept && !cx.is_pending() {
        shown.answers()?;
    }
    let op = purged(file, &names, &shown.keys);
    cx.hosts("firstbox")?.each(|host| host.ensure(&op).map(drop))?;
    if args.accept {
        shown.accept(cx, &firstbox, file)?;
    }
    everywhere(&targets, &firstbox, &op)
}

fn everywhere(targets: &Hosts<'_>, firstbox: &Host<'_>, op: &Shell) -> Result<()> {
    targets.ending().each(|host| {
        if host.name() == firstbox.name() { Ok(()) } else { host.ensure(op).map(drop) }
    })
}

/// The file has no key of these names, other than `keys`.
pub(super) fn purged(file: &str, names: &[String], keys: &[String]) -> Shell {
    let (names_, keys) = (names.join(" "), keys.join("\n"));
    Shell::new(
        KNOWN_HOSTS,
        [("FILE", file.into()), ("NAMES", names_.into()), ("KEYS", keys.into())],
    )
    .called(format!("remove {} from {file}", names.join(", ")))
    .after_changes("the old keys are not known before the VM runs")
}

impl Args {
    /// Every name of the node in known_hosts.
    fn names(&self, firstbox: &Host<'_>, node: &Host<'_>) -> Result<Vec<String>> {
        let mut addresses: Vec<String> = self.ips.iter().map(ToString::to_string).collect();
        if addresses.is_empty() {
            let (name, dir) = (node.name(), self.settings_dir.to_string());
            addresses = firstbox.look("read the node's addresses", |reader| {
                let settings = Settings::read(reader, &dir)?;
                let reserved = Reservation::read(reader, name)?;
                let reserved = reserved.iter().flat_map(|both| [both.original, both.temporary]);
                let present = settings.get(name, "mgmt_network_address").map(str::to_owned);
                Ok(reserved.map(|ip| ip.to_string()).chain(present).collect())
            })?;
            addresses.extend(node.entry().address.clone());
        }
        let mut names = vec![node.name().to_owned()];
        names.extend(addresses);
        if let Some(port) = node.entry().port.filter(|port| *port != 22) {
            let ported: Vec<String> = names.iter().map(|name| format!("[{name}]:{port}")).collect();
            names.extend(ported);
        }
        let mut seen = std::collections::BTreeSet::new();
        names.retain(|name| seen.insert(name.clone()));
        Ok(names)
    }
}
