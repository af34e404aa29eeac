//! The steps of all runbooks as command lines: the stages of a composite.

use clap::error::ErrorKind;
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
    check: |words| match matches(words) {
        Ok((row, _)) => row.fault().map_or(Ok(()), |fault| Err(fault.clone())),
        Err(error) if error.kind() == ErrorKind::MissingRequiredArgument => Ok(()),
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
    let text = error.to_string();
    let line = text.lines().next().unwrap_or_default();
    Fault::usage(line.strip_prefix("error: ").unwrap_or(line))
}
