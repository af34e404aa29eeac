//! Each text of a picture, with names that would break it.

use super::*;

fn graph() -> Graph {
    let node =
        |name: &str| Node { name: name.to_owned(), help: "Do it".to_owned(), ..Node::default() };
    let nodes = vec![
        Node { reads: true, help: "a < b & \"c\"".to_owned(), ..node("check") },
        Node { notes: vec!["asks".to_owned()], ..node("stop") },
        Node { no_return: true, ..node("swap") },
        Node { no_return: true, ..node("wipe") },
        Node { no_return: true, ..node("load") },
        Node { gate: true, reads: true, ..node("test") },
    ];
    let one = vec![node("back-up"), node("断开")];
    Graph {
        title: "disks \"move\"".to_owned(),
        about: "Move the disks".to_owned(),
        groups: vec![
            Group { title: "for the platform".to_owned(), nodes: one, repeats: false },
            Group { title: "for each host of @web".to_owned(), nodes, repeats: true },
        ],
    }
}

#[test]
fn mermaid_folds_neighbours_of_a_kind() {
    let expected = "\
flowchart TD
  subgraph g0[\"for the platform\"]
    s1[\"back-up<br/>断开\"]
  end
  subgraph g1[\"for each host of @web\"]
    s2[\"check\"]:::reads
    s3[\"stop\"]
    s4[\"swap …<br/>load<br/>(3 steps)<br/><b>no return</b>\"]:::wall
    s5{{\"gate: test\"}}:::reads
  end
  s1 --> s2
  s2 --> s3
  s3 --> s4
  s4 --> s5
  s5 -. the next host .-> s2
  classDef reads stroke-dasharray:5 4
  classDef wall stroke:#b3261e,stroke-width:3px
";
    assert_eq!(graph().text(Form::Mermaid), expected);
}

#[test]
fn dot_has_every_step_its_marks_and_the_way_to_the_next_host() {
    let text = graph().text(Form::Dot);
    for line in [
        "digraph \"disks \\\"move\\\"\" {",
        "    s1_0 [label=\"check\\na < b & \\\"c\\\"\\nreads only\", style=\"filled,dashed\", fillcolor=white];",
        "    s1_2 [label=\"swap\\nDo it\\nno return\", color=\"#b3261e\", penwidth=3];",
        "    s1_5 [label=\"test\\nDo it\\ngate, reads only\", shape=hexagon, style=\"filled,dashed\", fillcolor=white];",
        "  s0_1 -> s1_0;",
        "  s1_5 -> s1_0 [label=\"the next host\", style=dashed, constraint=false];",
    ] {
        assert!(text.lines().any(|known| known == line), "{line}\n{text}");
    }
}

#[test]
fn svg_says_all_of_it_in_words_and_nothing_stands_outside() {
    let text = graph().text(Form::Svg);
    let desc = "<desc id=\"desc\">Move the disks. for the platform: back-up, 断开. for each host of @web: check (reads only), stop (asks), swap (no return), wipe (no return), load (no return), test (gate, reads only).</desc>";
    assert!(text.contains(desc), "{text}");
    assert!(text.contains(">a &lt; b &amp; &quot;c&quot;</text>"), "{text}");
    let number = |line: &str, name: &str| -> usize {
        let rest = line.split_once(&format!(" {name}=\"")).expect(name).1;
        rest.split_once('"').expect(name).0.parse().expect(name)
    };
    let width = number(text.lines().next().expect("a line"), "width");
    let texts: Vec<&str> = text.lines().filter(|line| line.starts_with("<text")).collect();
    for line in &texts {
        assert!(number(line, "x") + number(line, "textLength") < width, "{line}");
    }
    assert!(texts.len() > 20);
}
