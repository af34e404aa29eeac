//! SVG without any request: drawn line by line, in the colours of the reader's theme.

use std::fmt::Write as _;

use super::{Graph, Group, Node};
use crate::data::spanned_error::columns;

/// The width of a column of text, and the height of a row, in pixels.
const COLUMN: usize = 8;
const ROW: usize = 40;
/// The height of a box.
const BOX: usize = 28;
/// The space around everything, and inside of a frame.
const MARGIN: usize = 24;
/// The height of the head of a group.
const HEAD: usize = 40;
/// The height of the head of the picture, with its legend.
const TOP: usize = 96;
/// Columns between a name and its help.
const GAP: usize = 3;

const STYLE: &str = "\
  .page { fill: #ffffff } .frame { fill: none; stroke: #8a94a3; stroke-width: 1 }
  text { font: 13px ui-monospace, SFMono-Regular, Menlo, Consolas, \"DejaVu Sans Mono\", monospace; fill: #1c2430 }
  .title { font-size: 18px; font-weight: bold } .head { font-weight: bold } .dim { fill: #55606f }
  .box { fill: #dbe9f9; stroke: #3b6ea5; stroke-width: 1.5 } .reads { fill: #ffffff; stroke-dasharray: 5 4 }
  .gate { fill: #fdf0cf; stroke: #8a6100 } .wall { stroke: #b3261e; stroke-width: 3 }
  .line { fill: none; stroke: #55606f; stroke-width: 1.5 } .arrow { fill: #55606f } .no { fill: #b3261e; font-weight: bold }
  @media (prefers-color-scheme: dark) {
    .page { fill: #11161d } .frame { stroke: #6b7685 } text { fill: #e6ebf2 } .dim { fill: #a9b4c2 }
    .box { fill: #1d3550; stroke: #7fb2e8 } .reads { fill: #11161d } .gate { fill: #3d3210; stroke: #e0b64a }
    .wall { stroke: #ff7a70 } .line { stroke: #a9b4c2 } .arrow { fill: #a9b4c2 } .no { fill: #ff7a70 }
  }
  @media print { .page { fill: none } }
";

/// The columns of the widest texts.
struct Widths {
    name: usize,
    /// Help and marks behind it.
    rest: usize,
}

pub(super) fn text(graph: &Graph) -> String {
    let widths = Widths::of(graph);
    let rows: usize = graph.groups.iter().map(|group| group.nodes.len()).sum();
    let frames = graph.groups.len() * (HEAD + MARGIN);
    let (width, height) = (widths.picture(graph), TOP + rows * ROW + frames);
    let mut text = format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 {width} {height}\" width=\"{width}\" height=\"{height}\" role=\"img\" aria-labelledby=\"title desc\">\n"
    );
    let _ = writeln!(text, "<title id=\"title\">{}</title>", escaped(&graph.title));
    let _ = writeln!(text, "<desc id=\"desc\">{}</desc>", escaped(&described(graph)));
    let _ = write!(text, "<style>\n{STYLE}</style>\n");
    let _ = writeln!(text, "<rect class=\"page\" width=\"{width}\" height=\"{height}\"/>");
    text += &words("title", MARGIN, 34, &graph.title);
    text += &words("dim", MARGIN, 56, &graph.about);
    legend(&mut text);
    let mut top = TOP;
    for (number, group) in graph.groups.iter().enumerate() {
        if number > 0 {
            // From the last box of the group above to the frame of this one.
            text += &arrow(top - MARGIN - (ROW - BOX), top);
        }
        frame(&mut text, group, top, width, &widths);
        top += HEAD + group.nodes.len() * ROW + MARGIN;
    }
    text + "</svg>\n"
}

impl Widths {
    fn of(graph: &Graph) -> Self {
        let nodes = || graph.groups.iter().flat_map(|group| &group.nodes);
        let name = nodes().map(|node| wide(&node.name)).max().unwrap_or(0) + 2;
        let rest = nodes().map(|node| wide(&node.help) + 2 + marked(node)).max().unwrap_or(0);
        Self { name, rest }
    }

    /// The whole picture: also the title, in larger letters, and the legend.
    fn picture(&self, graph: &Graph) -> usize {
        let heads = graph.groups.iter().map(|group| wide(&group.title) + 10);
        let heads =
            heads.max().unwrap_or(0).max(wide(&graph.about)).max(wide(&graph.title) * 3 / 2);
        let columns = (self.name + GAP + self.rest).max(heads).max(68);
        4 * MARGIN + columns * COLUMN
    }
}

/// Columns of the marks of a node, with the blanks between them.
fn marked(node: &Node) -> usize {
    shown(node).iter().map(|(_, mark)| wide(mark) + 2).sum()
}

/// The marks that the form of the box does not show.
fn shown(node: &Node) -> Vec<(&'static str, String)> {
    let wall = node.no_return.then(|| ("no", "no return".to_owned()));
    let notes = node.notes.iter().map(|note| ("dim", format!("({note})")));
    wall.into_iter().chain(notes).collect()
}

/// The picture in words, for a reader who does not see it.
fn described(graph: &Graph) -> String {
    let node = |node: &Node| match node.marks()[..] {
        [] => node.name.clone(),
        ref marks => format!("{} ({})", node.name, marks.join(", ")),
    };
    let group = |group: &Group| {
        let nodes: Vec<String> = group.nodes.iter().map(node).collect();
        format!("{}: {}.", group.title, nodes.join(", "))
    };
    let groups: Vec<String> = graph.groups.iter().map(group).collect();
    format!("{}. {}", graph.about, groups.join(" "))
}

fn legend(text: &mut String) {
    let mut left = MARGIN;
    for (class, name) in [
        ("box", "changes"),
        ("box reads", "reads only"),
        ("box gate", "gate"),
        ("box wall", "no return"),
    ] {
        let _ = writeln!(
            text,
            "<rect class=\"{class}\" x=\"{left}\" y=\"70\" width=\"20\" height=\"14\" rx=\"3\"/>"
        );
        *text += &words("dim", left + 28, 82, name);
        left += 28 + (wide(name) + 3) * COLUMN;
    }
}

/// A group: a frame with its boxes from top to bottom.
fn frame(text: &mut String, group: &Group, top: usize, width: usize, widths: &Widths) {
    let (left, inner) = (MARGIN, width - 2 * MARGIN);
    let height = HEAD + group.nodes.len() * ROW;
    let _ = writeln!(text, "<g role=\"group\" aria-label=\"{}\">", escaped(&group.title));
    let _ = writeln!(
        text,
        "<rect class=\"frame\" x=\"{left}\" y=\"{top}\" width=\"{inner}\" height=\"{height}\" rx=\"6\"/>"
    );
    let title = if group.repeats { format!("↻ {}", group.title) } else { group.title.clone() };
    *text += &words("head", 2 * MARGIN, top + 25, &title);
    for (place, node) in group.nodes.iter().enumerate() {
        let y = top + HEAD + place * ROW;
        if place > 0 {
            *text += &arrow(y - (ROW - BOX), y);
        }
        row(text, node, y, widths);
    }
    *text += "</g>\n";
}

/// A box with the name of the step, its help behind it, and its marks.
fn row(text: &mut String, node: &Node, y: usize, widths: &Widths) {
    let mut class = "box".to_owned();
    for (is, name) in [(node.reads, " reads"), (node.gate, " gate"), (node.no_return, " wall")] {
        class += if is { name } else { "" };
    }
    let (left, wide_box) = (2 * MARGIN, widths.name * COLUMN);
    let corner = if node.gate { 14 } else { 4 };
    let _ = writeln!(
        text,
        "<rect class=\"{class}\" x=\"{left}\" y=\"{y}\" width=\"{wide_box}\" height=\"{BOX}\" rx=\"{corner}\"/>"
    );
    *text += &words("", left + COLUMN, y + 19, &node.name);
    let mut at = left + (widths.name + GAP) * COLUMN;
    *text += &words("", at, y + 19, &node.help);
    at += (wide(&node.help) + 2) * COLUMN;
    for (class, mark) in shown(node) {
        *text += &words(class, at, y + 19, &mark);
        at += (wide(&mark) + 2) * COLUMN;
    }
}

/// An arrow down the middle of the first columns of the boxes.
fn arrow(from: usize, to: usize) -> String {
    let x = 2 * MARGIN + 2 * COLUMN;
    let neck = to.saturating_sub(6);
    format!(
        "<path class=\"line\" d=\"M{x} {from}V{neck}\"/><path class=\"arrow\" d=\"M{} {neck}h8l-4 6z\"/>\n",
        x - 4
    )
}

/// A line of text. Its length is set, so that no font makes it longer than its place.
fn words(class: &str, x: usize, y: usize, text: &str) -> String {
    if text.is_empty() {
        return String::new();
    }
    let column = if class == "title" { COLUMN * 3 / 2 } else { COLUMN };
    let (length, text) = (wide(text) * column, escaped(text));
    let class = if class.is_empty() { String::new() } else { format!(" class=\"{class}\"") };
    format!(
        "<text{class} x=\"{x}\" y=\"{y}\" textLength=\"{length}\" lengthAdjust=\"spacingAndGlyphs\">{text}</text>\n"
    )
}

/// Columns of a text.
fn wide(text: &str) -> usize {
    text.chars().map(columns).sum()
}

/// A text of XML; what XML cannot have is left out.
fn escaped(text: &str) -> String {
    let mut out = String::new();
    for c in text.chars() {
        match c {
            '<' => out += "&lt;",
            '>' => out += "&gt;",
            '&' => out += "&amp;",
            '"' => out += "&quot;",
            c if c.is_control() => out.push(' '),
            c => out.push(c),
        }
    }
    out
}
