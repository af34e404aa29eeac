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
    let command = command.mut_args(|arg| with_values(arg, words));
    command.mut_subcommands(|command| below(command, words))
}

fn with_values(arg: Arg, words: &Arc<[OsString]>) -> Arg {
    let names = arg.get_value_names().unwrap_or_default();
    let source: Source = match names.first().map(|name| name.as_str()) {
        Some("HOSTSET") => hostset,
        Some("HOST" | "NODE") => host,
        Some("RUN") => run,
        Some("MODULE") if arg.get_long() == Some("module") => group,
        Some("FILE" | "PATH") => return arg.add(ArgValueCompleter::new(PathCompleter::file())),
        Some("DIR") => return arg.add(ArgValueCompleter::new(PathCompleter::dir())),
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

/// The newest runs, each with its step and state.
fn run(_words: &[OsString], typed: &str) -> Vec<CompletionCandidate> {
    let runs = store::all().unwrap_or_default();
    let newest = runs.iter().rev().filter(|run| run.id.starts_with(typed)).take(NEWEST);
    newest
        .enumerate()
        .map(|(place, run)| {
            let help = run.summary().ok().map(|summary| {
                let step =
                    summary.start.as_ref().map(|start| start.step.as_str()).unwrap_or_default();
                format!("{step}: {}", super::super::runs::state(&summary))
            });
            candidate(&run.id, help.unwrap_or_default()).display_order(Some(place))
        })
        .collect()
}

fn candidate(value: &str, help: String) -> CompletionCandidate {
    CompletionCandidate::new(value).help((!help.is_empty()).then(|| help.into()))
}
