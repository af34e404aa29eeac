//! Starts or stops services.
//!
//! - Hosts: those of `--hosts`, one after the other
//! - Changes: starts and enables the units, or stops and disables them
//! - Proof: systemd reports the state; the snippet of the row, if there is one, succeeds
//! - Undo: restores the states of the units

use clap::{ArgMatches, Command};
use engine::prelude::*;

use super::inputs::{self, Values};
use crate::list::Family;

/// Services and their new state.
#[derive(Debug)]
pub(crate) struct Service {
    /// The units; a name without a suffix is a service.
    pub(crate) units: &'static [&'static str],
    /// Their new state: `|units| Units::active(units.iter().copied())`.
    pub(crate) state: fn(&[&'static str]) -> Units,
    /// The default hosts.
    pub(crate) hosts: &'static str,
    /// The interruption, for the question: `stops all containers`. Empty: no question.
    pub(crate) interrupts: &'static str,
    /// Its `probe` answers 0 when the service works, and prints the fault otherwise.
    pub(crate) works: Option<(Snippet, &'static str)>,
    /// The details and examples of the help.
    pub(crate) details: &'static str,
}

impl Family for Service {
    type Args = Values;

    fn arguments(&self, command: Command) -> Command {
        inputs::arguments(command.long_about(self.details), self.hosts, &[])
    }

    fn read(&self, matches: &ArgMatches) -> clap::error::Result<Values> {
        Ok(inputs::read(matches, &[]))
    }

    fn run(&self, cx: &Context, values: &Values) -> Result<()> {
        let hosts = cx.hosts(&values.hosts)?;
        if !self.interrupts.is_empty() {
            hosts.confirm(self.interrupts)?;
        }
        let units = (self.state)(self.units).poll(Poll::seconds(60));
        hosts.ending().one_by_one(
            |host| {
                host.ensure(&units)?;
                let Some((snippet, what)) = self.works else { return Ok(()) };
                host.ensure(&Wait::until(what, snippet, [])).map(drop)
            },
            |_| Ok(()),
        )
    }
}
