//! Lists and maps of YAML by indentation.

use super::flow::{Splice, styles};
use super::node::{Layout, Node, Shape, Style};
use super::place::{ending, is_first, line_end, line_start, next_line, wrong};
use super::render::Render;
use super::value::Value;
use super::yaml::{behind_blanks, behind_colon, behind_properties};
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
    fn behind(&self, node: &Node) -> usize {
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
    fn column(&self, at: usize) -> usize {
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
        // Behind a dash: the next pair takes the place, when no comment of its own is before it.
        let Some(next) = next.filter(|next| next_line(self.text, end) == line_start(self.text, *next)) else {
            return Err(wrong(self.text, from, "this cannot be taken out of its line")
                .hint("remove it by hand"));
        };
        Ok(vec![(from..next, String::new())])
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
    fn colon(&self, key: &Node) -> Result<usize, Fault> {
        behind_colon(self.text, key.span.end).ok_or_else(|| {
            wrong(self.text, key.span.start, "this key has the long form `? key`").hint("change it by hand")
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
            return Err(wrong(self.text, whole.start, "this would leave nothing behind an anchor or a tag")
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

    /// `value` in place of `node`, which is the value of `key`, a list member, or a document.
    pub(super) fn replace(&self, node: &Node, key: Option<&Node>, value: &Value) -> Result<Vec<Splice>, Fault> {
        if let Some(key) = key {
            self.colon(key)?;
        }
        let owner = key.map(|key| self.column(key.span.start));
        match (&node.shape, value) {
            (Shape::List(Layout::Block, _) | Shape::Map(Layout::Block, _), _) => {
                let column = self.column(node.start);
                Ok(vec![(node.start..node.span.end, self.render.value(value, Style::Plain, column))])
            }
            (_, Value::List(_) | Value::Map(_)) if !is_empty(value) => Ok(self.fill(node, owner, value)),
            (Shape::Scalar(style @ (Style::Literal | Style::Folded), _), _) => {
                self.literal(node, *style, key, value)
            }
            (Shape::Scalar(style, _), Value::String(text)) if text.contains('\n') && *style == Style::Plain => {
                Ok(self.several(node, text, owner))
            }
            (Shape::Scalar(style, _), _) => Ok(vec![self.word(node, self.render.scalar(value, *style))]),
            _ => Ok(vec![self.word(node, self.render.scalar(value, Style::Plain))]),
        }
    }

    /// One word in place of a value that may be empty.
    fn word(&self, node: &Node, word: String) -> Splice {
        let near = self.text[..node.start].ends_with([':', '-']) && node.start == node.span.end;
        (node.start..node.span.end, if near { format!(" {word}") } else { word })
    }

    /// A text of several lines in place of one.
    fn several(&self, node: &Node, text: &str, owner: Option<usize>) -> Vec<Splice> {
        let column = owner.map_or(0, |owner| owner + self.render.unit);
        match self.render.literal(text, column).filter(|_| owner.is_some()) {
            Some((header, lines)) => {
                let at = line_end(self.text, node.span.end);
                vec![self.word(node, header), (at..at, lines)]
            }
            None => vec![self.word(node, self.render.scalar(&Value::from(text), Style::Double))],
        }
    }

    /// A list or map in place of an empty value.
    fn fill(&self, node: &Node, owner: Option<usize>, value: &Value) -> Vec<Splice> {
        let end = ending(self.text);
        let Some(owner) = owner else {
            // A list member, or a document without content.
            let column = self.column(node.start);
            if !is_first(self.text, node.start) && node.span.is_empty() && self.text[..node.start].ends_with('-') {
                return vec![self.word(node, self.render.value(value, Style::Plain, column + 1))];
            }
            if !is_first(self.text, node.start) && !node.span.is_empty() {
                return vec![(node.span.clone(), self.render.value(value, Style::Plain, column))];
            }
            let new = self.render.value(value, Style::Plain, 0);
            return match self.text.is_empty() || self.text.ends_with('\n') {
                true => vec![(self.text.len()..self.text.len(), format!("{new}{end}"))],
                false => vec![(self.text.len()..self.text.len(), format!("{end}{new}"))],
            };
        };
        let column = match value {
            Value::List(_) if self.render.flat => owner,
            _ => owner + self.render.unit,
        };
        let new = format!("{end}{}{}", " ".repeat(column), self.render.value(value, Style::Plain, column));
        // `~` goes with the blanks before it.
        let before = self.text[..node.start].trim_end_matches([' ', '\t']).len();
        let word = (if node.span.is_empty() { node.start } else { before })..node.span.end;
        let at = line_end(self.text, node.span.end);
        if at == word.end { vec![(word, new)] } else { vec![(word, String::new()), (at..at, new)] }
    }

    /// Another text in place of `|` or `>` with its lines.
    fn literal(&self, node: &Node, style: Style, key: Option<&Node>, value: &Value) -> Result<Vec<Splice>, Fault> {
        let by_hand = || {
            wrong(self.text, node.start, "this text cannot be replaced in its form").hint("change it by hand")
        };
        let sign = if style == Style::Literal { '|' } else { '>' };
        let colon = self.colon(key.ok_or_else(by_hand)?)?;
        let header = behind_blanks(self.text, colon, self.text.len());
        let header = behind_properties(self.text, header..self.text.len());
        let word = self.text[header..].split([' ', '\t', '\r', '\n']).next().unwrap_or_default();
        if !word.starts_with(sign) || word.contains(|c: char| c.is_ascii_digit()) {
            return Err(by_hand());
        }
        let line = line_end(self.text, header);
        let mut end = node.span.end.max(line);
        let text = match &node.shape {
            Shape::Scalar(_, text) => text,
            _ => return Err(by_hand()),
        };
        if text.ends_with("\n\n") {
            end = self.behind(node).max(end);
        }
        let deep = node.span.end > line && node.start > line;
        let column = match deep {
            true => self.column(node.start),
            false => self.column(key.map_or(0, |key| key.span.start)) + self.render.unit,
        };
        let end = if deep { line_end(self.text, end) } else { line };
        let word = header..header + word.len();
        match value {
            Value::String(text) if text.contains('\n') => {
                let (sign, lines) = self.render.literal(text, column).ok_or_else(by_hand)?;
                Ok(vec![(word, sign), (line..end, lines)])
            }
            Value::String(text) if text.trim() == text && !text.is_empty() => {
                let (sign, lines) = self.render.literal(text, column).ok_or_else(by_hand)?;
                Ok(vec![(word, sign), (line..end, lines)])
            }
            value => Ok(vec![(word, self.render.scalar(value, Style::Plain)), (line..end, String::new())]),
        }
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

fn is_empty(value: &Value) -> bool {
    matches!(value, Value::List(members) if members.is_empty())
        || matches!(value, Value::Map(pairs) if pairs.is_empty())
}
