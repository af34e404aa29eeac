//! The journal entry of an operation that is about to change a host.

use anyhow::Result;
use sha2::{Digest as _, Sha256};

use super::Record;
use super::entry::{Intent, Undo};
use crate::data::fault::Fault;
use crate::ops::undo::Look;
use crate::ops::{self, Action, ensure};

impl Record {
    /// The journal entry of an operation that is about to change a host. The bytes for its undo are on disk
    /// afterwards.
    pub fn intent(&self, intent: &ensure::Intent<'_>) -> Result<Intent> {
        let undo = |undo: &[ops::Undo]| undo.iter().map(|undo| self.undo(undo)).collect();
        Ok(Intent {
            op: intent.op,
            host: intent.host.to_owned(),
            what: intent.what.to_owned(),
            diff: intent.diff.to_owned(),
            hash: fingerprint(intent.actions)?,
            undo: intent.undo.map(undo).transpose()?,
        })
    }

    fn undo(&self, undo: &ops::Undo) -> Result<Undo> {
        let action = &undo.action;
        let feed = match &action.stdin {
            Some(stdin) if stdin.secret => {
                let message = format!("the undo of {} would need a secret", action.name());
                return Err(Fault::refused(message).into());
            }
            Some(stdin) => {
                Some(self.files.before(&stdin.bytes).map_err(|error| self.unwritable(&error))?)
            }
            None => None,
        };
        Ok(Undo {
            ran: action.name(),
            thing: undo.thing.clone(),
            look: undo.look.as_ref().map(Look::script).transpose()?,
            script: action.script()?,
            feed,
            last: undo.last,
            seconds: action.timeout.map(|limit| limit.as_secs()),
            takes: action.takes.clone(),
        })
    }
}

/// A hash over the actions of an operation: it changes with the program, its arguments and answers. Secrets are left out: a
/// hash of a short one reveals it.
pub(in crate::run) fn fingerprint(actions: &[Action]) -> Result<String, Fault> {
    let mut hash = Sha256::new();
    for action in actions {
        hash.update(action.script()?);
        hash.update([0]);
        if let Some(stdin) = action.stdin.as_ref().filter(|stdin| !stdin.secret) {
            hash.update(&stdin.bytes);
        }
        if let Some(terminal) = &action.terminal {
            hash.update(terminal.shown());
        }
        hash.update([0]);
    }
    Ok(hash.finalize().iter().fold(String::new(), |text, byte| text + &format!("{byte:02x}")))
}
