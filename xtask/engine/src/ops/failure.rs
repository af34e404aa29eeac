//! The error of a command that failed on a host.

use super::action::Action;
use super::reader::Output;
use crate::data::fault::Fault;
use crate::data::signal;
use crate::text::mask::Mask;
use crate::transport::spool::Spool;

/// The error of an action with a bad exit code, with the end of its output.
pub(super) fn failure(
    what: &str,
    action: &Action,
    output: &mut Output,
    mask: &Mask,
) -> anyhow::Error {
    let ran =
        format!("{}   (exit {}, {:.1} s)", action.name(), output.code, output.took.as_secs_f64());
    let last = |spool: &mut Spool| {
        spool.tail(1600, mask).map(|text| text.trim_end().to_owned()).unwrap_or_default()
    };
    let (err, out) = (last(&mut output.err), last(&mut output.out));
    let fault = Fault::failed(format!("{what}: {}", signal::exit(output.code)))
        .detail("ran", mask.text(&ran));
    let fault = fault.detail("stderr", err.clone());
    // A job has one output for both streams.
    let label = if action.detached.is_some() { "output" } else { "stdout" };
    if err.is_empty() { fault.detail(label, out).into() } else { fault.into() }
}
