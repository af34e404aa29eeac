//! Whether a run may ask a person, decided before any host is touched.

use super::options::Options;
use super::report::Report;
use crate::data::fault::Fault;
use crate::ops::ensure::Mode;

/// Whether the run asks at all: a dry run and throw-away hosts have nothing to lose.
pub(super) fn asks(options: &Options, mode: Mode, rehearsal: bool) -> bool {
    mode == Mode::Run && !options.yes && !rehearsal
}

/// `--gate` without a person to ask is an error before any host is touched.
pub(super) fn check(
    options: &Options,
    mode: Mode,
    rehearsal: bool,
    report: &Report,
) -> Result<(), Fault> {
    if options.gate && asks(options, mode, rehearsal) && !report.can_ask() {
        return Err(unanswered("--gate asks before each further batch"));
    }
    Ok(())
}

pub(super) fn unanswered(what: &str) -> Fault {
    Fault::refused(format!("needs --yes without a terminal: {what}"))
        .hint("check the plan with -n, then add --yes")
}
