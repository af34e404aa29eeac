//! A change of an earlier run that is taken back.

use anyhow::Result;
use camino::Utf8Path;

use super::action::Action;
use super::plan::Planned;
use super::reader::{Reader, failure};
use super::undo::{Look, Undo};
use super::{Need, Op, State};
use crate::data::fault::Fault;

/// What one operation of a recorded run did to one host is taken back: only what is still as the
/// operation left it. What somebody has changed since is refused.
#[derive(Debug, Clone)]
pub struct Recorded {
    what: String,
    undo: Vec<Undo>,
    forced: bool,
}

impl Recorded {
    /// `what` is the operation as it described itself then.
    pub fn new(what: impl Into<String>, undo: Vec<Undo>) -> Self {
        Self { what: what.into(), undo, forced: false }
    }

    /// Needed whatever the host says: something that it depends on has just been taken back.
    #[must_use]
    pub fn forced(mut self) -> Self {
        self.forced = true;
        self
    }

    /// The changes that are still there.
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

/// Whether a change is still as it was left.
fn is_there(host: &Reader<'_>, look: &Look) -> Result<bool> {
    let name = match look {
        Look::Undone(action) | Look::Probe(action) => action.name(),
    };
    let action = Action::recorded(name, look.script()?);
    let mut output = host.run(&action)?;
    if matches!(output.code, 0 | 1) {
        return Ok(output.code == 1);
    }
    let error = failure("it has been changed since", &action, &mut output, host.mask);
    Err(match error.downcast::<Fault>() {
        Ok(fault) => Fault { kind: crate::data::fault::Kind::Refused, ..fault }
            .hint("compare it with the record; put it back as the run left it, or leave this host out")
            .into(),
        Err(error) => error,
    })
}

/// What a reader of the plan sees.
fn told(undo: &Undo) -> String {
    if undo.last {
        format!("{}: once more, with what is back\n", undo.thing)
    } else if undo.thing.is_empty() {
        format!("{}\n", undo.action.name())
    } else {
        format!("{}: as it was\n", undo.thing)
    }
}

impl Op for Recorded {
    fn describe(&self) -> String {
        format!("take back: {}", self.what)
    }

    fn probe(&self, host: &Reader<'_>) -> Result<State> {
        // In a dry run nothing is taken back, so of two changes to one thing only the last is as it was left.
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
            diff: open.iter().map(|undo| told(undo)).collect(),
            after: open.iter().map(|undo| (undo.thing.clone(), unknown())).collect(),
        }))
    }

    fn change(&self, host: &Reader<'_>) -> Result<Vec<Action>> {
        Ok(self.open(host)?.into_iter().map(|undo| undo.action.clone()).collect())
    }

    /// The step itself does it again.
    fn undo(&self, _: &Reader<'_>) -> Result<Option<Vec<Undo>>> {
        Ok(Some(Vec::new()))
    }
}
