//! `--output FILE|FORM`, in the place of the `--output` of all other commands.

use clap::{Arg, ArgMatches, Command};

/// The name of the argument that all commands have.
const ID: &str = "output";

/// A file, or the name of a form.
#[derive(Debug)]
pub(super) struct Target(pub(super) String);

/// The common argument made ours; it is there before the arguments of the command are added.
fn own(arg: Arg) -> Arg {
    arg.value_parser(clap::value_parser!(String))
        .value_name("FILE|FORM")
        .default_value("md")
        .help("A file, or html, md, json, junit, github for standard output")
        .help_heading(None::<&str>)
        .global(false)
}

impl clap::Args for Target {
    fn augment_args(command: Command) -> Command {
        if command.get_arguments().any(|arg| arg.get_id() == ID) {
            return command.mut_arg(ID, own);
        }
        command.arg(own(Arg::new(ID).long(ID)))
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl clap::FromArgMatches for Target {
    fn from_arg_matches(matches: &ArgMatches) -> clap::error::Result<Self> {
        let given = matches.get_one::<String>(ID);
        Ok(Self(given.cloned().unwrap_or_else(|| "md".to_owned())))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> clap::error::Result<()> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}
