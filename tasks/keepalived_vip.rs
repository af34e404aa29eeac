//! `keepalived-vip` of two runbooks: webservice WS-21 and WS-22, uecm UE-33.

use std::net::Ipv4Addr;
use std::time::Duration;

use anyhow::Result;
use engine::data::range::fold;
use engine::ops::{Action, Op, Poll, Reader, State, Undo};
use engine::run::{Context, Hosts};
use engine::snippet;
use engine::text::snippet::Snippet;

use crate::{uecm, webservice};

/// Which platform's virtual IP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Profile {
    /// The floating IP of the webservice nodes: `--node`
    Webservice,
    /// The virtual IP of the UECM platform: `--vip`
    Uecm,
}

/// Bring a virtual IP under keepalived, for one of two platforms
///
/// The same as `webservice keepalived-vip` and `uecm keepalived-vip`; see there for the arguments
/// of each.
///
/// Examples:
///   cargo xtask keepalived-vip --profile webservice --node webservice0 -n
///   cargo xtask keepalived-vip --profile uecm --vip 172.18.5.224 -n
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub struct Args {
    /// The platform
    #[arg(long, value_enum)]
    profile: Profile,
    #[command(flatten)]
    webservice: webservice::keepalived_vip::Args,
    #[command(flatten)]
    uecm: uecm::keepalived_vip::Args,
}

impl Args {
    /// The runbook of the profile.
    pub(crate) const fn runbook(&self) -> &'static str {
        match self.profile {
            Profile::Webservice => "webservice",
            Profile::Uecm => "uecm",
        }
    }
}

/// Runs the step of the profile.
pub fn run(cx: &Context, args: &Args) -> Result<()> {
    match args.profile {
        Profile::Webservice => webservice::keepalived_vip::run(cx, &args.webservice),
        Profile::Uecm => uecm::keepalived_vip::run(cx, &args.uecm),
    }
}

/// A configuration must pass this before a daemon sees it.
pub(crate) const CHECK: [&str; 3] = ["keepalived", "-t", "-f"];

const HOLDS: Snippet = snippet!("ops/holds_address");

/// Exactly one of the hosts has the address. None: it was not taken yet. Two: split brain.
struct Holder<'a> {
    hosts: &'a Hosts<'a>,
    vip: Ipv4Addr,
}

/// Waits until exactly one of the hosts has the address.
pub(crate) fn check_holder(cx: &Context, hosts: &Hosts<'_>, vip: Ipv4Addr) -> Result<()> {
    if cx.is_rehearsal() {
        cx.note(&format!("rehearsal hosts have no network: not checked that one host holds {vip}"));
        return Ok(());
    }
    let Some(first) = hosts.iter().next() else { return Ok(()) };
    first.ensure(&Holder { hosts, vip }).map(drop)
}

impl Op for Holder<'_> {
    fn describe(&self) -> String {
        format!("wait until exactly one of {} holds {}", fold(self.hosts.names()), self.vip)
    }

    fn probe(&self, host: &Reader<'_>) -> Result<State> {
        if let Some(pending) = host.pending() {
            return Ok(State::Unknown(format!("before that: {pending}")));
        }
        let mut holders = Vec::new();
        for host in self.hosts.iter() {
            let values = [("ADDRESS", self.vip.to_string().into())];
            if host.look("look for the address", |reader| reader.kept(HOLDS, values))? {
                holders.push(host.name());
            }
        }
        Ok(match holders[..] {
            [_] => State::Kept,
            [] => State::needed(format!("no host holds {}", self.vip)),
            _ => State::needed(format!("{} is on {}: split brain", self.vip, fold(&holders))),
        })
    }

    fn change(&self, _: &Reader<'_>) -> Result<Vec<Action>> {
        Ok(Vec::new())
    }

    fn undo(&self, _: &Reader<'_>) -> Result<Option<Vec<Undo>>> {
        Ok(Some(Vec::new()))
    }

    fn poll(&self) -> Poll {
        Poll { interval: Duration::from_millis(500), limit: Duration::from_secs(20) }
    }
}
