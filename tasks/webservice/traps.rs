//! The mistakes of the document, and the answers of the steps.
//!
//! - Hosts: none
//! - Changes: nothing
//! - Proof: lists the mistakes of the document, and the answers of the steps
//! - Undo: nothing to undo

mod general;
mod new;
mod old;

use engine::prelude::*;

use crate::common::traps::{Trap, Wanted};

/// Guarded: a step avoids the mistake, or refuses. Surfaced: the plan shows it, and a person decides.
/// Ids such as `X0.5` appear in messages, in plans and in the code; `XX.n` concerns the documents of
/// several runbooks. Reads no host and no inventory.
///
/// Examples:
///   cargo xtask webservice traps
///   cargo xtask webservice traps X0.5 X0.15
///   cargo xtask webservice traps --json
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

/// All of them: first those of this document only, in its order.
pub(crate) fn all() -> impl Iterator<Item = &'static Trap> + Clone {
    old::TRAPS.iter().chain(new::TRAPS).chain(general::TRAPS)
}
