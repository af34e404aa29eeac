//! From a move in a tree to new text.

use super::block::{self, Block};
use super::change::Move;
use super::flow::{Flow, Splice, has_lines};
use super::node::{Format, Layout, Node, Shape, Style};
use super::place::{ending, indent, is_first, line_start};
use super::render::Render;
use crate::data::fault::Fault;

/// The text after `step`. `root` is the changed document.
pub(super) fn write(text: &str, format: Format, root: &Node, step: &Move) -> Result<String, Fault> {
    let mut splices = splices(text, format, root, step)?;
    splices.sort_by_key(|(range, _)| range.start);
    let (mut new, mut at) = (String::with_capacity(text.len() + 100), 0);
    for (range, piece) in splices {
        new.push_str(&text[at..range.start]);
        new.push_str(&piece);
        at = range.end;
    }
    new.push_str(&text[at..]);
    Ok(new)
}

fn splices(text: &str, format: Format, root: &Node, step: &Move) -> Result<Vec<Splice>, Fault> {
    let address = step.address();
    let node = root.at(address);
    let parent = address.split_last().map(|(_, rest)| root.at(rest));
    let unit = unit(text, format, root);
    let flow = Flow { text, format, colon: colon(text, root).unwrap_or(" "), unit: &unit };
    let flat = flat(text, root).unwrap_or(false);
    let blocks = Block { text, render: Render { unit: unit.len(), flat, ending: ending(text) } };
    let key = match (parent.map(|parent| &parent.shape), address.last()) {
        (Some(Shape::Map(_, pairs)), Some(&at)) => Some(&pairs[at].0),
        _ => None,
    };
    let is_block = layout(node) == Some(Layout::Block);
    let in_block =
        format == Format::Yaml && parent.is_none_or(|it| layout(it) == Some(Layout::Block));
    let open = format == Format::Json && parent.is_none_or(|parent| has_lines(text, parent));
    Ok(match step {
        Move::Push(_, key, value) if is_block => blocks.push(node, key.as_deref(), value),
        Move::Push(_, key, value) => flow.push(node, key.as_deref(), value, open),
        Move::Delete(_, at) if is_block && size(node) > 1 => blocks.delete(node, *at)?,
        Move::Delete(..) if is_block && parent.is_none() => blocks.nothing(node),
        Move::Delete(..) if is_block => blocks.empty(node, key)?,
        Move::Delete(_, at) => flow.delete(node, *at),
        Move::Replace(_, value) if is_block && size(node) > 0 && block::is_empty(value) => {
            blocks.empty(node, key)?
        }
        Move::Replace(_, value) if in_block && layout(node) != Some(Layout::Flow) => {
            blocks.replace(node, key, value)?
        }
        Move::Replace(_, value) => {
            let several = if size(node) > 0 { has_lines(text, node) } else { open };
            let style = match node.shape {
                Shape::Scalar(style, _) => style,
                _ => Style::Plain,
            };
            let new = flow.value(value, indent(text, node.start), several, style);
            let near = node.span.is_empty() && text[..node.start].ends_with(':');
            // A document without content ends as other files do.
            let last = if parent.is_none() && text.is_empty() { ending(text) } else { "" };
            let blank = if near { " " } else { "" };
            vec![(node.start..node.span.end, format!("{blank}{new}{last}"))]
        }
    })
}

fn layout(node: &Node) -> Option<Layout> {
    match node.shape {
        Shape::List(layout, _) | Shape::Map(layout, _) => Some(layout),
        Shape::Scalar(..) | Shape::Alias(_) => None,
    }
}

fn size(node: &Node) -> usize {
    match &node.shape {
        Shape::List(_, members) => members.len(),
        Shape::Map(_, pairs) => pairs.len(),
        Shape::Scalar(..) | Shape::Alias(_) => 0,
    }
}

/// The indentation of one level: the first that differs from that around it.
fn unit(text: &str, format: Format, root: &Node) -> String {
    let mut all = Vec::new();
    root.all(&mut all);
    let level = |node: &&Node| match (&node.shape, format) {
        (Shape::Map(_, pairs), Format::Yaml) => pairs.iter().find_map(|(key, value)| {
            let (outer, inner) = (column(text, key.span.start), column(text, value.start));
            let deeper = layout(value) == Some(Layout::Block) && is_first(text, value.start);
            (deeper && inner > outer).then(|| " ".repeat(inner - outer))
        }),
        (Shape::Map(_, pairs), Format::Json) => pairs.first().and_then(|(key, _)| {
            let inner = is_first(text, key.span.start).then(|| indent(text, key.span.start))?;
            inner
                .strip_prefix(indent(text, node.start))
                .filter(|unit| !unit.is_empty())
                .map(str::to_owned)
        }),
        _ => None,
    };
    all.iter().find_map(level).unwrap_or_else(|| "  ".into())
}

fn column(text: &str, at: usize) -> usize {
    text[line_start(text, at)..at].chars().count()
}

/// The blanks behind the first colon of the brackets of a document.
fn colon<'a>(text: &'a str, root: &Node) -> Option<&'a str> {
    let mut all = Vec::new();
    root.all(&mut all);
    all.into_iter().find_map(|node| match &node.shape {
        Shape::Map(Layout::Flow, pairs) => pairs.iter().find_map(|(key, value)| {
            let between = text.get(key.span.end..value.span.start)?;
            let blank = between.trim_start_matches([' ', '\t']).strip_prefix(':')?;
            blank.trim_matches([' ', '\t']).is_empty().then_some(blank)
        }),
        _ => None,
    })
}

/// Whether the first list of a key stands on the column of the key.
fn flat(text: &str, root: &Node) -> Option<bool> {
    let mut all = Vec::new();
    root.all(&mut all);
    all.into_iter().find_map(|node| match &node.shape {
        Shape::Map(Layout::Block, pairs) => pairs.iter().find_map(|(key, value)| {
            let list = matches!(value.shape, Shape::List(Layout::Block, _));
            list.then(|| column(text, key.span.start) == column(text, value.start))
        }),
        _ => None,
    })
}
