//! `keepalived-vip` of two runbooks: webservice WS-21 and WS-22, uecm UE-33.

use anyhow::Result;
use engine::run::Context;

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

/// Runs the step of the profile.
pub fn run(cx: &Context, args: &Args) -> Result<()> {
    match args.profile {
        Profile::Webservice => webservice::keepalived_vip::run(cx, &args.webservice),
        Profile::Uecm => uecm::keepalived_vip::run(cx, &args.uecm),
    }
}
