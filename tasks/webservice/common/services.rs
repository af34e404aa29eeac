//! The programs of supervisor on a node.

use engine::prelude::*;

/// Answers whether they are all `running`, or all `stopped`.
pub(crate) const SERVICES: Snippet = snippet!("webservice/services");

/// The inputs of [`SERVICES`].
pub(crate) fn values(wanted: &str, allowed: &[String]) -> [(&'static str, Value); 2] {
    [("WANTED", wanted.into()), ("ALLOWED", allowed.join(" ").into())]
}

/// All of them are down; waits for it (X0.11). The node then serves in no cluster.
pub(crate) fn stopped(poll: Poll) -> impl Op {
    Shell::new(SERVICES, values("stopped", &[]))
        .called("stop all programs of supervisor")
        .poll(poll)
        .takes_away(Loss::stop())
}
