//! From flags to a context: inventory, sessions, signals.

pub(crate) mod own;
pub(crate) mod preferences;
pub(crate) mod rehearse;

use std::io::IsTerminal as _;
use std::sync::OnceLock;
use std::time::Duration;

use anyhow::{Context as _, Result};
use camino::{Utf8Path, Utf8PathBuf};
use engine::data::fault::Fault;
use engine::data::inventory::{File, Inventory, Preferences};
use engine::run::Options;
use engine::run::context::{Context, Parts};
use engine::run::options::Output;
use engine::run::record::{Opening, Shells};
use engine::run::report::failure;
use engine::run::saved::Saved;
use engine::run::session_pool::SessionPool;
use engine::transport::channel::Settings;
use engine::transport::import::Machine;
use engine::transport::interrupt::Interrupt;
use engine::transport::launch::Shell;
use engine::transport::preflight;
use engine::transport::secret;
use engine::transport::slots::Slots;
use engine::transport::ssh::Control;
use engine::transport::trust::{self, Consent, STDIN};

/// The inventory that comes with the program; rehearsal works on it.
const SAMPLE: &str = include_str!("../../hosts.toml");

/// A run, as typed.
#[derive(Debug)]
pub(crate) struct Typed<'a> {
    /// The step: `bk-upgrade paas`.
    pub(crate) name: &'a str,
    /// All words after the program's name, with those of the environment.
    pub(crate) words: Vec<String>,
    /// The alias that stood for a part of them.
    pub(crate) alias: Option<String>,
    /// Its record.
    pub(crate) opening: Opening,
    /// Its runbook; none for a read-only run.
    pub(crate) runbook: Option<&'static str>,
    /// A plan to write, or to follow.
    pub(crate) saved: Saved,
}

/// A context for a step.
pub(crate) fn context(options: Options, typed: Typed<'_>) -> Result<Context> {
    let inventory = inventory(&options)?;
    context_of(options, inventory, typed)
}

/// The same with an inventory that has been read.
pub(crate) fn context_of(
    options: Options,
    inventory: Inventory,
    typed: Typed<'_>,
) -> Result<Context> {
    let guide = tasks::guide(typed.name);
    let unused = own::unused(typed.name);
    let cx = context_with(options, inventory, typed, Shell::Sh)?;
    cx.report.explained_by(guide);
    if let Some(note) = unused.filter(|_| cx.options.form() == Output::Text) {
        cx.report.inform(&note);
    }
    cx.stop_gently();
    cx.know_planned_hosts()?;
    Ok(cx)
}

/// A context with sessions of one kind of shell.
pub(crate) fn context_with(
    options: Options,
    inventory: Inventory,
    typed: Typed<'_>,
    shell: Shell,
) -> Result<Context> {
    secret::leave_no_core();
    not_the_sample(&options, &inventory)?;
    if !options.rehearse {
        preflight::check(&inventory, &Consent::of(&options.inventory))?;
    }
    let above = options.inventory.is_empty() && !options.rehearse && !is_here(&inventory.path);
    let above = above.then(|| format!("inventory: {}", inventory.path));
    let above = above.or_else(|| passed_over(&options));
    let connect =
        options.connect_timeout.or(inventory.ssh.connect_timeout.map(u64::from)).unwrap_or(10);
    let control = if options.rehearse { None } else { Some(Control::open(options.persist > 0)?) };
    let settings = Settings {
        connect: Duration::from_secs(connect),
        control,
        interrupt: Interrupt::install()?,
        private: inventory.private_variables(),
        max_output: options.max_output,
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
    let Typed { name, words, alias, opening, runbook, saved } = typed;
    let snippets = if shell == Shell::Sh { tasks::shells } else { Shells::default };
    let cx = Context::begin(Parts {
        options,
        inventory,
        pool,
        settings,
        step: name.to_owned(),
        words,
        alias,
        snippets,
        rehearsal,
        opening,
        runbook,
        saved,
    })?;
    // Nobody has named it, and it is not in sight.
    let notes = above.into_iter().chain(cx.inventory.notes.clone());
    for note in notes.filter(|_| cx.options.form() == Output::Text) {
        cx.report.inform(&note);
    }
    Ok(cx)
}

/// The first line of the sample marks it.
fn mark() -> &'static str {
    SAMPLE.lines().next().unwrap_or_default()
}

fn is_sample(text: &str) -> bool {
    text.lines().any(|line| line == mark())
}

/// What a rehearsal of the sample leaves aside: an inventory of one's own.
fn passed_over(options: &Options) -> Option<String> {
    let path = nearest().ok().filter(|_| options.rehearse && options.inventory.is_empty())?;
    let own = std::fs::read_to_string(&path).is_ok_and(|text| !is_sample(&text));
    let path = if is_here(&path) { Utf8PathBuf::from("hosts.toml") } else { path };
    own.then(|| format!("inventory: the sample; to rehearse your own: -i {path}"))
}

/// Refuses the sample except in rehearsal: its addresses may belong to other hosts of this network. Its first
/// line marks the sample, also in an edited copy.
fn not_the_sample(options: &Options, inventory: &Inventory) -> Result<(), Fault> {
    if options.rehearse || !is_sample(&inventory.text) {
        return Ok(());
    }
    let message = format!("{} is still the sample: its hosts are not yours", inventory.path);
    Err(Fault::usage(message).detail("it says", mark()).hint(
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

/// Reads the inventories of the flags, or the nearest `hosts.toml` above, which nobody else may have written: it names
/// commands to run here. In rehearsal the default is the sample.
pub(crate) fn inventory(options: &Options) -> Result<Inventory> {
    read(options, Some(failure::aside))
}

/// The same while a shell waits for candidates.
pub(crate) fn inventory_at_once(options: &Options) -> Result<Inventory> {
    read(options, None)
}

fn read(options: &Options, announce: Option<fn(&str)>) -> Result<Inventory> {
    let mut files = Vec::new();
    for path in &options.inventory {
        files.push(File { path: path.clone(), text: named(path)? });
    }
    if files.is_empty() && options.rehearse {
        return sample();
    }
    if files.is_empty() {
        let path = nearest()?;
        let text = believed(&path)?;
        files.push(File { path, text });
    }
    preferences::check(&Preferences::read(&files)?)?;
    let consent = Consent::of(&options.inventory);
    Ok(Inventory::load(&files, &Machine { consent, announce })?)
}

/// The text of an inventory that the person has named.
fn named(path: &Utf8Path) -> Result<String, Fault> {
    if path != STDIN {
        return std::fs::read_to_string(path).map_err(|error| unread(path, error));
    }
    if std::io::stdin().is_terminal() {
        let fault =
            Fault::usage("the inventory is to come from standard input, which is a terminal");
        return Err(fault.hint("pipe it in: PROGRAM | cargo xtask -i - hosts list; or name a file"));
    }
    // It can be read once only, and a resumed undo asks twice.
    static TEXT: OnceLock<String> = OnceLock::new();
    if let Some(text) = TEXT.get() {
        return Ok(text.clone());
    }
    let text = std::io::read_to_string(std::io::stdin()).map_err(|error| unread(path, error))?;
    if text.is_empty() {
        return Err(Fault::usage("the inventory from standard input is empty")
            .hint("look at the program that prints it"));
    }
    Ok(TEXT.get_or_init(|| text).clone())
}

/// The text of an inventory that the person has not named.
///
/// # Errors
/// Exit 2 when others may have written it; `-i` is the person's consent.
pub(crate) fn believed(path: &Utf8Path) -> Result<String, Fault> {
    trust::read_text(path).map_err(|error| match error.downcast::<Fault>() {
        Ok(fault) => fault
            .detail("inventory", path.as_str())
            .hint(format!("or, if you trust all who may write it, name it: -i {path}")),
        Err(error) => unread(path, error),
    })
}

fn unread(path: &Utf8Path, error: impl std::fmt::Display) -> Fault {
    Fault::usage(format!("cannot read the inventory {path}: {error}")).hint("name another: -i FILE")
}

/// The inventory that comes with the program.
pub(crate) fn sample() -> Result<Inventory> {
    let file = File { path: "hosts.toml (sample)".into(), text: SAMPLE.to_owned() };
    Ok(Inventory::load(&[file], &Machine::default())?)
}

/// The nearest `hosts.toml` in or above the current directory.
pub(crate) fn nearest() -> Result<Utf8PathBuf> {
    let here = std::env::current_dir().context("finding the current directory")?;
    let here = Utf8PathBuf::try_from(here).context("reading the current directory's name")?;
    let found = here.ancestors().map(|dir| dir.join("hosts.toml")).find(|path| path.is_file());
    let missing = || {
        Fault::usage(format!("no hosts.toml in {here} or above"))
            .hint("name one: -i FILE, or try without any: --rehearse")
    };
    Ok(found.ok_or_else(missing)?)
}

/// Whether a file is in the current directory.
fn is_here(path: &Utf8Path) -> bool {
    std::env::current_dir()
        .is_ok_and(|here| Some(here.as_path()) == path.parent().map(Utf8Path::as_std_path))
}
