//! A capture: read-only output kept under a label; the first one is never replaced (X2.1).
//!
//! - Hosts: those of `--hosts`, all at once
//! - Changes: nothing
//! - Proof: every host printed something; a later capture is shown as a diff against the first
//! - Undo: nothing to undo

use clap::{Arg, ArgMatches, Command};
use engine::prelude::*;
use engine::run::captures;

use super::inputs::{self, Input, Values};
use crate::list::Family;

/// A capture.
#[derive(Debug)]
pub(crate) struct Capture {
    /// Its name among the captures: `version`.
    pub(crate) name: &'static str,
    /// The default hosts.
    pub(crate) hosts: &'static str,
    /// Its `probe` prints the output, always in the same order.
    pub(crate) snippet: Snippet,
    /// The inputs of the snippet.
    pub(crate) inputs: &'static [Input],
    /// The details and examples of the help.
    pub(crate) details: &'static str,
}

const LABEL: &str = "label";

impl Family for Capture {
    type Args = (Values, String);

    fn arguments(&self, command: Command) -> Command {
        let label = Arg::new(LABEL).long(LABEL).value_name("LABEL").default_value("after");
        let label = label
            .value_parser(label_of)
            .help("Label of this capture; the first one is always `before`");
        let command = command.long_about(self.details).arg(label);
        inputs::arguments(command, self.hosts, self.inputs)
    }

    fn read(&self, matches: &ArgMatches) -> clap::error::Result<Self::Args> {
        let label = matches.get_one::<String>(LABEL).cloned().unwrap_or_default();
        Ok((inputs::read(matches, self.inputs), label))
    }

    fn run(&self, cx: &Context, (values, label): &Self::Args) -> Result<()> {
        let capture = captures::Capture::new(self.name, self.snippet, values.inputs.clone());
        cx.hosts(&values.hosts)?.ending().capture(&capture.labelled(label))
    }
}

/// A label is part of a file name; `before` belongs to the first capture.
fn label_of(text: &str) -> Result<String, String> {
    if !captures::is_label(text) {
        return Err("a label has letters, digits, - and _ only, and is not `before`".into());
    }
    Ok(text.to_owned())
}
