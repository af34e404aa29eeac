//! What a file of one's own holds.

use std::fmt::Debug;

use clap::{Arg, ArgAction, ArgMatches, Command};
use engine::prelude::*;
use engine::run::composite::Table;

use super::file::File;
use crate::list::{Access, Step, Work};

/// The part of a file that lists show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The line of help.
    pub help: String,
    /// What it does to hosts.
    pub access: Access,
}

impl Head {
    /// The line of help, marked where it only reads.
    pub fn about(&self) -> String {
        format!("{}{}", self.help, self.access.mark())
    }
}

/// A command as its file has it.
pub(crate) trait Content: Debug + Send + Sync {
    /// The file as it was read; empty for one that cannot be used.
    fn text(&self) -> &str;

    /// The line of help.
    fn help(&self) -> &str;

    /// What it does to hosts.
    fn access(&self) -> Access;

    /// It has operations without undo.
    fn is_no_return(&self) -> bool;

    /// Adds its arguments and the details of its help.
    fn arguments(&'static self, command: Command) -> Command;

    /// Reads its arguments; `file` is the one that it comes from.
    ///
    /// # Errors
    /// Those of clap.
    fn step(&'static self, file: &'static File, matches: &ArgMatches) -> clap::error::Result<Step>;

    /// Its table, for a composite.
    fn table(&'static self) -> Option<&'static Table> {
        None
    }

    /// Why it cannot be used.
    fn fault(&self) -> Option<&Fault> {
        None
    }
}

/// A file that cannot be used: its command takes any words, and says why.
#[derive(Debug)]
pub(crate) struct Broken {
    pub(crate) fault: Fault,
}

impl Content for Broken {
    fn text(&self) -> &str {
        ""
    }

    fn help(&self) -> &str {
        ""
    }

    fn access(&self) -> Access {
        Access::Changes
    }

    fn is_no_return(&self) -> bool {
        false
    }

    fn arguments(&'static self, command: Command) -> Command {
        let words = Arg::new("words").num_args(0..).trailing_var_arg(true).hide(true);
        let help = Arg::new("help").short('h').long("help").action(ArgAction::SetTrue).hide(true);
        let command = command.disable_help_flag(true).hide(true).arg(help);
        command.arg(words.allow_hyphen_values(true))
    }

    fn step(&'static self, _: &'static File, _: &ArgMatches) -> clap::error::Result<Step> {
        let work = Work::Print(Box::new(move |_| Err(self.fault.clone().into())));
        Ok(Step { lock: None, work })
    }

    fn fault(&self) -> Option<&Fault> {
        Some(&self.fault)
    }
}
