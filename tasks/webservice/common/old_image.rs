//! The files of a VM on its physical host, and its old image among them.

use engine::prelude::*;

use super::vm;

const PATHS: Snippet = snippet!("ops/paths");

/// The time for one reading of an image.
const READING: Duration = Duration::from_secs(2 * 3600);

/// The moved image and definition of the old VM: the way back of a launch (X0.15). `cluster` is the machine of firstbox.
pub(crate) fn backup(cluster: String, dir: &str, node: &str) -> Backup {
    let made_by = format!("webservice backup-vm-image --node {node}");
    let files = ["img", "xml"].map(|kind| format!("old-{node}.{kind}"));
    Backup::directory(format!("{node}'s old image"), cluster, dir, made_by)
        .only(files)
        .within(READING)
}

/// The physical host with the moved image.
///
/// # Errors
/// Exit 6 if none has it, or more than one.
pub(crate) fn holder<'a>(physical: &Hosts<'a>, backup: &Backup, node: &str) -> Result<Host<'a>> {
    let path = format!("{}/old-{node}.img", backup.dir());
    let mut found = Vec::new();
    for host in physical.iter() {
        let there = host.look("look for the old image", |reader| {
            let planned = reader.planned(path.as_str().into());
            let said = reader.ask(PATHS, [("PATHS", Value::list([path.as_str()]))])?;
            Ok(planned.map_or(!said.is_empty(), |planned| planned != Planned::Gone))
        })?;
        found.extend(there.then_some(host));
    }
    match found[..] {
        [host] => Ok(host),
        [] => Err(Fault::refused(format!("the backup of {} is missing", backup.thing()))
            .detail("found", format!("no physical host has {path}"))
            .hint(format!("make one: cargo xtask {}", backup.made_by()))
            .into()),
        _ => {
            let hosts = fold(found.iter().map(Host::name));
            Err(Fault::refused(format!("{hosts} have an old image of {node}"))
                .detail("at", path)
                .hint("find the good one, and move the other away")
                .into())
        }
    }
}

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
