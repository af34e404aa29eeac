//! Document step 6.
//!
//! - Hosts: `@phy_servers`
//! - Changes: keepalived configuration on all; keepalived started on one after the other, highest priority first
//! - Proof: `keepalived -t` before the file takes its place; the unit is active; exactly one host holds the address
//! - Undo: restores files and unit
//!
//! ```sh
//! # 在前 3 台物理机执行以下命令
//! cat > /etc/keepalived/keepalived.conf <<EOF
//! …
//! EOF
//! systemctl start keepalived
//! systemctl enable keepalived
//! ```

use std::cmp::Reverse;
use std::net::Ipv4Addr;

use engine::prelude::*;
use engine::text::template;
use engine::transport::secret::Secret;

use super::common::vrrp::{password, priorities, priority, unused, vrid};
use crate::common::virtual_ip::{CHECK, check_holder};

const INTERFACE: Snippet = snippet!("uecm/keepalived_vip_interface");
const TEMPLATE: &str = include_str!("../../snippets/uecm/keepalived_vip.template");
const CONF: &str = "/etc/keepalived/keepalived.conf";

/// Writes the configuration on all hosts at once. Then starts keepalived on one host after the other,
/// highest priority first. Skips a host whose configuration and daemon are up to date. The password
/// is the secret `vrrp_password` of hosts.toml.
///
/// Examples:
///   cargo xtask uecm keepalived-vip --vip 172.18.5.224 -n
///   cargo xtask uecm keepalived-vip --vip 172.18.5.224 --vrid 51 --iface eth0 --yes
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
// Both profiles are flattened into one command, where a second group named `Args` would clash.
#[group(skip)]
pub struct Args {
    /// The virtual IP; no other host may use it
    #[arg(long, value_name = "IP")]
    vip: Option<Ipv4Addr>,
    /// The VRRP group, 1 to 254 [default: the last part of the virtual IP]
    #[arg(long, value_name = "N")]
    vrid: Option<u8>,
    /// The hosts, highest priority first
    #[arg(long, value_name = "HOSTSET", default_value = "@phy_servers")]
    holders: String,
    /// A host's priority, 1 to 254 [default: 100, 90, 80, ...]
    #[arg(long, value_name = "HOST=N", value_parser = priority)]
    priority: Vec<(String, u8)>,
    /// The interface for the virtual IP
    #[arg(long, value_name = "IF", default_value = "LAN1")]
    iface: Ifname,
    /// Seconds between two announcements
    #[arg(long, value_name = "SECS", default_value_t = 1, value_parser = clap::value_parser!(u8).range(1..))]
    advert_int: u8,
    /// Let a returning host with a higher priority take the address back
    #[arg(long)]
    preempt: bool,
}

/// Checks, renders, starts.
pub fn run(cx: &Context, args: &Args) -> Result<()> {
    let Some(vip) = args.vip else {
        return Err(Fault::usage("no virtual IP: give --vip IP").into());
    };
    let vrid = vrid(args.vrid, vip)?;
    let hosts = cx.hosts(&args.holders)?;
    // A run for one host must give it its priority among all hosts (X3.45).
    let all = cx.all_hosts(&args.holders)?;
    let priorities = priorities(&all, &args.priority)?;
    unused(cx, vip)?;
    let password = password(cx)?;
    hosts.confirm(&format!("starts or restarts keepalived; {vip} can move"))?;
    // With `nopreempt` the old holders keep the address while their keepalived runs.
    cx.note(
        "the old VMs keep the address until their keepalived stops; stop it next, one VM at a time",
    );

    hosts.each(|host| {
        let missing = Assert::new(
            INTERFACE,
            [("IFACE", args.iface.to_string().into())],
            format!("{} has no interface {}", host.name(), args.iface),
        );
        host.ensure(&missing.hint("name another: --iface IF"))?;
        let conf = render(args, vip, vrid, priorities[host.name()], &password)?;
        // The file of the distribution is readable by all (XX.1).
        host.ensure(&Mode::at_most(CONF, 0o640))?;
        host.ensure(
            &FileContent::new(CONF, conf).mode("640").masking(["auth_pass"]).checked_by(CHECK),
        )
        .map(drop)
    })?;
    let hosts = hosts.sorted_by_key(|host| Reverse(priorities[host.name()]));
    // `start` alone would leave a running daemon with its old file (X3.43).
    let active = Units::active(["keepalived"]).newer_than([CONF]).poll(Poll::seconds(30));
    hosts.one_by_one(|host| host.ensure(&active).map(drop), |_| Ok(()))?;
    check_holder(cx, &all, vip)
}

fn render(args: &Args, vip: Ipv4Addr, vrid: u8, priority: u8, password: &Secret) -> Result<String> {
    let numbers = (vrid.to_string(), priority.to_string(), args.advert_int.to_string());
    let text = template::render(
        "keepalived_vip.template",
        TEMPLATE,
        &[
            ("interface", &args.iface.to_string()),
            ("virtual_router_id", &numbers.0),
            ("priority", &numbers.1),
            ("advert_int", &numbers.2),
            ("nopreempt", if args.preempt { "# preempt" } else { "nopreempt" }),
            ("auth_pass", password.expose()),
            ("virtual_ipaddress", &vip.to_string()),
        ],
    );
    Ok(text?)
}
