//! What the examples share: from flags to a run, as the program itself does it.

use std::time::Duration;

use anyhow::{Context as _, Result};
use camino::Utf8Path;
use engine::data::byte_size::ByteSize;
use engine::data::inventory::Inventory;
use engine::run::context::Parts;
use engine::run::record::{Opening, Shells};
use engine::run::saved::Saved;
use engine::run::session_pool::SessionPool;
use engine::run::{Context, Options};
use engine::transport::channel::Settings;
use engine::transport::interrupt::Interrupt;
use engine::transport::launch::Shell;
use engine::transport::slots::Slots;
use engine::transport::ssh::Control;

/// A run over the hosts of `-i FILE`.
pub(crate) fn begin(options: Options, step: &str, opening: Opening) -> Result<Context> {
    let path = options.inventory.first().cloned().context("which inventory? give -i FILE")?;
    let text = std::fs::read_to_string(&path).with_context(|| format!("reading {path}"))?;
    let imported = |path: &Utf8Path| std::fs::read_to_string(path);
    let inventory = Inventory::parse(&path, &text, &imported)?;
    let control = Some(Control::open(options.persist > 0)?);
    let connect = Duration::from_secs(options.connect_timeout.unwrap_or(10));
    let settings = Settings {
        connect,
        control,
        interrupt: Interrupt::install()?,
        private: Vec::new(),
        max_output: ByteSize::OUTPUT,
        slots: Slots::of_this_machine(options.fanout),
    };
    let pool = SessionPool::new(&inventory, Shell::Sh, None);
    let (step, rehearsal, runbook) = (step.to_owned(), false, None);
    let snippets = Shells::default;
    let words = std::env::args().skip(1).collect();
    let parts = Parts {
        options,
        inventory,
        pool,
        settings,
        step,
        words,
        alias: None,
        snippets,
        rehearsal,
        opening,
        runbook,
        saved: Saved::None,
    };
    let cx = Context::begin(parts)?;
    cx.stop_gently();
    Ok(cx)
}
