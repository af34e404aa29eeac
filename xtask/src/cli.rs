//! What can be typed, and what it leads to.

use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};
use engine::data::fault::{Fault, Kind};
use engine::run::Options;
use engine::run::report::failure;

use crate::commands::{self, hosts, pcmd, rehearsal, runs};
use crate::setup;

/// Operations runbooks as typed, idempotent, parallel subcommands
///
/// Every documented step knows whether it is done, shows what it will do, does it on all hosts at
/// once, and proves that it worked.
///
/// Examples:
///   cargo xtask list
///   cargo xtask bk-upgrade paas -n
///   cargo xtask pcmd -m paas 'systemctl is-active bk-paas'
#[derive(Parser, Debug)]
#[command(
    name = "xtask",
    bin_name = "cargo xtask",
    version,
    verbatim_doc_comment,
    max_term_width = 100
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

#[derive(Subcommand, Debug)]
enum Command {
    /// List every step by runbook
    List,
    /// Show, check and name the hosts of the inventory
    #[command(subcommand)]
    Hosts(hosts::Command),
    Pcmd(pcmd::Args),
    /// Look at the throw-away hosts of `--rehearse`
    #[command(subcommand)]
    Rehearsal(rehearsal::Command),
    /// Look at recorded runs, check them, delete old ones
    #[command(subcommand)]
    Runs(runs::Command),
    #[command(flatten)]
    Step(Box<tasks::Step>),
}

/// Parses, runs, and gives the exit code.
pub(crate) fn main() -> u8 {
    let matches = match Cli::command().try_get_matches() {
        Ok(matches) => matches,
        Err(error) => {
            // Help and version are results; a closed pipe behind them is no failure.
            drop(error.print());
            return u8::try_from(error.exit_code()).unwrap_or(2);
        }
    };
    let name = name(&matches);
    let cli = match Cli::from_arg_matches(&matches) {
        Ok(cli) => cli,
        Err(error) => {
            drop(error.print());
            return 2;
        }
    };
    let color = cli.options.color;
    run(cli, &name).unwrap_or_else(|error| {
        failure::complain(&error, color);
        // An error before a run has begun has touched nothing: it is one of usage.
        error.downcast_ref::<Fault>().map_or(Kind::Usage, |fault| fault.kind).code()
    })
}

fn run(cli: Cli, name: &str) -> anyhow::Result<u8> {
    match cli.command {
        Command::List => commands::list::run(&Cli::command(), &cli.options),
        Command::Hosts(command) => hosts::run(cli.options, command),
        Command::Pcmd(args) => pcmd::run(cli.options, &args),
        Command::Rehearsal(command) => rehearsal::run(&cli.options, command),
        Command::Runs(command) => runs::run(&cli.options, command),
        Command::Step(step) => {
            let cx = setup::context(cli.options, name)?;
            let result = tasks::run(&cx, &step);
            Ok(cx.finish(result))
        }
    }
}

/// The words of the subcommand: `bk-upgrade paas`.
fn name(matches: &clap::ArgMatches) -> String {
    let mut words = Vec::new();
    let mut at = matches;
    while let Some((word, below)) = at.subcommand() {
        words.push(word);
        at = below;
    }
    words.join(" ")
}
