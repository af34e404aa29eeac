//! The places of a tree fit its text: the parser names other ones for forms that files of configuration do not have.

use super::node::{Layout, Node, Shape};
use super::place::wrong;
use crate::data::fault::Fault;

/// Every node stands in its text, members in order and inside of their list or map, brackets at both ends.
///
/// # Errors
/// Refused: the first node of which that is not true.
pub(super) fn check(text: &str, documents: &[Node]) -> Result<(), Fault> {
    let mut from = 0;
    for document in documents {
        from = inside(text, document, from, text.len())?;
    }
    Ok(())
}

/// Gives the end of a node that stands between two bytes.
fn inside(text: &str, node: &Node, from: usize, to: usize) -> Result<usize, Fault> {
    let (span, start) = (&node.span, node.start);
    let places = [span.start, start, span.end];
    let fits = from <= span.start
        && places.is_sorted()
        && span.end <= to
        && places.iter().all(|at| text.is_char_boundary(*at));
    if !fits || !brackets(text, node) {
        let mut place = span.start.min(text.len());
        while !text.is_char_boundary(place) {
            place -= 1;
        }
        return Err(wrong(text, place, "this form of YAML cannot be edited by a program")
            .hint("change the file by hand"));
    }
    let mut at = start;
    match &node.shape {
        Shape::List(_, members) => {
            for member in members {
                at = inside(text, member, at, span.end)?;
            }
        }
        Shape::Map(_, pairs) => {
            for (key, value) in pairs {
                at = inside(text, key, at, span.end)?;
                at = inside(text, value, at, span.end)?;
            }
        }
        Shape::Scalar(..) | Shape::Alias(_) => {}
    }
    Ok(span.end)
}

/// A list or map in brackets begins and ends with its own.
fn brackets(text: &str, node: &Node) -> bool {
    let (open, close) = match &node.shape {
        Shape::List(Layout::Flow, _) => ('[', ']'),
        Shape::Map(Layout::Flow, _) => ('{', '}'),
        _ => return true,
    };
    let whole = &text[node.start..node.span.end];
    whole.starts_with(open) && whole.ends_with(close)
}
