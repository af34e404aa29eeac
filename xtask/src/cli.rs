//! The command line, and the work of each command.

mod line;
mod named;
mod resumed;
mod said;
mod saving;
mod words;

use std::ffi::OsString;

use camino::Utf8PathBuf;
use clap::parser::ValueSource;
use clap::{ArgMatches, CommandFactory as _, FromArgMatches as _, Parser, Subcommand};
use engine::data::fault::{Fault, Kind};
use engine::data::inventory::Inventory;
use engine::run::Options;
use engine::run::options::ColorWhen;
use engine::run::record::Opening;
use engine::run::report::failure;
use engine::run::saved::Saved;
use engine::transport::interrupt;
use engine::transport::trust::STDIN;
use tasks::list::{Step, Work};

use crate::commands::{
    self, again, apply, check, completions, hosts, init, man, new, pcmd, rehearsal, runs, undo,
};
use crate::setup::{self, Typed};
use line::{Line, Unread};
pub(crate) use named::inventories as named_inventories;
use resumed::{agreed, not_resumed, replaced};
use said::say;
pub(crate) use words::own;
use words::{name, settled, words};

/// Operations runbooks as typed, idempotent, parallel subcommands
///
/// Every documented step checks whether it is done, shows its plan, works on all hosts at once, and
/// verifies the result.
///
/// Examples:
///   cargo xtask list
///   cargo xtask bk-upgrade paas -n
///   cargo xtask pcmd -m paas 'systemctl is-active bk-paas'
#[derive(Parser, Debug)]
#[command(
    name = "xtask",
    bin_name = "cargo xtask",
    version = env!("XTASK_VERSION"),
    verbatim_doc_comment,
    max_term_width = 100,
    args_override_self = true
)]
#[command(
    disable_help_subcommand = true,
    subcommand_required = true,
    arg_required_else_help = true
)]
#[command(after_help = EXIT_CODES)]
pub(crate) struct Cli {
    #[command(flatten)]
    options: Options,
    #[command(subcommand)]
    command: Command,
}

const EXIT_CODES: &str = "\
Exit codes: 0 done · 1 an operation failed · 2 usage, nothing touched
            3 changes pending (-n --exit-code) · 4 unreachable
            5 stopped part-way · 6 refused by a guard · 7 locked
            124 time-out · 130, 143 interrupted";

// Only the typed command builds its arguments: a start costs the same with 30 steps and with 300.
#[derive(Subcommand, Debug)]
#[command(defer = true)]
enum Command {
    /// List every step by runbook
    List,
    /// Check your own steps
    Check(check::Args),
    /// Show, check and name the hosts of the inventory
    #[command(subcommand)]
    Hosts(hosts::Command),
    /// Write a hosts.toml from what this machine knows of the hosts
    Init(init::Args),
    /// Write a new step, or a new runbook
    New(new::Args),
    /// Print what a shell needs to complete steps, flags, hosts and runs
    Completions(completions::Args),
    /// Print the manual page of a command
    Man(man::Args),
    /// Run one command on many hosts
    Pcmd(pcmd::Args),
    /// Continue a run that stopped
    Resume(again::ResumeArgs),
    /// Continue a run on its open hosts: failed, unreachable, not reached
    Retry(again::RetryArgs),
    /// Do exactly what a saved plan shows
    Apply(apply::Args),
    /// Undo the changes of a run
    Undo(undo::Args),
    /// Show the throw-away hosts of `--rehearse`
    #[command(subcommand)]
    Rehearsal(rehearsal::Command),
    /// Show and check recorded runs, delete old ones
    #[command(subcommand)]
    Runs(runs::Command),
    #[command(flatten)]
    Step(tasks::list::Step),
}

/// Whether the program has a command of this name that is no runbook.
pub(crate) fn is_command(name: &str) -> bool {
    let is_runbook = tasks::RUNBOOKS.iter().any(|runbook| runbook.name == name);
    let is_own = tasks::own::runbooks().contains(&name);
    !is_runbook && !is_own && Command::has_subcommand(name)
}

/// The whole command line.
pub(crate) fn command() -> clap::Command {
    Cli::command()
}

/// Parses, runs, and gives the exit code.
pub(crate) fn main() -> u8 {
    if let Some(code) = completions::answer(command) {
        return code;
    }
    let typed: Vec<OsString> = std::env::args_os().collect();
    let behind = typed.get(1..).unwrap_or_default();
    setup::own::find(behind, behind, true);
    interrupt::outlive_file_limit();
    // The tree of commands takes most of a start: it is built once, and not dropped at the end.
    let command = Box::leak(Box::new(Cli::command()));
    let Line { words: given, alias, matches, flags } = match Line::read(command, typed) {
        Ok(line) => line,
        Err(Unread::Usage { error, words }) => return say(&error, command, &words),
        Err(Unread::Fault(fault)) => {
            failure::complain(&fault.into(), ColorWhen::Auto);
            return Kind::Usage.code();
        }
    };
    let (name, words) = (name(&matches), words(command, &matches, line::texts(&given)));
    let parsed = Cli::from_arg_matches(&matches).and_then(|cli| settled(cli, command, &matches));
    let cli = match parsed {
        Ok(cli) => cli,
        Err(error) => {
            drop(error.print());
            return 2;
        }
    };
    let color = cli.options.color;
    let (opening, saved) = (Opening::New, Saved::None);
    let typed = Typed { name: &name, words, alias, opening, runbook: None, saved };
    saving::of(&cli, &matches, typed).and_then(|typed| run(cli, typed, &flags)).unwrap_or_else(
        |error| {
            failure::complain(&error, color);
            // An error before the start of a run has touched nothing: it is one of usage.
            error.downcast_ref::<Fault>().map_or(Kind::Usage, |fault| fault.kind).code()
        },
    )
}

/// The start of a recorded run.
pub(crate) struct Past<'a> {
    /// Its command line.
    pub(crate) words: &'a [String],
    /// It was on throw-away hosts.
    pub(crate) rehearsal: bool,
    /// The plan that it follows.
    pub(crate) saved: Saved,
    /// The person consents to its inventories: the record is their own, or they have typed them now. The words of a
    /// plan may be those of somebody else.
    pub(crate) consents: bool,
    /// The inputs that are not those of the inventory of now, a line or a diff each.
    pub(crate) differences: &'a dyn Fn(&Inventory) -> anyhow::Result<Vec<String>>,
}

/// Runs the command line of an earlier process again, as a part of the same run: `words` are those of the past, with what was
/// typed now. Shows changed inputs, and continues only with consent. Consent is that of `now`, not of then.
pub(crate) fn again(
    words: Vec<String>,
    opening: Opening,
    past: Past<'_>,
    now: &Options,
) -> anyhow::Result<u8> {
    let recorded: Vec<OsString> = words.iter().map(OsString::from).collect();
    setup::own::find(&recorded, &recorded, past.consents);
    let parsed = Cli::command().try_get_matches_from(whole(&words)).and_then(|matches| {
        let mut cli = Cli::from_arg_matches(&matches)?;
        cli.options.inventory = named_in(&matches, cli.options.inventory);
        Ok((cli, name(&matches)))
    });
    let (mut cli, name) = parsed.map_err(|error| {
        Fault::usage("the recorded command line is no longer valid")
            .detail("it was", words.join(" "))
            .detail("clap", tasks::first_line(&error))
    })?;
    setup::same_hosts(&cli.options, past.rehearsal)?;
    cli.options.yes = now.yes;
    cli.options.accept_loss.clone_from(&now.accept_loss);
    cli.options.overrides.clone_from(&now.overrides);
    if !now.overrides.is_empty() {
        cli.options.reason.clone_from(&now.reason);
    }
    cli.options.inventory = replaced(inventories(past.words), cli.options.inventory);
    for path in cli.options.inventory.iter().filter(|path| !past.consents && *path != STDIN) {
        setup::believed(path)?;
    }
    let saved = past.saved;
    let typed = Typed { name: &name, words, alias: None, opening, runbook: None, saved };
    match cli.command {
        Command::Step(Step { lock, work: Work::Run(run) }) => {
            let inventory = setup::inventory(&cli.options)?;
            let differences = (past.differences)(&inventory)?;
            let typed = Typed { runbook: lock, ..typed };
            let cx = setup::context_of(cli.options, inventory, typed)?;
            let result = agreed(&cx, &differences).and_then(|()| run(&cx));
            Ok(cx.finish(result))
        }
        Command::Undo(args) => undo::run(cli.options, &args, typed),
        _ => Err(not_resumed(&name).into()),
    }
}

/// The words behind the program's name with it.
fn whole(words: &[String]) -> impl Iterator<Item = &str> {
    std::iter::once("xtask").chain(words.iter().map(String::as_str))
}

/// The runbook of the step in these words.
pub(crate) fn runbook(words: &[String]) -> Option<&'static str> {
    match Cli::try_parse_from(whole(words)).ok()?.command {
        Command::Step(step) => step.lock,
        _ => None,
    }
}

/// The inventories that these words name. The environment of now has no say in them.
pub(crate) fn inventories(words: &[String]) -> Vec<Utf8PathBuf> {
    let Ok(matches) = Cli::command().try_get_matches_from(whole(words)) else { return Vec::new() };
    let cli = Cli::from_arg_matches(&matches);
    cli.map(|cli| named_in(&matches, cli.options.inventory)).unwrap_or_default()
}

/// The inventories, if words name them and not the environment.
fn named_in(matches: &ArgMatches, inventories: Vec<Utf8PathBuf>) -> Vec<Utf8PathBuf> {
    let typed = matches.value_source("inventory") == Some(ValueSource::CommandLine);
    if typed { inventories } else { Vec::new() }
}

/// `flags` are those of all commands that were typed.
fn run(cli: Cli, typed: Typed<'_>, flags: &[String]) -> anyhow::Result<u8> {
    match cli.command {
        Command::Init(args) => init::run(&cli.options, &args),
        Command::New(args) => new::run(&cli.options, &args),
        Command::Check(args) => check::run(&cli.options, &args),
        Command::Completions(args) => completions::run(&args),
        Command::Man(args) => man::run(&args, command()),
        Command::List => commands::list::run(&cli.options),
        Command::Hosts(command) => hosts::run(cli.options, command, typed),
        Command::Resume(args) => again::resume(&cli.options, &args, flags),
        Command::Retry(args) => again::retry(&cli.options, &args, flags),
        Command::Apply(args) => apply::run(&cli.options, &args, flags),
        Command::Undo(args) => undo::run(cli.options, &args, typed),
        Command::Pcmd(args) => pcmd::run(cli.options, &args, typed),
        Command::Rehearsal(command) => rehearsal::run(&cli.options, command),
        Command::Runs(command) => runs::run(&cli.options, command),
        Command::Step(Step { work: Work::Print(print), .. }) => print(&cli.options).map(|()| 0),
        Command::Step(Step { lock, work: Work::Run(run) }) => {
            let cx = setup::context(cli.options, Typed { runbook: lock, ..typed })?;
            let result = run(&cx);
            Ok(cx.finish(result))
        }
    }
}
