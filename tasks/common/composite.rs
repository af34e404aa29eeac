//! The steps of all runbooks as command lines: the stages of a composite.

use clap::error::{ContextKind, ContextValue, ErrorKind};
use clap::{ArgMatches, Args};
use engine::prelude::*;
use engine::run::composite::{About, Steps};

use crate::list::{Access, Row};

/// The steps as stages of a composite: each is a command line.
pub(crate) const STEPS: Steps = Steps {
    about: |words| {
        let (row, _) = found(words)?;
        let reads = row.access != Access::Changes;
        Some(About { records: row.records, reads, no_return: row.no_return })
    },
    check: |words, open| match matches(words) {
        Ok((row, _)) => row.fault().map_or(Ok(()), |fault| Err(fault.clone())),
        Err(error) if missing(&error).is_some_and(|names| all_in(&names, open)) => Ok(()),
        Err(error) => Err(usage(&error)),
    },
    run: |cx, words| {
        let (row, matches) = matches(words).map_err(|error| usage(&error))?;
        match row.step(&matches).map_err(|error| usage(&error))?.work {
            crate::list::Work::Run(work) => work(cx),
            crate::list::Work::Print(work) => work(&cx.options),
        }
    },
};

/// The row that the first words name, and the number of these words.
pub(crate) fn found(words: &[&str]) -> Option<(&'static Row, usize)> {
    [2, 1].into_iter().find_map(|count| Some((crate::row(words.get(..count)?)?, count)))
}

/// Reads a command line, without the program and the common options.
fn matches(words: &[String]) -> clap::error::Result<(&'static Row, ArgMatches)> {
    let names: Vec<&str> = words.iter().map(String::as_str).collect();
    let unknown = || clap::Error::new(ErrorKind::InvalidSubcommand);
    let (row, count) = found(&names).ok_or_else(unknown)?;
    let command = row.command().no_binary_name(true);
    Ok((row, command.try_get_matches_from(&words[count..])?))
}

/// The typed arguments of a command line, without its first words and the common options.
///
/// # Errors
/// The first line of clap's error.
pub(crate) fn words<A: Args>(words: &[String]) -> Result<A, Fault> {
    let (_, matches) = matches(words).map_err(|error| usage(&error))?;
    A::from_arg_matches(&matches).map_err(|error| usage(&error))
}

/// The first line of clap's error.
fn usage(error: &clap::Error) -> Fault {
    Fault::usage(first_line(error))
}

/// What clap's error says, in one line: with the names of missing arguments.
pub fn first_line(error: &clap::Error) -> String {
    let text = error.to_string();
    let line = text.lines().next().unwrap_or_default();
    let line = line.strip_prefix("error: ").unwrap_or(line);
    let names = missing(error).map(|names| format!(" {}", names.join(", ")));
    format!("{line}{}", names.unwrap_or_default())
}

/// The arguments that must be there and are not: `--level <N>`.
fn missing(error: &clap::Error) -> Option<Vec<String>> {
    let is_missing = error.kind() == ErrorKind::MissingRequiredArgument;
    match error.get(ContextKind::InvalidArg).filter(|_| is_missing)? {
        ContextValue::Strings(names) => Some(names.clone()),
        ContextValue::String(name) => Some(vec![name.clone()]),
        _ => None,
    }
}

/// Whether one of these words brings each of the missing arguments: `--level={level}`, or `{dir}` by its place.
fn all_in(missing: &[String], words: &[&str]) -> bool {
    let is_flag = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let brings = |name: &str, word: &str| match word.split_once('=') {
        Some((flag, _)) => name.split(|c| !is_flag(c)).any(|part| part == flag),
        None => !name.starts_with("--"),
    };
    missing.iter().all(|name| words.iter().any(|word| brings(name, word)))
}
