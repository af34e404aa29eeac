//! `keepalived-vip` of two runbooks.
//!
//! - Hosts: those of the profile
//! - Changes: those of `webservice keepalived-vip` or `uecm keepalived-vip`, chosen by `--profile`
//! - Proof: as those
//! - Undo: as those

use engine::prelude::*;

use crate::{uecm, webservice};

/// The platform of the virtual IP.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Profile {
    /// The floating IP of the webservice nodes: `--node`
    Webservice,
    /// The virtual IP of the UECM platform: `--vip`
    Uecm,
}

/// Does the same as `webservice keepalived-vip` or `uecm keepalived-vip`. Their help explains the
/// arguments.
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
