//! `pcmd`: one command on many hosts; a corrected version of BlueKing's.

use std::io::IsTerminal as _;

use engine::data::fault::Fault;
use engine::run::Options;
use engine::run::pcmd::{self, Form};
use engine::text::{hostset, quote};
use engine::transport::launch::Shell;

use crate::setup::{self, Typed};

mod unquoted;

pub(crate) use self::unquoted::Unquoted;

/// Run one command on many hosts
///
/// Runs the command in the login shell of each host, with /dev/null as its input. The exit code is that
/// of the worst host; with exactly one host it is the command's own. A failing command of a list
/// (`false; true`) counts. In a pipe or a file each line of several hosts begins with its host.
///
/// Examples:
///   cargo xtask pcmd -m paas 'systemctl is-active bk-paas'
///   cargo xtask pcmd -w 'web[0-3]' -b 'cat /etc/os-release'
///   cargo xtask pcmd -m all -- printf '%s\n' 'kept   as   typed'
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub(crate) struct Args {
    /// A module of install.config, `module_project`, or `all`
    #[arg(short, long, value_name = "MODULE", conflicts_with = "addresses")]
    module: Option<String>,
    /// Hosts by address or name
    #[arg(
        short = 'H',
        long = "hosts",
        alias = "host-string",
        value_name = "IP,IP",
        conflicts_with = "only"
    )]
    addresses: Option<String>,
    /// Number of hosts at once, the same as --fanout
    #[arg(short, long, value_name = "N", value_parser = clap::value_parser!(u16).range(1..))]
    parallel: Option<u16>,
    /// Do not source BlueKing's load_env.sh before the command
    #[arg(long)]
    no_env: bool,
    /// Show lines as they come, with the host before each
    #[arg(short = 'L', long, conflicts_with = "fold")]
    live: bool,
    /// Group the output by host in a pipe or a file too, without the host before each line
    #[arg(long, conflicts_with = "live")]
    no_prefix: bool,
    /// Show equal outputs once, and the others as a diff against them
    #[arg(short = 'b', long)]
    fold: bool,
    /// Leave the output of a single host unchanged on a terminal, which obeys its escape sequences
    #[arg(long, conflicts_with_all = ["live", "fold"])]
    raw: bool,
    /// The command, as shell text
    #[arg(value_name = "COMMAND")]
    text: Option<String>,
    /// Words after an unquoted command; the error lists them
    #[arg(value_name = "MORE", hide = true)]
    more: Vec<String>,
    /// The command, as words that keep their quoting
    #[arg(last = true, value_name = "WORD")]
    words: Vec<String>,
}

pub(crate) fn run(mut options: Options, args: &Args, typed: Typed<'_>) -> anyhow::Result<u8> {
    let unquoted = Unquoted::of(&std::env::args().skip(1).collect::<Vec<_>>());
    accept(&options, args, unquoted.as_ref())?;
    let command = pcmd::command(args.text.as_deref(), &args.words)?;
    options.fanout = args.parallel.unwrap_or(options.fanout);
    let (only, exclude) = (options.only.take(), options.exclude.take());
    let form = match (args.live, args.fold) {
        (true, _) => Form::Live,
        (_, true) => Form::Folded,
        _ if args.raw => Form::Unchanged,
        _ if !args.no_prefix && !std::io::stdout().is_terminal() => Form::Prefixed,
        _ => Form::Grouped,
    };
    let inventory = setup::inventory(&options)?;
    let mut hosts = match (&args.module, &args.addresses, &only) {
        (Some(module), _, _) => hostset::module(&inventory, module)?,
        (None, Some(addresses), _) => hostset::resolve_address(&inventory, addresses)?,
        (None, None, Some(only)) => hostset::resolve(&inventory, only)?,
        (None, None, None) => {
            let fault = Fault::usage("no hosts: give -m MODULE, -H IP,IP or -w HOSTSET");
            return Err(fault.hint("all hosts: cargo xtask pcmd -m all 'uptime'").into());
        }
    };
    if let (Some(_), Some(only)) = (&args.module, &only) {
        let only = hostset::resolve(&inventory, only)?;
        hosts.retain(|host| only.contains(host));
    }
    if let Some(exclude) = &exclude {
        let exclude = hostset::resolve(&inventory, exclude)?;
        hosts.retain(|host| !exclude.contains(host));
    }
    if hosts.is_empty() {
        return Err(Fault::usage("no host is left to run on")
            .hint("see: cargo xtask hosts list")
            .into());
    }
    let names: Vec<String> = hosts.iter().map(|host| host.name.clone()).collect();
    if args.raw && names.len() > 1 {
        let fault =
            Fault::usage(format!("--raw is for a single host, and these are {}", names.len()));
        return Err(fault.hint("a pipe or a file gets the output unchanged without it").into());
    }
    let cx = setup::context_with(options, inventory, typed, Shell::Login)?;
    if let Some(unquoted) = unquoted
        && let Some(option) = unquoted.doubtful()
    {
        let line = unquoted.line()?;
        cx.note(&format!("`{option}` was taken as an option of pcmd; for the command:  {line}"));
    }
    pcmd::run(cx, &names, &command, !args.no_env, form)
}

/// Refuses options that `pcmd` lacks, and a command in several words.
fn accept(options: &Options, args: &Args, unquoted: Option<&Unquoted>) -> Result<(), Fault> {
    let explain = |fault: Fault| match unquoted {
        Some(unquoted) => unquoted.explain(fault),
        None => fault,
    };
    if options.dry_run || options.emit.is_some() {
        return Err(explain(Fault::usage("pcmd has no dry run")));
    }
    if options.batch.is_some() || options.max_fail.is_some() || options.gate {
        let fault = Fault::usage("pcmd has no batches: no --batch, --gate or --max-fail");
        return Err(fault.hint("one host after the other, to the last: -p 1"));
    }
    let (Some(text), false) = (&args.text, args.more.is_empty()) else { return Ok(()) };
    let fault = Fault::usage("the command must be one argument, or follow `--`");
    // Words that were taken for options are missing here.
    if unquoted.is_some() {
        return Err(explain(fault));
    }
    let line = [std::slice::from_ref(text), args.more.as_slice()].concat().join(" ");
    Err(fault.hint(format!("quote it: {}", quote::quote(&line)?)))
}
