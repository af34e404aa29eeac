//! What clap says instead of a run: help, version, wrong usage.

use std::ffi::OsString;

use clap::error::ErrorKind;
use engine::data::fault::{Fault, Kind};
use engine::run::options::ColorWhen;
use engine::run::report::failure;

use super::line;
use crate::commands::pcmd;
use crate::help;

/// Help and version are results; everything else is wrong usage.
pub(super) fn say(error: &clap::Error, command: &mut clap::Command, words: &[OsString]) -> u8 {
    let words = line::texts(words);
    let asked = error.kind() == ErrorKind::DisplayHelp;
    if let Some(unquoted) =
        pcmd::Unquoted::of(&words).filter(|found| !asked || found.asks_for_help())
    {
        let text = error.to_string();
        let first = text.lines().next().unwrap_or_default().trim_start_matches("error: ");
        let first = if asked { "`-h` shows the help of pcmd" } else { first };
        failure::complain(&unquoted.explain(Fault::usage(first)).into(), ColorWhen::Auto);
        return Kind::Usage.code();
    }
    if error.use_stderr() {
        // Standard error may be closed.
        drop(error.print());
        return u8::try_from(error.exit_code()).unwrap_or(2);
    }
    let long = !words.iter().any(|word| word == "-h");
    let own = asked.then(|| help::of(command, &words, long)).flatten();
    help::print(&own.unwrap_or_else(|| error.render())).map_or_else(
        |error| {
            failure::complain(&error, ColorWhen::Auto);
            Kind::Failed.code()
        },
        |()| 0,
    )
}
