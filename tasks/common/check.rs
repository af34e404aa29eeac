//! A check: an assertion, or a wait with a limit. Nothing is changed.
//!
//! - Hosts: those of `--hosts`
//! - Changes: nothing
//! - Proof: the probe of the snippet succeeds
//! - Undo: nothing to undo

use clap::{Arg, ArgMatches, Command, value_parser};
use engine::prelude::*;

use super::inputs::{self, Input, Values};
use crate::list::Family;

/// A check.
#[derive(Debug)]
pub(crate) struct Check {
    /// The condition, after "waiting for: ": `TiDB is restored`.
    pub(crate) what: &'static str,
    /// The default hosts.
    pub(crate) hosts: &'static str,
    /// Its `probe` answers 0 when the condition holds, 1 when not (yet), and prints why.
    pub(crate) snippet: Snippet,
    /// The inputs of the snippet.
    pub(crate) inputs: &'static [Input],
    /// Seconds to wait; none: probe once.
    pub(crate) limit: Option<u64>,
    /// Words of the probe that end the wait at once.
    pub(crate) fails_on: &'static [&'static str],
    /// The hint of a failure.
    pub(crate) hint: &'static str,
    /// The details and examples of the help.
    pub(crate) details: &'static str,
}

const LIMIT: &str = "wait_timeout";

impl Family for Check {
    type Args = (Values, Option<u64>);

    fn arguments(&self, command: Command) -> Command {
        let command = inputs::arguments(command.long_about(self.details), self.hosts, self.inputs);
        let Some(limit) = self.limit else { return command };
        let arg = Arg::new(LIMIT).long("wait-timeout").value_name("SECS");
        let arg = arg.help("Seconds to wait for the result").value_parser(value_parser!(u64));
        command.arg(arg.default_value(limit.to_string()))
    }

    fn read(&self, matches: &ArgMatches) -> clap::error::Result<Self::Args> {
        let limit = self.limit.and_then(|_| matches.get_one::<u64>(LIMIT).copied());
        Ok((inputs::read(matches, self.inputs), limit))
    }

    fn run(&self, cx: &Context, (values, limit): &Self::Args) -> Result<()> {
        cx.hosts(&values.hosts)?.ending().look_each(|host| match limit {
            Some(limit) => {
                let wait = Wait::until(self.what, self.snippet, values.inputs.clone());
                let wait = wait.at_most(Duration::from_secs(*limit));
                let wait = self.fails_on.iter().fold(wait, |wait, word| wait.fails_on(*word));
                host.ensure(&wait).map(drop)
            }
            None => {
                let message = format!("check failed: {}", self.what);
                let assert = Assert::new(self.snippet, values.inputs.clone(), message);
                host.ensure(&assert.hint(self.hint)).map(drop)
            }
        })
    }
}
