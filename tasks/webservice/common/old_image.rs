//! The files of a VM on its physical host, and its old image among them.

use engine::prelude::*;

use super::vm;

const PATHS: Snippet = snippet!("ops/paths");

/// Whether the old VM's files have their own names; false if they were moved aside.
///
/// # Errors
/// Refuses if there is no old image, or more than one (X0.15).
pub(crate) fn in_place(old: Host<'_>, dir: &str, node: &str) -> Result<bool> {
    let running = vm::state_of(old, node)?.as_deref() == Some("running");
    let pair = |kind: &str| [format!("{dir}/old-{node}.{kind}"), format!("{dir}/{node}.{kind}")];
    let files = ["img", "xml"].map(pair);
    let said = old.look("look for the old image", |reader| {
        reader.ask(PATHS, [("PATHS", Value::list(files.iter().flatten().cloned()))])
    })?;
    let there = |path: &String| said.lines().any(|line| line == format!("there {path}"));
    let found = files.map(|[aside, own]| (there(&aside), there(&own)));
    let host = old.name();
    let (what, hint) = if found.contains(&(false, false)) {
        (
            format!("{host} has no old image of {node}"),
            "name the host that it was on before the upgrade: --old-host HOST",
        )
    } else if found.contains(&(true, true)) {
        (format!("{host} has two images of {node}"), "find the good one, and move the other away")
    } else if running && found.iter().any(|(aside, _)| *aside) {
        (
            format!("{node} runs on {host}, and its old image is moved aside"),
            "identify that VM: virsh dumpxml",
        )
    } else {
        return Ok(found.iter().all(|(_, own)| *own));
    };
    Err(Fault::refused(what).detail("in", dir).hint(hint).into())
}
