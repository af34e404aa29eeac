//! The undo of a recorded change.

use anyhow::Result;
use camino::Utf8Path;

use super::action::Action;
use super::failure::failure;
use super::plan::Planned;
use super::reader::Reader;
use super::undo::{Look, Undo};
use super::{Need, Op, State};
use crate::data::fault::Fault;
use crate::text::diff;

/// Undoes one operation of a recorded run on one host. A thing that changed since that run is refused.
#[derive(Debug, Clone)]
pub struct Recorded {
    what: String,
    undo: Vec<Undo>,
    forced: bool,
    /// What it shows when all of it is undone.
    back: Option<String>,
}

impl Recorded {
    /// `what` is the recorded description of the operation.
    pub fn new(what: impl Into<String>, undo: Vec<Undo>) -> Self {
        Self { what: what.into(), undo, forced: false, back: None }
    }

    /// Shows the way back of `diff`, the recorded one, where that has one.
    #[must_use]
    pub fn showing(mut self, diff: &str) -> Self {
        self.back = diff::reversed(diff).filter(|back| !back.is_empty());
        self
    }

    /// Needed in any case: something that it depends on has just been undone.
    #[must_use]
    pub fn forced(mut self) -> Self {
        self.forced = true;
        self
    }

    /// The changes that still exist.
    fn open(&self, host: &Reader<'_>) -> Result<Vec<&Undo>> {
        let mut open = Vec::new();
        for undo in &self.undo {
            let there = match &undo.look {
                Some(look) => is_there(host, look)?,
                None => !open.is_empty(),
            };
            if there || (self.forced && !host.is_verifying()) {
                open.push(undo);
            }
        }
        Ok(open)
    }
}

/// Whether a change still exists, unmodified.
fn is_there(host: &Reader<'_>, look: &Look) -> Result<bool> {
    let name = match look {
        Look::Undone(action) | Look::Probe(action) => action.name(),
    };
    let action = Action::recorded(name, look.script()?);
    let mut output = host.run(&action)?;
    if matches!(output.code, 0 | 1) {
        return Ok(output.code == 1);
    }
    let error = failure("changed since that run", &action, &mut output, host.mask);
    Err(match error.downcast::<Fault>() {
        Ok(fault) => Fault { kind: crate::data::fault::Kind::Refused, ..fault }
            .hint("compare it with the record; restore it, or leave this host out")
            .into(),
        Err(error) => error,
    })
}

/// A line of the plan.
fn line(undo: &Undo) -> String {
    if undo.last {
        format!("{}: again, after the rest is back\n", undo.thing)
    } else if undo.thing.is_empty() {
        format!("{}\n", undo.action.name())
    } else {
        format!("{}: as before\n", undo.thing)
    }
}

impl Op for Recorded {
    fn describe(&self) -> String {
        format!("take back: {}", self.what)
    }

    fn probe(&self, host: &Reader<'_>) -> Result<State> {
        // A dry run undoes nothing. So of two changes to one thing only the last can be compared.
        let planned = |undo: &Undo| host.planned(Utf8Path::new(&undo.thing)).is_some();
        if let Some(undo) = self.undo.iter().find(|undo| planned(undo)) {
            return Ok(State::Unknown(format!("a later change of {} comes first", undo.thing)));
        }
        let open = self.open(host)?;
        if open.is_empty() {
            return Ok(State::Kept);
        }
        let unknown = || Planned::Unknown("it is taken back first".to_owned());
        Ok(State::Needed(Need {
            diff: match &self.back {
                Some(back) if open.len() == self.undo.len() => back.clone(),
                _ => open.iter().map(|undo| line(undo)).collect(),
            },
            after: open.iter().map(|undo| (undo.thing.clone(), unknown())).collect(),
        }))
    }

    fn change(&self, host: &Reader<'_>) -> Result<Vec<Action>> {
        Ok(self.open(host)?.into_iter().map(|undo| undo.action.clone()).collect())
    }

    /// The step itself repeats it.
    fn undo(&self, _: &Reader<'_>) -> Result<Option<Vec<Undo>>> {
        Ok(Some(Vec::new()))
    }
}
