//! The mistakes of the document, and what the steps do about each.
//!
//! - Hosts: none
//! - Changes: nothing
//! - Proof: lists the mistakes of the document, and what the steps do about each
//! - Undo: nothing to undo

mod general;
mod new;
mod old;

use engine::prelude::*;

use crate::common::traps::{Trap, Wanted};

/// `X0.5` stands in messages, plans and in the code where the mistake is guarded against; `XX.n` is in
/// the documents of more than one runbook. Guarded: a step does it right, or refuses. Surfaced: the plan
/// says it, and a person decides. No host and no inventory is looked at.
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

/// All of them: first those of this document alone, in its order.
pub(crate) fn all() -> impl Iterator<Item = &'static Trap> + Clone {
    old::TRAPS.iter().chain(new::TRAPS).chain(general::TRAPS)
}
