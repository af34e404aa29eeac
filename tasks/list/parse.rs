//! What reads the arguments of a command: the program, or a file of one's own.

use clap::ArgMatches;
use engine::prelude::*;

use super::Step;

/// What reads the arguments of a command.
#[derive(Debug, Clone, Copy)]
pub enum Parse {
    /// A function of the program.
    Program(fn(&ArgMatches) -> clap::error::Result<Step>),
    /// A file of one's own.
    Own(&'static dyn Own),
}

/// A command that is not in the program.
pub trait Own: std::fmt::Debug + Sync {
    /// Its words on the command line: `web rotate-logs`.
    fn words(&self) -> String;

    /// Reads its arguments.
    ///
    /// # Errors
    /// Those of clap.
    fn step(&'static self, matches: &ArgMatches) -> clap::error::Result<Step>;

    /// Why its file cannot be used.
    fn fault(&'static self) -> Option<&'static Fault>;
}
