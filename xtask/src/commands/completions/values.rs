//! The values of arguments, by the name that the help has for them: `HOSTSET`, `RUN`.

use std::collections::BTreeSet;
use std::ffi::{OsStr, OsString};
use std::sync::Arc;

use clap::{Arg, Command, FromArgMatches as _};
use clap_complete::engine::{ArgValueCompleter, CompletionCandidate, PathCompleter};
use engine::data::inventory::Inventory;
use engine::run::Options;
use engine::run::record::store;
use engine::text::quote;
use engine::transport::trust::STDIN;

use crate::commands::past::{self, Aim, Run};
use crate::commands::runs::state;
use crate::setup::{self, preferences};

/// A source of candidates for what is typed so far.
type Source = fn(&[OsString], &str) -> Vec<CompletionCandidate>;

/// The command with the values of all its arguments.
pub(super) fn completed(command: Command, words: &[OsString]) -> Command {
    let words: Arc<[OsString]> = words.into();
    let mut command = below(command, &words);
    let aliases: Vec<Command> = aliases(&words).filter_map(|it| stood_for(&command, it)).collect();
    command = command.subcommands(aliases);
    command
}

/// The aliases of the inventory that the typed words name.
fn aliases(words: &[OsString]) -> impl Iterator<Item = (String, Vec<String>)> + use<> {
    let known = options(words).and_then(|options| preferences::of_flags(&options).ok());
    let aliases = known.unwrap_or_default().aliases;
    aliases.into_iter().map(|(name, alias)| (name, alias.words))
}

/// A command with the name of the alias, and the arguments of what it stands for.
fn stood_for(command: &Command, (name, words): (String, Vec<String>)) -> Option<Command> {
    let mut plain = words.iter().skip_while(|word| command.find_subcommand(word).is_none());
    let mut target = command.find_subcommand(plain.next()?)?;
    while let Some(below) = plain.next().and_then(|word| target.find_subcommand(word)) {
        target = below;
    }
    Some(target.clone().name(name).about(quote::join(&words).ok()?))
}

fn below(command: Command, words: &Arc<[OsString]>) -> Command {
    let mut command = command;
    // Deferred arguments are there afterwards.
    command.build();
    let name = command.get_name().to_owned();
    let command = command.mut_args(|arg| with_values(&name, arg, words));
    command.mut_subcommands(|command| below(command, words))
}

/// The argument of the command `of` with its values.
fn with_values(of: &str, arg: Arg, words: &Arc<[OsString]>) -> Arg {
    let names = arg.get_value_names().unwrap_or_default();
    let name = names.first().map(|name| name.as_str()).unwrap_or_default();
    let source: Source = match (name, of) {
        ("HOSTSET", _) => hostset,
        ("HOST" | "NODE", _) => host,
        ("CLUSTER", _) => cluster,
        ("RUN", "undo") => |_, typed| runs(past::newest(Some(Aim::Undo), typed)),
        ("RUN", "resume") => |_, typed| runs(past::newest(Some(Aim::Resume), typed)),
        ("RUN", "retry") => |_, typed| {
            let open = past::newest(Some(Aim::Resume), typed);
            runs(open.filter(|run| !run.summary.open.is_empty()))
        },
        ("RUN", _) => |_, typed| runs(past::newest(None, typed)),
        ("COMMAND", "man") => command_word,
        ("TEXT", "list") if arg.get_long() == Some("step") => step,
        ("MODULE", _) if arg.get_long() == Some("module") => group,
        ("FILE" | "PATH" | "PLAN", _) => {
            return arg.add(ArgValueCompleter::new(PathCompleter::file()));
        }
        ("DIR", _) => return arg.add(ArgValueCompleter::new(PathCompleter::dir())),
        _ => return arg,
    };
    let words = Arc::clone(words);
    arg.add(ArgValueCompleter::new(move |typed: &OsStr| {
        typed.to_str().map(|typed| source(&words, typed)).unwrap_or_default()
    }))
}

/// The shared flags in the typed words.
fn options(words: &[OsString]) -> Option<Options> {
    let matches = crate::cli::command().ignore_errors(true).try_get_matches_from(words).ok()?;
    Options::from_arg_matches(&matches).ok()
}

/// The inventory that the typed words name.
fn inventory(words: &[OsString]) -> Option<Inventory> {
    let options = options(words)?;
    // Standard input is that of the shell.
    let stdin = options.inventory.iter().any(|path| path == STDIN);
    if stdin { None } else { setup::inventory_at_once(&options).ok() }
}

/// Hosts, and groups behind `@`; of a list the last part.
fn hostset(words: &[OsString], typed: &str) -> Vec<CompletionCandidate> {
    let Some(inventory) = inventory(words) else { return Vec::new() };
    let (before, part) = typed.split_at(typed.rfind([',', '&', '!']).map_or(0, |at| at + 1));
    let taken: BTreeSet<&str> = before.split(',').collect();
    let groups = inventory.groups.iter().map(|group| {
        let help = engine::text::hostset::fold(inventory.members(group));
        (format!("@{}", group.name), help)
    });
    let hosts = inventory.hosts.iter().map(|host| (host.name.clone(), host.target().to_owned()));
    let all = std::iter::once(("@all".to_owned(), "every host".to_owned()));
    hosts
        .chain(all)
        .chain(groups)
        .filter(|(name, _)| name.starts_with(part) && !taken.contains(name.as_str()))
        .map(|(name, help)| candidate(&format!("{before}{name}"), help))
        .collect()
}

/// One host.
fn host(words: &[OsString], typed: &str) -> Vec<CompletionCandidate> {
    let hosts = inventory(words).map(|inventory| inventory.hosts).unwrap_or_default();
    let hosts = hosts.iter().filter(|host| host.name.starts_with(typed));
    hosts.map(|host| candidate(&host.name, host.target().to_owned())).collect()
}

/// A group without its `@`.
fn group(words: &[OsString], typed: &str) -> Vec<CompletionCandidate> {
    let Some(inventory) = inventory(words) else { return Vec::new() };
    let groups = inventory.groups.iter().filter(|group| group.name.starts_with(typed));
    let help = |group| engine::text::hostset::fold(inventory.members(group));
    groups.map(|group| candidate(&group.name, help(group))).collect()
}

/// The number of runs to choose from.
const NEWEST: usize = 30;

/// The newest of these runs, each with its step and state.
fn runs(found: impl Iterator<Item = Run>) -> Vec<CompletionCandidate> {
    let newest = found.take(NEWEST).enumerate();
    newest
        .map(|(place, run)| {
            let start = run.summary.start.as_ref();
            let step = start.map(|start| start.step.as_str()).unwrap_or_default();
            let help = format!("{step}: {}", state(&run.summary));
            candidate(&run.at.id, help).display_order(Some(place))
        })
        .collect()
}

/// A step of a recorded run.
fn step(_words: &[OsString], typed: &str) -> Vec<CompletionCandidate> {
    let heads = store::all().unwrap_or_default().into_iter().filter_map(|run| run.head);
    let steps: BTreeSet<String> = heads.map(|head| head.step).collect();
    let steps = steps.iter().filter(|step| step.starts_with(typed));
    steps.map(|step| candidate(step, String::new())).collect()
}

/// A cluster.
fn cluster(words: &[OsString], typed: &str) -> Vec<CompletionCandidate> {
    let clusters = inventory(words).map(|inventory| inventory.clusters).unwrap_or_default();
    let clusters = clusters.iter().filter(|cluster| cluster.name.starts_with(typed));
    clusters.map(|cluster| candidate(&cluster.name, String::new())).collect()
}

/// The next word of a command behind `man`.
fn command_word(words: &[OsString], typed: &str) -> Vec<CompletionCandidate> {
    let mut command = crate::cli::command();
    command.build();
    let behind = words.iter().skip_while(|word| *word != "man").skip(1);
    let words: Vec<&OsString> = behind.collect();
    let named = words.split_last().map(|(_, before)| before).unwrap_or_default();
    let at = named.iter().try_fold(&command, |at, word| at.find_subcommand(word));
    let below = at.into_iter().flat_map(Command::get_subcommands);
    below
        .filter(|command| !command.is_hide_set() && command.get_name().starts_with(typed))
        .map(|command| {
            let about = command.get_about().map(ToString::to_string).unwrap_or_default();
            candidate(command.get_name(), about)
        })
        .collect()
}

fn candidate(value: &str, help: String) -> CompletionCandidate {
    CompletionCandidate::new(value).help((!help.is_empty()).then(|| help.into()))
}
