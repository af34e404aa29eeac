//! Document section settings文件.
//!
//! - Hosts: firstbox
//! - Changes: reserves a temporary management address for a node
//! - Proof: no host answers for it and no settings file names it
//! - Undo: restores the reservation
//!
//! ```text
//!   + 使用一个未被使用的`IP`地址替换`{{ mgmt_network_address }}`，此`IP`临时被占用，最终会改为原先的`IP`地址。
//! ```

use std::net::Ipv4Addr;

use engine::data::cidr::Cidr;
use engine::prelude::*;

use super::common::args::{Node, SettingsDir};
use super::common::progress;
use super::common::settings::Settings;
use super::common::temporary_address::{self, Reservation};

/// Takes the address, or the first free one of a range: no settings file names it, no host answers for
/// it (X0.6). Stores it on firstbox with the original address, which `restore-mgmt-ip` restores at the
/// end. Keeps a valid reservation.
///
/// Examples:
///   cargo xtask webservice pick-temp-ip --node webservice0 --ip 10.16.0.12
///   cargo xtask webservice pick-temp-ip --node webservice0 --range 10.16.0.128/26
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub struct Args {
    #[command(flatten)]
    node: Node,
    /// The address
    #[arg(long, value_name = "IP", required_unless_present = "range", conflicts_with = "range")]
    ip: Option<Ipv4Addr>,
    /// Take the first free address of this network
    #[arg(long, value_name = "CIDR")]
    range: Option<Cidr>,
    /// Interface of firstbox for the probe [default: by the route]
    #[arg(long, value_name = "IF")]
    iface: Option<Ifname>,
    #[command(flatten)]
    settings_dir: SettingsDir,
}

/// Looks, picks, stores.
pub fn run(cx: &Context, args: &Args) -> Result<()> {
    let (firstbox, node) = (cx.one_host("firstbox")?, args.node.to_string());
    let dir = args.settings_dir.to_string();
    let picked = firstbox.look("look for a free address", |reader| {
        let settings = Settings::read(reader, &dir)?;
        let before = Reservation::read(reader, &node)?;
        if let Some(before) = before.filter(|before| args.fits(before.temporary)) {
            // Its own VM may already answer for it.
            return Ok(before);
        }
        if before.is_none() {
            progress::not_launched(reader, &dir, &node)?;
        }
        let own = settings.get(&node, "mgmt_network_address").unwrap_or_default();
        let original = before.map_or_else(|| own.parse(), |before| Ok(before.original));
        let original = original.map_err(|_| {
            Fault::refused(format!("{dir}/{node} names no mgmt_network_address: {own:?}"))
        })?;
        // The settings of the other node may not name its address yet.
        let mut taken = Vec::new();
        for other in settings.peers(&node) {
            taken.extend(Reservation::read(reader, other)?.map(|both| (both.temporary, other)));
        }
        let candidates =
            args.ip.map_or_else(|| args.range.map(Cidr::hosts).unwrap_or_default(), |ip| vec![ip]);
        for temporary in candidates {
            if let Some((_, other)) = taken.iter().find(|(ip, _)| *ip == temporary) {
                if args.ip.is_none() {
                    continue;
                }
                let what = format!("address {temporary} is reserved for {other}");
                return Err(Fault::refused(what).hint("use another one").into());
            }
            match temporary_address::unnamed(&settings, temporary) {
                Err(fault) if args.ip.is_some() => return Err(fault.into()),
                Err(_) => continue,
                Ok(()) => {}
            }
            if args.ip.is_some()
                || temporary_address::is_free(reader, temporary, args.iface.as_ref())?
            {
                return Ok(Reservation { temporary, original });
            }
        }
        Err(Fault::refused("every address of the range is in use").into())
    })?;
    cx.note(&format!(
        "{node}: temporary address {}, original {} (X0.6)",
        picked.temporary, picked.original
    ));
    remember(&firstbox, args, &node, &picked)
}

fn remember(firstbox: &Host<'_>, args: &Args, node: &str, picked: &Reservation) -> Result<()> {
    let is_new = firstbox.look("read the reservation", |reader| {
        Ok(Reservation::read(reader, node)? != Some(*picked))
    })?;
    if is_new {
        firstbox.ensure(&temporary_address::free(picked.temporary, args.iface.as_ref()))?;
    }
    picked.remember(firstbox, node).map(drop)
}

impl Args {
    fn fits(&self, address: Ipv4Addr) -> bool {
        self.ip
            .map_or_else(|| self.range.is_some_and(|range| range.has(address)), |ip| ip == address)
    }
}
