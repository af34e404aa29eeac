//! The mistakes of the document, and the answers of the steps.
//!
//! - Hosts: none
//! - Changes: nothing
//! - Proof: lists the mistakes of the document, and the answers of the steps
//! - Undo: nothing to undo

mod backups;
mod containers;
mod environment;
mod general;
mod migrations;
mod modules;
mod sources;
mod topology;

use engine::prelude::*;

use crate::common::traps::{Trap, Wanted};

/// Guarded: a step avoids the mistake, or refuses. Surfaced: the plan shows it, and a person decides.
/// Ids such as `X4.6` appear in messages, in plans and in the code; `XX.n` concerns the documents of
/// several runbooks. Reads no host and no inventory.
///
/// Examples:
///   cargo xtask bk-upgrade traps
///   cargo xtask bk-upgrade traps X4.6 X4.59
///   cargo xtask bk-upgrade traps --json
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub struct Args {
    #[command(flatten)]
    wanted: Wanted,
}

/// Prints them.
pub fn print(options: &Options, args: &Args) -> Result<()> {
    args.wanted.show(options, all())
}

/// All of them: first those of this document only, by their number.
pub(crate) fn all() -> impl Iterator<Item = &'static Trap> + Clone {
    let parts = [
        sources::TRAPS,
        backups::TRAPS,
        environment::TRAPS,
        modules::TRAPS,
        migrations::TRAPS,
        containers::TRAPS,
        topology::TRAPS,
        general::TRAPS,
    ];
    let mut all: Vec<&Trap> = parts.into_iter().flatten().collect();
    all.sort_by_key(|trap| place(trap.id));
    all.into_iter()
}

/// Whether other documents have it too, and its number.
fn place(id: &str) -> (bool, u32) {
    let (kind, number) = id.split_once('.').unwrap_or((id, ""));
    (kind == "XX", number.parse().unwrap_or(u32::MAX))
}
