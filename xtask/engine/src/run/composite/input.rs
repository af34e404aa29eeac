//! The values of an environment: each is a flag, else a variable of hosts.toml.

use std::str::FromStr;

use anyhow::Result;
use clap::{Arg, ArgAction, ArgMatches, Command};

use super::Table;
use super::line::Line;
use crate::data::fault::Fault;
use crate::data::node_name::NodeName;
use crate::run::Context;

/// One value.
#[derive(Clone, Copy)]
pub struct Input {
    /// Its name in braces: `db_host`. The flag is `--db-host`.
    pub name: &'static str,
    /// Its variable in a script: `DB_HOST`.
    pub shell: &'static str,
    pub(super) shows: &'static str,
    pub(super) help: &'static str,
    pub(super) variable: &'static str,
    pub(super) sample: Option<&'static str>,
    what: Option<&'static str>,
    alias: Option<&'static str>,
    conflicts: Option<&'static str>,
    default: Option<&'static str>,
    check: Check,
}

/// A text as the value that it is (`03` is 3); the error says why it is none.
pub type Check = &'static (dyn Fn(&str) -> Result<String, String> + Send + Sync);

impl std::fmt::Debug for Input {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Input").field("name", &self.name).finish_non_exhaustive()
    }
}

impl Input {
    /// A value that is a `T`; `shows` stands for it in the help, `shell` in a script.
    pub const fn new<T: FromStr<Err: std::fmt::Display>>(
        name: &'static str,
        shell: &'static str,
        shows: &'static str,
        help: &'static str,
    ) -> Self {
        let check: Check =
            &|text| text.parse::<T>().map(|_| text.to_owned()).map_err(|error| error.to_string());
        Self::checked(name, shell, shows, help, check)
    }

    /// The same for a value that this check accepts.
    pub const fn checked(
        name: &'static str,
        shell: &'static str,
        shows: &'static str,
        help: &'static str,
        check: Check,
    ) -> Self {
        Self {
            name,
            shell,
            shows,
            help,
            variable: "",
            sample: None,
            what: None,
            alias: None,
            conflicts: None,
            default: None,
            check,
        }
    }

    /// Without the flag, this variable of hosts.toml.
    #[must_use]
    pub const fn variable(self, variable: &'static str) -> Self {
        Self { variable, ..self }
    }

    /// The flag takes HOST=VALUE, once for each host; `what` is such a value: `an IPv4 address`.
    #[must_use]
    pub const fn of_host(self, what: &'static str) -> Self {
        Self { what: Some(what), ..self }
    }

    /// The value that a script takes unless another one is given.
    #[must_use]
    pub const fn sample(self, sample: &'static str) -> Self {
        Self { sample: Some(sample), ..self }
    }

    /// The value without the flag and the variable.
    #[must_use]
    pub const fn default(self, default: &'static str) -> Self {
        Self { default: Some(default), sample: Some(default), ..self }
    }

    /// A former name of the flag.
    #[must_use]
    pub const fn alias(self, alias: &'static str) -> Self {
        Self { alias: Some(alias), ..self }
    }

    /// The flag cannot stand beside that of this input.
    #[must_use]
    pub const fn conflicts(self, other: &'static str) -> Self {
        Self { conflicts: Some(other), ..self }
    }

    pub(super) fn flag(&self) -> String {
        self.name.replace('_', "-")
    }

    /// Whether each host has a value of its own.
    pub(super) fn is_of_host(&self) -> bool {
        self.what.is_some()
    }

    /// The flag of the step that takes it in `line`: `--url` in `web page --url={console_url}`.
    pub(super) fn flag_of_step(&self, line: Line) -> String {
        let word =
            line.0.split_whitespace().find(|word| word.contains(&format!("={{{}}}", self.name)));
        let flag = word.and_then(|word| word.trim_start_matches('[').split('=').next());
        flag.unwrap_or("--").to_owned()
    }

    /// Whether it has a flag; the others are variables only.
    fn has_flag(&self) -> bool {
        !self.shows.is_empty()
    }

    fn arg(&'static self) -> Arg {
        let arg = Arg::new(self.name)
            .long(self.flag())
            .value_name(self.shows)
            .value_parser(|text: &str| self.read(text))
            .help(self.help);
        let arg = if self.what.is_some() { arg.action(ArgAction::Append) } else { arg };
        let arg = self.alias.map_or(arg.clone(), |alias| arg.alias(alias));
        self.conflicts.map_or(arg.clone(), |other| arg.conflicts_with(other))
    }

    /// A typed value, if it is one.
    fn read(&self, text: &str) -> Result<String, Fault> {
        let Some(what) = self.what else {
            return (self.check)(text).map_err(Fault::usage);
        };
        let (host, value) = text
            .split_once('=')
            .ok_or_else(|| Fault::usage(format!("`{text}` is not {}", self.shows)))?;
        let wrong = |_| Fault::usage(format!("`{value}` is not {what}"));
        let value = (self.check)(value).map_err(wrong)?;
        Ok(format!("{}={value}", host.parse::<NodeName>()?))
    }
}

/// The flags of a runbook's values.
pub(super) fn arguments(command: Command, inputs: &'static [Input]) -> Command {
    inputs.iter().filter(|input| input.has_flag()).fold(command, |all, input| all.arg(input.arg()))
}

/// The typed flags, by the names of their inputs; several values of one in their order.
pub(super) fn typed(matches: &ArgMatches, inputs: &'static [Input]) -> Vec<(&'static str, String)> {
    let of = |input: &'static Input| {
        let values = matches.get_many::<String>(input.name).into_iter().flatten().cloned();
        values.map(|value| (input.name, value))
    };
    inputs.iter().filter(|input| input.has_flag()).flat_map(of).collect()
}

/// The values of one run: typed ones, and those of hosts.toml.
#[derive(Debug, Clone, Copy)]
pub struct Given<'a> {
    /// The run.
    pub cx: &'a Context,
    /// Whether the stages that need values run at all: not with `--map`.
    pub wanted: bool,
    /// Whether the record of unfinished runs does not count: `--fresh`.
    pub(super) fresh: bool,
    /// The only host, if one is chosen.
    pub only: Option<&'a str>,
    pub(super) typed: &'a [(&'static str, String)],
    pub(super) table: &'static Table,
    pub(super) stages: &'a dyn Selected,
}

/// Whether a stage of this name runs.
pub(super) trait Selected: std::fmt::Debug {
    fn has(&self, stage: &str) -> bool;

    /// Whether both run, and the first one before the second one.
    fn is_before(&self, first: &str, second: &str) -> bool;
}

impl<'a> Given<'a> {
    /// Whether one of these stages runs.
    pub fn wants(&self, stages: &[&str]) -> bool {
        self.wanted && stages.iter().any(|stage| self.stages.has(stage))
    }

    /// Whether both stages run, the first one before the second one.
    pub fn runs_before(&self, first: &str, second: &str) -> bool {
        self.wanted && self.stages.is_before(first, second)
    }

    /// The typed values of a flag: of a value of hosts, those with this host.
    pub fn flag(&self, name: &str, host: Option<&str>) -> Option<&'a str> {
        let of_host = self.table.input(name).is_some_and(|input| input.what.is_some());
        let typed = self.typed.iter().rev().filter(|(known, _)| *known == name);
        typed.map(|(_, value)| value.as_str()).find_map(|value| match (of_host, host) {
            (false, _) => Some(value),
            (true, Some(host)) => value.strip_prefix(host)?.strip_prefix('='),
            (true, None) => None,
        })
    }

    /// Checks that the flag of a value of hosts names only these hosts.
    ///
    /// # Errors
    /// The first other name.
    pub fn named(&self, name: &str, hosts: &[&str]) -> Result<()> {
        let typed = self.typed.iter().filter(|(known, _)| *known == name);
        let mut named = typed.filter_map(|(_, value)| Some(value.split_once('=')?.0));
        let Some(other) = named.find(|host| !hosts.contains(host)) else { return Ok(()) };
        let what = format!("--{}: {other} is none of these hosts", name.replace('_', "-"));
        Err(Fault::usage(what).detail("there are", hosts.join(", ")).into())
    }

    /// The variable of hosts.toml, as it holds for the platform's own host, or for `host`.
    ///
    /// # Errors
    /// A value that is none, with its place.
    pub fn variable(&self, name: &str, host: Option<&str>) -> Result<Option<String>> {
        let Some(input) = self.table.input(name).filter(|input| !input.variable.is_empty()) else {
            return Ok(None);
        };
        let (value, of) = match host.filter(|_| input.what.is_some()).unwrap_or(self.table.role) {
            "" => (self.cx.inventory.vars.get(input.variable).cloned(), "in [vars]".to_owned()),
            host => {
                let host = self.cx.one_host(host)?;
                let value = host.entry().var(input.variable).map(str::to_owned);
                (value, format!("of host {}", host.name()))
            }
        };
        let wrong = |why| {
            let fault = Fault::usage(format!("variable `{}` {of}: {why}", input.variable));
            fault.detail("in", self.cx.inventory.path.as_str()).hint("correct it there")
        };
        Ok(value.map(|value| (input.check)(&value).map_err(wrong)).transpose()?)
    }

    /// The flag, else the variable, else the default.
    ///
    /// # Errors
    /// A value that is none, with its place.
    pub fn value(&self, name: &str, host: Option<&str>) -> Result<Option<String>> {
        match self.flag(name, host) {
            Some(value) => Ok(Some(value.to_owned())),
            None => {
                let default = || Some(self.table.input(name)?.default?.to_owned());
                Ok(self.variable(name, host)?.or_else(default))
            }
        }
    }

    /// The same for a value that must be there.
    pub(super) fn need(&self, name: &str, host: Option<&str>) -> Result<String> {
        let value = self.value(name, host)?;
        value.ok_or_else(|| {
            let (file, input) = (&self.cx.inventory.path, self.table.input(name));
            let flag =
                input.filter(|input| input.has_flag()).map(|input| format!("--{}", input.flag()));
            let variable = input.map_or("", |input| input.variable);
            let (what, hint) = match flag {
                Some(flag) if variable.is_empty() => {
                    (format!("{flag} is not given"), format!("give {flag}"))
                }
                Some(flag) => (
                    format!("neither {flag} nor the variable `{variable}` in {file} is given"),
                    format!("add it to [vars]: {variable} = \"...\"; or give {flag}"),
                ),
                None => (
                    format!("no variable `{variable}` in {file}"),
                    format!("add it to [vars]: {variable} = \"...\""),
                ),
            };
            Fault::usage(what).hint(hint).into()
        })
    }
}
