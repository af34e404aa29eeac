//! Why an operation is not that of the plan.

use super::plan::Planned;
use crate::data::fault::Fault;
use crate::ops::ensure::Found;

/// The error of an operation that differs: planned against found.
pub(super) fn differs(why: &str, planned: &Planned, found: &Found<'_>, hint: &str) -> Fault {
    Fault::refused(format!("{why}: {}", found.what))
        .detail("planned", shown(&planned.state, &planned.diff))
        .detail("found", shown(found.state.word(), found.diff))
        .hint(hint)
}

/// The error of an operation that the plan does not have at this place.
pub(super) fn stranger(planned: Option<&Planned>, found: &Found<'_>, hint: &str) -> Fault {
    let planned = planned.map_or("nothing more on this host", |planned| planned.what.as_str());
    Fault::refused(format!("the plan does not have this operation: {}", found.what))
        .detail("planned", planned)
        .detail("found", shown(found.state.word(), found.diff))
        .hint(hint)
}

fn shown(state: &str, diff: &str) -> String {
    let diff = diff.trim_end();
    if diff.is_empty() { state.to_owned() } else { format!("{state}\n{diff}") }
}
