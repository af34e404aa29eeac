//! New text in the block style of YAML.

use super::node::Style;
use super::scalar;
use super::value::Value;

/// How a document writes its blocks.
pub(super) struct Render {
    /// Blanks of one level.
    pub(super) unit: usize,
    /// Lists of a key stand on the column of the key.
    pub(super) flat: bool,
    /// Of each line.
    pub(super) ending: &'static str,
}

impl Render {
    /// `key: value`, where the key is in this column.
    pub(super) fn pair(&self, key: &str, style: Style, value: &Value, column: usize) -> String {
        let key = scalar::write(key, style);
        let deeper = column + self.unit;
        match value {
            Value::Map(pairs) if !pairs.is_empty() => {
                format!("{key}:{}{}", self.line(deeper), self.value(value, Style::Plain, deeper))
            }
            Value::List(members) if !members.is_empty() => {
                let at = if self.flat { column } else { deeper };
                format!("{key}:{}{}", self.line(at), self.value(value, Style::Plain, at))
            }
            Value::String(text) if text.contains('\n') => match self.literal(text, deeper) {
                Some((sign, lines)) => format!("{key}: {sign}{lines}"),
                None => format!("{key}: {}", scalar::write(text, Style::Double)),
            },
            value => format!("{key}: {}", self.scalar(value, Style::Plain)),
        }
    }

    /// `- value`, where the dash is in this column.
    pub(super) fn member(&self, value: &Value, style: Style, column: usize, gap: usize) -> String {
        format!("-{}{}", " ".repeat(gap), self.value(value, style, column + 1 + gap))
    }

    /// `value` from this column on; its first line is indented already.
    pub(super) fn value(&self, value: &Value, style: Style, column: usize) -> String {
        let lines: Vec<String> = match value {
            Value::Map(pairs) => pairs
                .iter()
                .map(|(key, value)| self.pair(key, Style::Plain, value, column))
                .collect(),
            Value::List(members) => {
                members.iter().map(|value| self.member(value, Style::Plain, column, 1)).collect()
            }
            _ => vec![],
        };
        if lines.is_empty() { self.scalar(value, style) } else { lines.join(&self.line(column)) }
    }

    /// `value` on one line.
    pub(super) fn scalar(&self, value: &Value, style: Style) -> String {
        match value {
            Value::String(text) => scalar::write(text, style),
            Value::List(_) => "[]".into(),
            Value::Map(_) => "{}".into(),
            other => other.to_string(),
        }
    }

    /// The sign of a literal block and its lines in this column; `None` when it cannot hold the text.
    pub(super) fn literal(&self, text: &str, column: usize) -> Option<(String, String)> {
        let body = text.strip_suffix('\n').unwrap_or(text);
        let odd = |c: char| c != '\n' && c != '\t' && scalar::is_odd(c);
        if body.is_empty()
            || body.starts_with([' ', '\t', '\n'])
            // A last line of blanks looks like an empty one.
            || body.rsplit('\n').next().is_some_and(|last| last.trim().is_empty())
            || text.contains(odd)
        {
            return None;
        }
        let line = |line: &str| match line {
            "" => self.ending.to_owned(),
            line => format!("{}{line}", self.line(column)),
        };
        let sign = if body.len() == text.len() { "|-" } else { "|" };
        Some((sign.into(), body.split('\n').map(line).collect()))
    }

    fn line(&self, column: usize) -> String {
        format!("{}{}", self.ending, " ".repeat(column))
    }
}
