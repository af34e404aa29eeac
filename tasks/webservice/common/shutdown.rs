//! Switches the old VM of a node off: firstbox sends the command, its physical host shows the state.

use engine::prelude::*;

use super::vm;

const SHUT_DOWN: Snippet = snippet!("webservice/shutdown");

/// The VM is off on its old physical host.
pub(crate) struct Off<'a> {
    pub(crate) node: &'a str,
    pub(crate) address: String,
    pub(crate) old: Host<'a>,
    pub(crate) poll: u64,
    pub(crate) force_after: Option<u64>,
}

impl Off<'_> {
    pub(crate) fn is_off(&self) -> Result<bool> {
        Ok(vm::state_of(self.old, self.node)?.as_deref() == Some("shut off"))
    }

    fn values(&self) -> [(&'static str, Value); 4] {
        let force = self.force_after.map(|secs| secs.to_string()).unwrap_or_default();
        [
            ("NODE", self.node.into()),
            ("ADDRESS", self.address.as_str().into()),
            ("PHYSICAL", self.old.name().into()),
            ("FORCE", force.into()),
        ]
    }
}

impl Op for Off<'_> {
    fn describe(&self) -> String {
        format!("shut {} down on {}", self.node, self.old.name())
    }

    fn probe(&self, _: &Reader<'_>) -> Result<State> {
        let state = vm::state_of(self.old, self.node)?;
        Ok(match state.as_deref() {
            Some("shut off") => State::Kept,
            Some(state) => {
                State::needed(format!("{}: {} is {state}\n", self.old.name(), self.node))
            }
            None => return Err(vm::not_here(self.old, self.node).into()),
        })
    }

    fn change(&self, _: &Reader<'_>) -> Result<Vec<Action>> {
        Ok(vec![Action::change(SHUT_DOWN, self.values()).taking(Loss::stop_of(self.node))])
    }

    fn undo(&self, _: &Reader<'_>) -> Result<Option<Vec<Undo>>> {
        Ok(Some(vec![Undo::new(self.node, Action::undo(SHUT_DOWN, self.values()))]))
    }

    fn poll(&self) -> Poll {
        Poll::seconds(self.poll)
    }
}
