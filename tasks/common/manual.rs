//! Something that only a person can do, with evidence.
//!
//! - Hosts: those of `--hosts`
//! - Changes: what the instructions say, done by a person
//! - Proof: the evidence in the record; a probe of the host, where there is one, is believed more than the person
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
    /// The hosts it is done for when nothing is said.
    pub(crate) hosts: &'static str,
    /// What to do.
    pub(crate) instructions: &'static str,
    /// What the person types to show that it is done: `the ids of the snapshots`.
    pub(crate) evidence: &'static str,
    /// Its `probe` answers 0 when it is done; it is believed more than the person.
    pub(crate) seen_by: Option<Snippet>,
    /// What the snippet takes.
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
            command.arg(again.help("Do it again, although an earlier run has the evidence"));
        inputs::arguments(command.long_about(self.details), self.hosts, self.inputs)
    }

    fn read(&self, matches: &ArgMatches) -> clap::error::Result<Self::Args> {
        Ok((inputs::read(matches, self.inputs), matches.get_flag(AGAIN)))
    }

    fn run(&self, cx: &Context, (values, again): &Self::Args) -> Result<()> {
        // A person does one thing after the other.
        cx.hosts(&values.hosts)?.one_by_one(
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
