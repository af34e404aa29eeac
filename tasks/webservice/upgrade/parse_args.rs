//! Reads the arguments of a step like typed ones.

use engine::prelude::*;

/// Reads `--name=value` words with all defaults of the step.
pub(super) fn parse_args<A: clap::Args>(words: &[String]) -> Result<A, Fault> {
    let command = A::augment_args(clap::Command::default().no_binary_name(true));
    let read = command.try_get_matches_from(words).and_then(|found| A::from_arg_matches(&found));
    read.map_err(|error| {
        let text = error.to_string();
        let line = text.lines().next().unwrap_or_default();
        Fault::usage(line.strip_prefix("error: ").unwrap_or(line))
    })
}

/// `--name=value`.
pub(super) fn word(name: &str, value: impl std::fmt::Display) -> String {
    format!("--{name}={value}")
}
