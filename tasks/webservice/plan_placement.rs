//! Document section settings文件.
//!
//! - Hosts: firstbox and the physical hosts are read
//! - Changes: nothing
//! - Proof: the backup has two nodes on two physical hosts, each with memory for one more VM
//! - Undo: nothing to undo
//!
//! ```text
//!   + 将原`webservice0/1`的`{{ physical_host }}`交叉互换使用。
//! ```

use engine::prelude::*;

use super::common::placement;
use super::common::settings::Settings;
use super::common::settings_backup::{Before, Physical};

/// Swaps the physical hosts of the two nodes. Reads them from the backup, never from the present
/// settings: a second run would swap back (X0.10). Each host needs memory for one more VM: the old VM
/// of the other node still runs there. Shows a disk without room for one more image. Changes nothing.
///
/// Examples:
///   cargo xtask webservice plan-placement
///   cargo xtask webservice plan-placement --stamp 20261121
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub struct Args {
    #[command(flatten)]
    before: Before,
    #[command(flatten)]
    physical: Physical,
    /// Image directory on the physical hosts
    #[arg(long, value_name = "DIR", default_value = "/pitrix/kernels")]
    kernels_dir: AbsPath,
}

/// Reads the backup, looks at the physical hosts.
pub fn run(cx: &Context, args: &Args) -> Result<()> {
    let dir = args.before.backup(cx);
    let moves = cx.one_host("firstbox")?.look("work out the placement", |reader| {
        Ok(placement::swap(&Settings::read(reader, &dir)?)?)
    })?;
    placement::check(cx, &moves, &args.physical.hosts(cx)?, &args.kernels_dir)
}
