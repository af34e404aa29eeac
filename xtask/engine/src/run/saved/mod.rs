//! Saved plans: a dry run writes down what it shows, and a later run does exactly that.
//!
//! `ensure` shows each operation after its first probe ([`Observer::found`](crate::ops::ensure::Observer::found)). A dry
//! run with `--save` writes it into the `Draft`. A run of a plan compares it with the plan ([`Follow`]), and refuses a
//! host that differs, before anything of that operation changes.

mod draft;
mod follow;
mod identities;
mod own;
mod plan;
mod refusal;

use std::collections::BTreeMap;

use anyhow::Result;
use camino::Utf8PathBuf;
use jiff::Zoned;
use jiff::tz::TimeZone;

use self::draft::Draft;
pub use self::follow::Follow;
pub use self::plan::{Plan, Planned, PlannedHost, SCHEMA_JSON};
use super::context::Context;
use super::record::entry::Followed;
use crate::data::fault::Fault;
use crate::data::inventory::Inventory;
use crate::ops::ensure::Found;

/// What a run has to do with a saved plan.
#[derive(Debug, Default)]
pub enum Saved {
    /// Nothing.
    #[default]
    None,
    /// A dry run is saved.
    Writing(Box<Draft>),
    /// The run follows one.
    Following(Box<Follow>),
}

/// The demand to save a dry run.
#[derive(Debug)]
pub struct Saving {
    /// The file; it does not exist yet.
    pub path: Utf8PathBuf,
    /// The command line of the real run, behind the program's name.
    pub words: Vec<String>,
    /// Version and commit of the program.
    pub program: &'static str,
    /// The step, as typed.
    pub step: String,
    /// The alias that stood for a part of the command line.
    pub alias: Option<String>,
    /// A hash of each snippet by its name.
    pub snippets: BTreeMap<String, String>,
}

impl Saved {
    /// The draft of a dry run that is saved.
    ///
    /// # Errors
    /// Exit 2 when the file is there already, or its directory is not.
    pub fn writing(saving: Saving) -> Result<Self> {
        Ok(Self::Writing(Box::new(Draft::new(saving)?)))
    }

    /// Whether the whole run is that of the plan: program, snippets and inventory.
    ///
    /// # Errors
    /// Exit 6 with everything that differs.
    pub(super) fn is_for(&self, inventory: &Inventory) -> Result<(), Fault> {
        match self {
            Self::Following(follow) => follow.is_for(inventory),
            _ => Ok(()),
        }
    }

    /// The plan that a run follows, for its record.
    pub(super) fn of_run(&self) -> Option<Followed> {
        match self {
            Self::Following(follow) => Some(follow.of_run()),
            _ => None,
        }
    }

    /// The time of the names with a date in them; none for the start of the run.
    pub(super) fn begun(&self) -> Option<Zoned> {
        Some(self.plan()?.made().ok()?.to_zoned(TimeZone::system()))
    }

    /// The plan that a run follows.
    pub fn plan(&self) -> Option<&Plan> {
        match self {
            Self::Following(follow) => Some(follow.plan()),
            _ => None,
        }
    }
}

impl Context {
    /// An operation after its first probe: is it written down, or compared?
    pub(super) fn saved_or_followed(&self, found: &Found<'_>) -> Result<()> {
        match &self.saved {
            Saved::None => Ok(()),
            Saved::Writing(draft) => draft.add(self.stage_name(), found, &self.mask()),
            Saved::Following(follow) => {
                if !follow.is_known(found.host) {
                    self.strangers(follow, &[found.host]);
                }
                follow.compare(found, &self.mask(), &|note| self.note(note))
            }
        }
    }
}
