//! A command line as a whole: an alias in it is expanded once, and the defaults of `[defaults]` are in it.

use std::ffi::OsString;

use clap::error::ErrorKind;
use clap::{ArgMatches, Args as _, Command, FromArgMatches as _};
use engine::data::fault::Fault;
use engine::data::inventory::Preferences;
use engine::run::Options;
use engine::run::report::failure;

use super::named::inventories;
use super::words::{self, is_given};
use crate::setup::preferences;

/// Flags that `pcmd` refuses.
const STEPS_ONLY: [&str; 3] = ["batch", "max-fail", "gate"];

/// Commands that need no inventory: a mistake in one does not stop them.
const WITHOUT_HOSTS: [&str; 6] = ["list", "runs", "man", "completions", "check", "new"];

/// A command line.
#[derive(Debug)]
pub(super) struct Line {
    /// All words, the program first.
    pub(super) words: Vec<OsString>,
    /// The alias that was expanded in it.
    pub(super) alias: Option<String>,
    pub(super) matches: ArgMatches,
    /// The flags of all commands in it, without those of `[defaults]`.
    pub(super) flags: Vec<String>,
}

/// The reason why a command line is not run.
#[derive(Debug)]
pub(super) enum Unread {
    /// The help was asked for, or the words are wrong.
    Usage {
        /// What to show.
        error: clap::Error,
        /// All words, the program first.
        words: Vec<OsString>,
    },
    /// The tables are wrong.
    Fault(Fault),
}

impl Unread {
    /// The same with the alias, unless the help was asked for.
    fn of(self, alias: &str) -> Self {
        match self {
            Self::Usage { error, words } if error.use_stderr() => {
                let text = error.to_string();
                let first = text.lines().next().unwrap_or_default().trim_start_matches("error: ");
                let line = texts(&words).join(" ");
                let fault = Fault::usage(format!("alias {alias}: {first}"));
                let fault = fault.detail("the whole line is", format!("cargo xtask {line}"));
                Self::Fault(fault.hint("an alias stands for a command, and for no other alias"))
            }
            other => other,
        }
    }
}

impl From<Fault> for Unread {
    fn from(fault: Fault) -> Self {
        Self::Fault(fault)
    }
}

impl Line {
    /// Reads the words.
    ///
    /// # Errors
    /// As [`Unread`] says.
    pub(super) fn read(command: &mut Command, typed: Vec<OsString>) -> Result<Self, Unread> {
        let mut line = match command.try_get_matches_from_mut(&typed) {
            Ok(matches) => Self { words: typed, alias: None, matches, flags: Vec::new() },
            Err(error) if error.kind() == ErrorKind::InvalidSubcommand => {
                let Some((alias, words)) = expanded(&typed)? else {
                    return Err(Unread::Usage { error, words: typed });
                };
                let matches = matches(command, &words).map_err(|unread| unread.of(&alias))?;
                Self { words, alias: Some(alias), matches, flags: Vec::new() }
            }
            Err(error) => return Err(Unread::Usage { error, words: typed }),
        };
        line.flags = words::flags(command, &line.matches);
        let defaults = defaults(&line.matches)?;
        if !defaults.is_empty() {
            line.words.splice(1..1, defaults);
            line.matches = matches(command, &line.words)?;
        }
        Ok(line)
    }
}

fn matches(command: &mut Command, words: &[OsString]) -> Result<ArgMatches, Unread> {
    let usage = |error| Unread::Usage { error, words: words.to_vec() };
    command.try_get_matches_from_mut(words).map_err(usage)
}

/// The words behind the program as texts.
pub(super) fn texts(words: &[OsString]) -> Vec<String> {
    words.iter().skip(1).map(|word| word.to_string_lossy().into_owned()).collect()
}

/// The alias that stands in the place of the command, and the words with what it stands for.
fn expanded(words: &[OsString]) -> Result<Option<(String, Vec<OsString>)>, Fault> {
    let shared =
        Options::augment_args(clap::Command::new("xtask")).allow_external_subcommands(true);
    let Ok(matches) = shared.try_get_matches_from(words) else { return Ok(None) };
    let Some((name, behind)) = matches.subcommand() else { return Ok(None) };
    let behind: Vec<&OsString> = behind.get_many("").into_iter().flatten().collect();
    let Ok(mut options) = Options::from_arg_matches(&matches) else { return Ok(None) };
    if options.inventory.is_empty() {
        options.inventory = inventories(behind.iter().copied());
    }
    let mut known = preferences::of_flags(&options)?;
    let Some(alias) = known.aliases.remove(name) else { return Ok(None) };
    let at = words.len() - behind.len() - 1;
    let middle = alias.words.iter().map(OsString::from);
    let end = behind.into_iter().cloned();
    let all = words[..at].iter().cloned().chain(middle).chain(end).collect();
    Ok(Some((name.to_owned(), all)))
}

/// The words for the defaults of flags that neither the command line nor the environment has.
fn defaults(matches: &ArgMatches) -> Result<Vec<OsString>, Fault> {
    let Ok(options) = Options::from_arg_matches(matches) else { return Ok(Vec::new()) };
    let known = preferences::of_flags(&options);
    let command = matches.subcommand_name();
    let known = match command.filter(|name| WITHOUT_HOSTS.contains(name)) {
        Some(_) => known.unwrap_or_else(|fault| {
            failure::aside(&format!("no defaults and aliases: {}", fault.message));
            Preferences::default()
        }),
        None => known?,
    };
    let Preferences { defaults, .. } = known;
    let pcmd = command == Some("pcmd");
    let fits = |flag: &str| !(pcmd && STEPS_ONLY.contains(&flag));
    let open = defaults
        .iter()
        .filter(|(flag, _)| fits(flag) && !is_given(matches, &flag.replace('-', "_")));
    // They are checked.
    let word = |(flag, setting): (&String, _)| preferences::word(flag, setting).ok().flatten();
    Ok(open.filter_map(word).map(OsString::from).collect())
}
