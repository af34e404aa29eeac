//! Document section settings文件.
//!
//! - Hosts: firstbox
//! - Changes: writes the settings file of one node: new system, temporary address, physical hosts swapped
//! - Proof: the file holds exactly the rendered text
//! - Undo: restores the file; the backup has it too
//!
//! ```text
//! + 仿造以下配置，编写`settings`文件，文件名为`webservice0`和`webservice1`:
//!   + 其他配置根据环境的实际值来修改。
//! ```

use std::net::Ipv4Addr;

use engine::ops::template;
use engine::prelude::*;

use super::common::args::Node;
use super::common::progress;
use super::common::settings::Settings;
use super::common::settings_backup::Before;
use super::common::settings_values::{Given, Values};
use super::common::temporary_address::Reservation;

const KEY: &str = "mgmt_network_address";
const TEMPLATE: &str = include_str!("../../snippets/webservice/gen_settings.template");

/// Takes missing values from the node's present file: the document's numbers could shrink the node
/// (X0.21). Swaps the physical hosts of the two nodes, as computed from today's backup: a second run
/// does not swap them back (X0.10). The diff shows every difference.
///
/// Examples:
///   cargo xtask gen-settings --node webservice0 --mgmt-address 10.16.0.12 -n
///   cargo xtask gen-settings --node webservice0 --mgmt-address 10.16.0.12 --bridge br1
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub struct Args {
    #[command(flatten)]
    node: Node,
    /// The temporary management address; no host may use it
    #[arg(long, value_name = "IP")]
    mgmt_address: Ipv4Addr,
    #[command(flatten)]
    before: Before,
    #[command(flatten)]
    given: Given,
}

/// Reads, checks, writes.
pub fn run(cx: &Context, args: &Args) -> Result<()> {
    args.given.check_network(args.mgmt_address, None, None)?;
    let firstbox = cx.one_host("firstbox")?;
    let dir = args.before.settings_dir.to_string();
    let (now, before) = firstbox.look("read settings", |reader| {
        let now = Settings::read(reader, &dir)?;
        let before = Settings::read(reader, &args.before.backup(cx))?;
        before.is_there()?;
        now.check_address(&args.node.to_string(), args.mgmt_address)?;
        let open = Reservation::read(reader, args.node.as_str())?;
        Reservation::check(cx, open, args.node.as_str(), args.mgmt_address)?;
        args.given.mac.as_ref().map_or(Ok(()), |mac| now.check_mac(&args.node.to_string(), mac))?;
        // A node with its original address does not get a temporary one again.
        let address = |from: &Settings| from.get(args.node.as_str(), KEY).map(str::to_owned);
        let home = address(&now) == address(&before);
        if home && address(&now) != Some(args.mgmt_address.to_string()) {
            progress::not_launched(reader, &dir, args.node.as_str())?;
        }
        Ok((now, before))
    })?;
    let values = firstbox.look("work out the settings", |_| args.values(&now, &before).all())?;
    cx.note(&format!(
        "{} is a temporary address: the node gets its original address at the end: {} (X0.6)",
        args.mgmt_address,
        before.get(&args.node.to_string(), KEY).unwrap_or("of the backup")
    ));
    let values: Vec<(&str, &str)> =
        values.iter().map(|(name, value)| (*name, value.as_str())).collect();
    let (node, path) = (args.node.as_str(), format!("{dir}/{}", args.node));
    let file = template::file(path, "gen_settings.template", TEMPLATE, &values)?;
    let original = before.get(node, KEY).and_then(|text| text.parse().ok());
    match original.filter(|original| *original != args.mgmt_address) {
        Some(original) => {
            let both = Reservation { temporary: args.mgmt_address, original };
            firstbox.opens(&both.open(node), &file).map(drop)
        }
        None => firstbox.ensure(&file).map(drop),
    }
}

impl Args {
    fn values<'a>(&'a self, now: &'a Settings, before: &'a Settings) -> Values<'a> {
        let Self { node, mgmt_address, given, .. } = self;
        Values { node: node.as_str(), address: *mgmt_address, given, now, before }
    }
}
