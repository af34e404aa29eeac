//! The stages of a composite as a picture.

use super::table::Table;
use super::{Scope, Stage};
use crate::text::graph::{Group, Node};

/// The stages that are done once, and those of the turn of a host.
pub fn groups(table: &Table) -> Vec<Group> {
    let nodes = |turns: bool| {
        let stages = table.stages.iter().filter(|stage| (stage.scope == Scope::Each) == turns);
        stages.map(|stage| node(table, stage)).collect::<Vec<_>>()
    };
    let (once, each) = (nodes(false), nodes(true));
    let of = if table.hosts.is_empty() { String::new() } else { format!(" of {}", table.hosts) };
    let turns = format!("for each {}{of}, one after the other", table.host);
    let platform = if each.is_empty() { "in this order" } else { "for the platform" };
    let groups = [
        Group { title: platform.to_owned(), nodes: once, repeats: false },
        Group { title: turns, nodes: each, repeats: true },
    ];
    groups.into_iter().filter(|group| !group.nodes.is_empty()).collect()
}

fn node(table: &Table, stage: &Stage) -> Node {
    let all = (stage.scope == Scope::All).then(|| format!("for each {}", table.host));
    let asks = stage.asks.then(|| "asks".to_owned());
    let waits = stage.waits.map(|waits| format!("waits: {}", waits.what()));
    // A fact is computed from hosts: its name means nothing to a reader.
    let conditions = stage.when.into_iter().flatten().filter_map(|when| {
        let flag = table.input(when.name)?.flag();
        Some(match when.is {
            Some(is) => format!("only if {flag} is {is}"),
            None => format!("only with --{flag}"),
        })
    });
    Node {
        name: stage.name.to_owned(),
        help: stage.help.to_owned(),
        reads: table.reads(stage),
        no_return: table.is_no_return(stage),
        gate: stage.gate,
        notes: all.into_iter().chain(asks).chain(waits).chain(conditions).collect(),
    }
}
