//! The parts of a record as a person may see them: control characters and hidden ones are written out.

use engine::run::record::backed::Backed;
use engine::run::record::course::{Answer, Identity, Process, Reading};
use engine::run::record::entry::Followed;
use engine::run::record::finding::Finding;
use engine::run::record::item::Item;
use engine::text::visible::visible;
use serde::Serialize;

/// What a step has found out.
#[derive(Debug, Serialize)]
pub(crate) struct Found {
    /// The name, the same in every run.
    pub(crate) name: String,
    /// The host or node.
    pub(crate) about: Option<String>,
    /// For people.
    pub(crate) text: String,
    /// For programs.
    pub(crate) value: serde_json::Value,
}

pub(super) fn identity(it: Identity) -> Identity {
    let (machine_id, host_key) = (visible(&it.machine_id), visible(&it.host_key));
    Identity { machine_id, host_key, ..it }
}

pub(super) fn answered(it: Answer) -> Answer {
    let user = it.user.as_deref().map(visible);
    Answer { what: visible(&it.what), answer: visible(&it.answer), user, ..it }
}

pub(super) fn process(it: Process) -> Process {
    let reason = it.reason.as_deref().map(visible);
    let args = it.args.iter().map(|word| visible(word)).collect();
    Process { args, user: visible(&it.user), from: visible(&it.from), reason, ..it }
}

pub(super) fn reading(it: Reading) -> Reading {
    Reading { reading: visible(&it.reading), ..it }
}

pub(super) fn backup(it: &Backed) -> Backed {
    let checks = it.checks.iter().map(|check| visible(check)).collect();
    Backed { thing: visible(&it.thing), place: visible(&it.place), checks, ..it.clone() }
}

pub(super) fn item(it: &Item) -> Item {
    Item { what: visible(&it.what), closes: visible(&it.closes), ..it.clone() }
}

pub(super) fn found(it: &Finding) -> Found {
    Found {
        name: it.name.clone(),
        about: it.about.as_deref().map(visible),
        text: visible(&it.text),
        value: it.value.clone(),
    }
}

pub(super) fn plan(it: Followed) -> Followed {
    Followed { path: visible(&it.path), ..it }
}
