//! A context for tests of the order of work.

use std::sync::atomic::AtomicBool;
use std::sync::{Arc, Mutex};

use clap::{Args as _, FromArgMatches as _};
use jiff::Zoned;

use super::Context;
use crate::data::inventory::Inventory;
use crate::ops::ensure::Mode;
use crate::run::Options;
use crate::run::acks::Acks;
use crate::run::guard::Guard;
use crate::run::known_items::Items;
use crate::run::locks;
use crate::run::notify::Notices;
use crate::run::pins::PinFile;
use crate::run::quorum::Clusters;
use crate::run::record::{Shells, origin};
use crate::run::report::Report;
use crate::run::saved::Saved;
use crate::run::session_pool::SessionPool;
use crate::text::mask::Mask;
use crate::transport::channel::Settings;
use crate::transport::launch::Shell;

impl Context {
    /// A real run without a record, for tests of the order of work; no host is reached.
    pub(in crate::run) fn unrecorded(inventory: Inventory, settings: Settings) -> Self {
        let command = Options::augment_args(clap::Command::new("test"));
        let options = command.get_matches_from(["test", "--yes", "--quiet"]);
        let options = Options::from_arg_matches(&options).expect("options");
        let report = Report::new(&options, "test".to_owned(), Mode::Run);
        let pool = SessionPool::new(&inventory, Shell::Sh, None);
        let begun = Zoned::now();
        let holder = locks::holder(&Mask::new(), &begun, "", &options);
        let pins = PinFile::beside(&inventory.path, &[]);
        let clusters = Clusters::new(&inventory, &options).expect("no cluster");
        let items = Items::new(origin::inventory(&inventory), false);
        Self {
            clusters,
            items,
            acks: Acks::new(&options, Vec::new()),
            guard: Guard::new(holder, None, pins).expect("no lock"),
            options,
            inventory,
            report: Arc::new(report),
            pool,
            settings,
            record: None,
            summary: Mutex::default(),
            mode: Mode::Run,
            begun,
            snippets: Shells::default,
            rehearsal: false,
            pending: AtomicBool::new(false),
            confirmed: Mutex::default(),
            undoing: std::sync::OnceLock::new(),
            preconfirmed: AtomicBool::new(false),
            within: Mutex::default(),
            saved: Saved::None,
            notices: Notices::default(),
        }
    }
}
