//! A step that only a person can do, with evidence.
//!
//! - Hosts: those of `--hosts`
//! - Changes: a person follows the instructions
//! - Proof: the evidence in the record; a probe of the host, if there is one, outweighs it
//! - Undo: by the person

use clap::{Arg, ArgAction, ArgMatches, Command};
use engine::prelude::*;

use super::inputs::{self, Input, Values};
use crate::list::Family;

/// A manual step.
#[derive(Debug)]
pub(crate) struct ByHand {
    /// The name for `--ack`, before the name of the host: `create-snapshot`.
    pub(crate) name: &'static str,
    /// The default hosts.
    pub(crate) hosts: &'static str,
    /// The instructions.
    pub(crate) instructions: &'static str,
    /// The evidence that the person types: `the ids of the snapshots`.
    pub(crate) evidence: &'static str,
    /// Its `probe` answers 0 when it is done; the probe outweighs the person.
    pub(crate) seen_by: Option<Snippet>,
    /// The inputs of the snippet.
    pub(crate) inputs: &'static [Input],
    /// The details and examples of the help.
    pub(crate) details: &'static str,
}

const AGAIN: &str = "again";

impl Family for ByHand {
    type Args = (Values, bool);

    fn arguments(&self, command: Command) -> Command {
        let again = Arg::new(AGAIN).long(AGAIN).action(ArgAction::SetTrue);
        let command =
            command.arg(again.help("Do it again even if an earlier run has the evidence"));
        inputs::arguments(command.long_about(self.details), self.hosts, self.inputs)
    }

    fn read(&self, matches: &ArgMatches) -> clap::error::Result<Self::Args> {
        Ok((inputs::read(matches, self.inputs), matches.get_flag(AGAIN)))
    }

    fn run(&self, cx: &Context, (values, again): &Self::Args) -> Result<()> {
        // A person works on one host at a time.
        cx.hosts(&values.hosts)?.ending().one_by_one(
            |host| {
                let name = format!("{}-{}", self.name, host.name());
                let manual = Manual::new(name, self.instructions).evidence(self.evidence);
                let manual = manual.once().again(*again);
                let manual = match self.seen_by {
                    Some(snippet) => manual.seen_by(snippet, values.inputs.clone()),
                    None => manual,
                };
                host.manual(&manual).map(drop)
            },
            |_| Ok(()),
        )
    }
}
