//! Document section 准备工作.
//!
//! - Hosts: firstbox
//! - Changes: writes the floating IP into the file of this installer version
//! - Proof: the value is read back; no other host has or answers for the address
//! - Undo: restores the value
//!
//! ```text
//! + 若之前`webservice`节点没有`floating_ip`，在此次升级时，需要补充上(若不需要补充，请跳过这一步):
//!   + 若环境版本`installer_version >= 4.3.0`
//!     + 请分配一个可用的`IP`给`/pitrix/conf/variables/variables.yaml`文件中的`webservice_floating_ip`字段。
//!   + 若环境版本`installer_version < 4.3.0`
//!     + 请分配一个可用的`IP`给`/pitrix/conf/variables/webservice_floating_ip.{zone_id}`
//! ```

use std::net::Ipv4Addr;

use engine::ops::key;
use engine::prelude::*;

use super::common::args::{SettingsDir, VariablesDir};
use super::common::platform::Platform;
use super::common::settings::Settings;
use super::common::{floating_ip, temporary_address};
use super::detect_bridge::Network;

/// Writes it as a key of variables.yaml from installer version 4.3.0 on, before as a file per zone
/// (X0.18). The address must be in the management network and in no settings file. No host may answer
/// for it. Without a floating IP give --skip, here and to `keepalived-vip` (X0.30).
///
/// Examples:
///   cargo xtask webservice set-floating-ip --ip 10.16.0.20
///   cargo xtask webservice set-floating-ip --skip
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub struct Args {
    /// The floating IP
    #[arg(long, value_name = "IP", required_unless_present = "skip", conflicts_with = "skip")]
    ip: Option<Ipv4Addr>,
    /// Do nothing: the platform gets no floating IP
    #[arg(long)]
    skip: bool,
    /// Interface of firstbox for the probe [default: by the route]
    #[arg(long, value_name = "IF")]
    iface: Option<Ifname>,
    #[command(flatten)]
    settings_dir: SettingsDir,
    #[command(flatten)]
    variables_dir: VariablesDir,
}

/// Checks the address, then writes it.
pub fn run(cx: &Context, args: &Args) -> Result<()> {
    let firstbox = cx.one_host("firstbox")?;
    let now = floating_ip::read(cx, &firstbox, &args.variables_dir.to_string())?;
    let Some(ip) = args.ip else { return skipped(cx, now) };
    if now != Some(ip) {
        args.check(&firstbox, ip)?;
    }
    if let Some(now) = now.filter(|now| *now != ip) {
        cx.confirm(&format!("replaces the floating IP {now} by {ip}"))?;
    }
    args.write(&firstbox, ip)
}

/// One decision: --skip is refused if an address is set (X0.30).
fn skipped(cx: &Context, now: Option<Ipv4Addr>) -> Result<()> {
    if let Some(now) = now {
        let what = format!("--skip, but the floating IP is set to {now}");
        return Err(Fault::refused(what)
            .hint("leave the step out; keepalived-vip uses the address")
            .into());
    }
    cx.note("no floating IP, nothing to do; give --skip to keepalived-vip too (X0.30)");
    Ok(())
}

impl Args {
    fn check(&self, firstbox: &Host<'_>, ip: Ipv4Addr) -> Result<()> {
        let platform = Platform::of(firstbox)?;
        let dir = self.settings_dir.to_string();
        firstbox.look("check the address", |reader| {
            let settings = Settings::read(reader, &dir)?;
            temporary_address::unnamed(&settings, ip)?;
            if !Network::of(&settings)?.has(ip) {
                let what = format!("--ip {ip} is not in the management network of the nodes");
                return Err(Fault::usage(what).into());
            }
            // No script reads the file of an unused zone (X0.31).
            if !platform.is_new() && !settings.has_zone(platform.zone()?) {
                let what = format!("no node is in zone `{}`", platform.zone()?);
                let hint = "correct zone_id in hosts.toml";
                return Err(Fault::refused(what).detail("in", &dir).hint(hint).into());
            }
            Ok(())
        })?;
        firstbox.ensure(&temporary_address::free(ip, self.iface.as_ref())).map(drop)
    }

    fn write(&self, firstbox: &Host<'_>, ip: Ipv4Addr) -> Result<()> {
        let platform = Platform::of(firstbox)?;
        let dir = &self.variables_dir;
        let outcome = if platform.is_new() {
            let file = key::yaml(format!("{dir}/variables.yaml"));
            firstbox.ensure(&file.set("webservice_floating_ip", ip.to_string()))
        } else {
            let path = format!("{dir}/webservice_floating_ip.{}", platform.zone()?);
            firstbox.ensure(&FileContent::new(path, format!("{ip}\n")))
        };
        outcome.map(drop)
    }
}
