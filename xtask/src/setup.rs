//! From flags to a context: inventory, sessions, signals.

pub(crate) mod rehearse;

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context as _, Result};
use camino::{Utf8Path, Utf8PathBuf};
use engine::data::fault::Fault;
use engine::data::inventory::Inventory;
use engine::run::Options;
use engine::run::context::{Context, Parts};
use engine::run::record::Opening;
use engine::run::session_pool::SessionPool;
use engine::transport::channel::Settings;
use engine::transport::interrupt::Interrupt;
use engine::transport::launch::Shell;
use engine::transport::preflight;
use engine::transport::slots::Slots;
use engine::transport::ssh::Control;

/// The inventory that comes with the program; rehearsal works on it.
const SAMPLE: &str = include_str!("../../hosts.toml");

/// A run, as typed.
#[derive(Debug)]
pub(crate) struct Typed<'a> {
    /// The step: `bk-upgrade paas`.
    pub(crate) name: &'a str,
    /// All words after the program's name, with those of the environment.
    pub(crate) words: Vec<String>,
    /// Its record.
    pub(crate) opening: Opening,
    /// Its runbook; none for a read-only run.
    pub(crate) runbook: Option<&'static str>,
}

/// A context for a step.
pub(crate) fn context(options: Options, typed: Typed<'_>) -> Result<Context> {
    let inventory = inventory(&options)?;
    let cx = context_with(options, inventory, typed, Shell::Sh)?;
    cx.stop_gently();
    Ok(cx)
}

/// A context with sessions of one kind of shell.
pub(crate) fn context_with(
    options: Options,
    inventory: Inventory,
    typed: Typed<'_>,
    shell: Shell,
) -> Result<Context> {
    not_the_sample(&options, &inventory)?;
    if !options.rehearse {
        preflight::check(&inventory)?;
    }
    let connect =
        options.connect_timeout.or(inventory.ssh.connect_timeout.map(u64::from)).unwrap_or(10);
    let control = if options.rehearse { None } else { Some(Control::open(options.persist > 0)?) };
    let settings = Settings {
        connect: Duration::from_secs(connect),
        control,
        interrupt: Interrupt::install()?,
        private: inventory.private_variables(),
        slots: Slots::of_this_machine(options.fanout),
    };
    let rehearsal = options.rehearse;
    let pool = if rehearsal {
        let hosts = rehearse::rehearsal(&options)?;
        let transports = rehearse::transports(&hosts, &inventory)?;
        SessionPool::new(&inventory, shell, Some(&transports))
    } else {
        SessionPool::new(&inventory, shell, None)
    };
    let Typed { name, words, opening, runbook } = typed;
    let snippets = if shell == Shell::Sh { tasks::snippets } else { BTreeMap::new };
    Context::begin(Parts {
        options,
        inventory,
        pool,
        settings,
        step: name.to_owned(),
        words,
        snippets,
        rehearsal,
        opening,
        runbook,
    })
}

/// Refuses the sample except in rehearsal: its addresses may belong to other hosts of this network. Its first
/// line marks the sample, also in an edited copy.
fn not_the_sample(options: &Options, inventory: &Inventory) -> Result<(), Fault> {
    let mark = SAMPLE.lines().next().unwrap_or_default();
    if options.rehearse || !inventory.text.lines().any(|line| line == mark) {
        return Ok(());
    }
    let message = format!("{} is still the sample: its hosts are not yours", inventory.path);
    Err(Fault::usage(message).detail("it says", mark).hint(
        "copy it, put your hosts in, delete that line, and name it: -i FILE; or add --rehearse",
    ))
}

/// Refuses `--rehearse` for the record of a run on real hosts.
pub(crate) fn same_hosts(options: &Options, rehearsal: bool) -> Result<(), Fault> {
    if options.rehearse && !rehearsal {
        return Err(Fault::usage("the run was on real hosts, not on rehearsal hosts")
            .hint("leave out --rehearse (or XTASK_REHEARSE); -n shows the plan"));
    }
    Ok(())
}

/// Reads the inventory of the flags, or the nearest `hosts.toml` above. In rehearsal the default is the
/// sample.
pub(crate) fn inventory(options: &Options) -> Result<Inventory> {
    let path = match &options.inventory {
        Some(path) => path.clone(),
        None if options.rehearse => {
            return sample();
        }
        None => nearest()?,
    };
    let text = std::fs::read_to_string(&path);
    let text = text.map_err(|error| {
        Fault::usage(format!("cannot read the inventory {path}: {error}"))
            .hint("name another: -i FILE")
    })?;
    Ok(parse(&path, &text)?)
}

/// The inventory that comes with the program.
pub(crate) fn sample() -> Result<Inventory> {
    Ok(parse(Utf8Path::new("hosts.toml (sample)"), SAMPLE)?)
}

fn parse(path: &Utf8Path, text: &str) -> Result<Inventory, Fault> {
    Inventory::parse(path, text, &|path| std::fs::read_to_string(path))
}

fn nearest() -> Result<Utf8PathBuf> {
    let here = std::env::current_dir().context("finding the current directory")?;
    let here = Utf8PathBuf::try_from(here).context("reading the current directory's name")?;
    let found = here.ancestors().map(|dir| dir.join("hosts.toml")).find(|path| path.is_file());
    let missing = || {
        Fault::usage(format!("no hosts.toml in {here} or above"))
            .hint("name one: -i FILE, or try without any: --rehearse")
    };
    Ok(found.ok_or_else(missing)?)
}
