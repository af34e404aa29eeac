//! DOT, the language of graphviz: <https://graphviz.org/doc/info/lang.html>.

use std::fmt::Write as _;

use super::{Graph, Node};

pub(super) fn text(graph: &Graph) -> String {
    let mut text = format!("digraph {} {{\n", quoted(&graph.title));
    let _ =
        writeln!(text, "  label={}; labelloc=t; fontname=sans; rankdir=TB;", quoted(&graph.title));
    text += "  node [shape=box, style=filled, fillcolor=\"#dbe9f9\", fontname=sans];\n";
    text += "  edge [fontname=sans];\n";
    let mut last = None;
    for (number, group) in graph.groups.iter().enumerate() {
        let _ =
            writeln!(text, "  subgraph cluster_{number} {{\n    label={};", quoted(&group.title));
        for (place, node) in group.nodes.iter().enumerate() {
            let _ = writeln!(text, "    {} [{}];", id(number, place), attributes(node));
        }
        text += "  }\n";
        for place in 0..group.nodes.len() {
            let here = id(number, place);
            if let Some(last) = last.replace(here.clone()) {
                let _ = writeln!(text, "  {last} -> {here};");
            }
        }
        if let (true, Some(end)) = (group.repeats, group.nodes.len().checked_sub(1)) {
            let (end, begin) = (id(number, end), id(number, 0));
            let _ = writeln!(
                text,
                "  {end} -> {begin} [label=\"the next host\", style=dashed, constraint=false];"
            );
        }
    }
    text + "}\n"
}

fn id(group: usize, place: usize) -> String {
    format!("s{group}_{place}")
}

fn attributes(node: &Node) -> String {
    let mut lines = vec![node.name.as_str()];
    lines.extend(Some(node.help.as_str()).filter(|help| !help.is_empty()));
    let marks = node.marks().join(", ");
    lines.extend(Some(marks.as_str()).filter(|marks| !marks.is_empty()));
    let mut attributes = format!("label={}", quoted(&lines.join("\n")));
    if node.gate {
        attributes += ", shape=hexagon";
    }
    if node.reads {
        attributes += ", style=\"filled,dashed\", fillcolor=white";
    }
    if node.no_return {
        attributes += ", color=\"#b3261e\", penwidth=3";
    }
    attributes
}

/// A text in quotes; a line break is centred.
fn quoted(text: &str) -> String {
    format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\"").replace('\n', "\\n"))
}
