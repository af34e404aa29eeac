//! Document section settings文件.
//!
//! - Hosts: firstbox
//! - Changes: writes a MAC address into the node's settings, if they have no unique one
//! - Proof: a unicast MAC that no other settings file has
//! - Undo: restores the file
//!
//! ```text
//!   + 使用`/pitrix/bin/gen_mac.py`脚本生成一个`MAC`地址替换`{{ mgmt_network_mac_address }}`。
//! ```

use engine::ops::key;
use engine::prelude::*;

use super::common::args::{Node, SettingsDir};
use super::common::settings::Settings;

const GEN_MAC: Snippet = snippet!("webservice/gen_mac");
const KEY: &str = "mgmt_network_mac_address";

/// Keeps a MAC address that no other settings file has. The script makes another one at every call, so
/// a running VM would no longer match its settings (X0.19).
///
/// Examples:
///   cargo xtask webservice gen-mac --node webservice0
///   cargo xtask webservice gen-mac --node webservice0 --anew
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub struct Args {
    #[command(flatten)]
    node: Node,
    /// The script on firstbox
    #[arg(long, value_name = "FILE", default_value = "/pitrix/bin/gen_mac.py")]
    script: AbsPath,
    /// Use this address, without the script
    #[arg(long, value_name = "MAC")]
    mac: Option<Mac>,
    /// Generate a new MAC even if one is set
    #[arg(long, conflicts_with = "mac")]
    anew: bool,
    #[command(flatten)]
    settings_dir: SettingsDir,
}

/// Reads the settings, runs the script if needed.
pub fn run(cx: &Context, args: &Args) -> Result<()> {
    let (firstbox, node) = (cx.one_host("firstbox")?, args.node.to_string());
    let dir = args.settings_dir.to_string();
    let mac = firstbox.look("look for a MAC address", |reader| {
        let settings = Settings::read(reader, &dir)?;
        if !settings.has(&node) {
            let hint = format!("first: cargo xtask gen-settings --node {node} --mac MAC ...");
            return Err(Fault::refused(format!("no {dir}/{node}")).hint(hint).into());
        }
        args.choose(reader, &settings, &node)
    })?;
    firstbox.ensure(&key::env(format!("{dir}/{node}"), KEY, mac.to_string())).map(drop)
}

impl Args {
    fn choose(&self, reader: &Reader<'_>, settings: &Settings, node: &str) -> Result<Mac> {
        let present = settings.get(node, KEY).and_then(|text| text.parse::<Mac>().ok());
        let kept = present.filter(|mac| !self.anew && settings.check_mac(node, mac).is_ok());
        let mac = match (&self.mac, kept) {
            (Some(mac), _) => mac.to_string().parse()?,
            (None, Some(mac)) => mac,
            (None, None) => {
                reader.ask(GEN_MAC, [("SCRIPT", self.script.to_string().into())])?.parse()?
            }
        };
        settings.check_mac(node, &mac)?;
        Ok(mac)
    }
}
