//! The command line of a composite: stages, hosts, time, and the values of its environment.

use std::marker::PhantomData;
use std::time::Duration;

use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::error::Error;
use clap::{Arg, ArgAction, ArgMatches, Command, FromArgMatches};

use super::input::{self, Selected};
use super::table::has_turns;
use super::{Composite, Scope, Stage};
use crate::data::fault::Fault;
use crate::data::node_name::NodeName;
use crate::data::span::Span;

/// The arguments of a composite.
#[derive(Debug)]
pub struct Args<C> {
    pub(super) selection: Selection,
    /// The only host.
    pub(super) only: Option<NodeName>,
    pub(super) map: bool,
    pub(super) script: bool,
    pub(super) window: Option<Duration>,
    pub(super) over_budget: bool,
    /// The order of the document.
    pub(super) doc_order: bool,
    pub(super) typed: Vec<(&'static str, String)>,
    of: PhantomData<fn() -> C>,
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
    pub(super) fn order<C: Composite>(&self) -> impl Iterator<Item = &'static Stage<C>> {
        self.names.iter().filter_map(|name| C::STAGES.iter().find(|stage| stage.name == *name))
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

impl<C: Composite> Args<C> {
    /// Whether a run with these arguments can change hosts: `--map` cannot.
    pub fn changes(&self) -> bool {
        !self.map
    }

    /// Whether only the script is wanted.
    pub fn is_script(&self) -> bool {
        self.script
    }
}

fn stages<C: Composite>() -> PossibleValuesParser {
    C::STAGES.iter().map(|stage| PossibleValue::new(stage.name).help(stage.help)).into()
}

fn flag(name: &'static str, help: &'static str) -> Arg {
    Arg::new(name).long(name).action(ArgAction::SetTrue).help(help)
}

/// The flag of the choice of a host: `only-node`.
fn only<C: Composite>() -> Arg {
    let (host, shows) = (C::HOST, C::HOST.to_uppercase());
    let has_platform = C::STAGES.iter().any(|stage| stage.scope != Scope::Each);
    let rest = if has_platform { ", and the stages of the platform for it" } else { "" };
    Arg::new("only-host")
        .long(format!("only-{host}"))
        .value_name(shows)
        .value_parser(clap::value_parser!(NodeName))
        .help(format!("Only this {host}{rest}"))
}

impl<C: Composite> clap::Args for Args<C> {
    fn augment_args(command: Command) -> Command {
        let stage =
            |name: &'static str| Arg::new(name).value_name("STAGE").value_parser(stages::<C>());
        let long = |name: &'static str| stage(name).long(name).hide_possible_values(true);
        let command = command
            .about(C::HELP)
            .arg(stage("stage").conflicts_with("from").help("Only this stage"))
            .arg(
                long("only-stage")
                    .conflicts_with_all(["from", "stage"])
                    .help("Only this stage, as a flag"),
            )
            .arg(long("from").help("This stage and all after it"));
        let command = match has_turns::<C>() {
            true => command.arg(only::<C>()),
            false => command.arg(
                long("until")
                    .conflicts_with_all(["stage", "only-stage"])
                    .help("This stage and all before it"),
            ),
        };
        let command = match C::DOC_ORDER {
            [] => command,
            _ => command.arg(flag("doc-order", "In the order of the document, with its warnings")),
        };
        let excluded = ["map", "stage", "only-stage", "from", "only-host", "until", "doc-order"];
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
                    .help(
                        "Start nothing that cannot be finished and undone in this time: 90m, 1h30m",
                    ),
            )
            .arg(
                flag("over-budget", "Continue although the window is too short").requires("window"),
            );
        input::arguments(command, C::INPUTS)
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl<C: Composite> FromArgMatches for Args<C> {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, Error> {
        let text = |name: &str| matches.try_get_one::<String>(name).ok().flatten().cloned();
        let doc_order = !C::DOC_ORDER.is_empty() && matches.get_flag("doc-order");
        Ok(Self {
            selection: Selection {
                names: match doc_order {
                    true => C::DOC_ORDER.iter().map(|(name, _)| *name).collect(),
                    false => C::STAGES.iter().map(|stage| stage.name).collect(),
                },
                only: text("stage").or_else(|| text("only-stage")),
                from: text("from"),
                until: text("until"),
            },
            only: matches.try_get_one::<NodeName>("only-host").ok().flatten().cloned(),
            doc_order,
            map: matches.get_flag("map"),
            script: matches.get_flag("script"),
            window: matches.get_one::<Span>("window").map(|span| span.0),
            over_budget: matches.get_flag("over-budget"),
            typed: input::typed(matches, C::INPUTS),
            of: PhantomData,
        })
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}
