//! The parts a context is made of.

use crate::data::inventory::Inventory;
use crate::run::Options;
use crate::run::record::{Opening, Shells};
use crate::run::saved::Saved;
use crate::run::session_pool::SessionPool;
use crate::transport::channel::Settings;

/// The parts a context is made of.
#[derive(Debug)]
pub struct Parts {
    /// The flags.
    pub options: Options,
    /// The inventory.
    pub inventory: Inventory,
    /// Sessions.
    pub pool: SessionPool,
    /// The settings of all sessions.
    pub settings: Settings,
    /// The name of the step, as typed: `bk-upgrade paas`.
    pub step: String,
    /// The hosts are throw-away ones.
    pub rehearsal: bool,
    /// The record of a real run.
    pub opening: Opening,
    /// The command line behind the program's name, with what the environment adds.
    pub words: Vec<String>,
    /// The alias that stood for a part of it.
    pub alias: Option<String>,
    /// Gives a hash of each snippet by its name; called only for a recorded run.
    pub snippets: fn() -> Shells,
    /// The runbook whose lock a real run takes; none for a step that only reads.
    pub runbook: Option<&'static str>,
    /// A plan to write, or to follow.
    pub saved: Saved,
}
