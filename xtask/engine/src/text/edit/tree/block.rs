//! Lists and maps of YAML by indentation.

use super::flow::{Splice, styles};
use super::node::{Layout, Node, Shape, Style};
use super::place::{ending, is_first, line_end, line_start, next_line, wrong};
use super::render::Render;
use super::skip::{behind_blanks, behind_colon};
use super::value::Value;
use crate::data::fault::Fault;

/// The block style of a text.
pub(super) struct Block<'a> {
    pub(super) text: &'a str,
    pub(super) render: Render,
}

impl Block<'_> {
    /// One more member at the end of a list or map by indentation.
    pub(super) fn push(&self, node: &Node, key: Option<&str>, value: &Value) -> Vec<Splice> {
        let column = self.column(node.start);
        let (key_style, style) = styles(node);
        let new = match key {
            Some(key) => self.render.pair(key, key_style, value, column),
            None => self.render.member(value, style, column, self.gap(node)),
        };
        let at = self.behind(node);
        let blanks = " ".repeat(column);
        vec![(at..at, format!("{}{blanks}{new}", ending(self.text)))]
    }

    /// The end of the last line of `node`, where a next line can begin.
    pub(super) fn behind(&self, node: &Node) -> usize {
        let mut at = line_end(self.text, node.span.end);
        let mut last = node;
        while let Some(next) = last_of(last) {
            last = next;
        }
        // Empty lines behind `|+` are part of it.
        if let Shape::Scalar(Style::Literal | Style::Folded, text) = &last.shape
            && text.ends_with("\n\n")
        {
            loop {
                let next = next_line(self.text, at);
                let blank = self.text[next..line_end(self.text, next)].trim().is_empty();
                if !blank || next == self.text.len() {
                    return at;
                }
                at = line_end(self.text, next);
            }
        }
        at
    }

    /// The column of a byte, from 0, in characters.
    pub(super) fn column(&self, at: usize) -> usize {
        self.text[line_start(self.text, at)..at].chars().count()
    }

    /// The number of blanks behind the dash of the last member.
    fn gap(&self, list: &Node) -> usize {
        let Shape::List(_, members) = &list.shape else { return 1 };
        let dash = self.dash(list, members.len() - 1);
        let rest = &self.text[dash + 1..];
        let gap = rest.len() - rest.trim_start_matches(' ').len();
        if rest[gap..].starts_with(['\r', '\n', '#']) || gap == 0 { 1 } else { gap }
    }

    /// The dash of a member.
    fn dash(&self, list: &Node, at: usize) -> usize {
        let Shape::List(_, members) = &list.shape else { return list.start };
        match at.checked_sub(1) {
            None => list.start,
            Some(before) => behind_blanks(self.text, members[before].span.end, self.text.len()),
        }
    }

    /// `node` without its member `at`, one of several.
    pub(super) fn delete(&self, node: &Node, at: usize) -> Result<Vec<Splice>, Fault> {
        let (from, end, next) = match &node.shape {
            Shape::Map(_, pairs) => {
                let (key, value) = &pairs[at];
                let next = pairs.get(at + 1).map(|(key, _)| key.span.start);
                let colon = self.colon(key)?;
                (key.span.start, value.span.end.max(colon), next)
            }
            Shape::List(_, members) => {
                let (from, next) = (self.dash(node, at), at + 1 < members.len());
                let next = next.then(|| self.dash(node, at + 1));
                (from, members[at].span.end.max(from + 1), next)
            }
            Shape::Scalar(..) | Shape::Alias(_) => return Ok(vec![]),
        };
        if is_first(self.text, from) {
            return Ok(vec![self.lines(from, end)]);
        }
        // Behind a dash: the next pair, or the comment before it, takes the place.
        let line = line_end(self.text, end);
        let after = line + self.text[line..].len() - self.text[line..].trim_start().len();
        match next {
            Some(_) if after > line => Ok(vec![(from..after, String::new())]),
            _ => Err(wrong(self.text, from, "this cannot be taken out of its line")
                .hint("remove it by hand")),
        }
    }

    /// The whole lines of what stands from `from` to `end`.
    fn lines(&self, from: usize, end: usize) -> Splice {
        let (start, next) = (line_start(self.text, from), next_line(self.text, end));
        // Without a last line end, the one before goes.
        if next == self.text.len() && !self.text.ends_with('\n') {
            let before = self.text[..start].strip_suffix('\n').unwrap_or(&self.text[..start]);
            return (before.strip_suffix('\r').unwrap_or(before).len()..next, String::new());
        }
        (start..next, String::new())
    }

    /// The byte behind the colon of a key; `? key` has none on its line.
    pub(super) fn colon(&self, key: &Node) -> Result<usize, Fault> {
        behind_colon(self.text, key.span.end).ok_or_else(|| {
            wrong(self.text, key.span.start, "this key has the long form `? key`")
                .hint("change it by hand")
        })
    }

    /// Empty brackets in place of the last member of `node`, the value of `key` or a list member.
    pub(super) fn empty(&self, node: &Node, key: Option<&Node>) -> Result<Vec<Splice>, Fault> {
        let brackets = if matches!(node.shape, Shape::List(..)) { "[]" } else { "{}" };
        let whole = node.span.clone();
        if !is_first(self.text, node.start) {
            return Ok(vec![(node.start..whole.end, brackets.into())]);
        }
        if whole.start != node.start {
            return Err(wrong(
                self.text,
                whole.start,
                "this would leave nothing behind an anchor or a tag",
            )
            .hint("change it by hand"));
        }
        let at = match key {
            Some(key) => self.colon(key)?,
            None => return Ok(vec![(node.start..whole.end, brackets.into())]),
        };
        Ok(vec![(at..at, format!(" {brackets}")), self.lines(node.start, whole.end)])
    }

    /// The lines of the only member of a whole document.
    pub(super) fn nothing(&self, node: &Node) -> Vec<Splice> {
        vec![self.lines(node.start, node.span.end)]
    }
}

/// The value that a list or map ends with.
fn last_of(node: &Node) -> Option<&Node> {
    match &node.shape {
        Shape::List(Layout::Block, members) => members.last(),
        Shape::Map(Layout::Block, pairs) => pairs.last().map(|(_, value)| value),
        _ => None,
    }
}

/// Whether the value is an empty list or map.
pub(super) fn is_empty(value: &Value) -> bool {
    matches!(value, Value::List(members) if members.is_empty())
        || matches!(value, Value::Map(pairs) if pairs.is_empty())
}
