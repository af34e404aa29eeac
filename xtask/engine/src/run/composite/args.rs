//! The command line of a composite: stages, hosts, time, and the values of its environment.

use std::time::Duration;

use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::{Arg, ArgAction, ArgMatches, Command};

use super::input::{self, Selected};
use super::{Scope, Stage, Table};
use crate::data::fault::Fault;
use crate::data::node_name::NodeName;
use crate::data::span::Span;

/// The flags that every composite can have, beside those of its inputs.
pub const FLAGS: [&str; 11] = [
    "doc-order",
    "from",
    "fresh",
    "map",
    "only-host",
    "only-stage",
    "over-budget",
    "script",
    "stage",
    "until",
    "window",
];

/// The arguments of a composite.
#[derive(Debug)]
pub struct Args {
    pub(super) table: &'static Table,
    pub(super) selection: Selection,
    /// The only host.
    pub(super) only: Option<NodeName>,
    /// All stages of each host, also those that an unfinished run has finished.
    pub(super) fresh: bool,
    pub(super) map: bool,
    pub(super) script: bool,
    pub(super) window: Option<Duration>,
    pub(super) over_budget: bool,
    /// The order of the document.
    pub(super) doc_order: bool,
    pub(super) typed: Vec<(&'static str, String)>,
}

/// The selected stages.
#[derive(Debug, Clone)]
pub(super) struct Selection {
    /// All of them, in order.
    names: Vec<&'static str>,
    only: Option<String>,
    from: Option<String>,
    until: Option<String>,
}

impl Selection {
    /// The place of a stage in the order of this run.
    fn place(&self, stage: &str) -> Option<usize> {
        self.names.iter().position(|name| *name == stage)
    }

    /// Refuses a selection without a stage.
    pub(super) fn check(&self) -> Result<(), Fault> {
        let known = |stage: &&String| self.place(stage).is_none();
        if let Some(stage) = [&self.only, &self.from, &self.until].into_iter().flatten().find(known)
        {
            return Err(Fault::usage(format!("the order of the document has no {stage}"))
                .hint("leave out --doc-order, or choose another stage"));
        }
        match (&self.from, &self.until) {
            (Some(from), Some(until)) if self.place(from) > self.place(until) => {
                Err(Fault::usage(format!("no stage is left: {from} comes after {until}"))
                    .hint("--from names the first stage, --until the last one"))
            }
            _ => Ok(()),
        }
    }

    /// Whether one stage was selected by its name.
    pub(super) fn is_only(&self) -> bool {
        self.only.is_some()
    }

    /// All stages, selected or not, in their order.
    pub(super) fn order(&self, table: &Table) -> impl Iterator<Item = &'static Stage> {
        self.names.iter().filter_map(|name| table.stage(name))
    }
}

impl Selected for Selection {
    fn has(&self, stage: &str) -> bool {
        let place = |stage: &str| self.place(stage);
        match &self.only {
            Some(only) => only == stage,
            None => {
                place(stage).is_some()
                    && self.from.as_ref().is_none_or(|from| place(stage) >= place(from))
                    && self.until.as_ref().is_none_or(|until| place(stage) <= place(until))
            }
        }
    }

    fn is_before(&self, first: &str, second: &str) -> bool {
        self.has(first) && self.has(second) && self.place(first) < self.place(second)
    }
}

impl Args {
    /// Reads the arguments of a composite.
    pub fn read(table: &'static Table, matches: &ArgMatches) -> Self {
        let text = |name: &str| matches.try_get_one::<String>(name).ok().flatten().cloned();
        let doc_order = !table.doc_order.is_empty() && matches.get_flag("doc-order");
        Self {
            table,
            selection: Selection {
                names: match doc_order {
                    true => table.doc_order.iter().map(|(name, _)| *name).collect(),
                    false => table.stages.iter().map(|stage| stage.name).collect(),
                },
                only: text("stage").or_else(|| text("only-stage")),
                from: text("from"),
                until: text("until"),
            },
            only: matches.try_get_one::<NodeName>("only-host").ok().flatten().cloned(),
            doc_order,
            fresh: table.is_recorded() && matches.get_flag("fresh"),
            map: matches.get_flag("map"),
            script: matches.get_flag("script"),
            window: matches.get_one::<Span>("window").map(|span| span.0),
            over_budget: matches.get_flag("over-budget"),
            typed: input::typed(matches, table.inputs),
        }
    }

    /// Whether a run with these arguments can change hosts: `--map` cannot.
    pub fn changes(&self) -> bool {
        !self.map
    }

    /// Whether some stages or hosts are chosen.
    pub(super) fn selects(&self) -> bool {
        let Selection { only, from, until, .. } = &self.selection;
        only.is_some() || from.is_some() || until.is_some() || self.only.is_some()
    }

    /// Whether only the script is wanted.
    pub fn is_script(&self) -> bool {
        self.script
    }
}

fn stages(table: &Table) -> PossibleValuesParser {
    table.stages.iter().map(|stage| PossibleValue::new(stage.name).help(stage.help)).into()
}

fn flag(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).action(ArgAction::SetTrue).help(help)
}

/// The flag of the choice of a host: `only-node`.
fn only(table: &Table) -> Arg {
    let (host, shows) = (table.host, table.host.to_uppercase());
    let has_platform = table.stages.iter().any(|stage| stage.scope != Scope::Each);
    let rest = if has_platform { ", and the stages of the platform for it" } else { "" };
    Arg::new("only-host")
        .long(format!("only-{host}"))
        .value_name(shows)
        .value_parser(clap::value_parser!(NodeName))
        .help(format!("Only this {host}{rest}"))
}

/// Adds the arguments of a composite, and its help.
pub fn arguments(table: &'static Table, command: Command) -> Command {
    let stage = |name: &'static str| Arg::new(name).value_name("STAGE").value_parser(stages(table));
    let long = |name: &'static str| stage(name).long(name).hide_possible_values(true);
    let command = command
        .about(table.help)
        .arg(stage("stage").conflicts_with("from").help("Only this stage"))
        .arg(
            long("only-stage")
                .conflicts_with_all(["from", "stage"])
                .help("Only this stage, as a flag"),
        )
        .arg(long("from").help("This stage and all after it"));
    let command = match table.has_turns() {
        true => command.arg(only(table)),
        false => command.arg(
            long("until")
                .conflicts_with_all(["stage", "only-stage"])
                .help("This stage and all before it"),
        ),
    };
    let command = match table.doc_order {
        [] => command,
        _ => command.arg(flag("doc-order", "In the order of the document, with its warnings")),
    };
    let command = match table.is_recorded() {
        true => command.arg(flag(
            "fresh",
            "All stages of each host, also those that an unfinished run has finished",
        )),
        false => command,
    };
    let excluded =
        ["map", "stage", "only-stage", "from", "only-host", "until", "doc-order", "fresh"];
    let known = |name: &&str| command.get_arguments().any(|arg| arg.get_id() == *name);
    let excluded: Vec<&str> =
        excluded.into_iter().filter(|name| *name == "map" || known(name)).collect();
    let command = command
        .arg(flag("map", "Show the finished and the next stages, and do nothing"))
        .arg(
            flag("script", "Print the stages as a script for sh, and do nothing")
                .conflicts_with_all(excluded),
        )
        .arg(
            Arg::new("window")
                .long("window")
                .value_name("TIME")
                .value_parser(clap::value_parser!(Span))
                .help("Start nothing that cannot be finished and undone in this time: 90m, 1h30m"),
        )
        .arg(flag("over-budget", "Continue although the window is too short").requires("window"));
    input::arguments(command, table.inputs)
}
