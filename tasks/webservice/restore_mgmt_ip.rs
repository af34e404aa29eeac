//! The document promises it, and never does it.
//!
//! - Hosts: firstbox
//! - Changes: restores the original management address of a node: settings, node list, packages, the node's interface
//! - Proof: firstbox reaches the node at its original address, and no host answers at the temporary one
//! - Undo: restores settings and address; node list and packages no: restore the settings and build again

use std::net::Ipv4Addr;

use engine::ops::key;
use engine::prelude::*;

use super::common::args::{Node, SettingsDir, VariablesDir};
use super::common::settings_backup::Physical;
use super::common::temporary_address::{self, Reservation};
use super::common::{host_keys, vm};
use super::{build_pkgs, gen_node_list, purge_known_hosts};
use crate::common::args::WaitTimeout;

/// Writes the original address into settings, list of nodes, packages and the node's interface. Then
/// restarts the node, checks that no host answers at the temporary address, and ends its reservation.
/// It is the last step for a node (X0.6). Refuses while the old VM runs: it has that address.
///
/// Examples:
///   cargo xtask webservice restore-mgmt-ip --node webservice0 -n
///   cargo xtask webservice restore-mgmt-ip --node webservice0 --yes
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub struct Args {
    #[command(flatten)]
    node: Node,
    /// Its original address [default: that of the reservation on firstbox]
    #[arg(long, value_name = "IP")]
    ip: Option<Ipv4Addr>,
    #[command(flatten)]
    settings_dir: SettingsDir,
    #[command(flatten)]
    variables_dir: VariablesDir,
    /// Directory of the build script
    #[arg(long, value_name = "DIR", default_value = "/pitrix/build")]
    build_dir: AbsPath,
    /// The node's file with the address
    #[arg(long, value_name = "FILE", default_value = "/etc/network/interfaces")]
    interfaces: AbsPath,
    /// The known_hosts of firstbox
    #[arg(long, value_name = "FILE", default_value = "/root/.ssh/known_hosts")]
    known_hosts: AbsPath,
    #[command(flatten)]
    physical: Physical,
    #[command(flatten)]
    wait: WaitTimeout<600>,
}

/// The reservation on firstbox decides; without it there is nothing to restore.
pub fn run(cx: &Context, args: &Args) -> Result<()> {
    let (firstbox, node) = (cx.one_host("firstbox")?, args.node.as_str());
    let open = firstbox.look("read the reservation", |reader| {
        Reservation::or_given(reader, node, &args.settings_dir, args.ip)
    })?;
    let Some(both) = open else {
        return args.is_home(cx, &firstbox);
    };
    if args.ip.is_some() {
        // The next run needs it too if this one is interrupted.
        both.remember(&firstbox, node)?;
    }
    vm::only_one(&args.physical.hosts(cx)?, node)?;
    cx.confirm(&format!(
        "restarts {node}, which gets {} in place of {}",
        both.original, both.temporary
    ))?;
    args.on_firstbox(cx, &firstbox, &both)?;
    firstbox.ensure(&both.exchanged(
        node,
        [&args.interfaces, &args.known_hosts],
        args.wait.poll(),
    ))?;
    cx.moved(node, None)?;
    firstbox.ensure(&temporary_address::remarked(&firstbox, node, &args.settings_dir)?)?;
    temporary_address::closes(&firstbox, node, &temporary_address::free(both.temporary, None))?;
    cx.note("once no node has a temporary address, update the names on the others: /pitrix/upgrade/update.sh -f all pitrix-hosts (X0.23)");
    firstbox.ensure(&temporary_address::forgotten(node)).map(drop)
}

impl Args {
    /// Nothing to restore. Only a given address shows that the node has its original one: firstbox may have lost the
    /// reservation.
    fn is_home(&self, cx: &Context, firstbox: &Host<'_>) -> Result<()> {
        let (node, forgotten) =
            (self.node.as_str(), temporary_address::forgotten(self.node.as_str()));
        cx.note(&format!("{node} has no temporary address"));
        if self.ip.is_some() {
            return temporary_address::closes(firstbox, node, &forgotten).map(drop);
        }
        if temporary_address::is_open(firstbox, node)? {
            cx.note(&format!("to compare, and to close it in `runs list`: cargo xtask webservice restore-mgmt-ip --node {node} --ip ORIGINAL"));
        }
        firstbox.ensure(&forgotten).map(drop)
    }

    /// Updates settings, list and packages, and removes the old VM's host key of this address on firstbox.
    fn on_firstbox(&self, cx: &Context, firstbox: &Host<'_>, both: &Reservation) -> Result<()> {
        let (node, dir) = (self.node.as_str(), &self.settings_dir);
        let original = both.original.to_string();
        firstbox.ensure(&key::env(format!("{dir}/{node}"), "mgmt_network_address", &original))?;
        firstbox.ensure(&gen_node_list::made(firstbox, "/pitrix/bin", dir.as_str(), "")?)?;
        firstbox.ensure(&build_pkgs::built(
            cx,
            firstbox,
            [&self.build_dir, dir, &self.variables_dir],
        )?)?;
        // The present keys of the node stay, at either of its two addresses.
        let mut keys = Vec::new();
        for address in [both.original, both.temporary] {
            keys.extend(host_keys::at(firstbox, &address.to_string())?);
        }
        let purged = purge_known_hosts::purged(self.known_hosts.as_str(), &[original], &keys);
        firstbox.ensure(&purged).map(drop)
    }
}
