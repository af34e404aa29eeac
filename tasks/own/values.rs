//! The arguments of a step of one's own: flags of its command, and variables of its shell.

use clap::{Arg, ArgAction, ArgMatches, Command};
use engine::prelude::*;
use engine::text::hostset;
use engine::text::own_step::{self, Kind, OwnStep, Presence};

/// The flag for other hosts.
pub(super) const HOSTS: &str = "hosts";

/// The typed values.
#[derive(Debug)]
pub(super) struct Values {
    /// An expression of the hosts.
    pub(super) hosts: String,
    /// A value for each argument, in their order; empty for one that was left out.
    values: Vec<String>,
}

/// Adds the flags of a step.
pub(super) fn arguments(command: Command, step: &'static OwnStep) -> Command {
    let hosts = Arg::new(HOSTS).long(HOSTS).value_name("HOSTSET").help("The hosts");
    let command = command.arg(hosts.default_value(step.on.as_str()));
    step.args.iter().fold(command, |command, declared| command.arg(argument(declared)))
}

fn argument(declared: &'static own_step::Arg) -> Arg {
    let arg = Arg::new(declared.variable.as_str()).help(declared.help.as_str());
    let arg = match &declared.long {
        Some(long) => arg.long(long.as_str()),
        None => arg,
    };
    if declared.kind == Kind::Switch {
        return arg.action(ArgAction::SetTrue);
    }
    let arg = arg.value_name(declared.value_name.as_str());
    let arg = match &declared.kind {
        Kind::OneOf(words) => arg.value_parser(words.clone()),
        kind => arg.value_parser(|text: &str| kind.check(text)),
    };
    match &declared.presence {
        Presence::Required => arg.required(true),
        Presence::Optional => arg,
        Presence::Default(value) => arg.default_value(value.as_str()),
    }
}

/// Reads the flags of a step.
pub(super) fn read(matches: &ArgMatches, step: &OwnStep) -> Values {
    let of = |name: &str| matches.get_one::<String>(name).cloned().unwrap_or_default();
    let value = |arg: &own_step::Arg| match arg.kind {
        Kind::Switch if matches.get_flag(&arg.variable) => "1".to_owned(),
        Kind::Switch => String::new(),
        _ => of(&arg.variable),
    };
    Values { hosts: of(HOSTS), values: step.args.iter().map(value).collect() }
}

/// The inputs of the shell. Hosts are names of the inventory from here on.
///
/// # Errors
/// Exit 2 for hosts that the inventory does not have.
pub(super) fn inputs(
    cx: &Context,
    step: &'static OwnStep,
    values: &Values,
) -> Result<Vec<(&'static str, Value)>> {
    let input = |(arg, value): (&'static own_step::Arg, &String)| {
        let flag =
            || arg.long.as_ref().map_or_else(|| arg.value_name.clone(), |it| format!("--{it}"));
        let given = |fault: Fault| fault.detail("from", format!("{} {value}", flag()));
        let value = match arg.kind {
            Kind::Hosts if value.is_empty() => Value::List(Vec::new()),
            Kind::Hosts => {
                let hosts = hostset::resolve(&cx.inventory, value).map_err(given)?;
                Value::list(hosts.into_iter().map(|host| host.name.as_str()))
            }
            Kind::Host if !value.is_empty() => {
                let found = hostset::resolve(&cx.inventory, value).map_err(given)?;
                let [host] = found[..] else {
                    return Err(given(Fault::usage(format!("`{value}` is not one host"))).into());
                };
                host.name.as_str().into()
            }
            _ => value.as_str().into(),
        };
        Ok((arg.variable.as_str(), value))
    };
    step.args.iter().zip(&values.values).map(input).collect()
}
