//! Changes of earlier runs that a step brings back: the record keeps what they removed.

use anyhow::Result;

use super::{Change, read};
use crate::ops::{Op as _, Recorded, State};
use crate::run::context::Context;
use crate::run::record::entry::Entry;
use crate::run::record::{origin, store};

/// A recorded change of an earlier run on one host, and its undo.
#[derive(Debug)]
pub struct Former {
    /// The run.
    pub run: String,
    /// The host.
    pub host: String,
    /// Its description.
    pub what: String,
    op: Recorded,
}

impl Former {
    /// The operation that brings it back: planned, probed and verified like any other.
    pub const fn op(&self) -> &Recorded {
        &self.op
    }
}

impl Context {
    /// The changes of earlier runs of this inventory that `wanted` accepts, by step (`bk-upgrade paas`) and
    /// description; newest run first, of each host and description the newest only. A damaged record is left out, with
    /// a note.
    ///
    /// # Errors
    /// When the records cannot be read.
    pub fn former(&self, wanted: impl Fn(&str, &str) -> bool) -> Result<Vec<Former>> {
        let inventory = origin::inventory(&self.inventory);
        let mut found: Vec<Former> = Vec::new();
        for run in store::all()?.into_iter().rev() {
            let Ok(journal) = run.journal() else { continue };
            let Some(Entry::Start(start)) = journal.entries().next() else { continue };
            let ours = start.inventory == inventory && start.rehearsal == self.is_rehearsal();
            if !ours || start.undoes.is_some() {
                continue;
            }
            let has = journal.entries().any(
                |entry| matches!(entry, Entry::Intent(intent) if wanted(&start.step, &intent.what)),
            );
            if !has {
                continue;
            }
            if !journal.damage.is_empty() {
                self.note(&format!("the record of run {} is damaged: it is left out", run.id));
                continue;
            }
            for leg in read::legs(&run.dir, &journal, None)?.into_iter().rev() {
                for change in leg.changes.into_iter().rev() {
                    let known = |it: &Former| it.host == change.host && it.what == change.what;
                    if wanted(&start.step, &change.what) && !found.iter().any(known) {
                        found.extend(former(&run.id, change));
                    }
                }
            }
        }
        Ok(found)
    }
}

/// None for an irreversible change.
fn former(run: &str, change: Change) -> Option<Former> {
    let op = Recorded::new(&*change.what, change.undo?).showing(&change.diff);
    Some(Former { run: run.to_owned(), host: change.host, what: change.what, op })
}

impl super::Host<'_> {
    /// Whether a former change is still there as its run left it. `None`: somebody has changed the thing since.
    ///
    /// # Errors
    /// When the host cannot answer.
    pub fn still_has(&self, former: &Former) -> Result<Option<bool>> {
        use crate::data::fault::{Fault, Kind};
        let probe = |reader: &crate::ops::Reader<'_>| match former.op.probe(reader) {
            Ok(state) => Ok(Some(state != State::Kept)),
            Err(error) if Fault::kind_of(&error) == Kind::Refused => Ok(None),
            Err(error) => Err(error),
        };
        self.look("compare with the record", probe)
    }
}
