//! Which physical host gets which node: the two swap, as the backup has them (X0.10).

use anyhow::Result;
use engine::data::fault::Fault;
use engine::run::{Context, Hosts};
use engine::snippet;
use engine::text::snippet::Snippet;

use super::settings::Settings;

const MEMORY: Snippet = snippet!("webservice/memory");

/// One node's way.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Move {
    pub(super) node: String,
    pub(super) old: String,
    pub(super) new: String,
    memory: u64,
}

/// The swap of the two webservice nodes of `before`, the settings as they were backed up.
///
/// # Errors
/// Refused when there are not two nodes, or when both are on one physical host.
pub(super) fn swap(before: &Settings) -> Result<[Move; 2], Fault> {
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
            "{one} and {other} are both on {a:?}: there is nothing to swap"
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

/// Each new host is known, and has the memory for one VM more.
pub(super) fn check(cx: &Context, moves: &[Move], physical: &Hosts<'_>) -> Result<()> {
    for Move { node, old, new, memory } in moves {
        let Some(host) = physical.iter().find(|host| host.name() == new) else {
            let what = format!("physical host `{new}` is not in the inventory");
            return Err(Fault::usage(what)
                .hint("add it to the group of the physical hosts in hosts.toml")
                .into());
        };
        let free: u64 = host.look("look at the memory", |reader| {
            let text = reader.ask(MEMORY, [])?;
            text.parse().map_err(|_| Fault::failed(format!("no number of MB: {text:?}")).into())
        })?;
        if free < *memory {
            let what = format!("{new} has {free} MB of memory left, {node} needs {memory}");
            return Err(Fault::refused(what)
                .hint("for a while it runs a VM of each node (X0.10)")
                .into());
        }
        cx.note(&format!("{node}: from {old} to {new} ({memory} MB, {free} MB free)"));
    }
    Ok(())
}
