//! The command line of a composite: stages, hosts, time, and the values of its environment.

use std::marker::PhantomData;
use std::time::Duration;

use clap::builder::{PossibleValue, PossibleValuesParser};
use clap::error::Error;
use clap::{Arg, ArgAction, ArgMatches, Command, FromArgMatches};

use super::input::{self, Selected};
use super::{Composite, Scope};
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
}

impl Selection {
    /// Whether one stage was selected by its name.
    pub(super) fn is_only(&self) -> bool {
        self.only.is_some()
    }
}

impl Selected for Selection {
    fn has(&self, stage: &str) -> bool {
        let place = |stage: &str| self.names.iter().position(|name| *name == stage);
        match (&self.only, &self.from) {
            (Some(only), _) => only == stage,
            (None, Some(from)) => place(stage) >= place(from),
            (None, None) => true,
        }
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
            .arg(long("from").help("This stage and all after it"))
            .arg(only::<C>())
            .arg(flag("map", "Show the finished and the next stages, and do nothing"))
            .arg(
                flag("script", "Print the stages as a script for sh, and do nothing")
                    .conflicts_with_all(["map", "stage", "only-stage", "from", "only-host"]),
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
        let text = |name: &str| matches.get_one::<String>(name).cloned();
        Ok(Self {
            selection: Selection {
                names: C::STAGES.iter().map(|stage| stage.name).collect(),
                only: text("stage").or_else(|| text("only-stage")),
                from: text("from"),
            },
            only: matches.get_one::<NodeName>("only-host").cloned(),
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
