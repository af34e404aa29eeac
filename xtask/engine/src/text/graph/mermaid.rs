//! Mermaid, which GitHub draws: <https://mermaid.js.org/syntax/flowchart.html>.

use std::fmt::Write as _;

use super::{Graph, Node};

/// Neighbours of the same kind, as one box.
struct Fold<'a> {
    first: &'a Node,
    last: &'a Node,
    count: usize,
}

pub(super) fn text(graph: &Graph) -> String {
    let mut text = "flowchart TD\n".to_owned();
    let (mut last, mut count) = (None, 0);
    let mut edges = String::new();
    for (number, group) in graph.groups.iter().enumerate() {
        let _ = writeln!(text, "  subgraph g{number}[\"{}\"]", escaped(&group.title));
        let first = count + 1;
        for fold in folds(&group.nodes) {
            count += 1;
            let _ = writeln!(text, "    s{count}{}", shape(&fold));
            if let Some(last) = last.replace(count) {
                let _ = writeln!(edges, "  s{last} --> s{count}");
            }
        }
        text += "  end\n";
        if group.repeats && count >= first {
            let _ = writeln!(edges, "  s{count} -. the next host .-> s{first}");
        }
    }
    text += &edges;
    text +=
        "  classDef reads stroke-dasharray:5 4\n  classDef wall stroke:#b3261e,stroke-width:3px\n";
    text
}

fn folds(nodes: &[Node]) -> Vec<Fold<'_>> {
    let mut folds: Vec<Fold<'_>> = Vec::new();
    for node in nodes {
        let kind = |node: &Node| (node.gate, node.no_return, node.reads);
        match folds.last_mut().filter(|fold| kind(fold.last) == kind(node) && !node.gate) {
            Some(fold) => (fold.last, fold.count) = (node, fold.count + 1),
            None => folds.push(Fold { first: node, last: node, count: 1 }),
        }
    }
    folds
}

fn shape(fold: &Fold<'_>) -> String {
    let Fold { first, last, count } = fold;
    let mut label = match count {
        1 => escaped(&first.name),
        2 => format!("{}<br/>{}", escaped(&first.name), escaped(&last.name)),
        _ => format!("{} …<br/>{}<br/>({count} steps)", escaped(&first.name), escaped(&last.name)),
    };
    if first.no_return {
        label += "<br/><b>no return</b>";
    }
    let class = match (first.no_return, first.reads) {
        (true, _) => ":::wall",
        (false, true) => ":::reads",
        (false, false) => "",
    };
    match first.gate {
        true => format!("{{{{\"gate: {label}\"}}}}{class}"),
        false => format!("[\"{label}\"]{class}"),
    }
}

/// What has a meaning inside of quotes becomes an entity.
fn escaped(text: &str) -> String {
    let escape = |c: char| match c {
        '"' => "#quot;".to_owned(),
        '#' => "#35;".to_owned(),
        '<' => "#lt;".to_owned(),
        '>' => "#gt;".to_owned(),
        '&' => "#amp;".to_owned(),
        '\n' => " ".to_owned(),
        c => c.to_string(),
    };
    text.chars().map(escape).collect()
}
