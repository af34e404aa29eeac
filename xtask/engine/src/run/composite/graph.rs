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
    let back = match table.way_back {
        Some(way) => format!("; the way back behind a point of no return: {}", way.line.step()),
        None => String::new(),
    };
    let turns = format!("for each {}{of}, one after the other{back}", table.host);
    let platform = match each.is_empty() {
        true => format!("in this order{back}"),
        false => "for the platform".to_owned(),
    };
    let groups = [
        Group { title: platform, nodes: once, repeats: false },
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
