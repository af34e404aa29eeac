//! A job on a host: the scripts that start, find, follow and remove it.

use std::time::Duration;

use anyhow::Result;

use super::action::Action;
use super::detached::Detached;
use super::hash::hash;
use crate::data::fault::Fault;
use crate::snippet;
use crate::text::snippet::{Function, Snippet, Value};
use crate::transport::launch::bare;

const JOB: Snippet = snippet!("/../../snippets/", "ops/job");
/// The first process of a job.
const RUN: &str = include_str!("../../../../snippets/session/job.sh");
/// The most bytes of standard input: the size of a pipe. They stay in memory on the host.
const INPUT_LIMIT: usize = 64 * 1024;

/// The part of a job that one command is about.
#[derive(Debug, Clone, Copy, Default)]
pub struct Part<'a> {
    /// The run that starts it, in lines.
    pub who: &'a str,
    /// The job that is followed; empty: start it or find it.
    pub id: &'a str,
    /// The bytes of output that are here already.
    pub offset: u64,
    /// Its time limit; none: a year.
    pub limit: Option<Duration>,
}

/// The script that starts or finds the `job` of `action` and follows it; its exit code is that of the job.
///
/// # Errors
/// A name that is none, or too much input.
pub fn follow(job: &Detached, action: &Action, part: &Part<'_>) -> Result<String, Fault> {
    let bytes = action.stdin.as_ref().map_or(0, |stdin| stdin.bytes.len());
    if bytes > INPUT_LIMIT {
        let what = format!("the job {} gets {bytes} bytes on standard input", job.name);
        return Err(Fault::usage(format!("{what}; at most {INPUT_LIMIT} are possible"))
            .hint("bring them to the host as a file first"));
    }
    let year = Duration::from_secs(365 * 24 * 3600);
    let limit = part.limit.unwrap_or(year).as_secs().max(1).to_string();
    let mut values = common(job)?;
    set(&mut values, "HASH", &inputs(action)?);
    set(&mut values, "SCRIPT", action.script()?.trim_end());
    set(&mut values, "RUN", &bare(RUN));
    set(&mut values, "BYTES", &bytes.to_string());
    set(&mut values, "LIMIT", &limit);
    set(&mut values, "WHO", part.who);
    set(&mut values, "ID", part.id);
    set(&mut values, "OFFSET", &part.offset.to_string());
    set(&mut values, "AGAIN", if job.again { "yes" } else { "" });
    JOB.script(Function::Change, &values)
}

/// Prints the standing of the job on standard error.
pub(super) fn look(job: &Detached) -> Result<String, Fault> {
    JOB.script(Function::Probe, &common(job)?)
}

/// Takes the job `id` away once its result is known, and ends it when it still runs. With `keep` its directory is
/// put aside.
pub(super) fn removal(job: &Detached, id: &str, keep: bool) -> Result<Action, Fault> {
    let mut values = common(job)?;
    set(&mut values, "ID", id);
    set(&mut values, "KEEP", if keep { "yes" } else { "" });
    Ok(Action::undo(JOB, values))
}

/// The hash of what the job works on. It is recorded and would confirm a guess, so a secret does not count.
pub(super) fn inputs(action: &Action) -> Result<String, Fault> {
    let mut inputs = action.script()?.into_bytes();
    let stdin = action.stdin.iter().filter(|stdin| !stdin.secret);
    inputs.extend(stdin.flat_map(|stdin| &stdin.bytes));
    Ok(hash(&inputs))
}

/// All inputs of the snippet, empty but for the place of the job.
fn common(job: &Detached) -> Result<Vec<(&'static str, Value)>, Fault> {
    let plain = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
    if job.name.is_empty() || job.name.starts_with('.') || !job.name.chars().all(plain) {
        let what = format!("{:?} is not a valid name of a job", job.name);
        return Err(Fault::usage(what).hint("use letters, digits, - and _"));
    }
    let empty = JOB.inputs().into_iter().map(|name| (name, Value::from("")));
    let mut values: Vec<_> = empty.collect();
    set(&mut values, "FOLDER", &job.folder);
    set(&mut values, "NAME", &job.name);
    Ok(values)
}

fn set(values: &mut [(&'static str, Value)], name: &str, text: &str) {
    for (_, value) in values.iter_mut().filter(|(given, _)| *given == name) {
        *value = text.into();
    }
}
