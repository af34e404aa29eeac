//! Another value in place of one in the block style of YAML.

use super::block::{Block, is_empty};
use super::flow::Splice;
use super::node::{Layout, Node, Shape, Style};
use super::place::{ending, is_first, line_end, wrong};
use super::skip::{behind_blanks, behind_properties};
use super::value::Value;
use crate::data::fault::Fault;

impl Block<'_> {
    /// `value` in place of `node`, which is the value of `key`, a list member, or a document.
    pub(super) fn replace(
        &self,
        node: &Node,
        key: Option<&Node>,
        value: &Value,
    ) -> Result<Vec<Splice>, Fault> {
        if let Some(key) = key {
            self.colon(key)?;
        }
        let owner = key.map(|key| self.column(key.span.start));
        match (&node.shape, value) {
            (Shape::List(Layout::Block, _) | Shape::Map(Layout::Block, _), _) => {
                let column = self.column(node.start);
                Ok(vec![(
                    node.start..node.span.end,
                    self.render.value(value, Style::Plain, column),
                )])
            }
            (_, Value::List(_) | Value::Map(_)) if !is_empty(value) => {
                Ok(self.fill(node, owner, value))
            }
            (Shape::Scalar(style @ (Style::Literal | Style::Folded), _), _) => {
                self.literal(node, *style, key, value)
            }
            (Shape::Scalar(style, _), Value::String(text))
                if text.contains('\n') && *style == Style::Plain =>
            {
                Ok(self.several(node, text, owner))
            }
            (Shape::Scalar(style, _), _) => {
                Ok(vec![self.word(node, self.render.scalar(value, *style))])
            }
            _ => Ok(vec![self.word(node, self.render.scalar(value, Style::Plain))]),
        }
    }

    /// One word in place of a value that may be empty.
    fn word(&self, node: &Node, word: String) -> Splice {
        let empty = node.start == node.span.end;
        let near = empty && self.text[..node.start].ends_with([':', '-']);
        let line = line_end(self.text, node.span.end);
        let blank = empty && self.text[node.span.end..line].trim().is_empty();
        let end = if blank { line } else { node.span.end };
        (node.start..end, if near { format!(" {word}") } else { word })
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
            if !is_first(self.text, node.start)
                && node.span.is_empty()
                && self.text[..node.start].ends_with('-')
            {
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
        let new = format!(
            "{end}{}{}",
            " ".repeat(column),
            self.render.value(value, Style::Plain, column)
        );
        // `~` goes with the blanks before it.
        let before = self.text[..node.start].trim_end_matches([' ', '\t']).len();
        let word = (if node.span.is_empty() { node.start } else { before })..node.span.end;
        let at = line_end(self.text, node.span.end);
        if at == word.end { vec![(word, new)] } else { vec![(word, String::new()), (at..at, new)] }
    }

    /// Another text in place of `|` or `>` with its lines.
    fn literal(
        &self,
        node: &Node,
        style: Style,
        key: Option<&Node>,
        value: &Value,
    ) -> Result<Vec<Splice>, Fault> {
        let by_hand = || {
            wrong(self.text, node.start, "this text cannot be replaced in its form")
                .hint("change it by hand")
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
            value => Ok(vec![
                (word, self.render.scalar(value, Style::Plain)),
                (line..end, String::new()),
            ]),
        }
    }
}
