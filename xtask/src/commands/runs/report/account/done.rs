//! An operation of a run, with what its commands have printed.

use camino::Utf8Path;
use engine::ops::wait::awaited;
use engine::run::record::summary::{Operation, Summary};
use engine::run::report::width::cut;
use engine::text::visible::visible;
use serde::Serialize;

use crate::commands::runs::is_good;
use crate::commands::runs::report::printed::{Printed, Reader};

/// The longest line of an output in a text, in columns.
const LONGEST: usize = 400;

/// An operation on a host.
#[derive(Debug, Serialize)]
pub(crate) struct Done {
    /// As in the record.
    #[serde(flatten)]
    pub(crate) it: Operation,
    /// The result needs no attention.
    pub(crate) good: bool,
    /// It only waited for a state.
    pub(crate) wait: bool,
    /// What its commands have printed.
    pub(crate) printed: Vec<Printed>,
}

impl Done {
    /// Its error and the last lines that it has printed.
    pub(crate) fn said(&self, most: usize) -> String {
        let lines = self.lines();
        let last = lines[lines.len().saturating_sub(most)..].join("\n");
        let parts = [self.error(), &last].into_iter().filter(|it| !it.is_empty());
        parts.collect::<Vec<_>>().join("\n")
    }

    /// Its error; empty without one.
    pub(crate) fn error(&self) -> &str {
        let unknown = self.it.seconds.is_none().then_some("it started, and its end is unknown");
        self.it.error.as_deref().or(unknown).unwrap_or_default().trim_end()
    }

    /// The lines that it has printed, as far as the account has them. A stream whose last line has no end does not run
    /// into the next one.
    pub(crate) fn lines(&self) -> Vec<String> {
        let lines = self.printed.iter().flat_map(|it| it.text.lines());
        lines.map(|line| cut(line, LONGEST)).collect()
    }
}

/// The operations with their outputs. Those that failed get room first.
pub(super) fn all(dir: &Utf8Path, run: &Summary, wants: &dyn Fn(usize) -> bool) -> Vec<Done> {
    let done = |one: &Operation| Done {
        good: is_good(&one.outcome),
        wait: awaited(&one.what) != one.what,
        printed: Vec::new(),
        it: Operation {
            what: visible(&one.what),
            diff: visible(&one.diff),
            error: one.error.as_deref().map(visible),
            ..one.clone()
        },
    };
    let mut all: Vec<Done> = run.operations.iter().map(done).collect();
    let mut reader = Reader::new(dir);
    for good in [false, true] {
        let some = all.iter_mut().enumerate().filter(|(at, one)| one.good == good && wants(*at));
        some.for_each(|(_, one)| one.printed = reader.of(&one.it.outputs, good));
    }
    all
}
