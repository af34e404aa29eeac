//! The typed words of a command line, with those of the environment.

use std::ffi::OsString;

use clap::error::ErrorKind;
use clap::parser::ValueSource;
use clap::{ArgMatches, CommandFactory as _};

use super::{Cli, whole};

/// Of flags that exclude each other a typed one wins over one of the environment.
pub(super) fn settled(
    mut cli: Cli,
    command: &mut clap::Command,
    matches: &ArgMatches,
) -> clap::error::Result<Cli> {
    let options = &mut cli.options;
    options.json &= !lost(matches, "json");
    options.quiet &= !lost(matches, "quiet");
    options.verbose &= !lost(matches, "verbose");
    if options.quiet && options.verbose {
        let words = "the argument '--quiet' cannot be used with '--verbose'";
        return Err(command.error(ErrorKind::ArgumentConflict, words));
    }
    Ok(cli)
}

/// Whether a flag comes from the environment, and a typed one excludes it.
fn lost(matches: &ArgMatches, id: &str) -> bool {
    let typed = |rival| matches.value_source(rival) == Some(ValueSource::CommandLine);
    matches.value_source(id) == Some(ValueSource::EnvVariable) && rival(id).is_some_and(typed)
}

/// The flag that excludes another one.
fn rival(id: &str) -> Option<&'static str> {
    Some(match id {
        "json" => "output",
        "output" => "json",
        "quiet" => "verbose",
        "verbose" => "quiet",
        _ => return None,
    })
}

/// Whether the command line or the environment has a flag, or one that excludes it.
pub(super) fn is_given(matches: &ArgMatches, id: &str) -> bool {
    let given = |id: &str| {
        let source = matches.value_source(id);
        matches!(source, Some(ValueSource::CommandLine | ValueSource::EnvVariable))
    };
    given(id) || rival(id).is_some_and(given)
}

/// The typed words, and those that the environment adds: another environment may resume the run.
pub(super) fn words(
    command: &clap::Command,
    matches: &ArgMatches,
    typed: Vec<String>,
) -> Vec<String> {
    let mut words = from(command, matches, ValueSource::EnvVariable);
    words.extend(typed);
    words
}

/// The flags of all commands that were typed, wherever they stand in the line.
pub(super) fn flags(command: &clap::Command, matches: &ArgMatches) -> Vec<String> {
    from(command, matches, ValueSource::CommandLine)
}

/// The words for the flags of all commands that come from one source.
fn from(command: &clap::Command, matches: &ArgMatches, source: ValueSource) -> Vec<String> {
    let mut words = Vec::new();
    for arg in command.get_arguments() {
        let id = arg.get_id().as_str();
        let Some(long) = arg.get_long() else { continue };
        if matches.value_source(id) != Some(source) || lost(matches, id) {
            continue;
        }
        if arg.get_action().takes_values() {
            let values = matches.get_raw(id).into_iter().flatten();
            words.extend(values.map(|value| format!("--{long}={}", value.to_string_lossy())));
        } else if matches.get_flag(id) {
            words.push(format!("--{long}"));
        }
    }
    words
}

/// The own arguments of the command in these words, without the flags that all commands share.
pub(crate) fn own(words: &[String]) -> Vec<(String, Vec<OsString>)> {
    let matches = Cli::command().try_get_matches_from(whole(words));
    // The command may be one whose file is not known here.
    let Ok(matches) = matches else {
        return vec![(String::new(), words.iter().map(OsString::from).collect())];
    };
    let shared = Cli::command();
    let shared: Vec<&str> = shared.get_arguments().map(|arg| arg.get_id().as_str()).collect();
    let mut leaf = &matches;
    while let Some((_, below)) = leaf.subcommand() {
        leaf = below;
    }
    let ids = leaf.ids().map(clap::Id::as_str).filter(|id| !shared.contains(id));
    let raw = |id| leaf.get_raw(id).into_iter().flatten().map(OsString::from).collect();
    ids.map(|id| (id.to_owned(), raw(id))).collect()
}

/// The words of the subcommand: `bk-upgrade paas`.
pub(super) fn name(matches: &ArgMatches) -> String {
    let mut words = Vec::new();
    let mut at = matches;
    while let Some((word, below)) = at.subcommand() {
        words.push(word);
        at = below;
    }
    words.join(" ")
}
