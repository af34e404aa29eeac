//! The physical host of each node: the two of the backup swap (X0.10).

use engine::prelude::*;

use super::settings::Settings;

const MEMORY: Snippet = snippet!("webservice/placement_memory");
const ROOM: Snippet = snippet!("webservice/placement_room");

/// One node's move.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Move {
    pub(crate) node: String,
    pub(crate) old: String,
    pub(crate) new: String,
    memory: u64,
}

/// The swap of the two webservice nodes of `before`, the backed-up settings.
///
/// # Errors
/// Refuses unless there are two nodes on two physical hosts.
pub(crate) fn swap(before: &Settings) -> Result<[Move; 2], Fault> {
    let nodes = before.peers("");
    let [one, other] = nodes[..] else {
        let what = format!("{} has {} webservice nodes, not two", before.dir, nodes.len());
        return Err(Fault::refused(what)
            .hint("make a backup of the state before the upgrade: cargo xtask backup-settings"));
    };
    let host = |node| before.get(node, "physical_host").unwrap_or_default().to_owned();
    let (a, b) = (host(one), host(other));
    if a == b {
        return Err(Fault::refused(format!(
            "{one} and {other} are both on {a:?}: nothing to swap"
        ))
        .hint("name the new physical host of each: gen-settings --physical-host HOST"));
    }
    let memory = |node: &str| {
        before.get(node, "memory_size").and_then(|text| text.parse().ok()).unwrap_or(0)
    };
    let way = |node: &str, old: &str, new: &str| Move {
        node: node.into(),
        old: old.into(),
        new: new.into(),
        memory: memory(node),
    };
    Ok([way(one, &a, &b), way(other, &b, &a)])
}

/// Each new host is known, and has the memory for one more VM.
/// A disk without room for the image is a note only: the size of the new image is not known yet.
pub(crate) fn check(
    cx: &Context,
    moves: &[Move],
    physical: &Hosts<'_>,
    kernels: &AbsPath,
) -> Result<()> {
    for Move { node, old, new, memory } in moves {
        let host = named(physical, new)?;
        let free: u64 = host.look("look at the memory", |reader| {
            let text = reader.ask(MEMORY, [])?;
            text.parse().map_err(|_| Fault::failed(format!("not a number of MB: {text:?}")).into())
        })?;
        if free < *memory {
            let what = format!("{new} has {free} MB of memory left, {node} needs {memory}");
            return Err(Fault::refused(what)
                .hint("temporarily it runs a VM of each node (X0.10)")
                .into());
        }
        let ([_, image], [left, _]) =
            (room(named(physical, old)?, node, kernels)?, room(host, node, kernels)?);
        let value = json!({
            "from": old,
            "to": new,
            "memory_mb": memory,
            "free_memory_mb": free,
            "image_mb": image,
            "free_disk_mb": left,
        });
        let text = format!(
            "from {old} to {new} (memory {memory} MB, {free} MB free; image {image} MB, {left} MB free)"
        );
        cx.found(Finding::new("placement", value, text).about(node))?;
        if left < image {
            cx.note(&format!("{kernels} of {new} may be too small for a second image like that of {node}: free some space (X0.10)"));
        }
    }
    Ok(())
}

fn named<'a>(physical: &Hosts<'a>, name: &str) -> Result<Host<'a>, Fault> {
    physical.iter().find(|host| host.name() == name).ok_or_else(|| {
        Fault::usage(format!("physical host `{name}` is not in the inventory"))
            .hint("add it to the group of the physical hosts in hosts.toml")
    })
}

/// Free MB for images on a host, and MB of the node's image there.
fn room(host: Host<'_>, node: &str, kernels: &AbsPath) -> Result<[u64; 2]> {
    host.look("look at the images", |reader| {
        let text = reader.ask(ROOM, [("NODE", node.into()), ("DIR", kernels.as_str().into())])?;
        let numbers: Vec<u64> = text.split(' ').filter_map(|word| word.parse().ok()).collect();
        let two = numbers.try_into();
        two.map_err(|_| Fault::failed(format!("not two numbers of MB: {text:?}")).into())
    })
}
