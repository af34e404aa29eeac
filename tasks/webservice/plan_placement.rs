//! WS-10, document section settings文件, line 59. Changes nothing.

use anyhow::Result;
use engine::data::{abs_path::AbsPath, stamp::Stamp};
use engine::run::Context;

use super::placement;
use super::settings::Settings;

/// Tell which physical host each webservice node moves to
///
/// The two nodes swap their physical hosts. That is read from the backup, never from the present
/// settings: a second run would swap back (X0.10). Each host must have the memory for one VM more,
/// since the old VM of the other node runs there for a while. Nothing is changed.
///
/// Examples:
///   cargo xtask webservice plan-placement
///   cargo xtask webservice plan-placement --stamp 20261121
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub struct Args {
    /// The directory with the settings files
    #[arg(long, value_name = "DIR", default_value = "/pitrix/conf/settings")]
    settings_dir: AbsPath,
    /// The day of the backup that is the state before the upgrade [default: today]
    #[arg(long, value_name = "YYYYMMDD")]
    stamp: Option<Stamp>,
    /// The group of the physical hosts
    #[arg(long, value_name = "GROUP", default_value = "physical")]
    physical: String,
}

/// Reads the backup, looks at the physical hosts.
pub fn run(cx: &Context, args: &Args) -> Result<()> {
    let dir = placement::backup(cx, &args.settings_dir, args.stamp.as_ref());
    let moves = cx.the("firstbox")?.look("work out the placement", |reader| {
        Ok(placement::swap(&Settings::read(reader, &dir)?)?)
    })?;
    placement::check(cx, &moves, &cx.every(&format!("@{}", args.physical))?)
}
