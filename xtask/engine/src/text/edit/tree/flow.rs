//! Lists and maps in brackets: JSON, and the flow style of YAML.

use std::ops::Range;

use super::json;
use super::node::{Format, Node, Shape, Style};
use super::place::{ending, indent, is_first, line_end, line_start, next_line};
use super::scalar;
use super::value::Value;

/// New text for a range of bytes.
pub(super) type Splice = (Range<usize>, String);

/// How the brackets of a text are written.
pub(super) struct Flow<'a> {
    pub(super) text: &'a str,
    pub(super) format: Format,
    /// The blanks behind a colon.
    pub(super) colon: &'a str,
    /// One level of indentation.
    pub(super) unit: &'a str,
}

/// The bytes of each member, or pair.
fn spans(node: &Node) -> Vec<Range<usize>> {
    match &node.shape {
        Shape::List(_, members) => members.iter().map(|it| it.span.clone()).collect(),
        Shape::Map(_, pairs) => pairs
            .iter()
            .map(|(key, value)| key.span.start..value.span.end.max(key.span.end))
            .collect(),
        Shape::Scalar(..) | Shape::Alias(_) => vec![],
    }
}

/// Whether the members stand on lines of their own.
pub(super) fn has_lines(text: &str, node: &Node) -> bool {
    spans(node).last().is_some_and(|last| is_first(text, last.start))
}

impl Flow<'_> {
    /// `value` where the first line begins behind `indent`, over several lines or on one.
    pub(super) fn value(&self, value: &Value, indent: &str, several: bool, style: Style) -> String {
        let comma = if self.colon.is_empty() { "" } else { " " };
        match self.format {
            Format::Json if several => {
                json::lines(value, indent, self.unit, self.colon, ending(self.text))
            }
            Format::Json => json::line(value, comma, self.colon),
            Format::Yaml => yaml(value, style),
        }
    }

    fn key(&self, key: &str, style: Style) -> String {
        match self.format {
            Format::Json => json::quoted(key),
            Format::Yaml => scalar::write_in_flow(key, style),
        }
    }

    /// One more member at the end of `node`. An empty one that is `open` gets lines of its own.
    pub(super) fn push(
        &self,
        node: &Node,
        key: Option<&str>,
        value: &Value,
        open: bool,
    ) -> Vec<Splice> {
        let spans = spans(node);
        let several = if spans.is_empty() { open } else { has_lines(self.text, node) };
        let outer = indent(self.text, node.span.start);
        let inner = match spans.last() {
            Some(last) if several => indent(self.text, last.start).to_owned(),
            _ => format!("{outer}{}", self.unit),
        };
        let (key_style, style) = styles(node);
        let value = self.value(value, if several { &inner } else { outer }, several, style);
        let new = match key {
            Some(key) => format!("{}:{}{value}", self.key(key, key_style), self.space()),
            None => value,
        };
        let (end, close) = (ending(self.text), node.span.end - 1);
        let Some(last) = spans.last() else {
            return self.first(node, &new, several.then_some((&*inner, outer)));
        };
        let comma = comma(self.text, last.end, close);
        if !several {
            let blank = self.between(&spans);
            let at = comma.map_or(last.end, |comma| comma + 1);
            let (before, after) = if comma.is_some() { ("", ",") } else { (",", "") };
            return vec![(at..at, format!("{before}{blank}{new}{after}"))];
        }
        let behind = comma.map_or(last.end, |comma| comma + 1);
        let after = if comma.is_some() { "," } else { "" };
        // The new line goes behind a comment on the line of the last member, but before the bracket.
        let line = line_end(self.text, behind);
        let at = if line > close { behind } else { line };
        let line = (at..at, format!("{end}{inner}{new}{after}"));
        if comma.is_some() { vec![line] } else { vec![(last.end..last.end, ",".into()), line] }
    }

    /// The blanks behind a colon. YAML needs one.
    fn space(&self) -> &str {
        if self.format == Format::Yaml && self.colon.is_empty() { " " } else { self.colon }
    }

    /// The first member of empty brackets; comments in them stay.
    fn first(&self, node: &Node, new: &str, lines: Option<(&str, &str)>) -> Vec<Splice> {
        let (open, close) = (node.start + 1, node.span.end - 1);
        let inside = &self.text[open..close];
        let end = ending(self.text);
        let comment = !inside.trim().is_empty();
        match lines {
            Some((inner, outer)) if comment => {
                let at = open + inside.trim_end().len();
                vec![(at..close, format!("{end}{inner}{new}{end}{outer}"))]
            }
            Some((inner, outer)) => vec![(open..close, format!("{end}{inner}{new}{end}{outer}"))],
            None if inside.contains('\n') && comment => {
                let (at, outer) = (open + inside.trim_end().len(), indent(self.text, close));
                vec![(at..close, format!("{end}{outer}{}{new}{end}{outer}", self.unit))]
            }
            None if comment => vec![(open..open, new.to_owned())],
            None => vec![(open..close, new.to_owned())],
        }
    }

    /// The blanks behind a comma on one line: as between the last two members.
    fn between(&self, spans: &[Range<usize>]) -> &str {
        if let [.., one, two] = spans
            && let Some(blank) =
                self.text[one.end..two.start].trim_start_matches([' ', '\t']).strip_prefix(',')
            && blank.trim_matches([' ', '\t']).is_empty()
        {
            return blank;
        }
        if self.format == Format::Json && self.colon.is_empty() { "" } else { " " }
    }

    /// `node` without its member `at`.
    pub(super) fn delete(&self, node: &Node, at: usize) -> Vec<Splice> {
        let (spans, text) = (spans(node), self.text);
        let (one, close) = (spans[at].clone(), node.span.end - 1);
        let comma = comma(text, one.end, close);
        let behind = comma.map_or(one.end, |comma| comma + 1);
        let others = |it: &Range<usize>| it.start > one.start && it.start < line_end(text, behind);
        let alone = is_first(text, one.start)
            && next_line(text, behind) <= close
            && !spans.iter().any(others);
        let clear = |range: Range<usize>| text[range].trim().is_empty();
        if spans.len() == 1 && clear(node.start + 1..one.start) && clear(behind..close) {
            return vec![(node.start + 1..close, String::new())];
        }
        // The comma before the last member goes with it.
        let before = at.checked_sub(1).filter(|_| at + 1 == spans.len() && comma.is_none());
        let before = before.and_then(|last| self::comma(text, spans[last].end, one.start));
        let gone = if alone {
            line_start(text, one.start)..next_line(text, behind)
        } else if at + 1 < spans.len() {
            let blanks =
                text[behind..].len() - text[behind..].trim_start_matches([' ', '\t']).len();
            one.start..behind + blanks
        } else {
            text[..one.start].trim_end_matches([' ', '\t']).len()..behind
        };
        match before {
            // In one piece, when nothing else is between them.
            Some(comma) if comma + 1 == gone.start => vec![(comma..gone.end, String::new())],
            Some(comma) => vec![(comma..comma + 1, String::new()), (gone, String::new())],
            None => vec![(gone, String::new())],
        }
    }
}

/// The styles of the last key and of the last text, for a new neighbour.
pub(super) fn styles(node: &Node) -> (Style, Style) {
    let quotes = |node: Option<&Node>| match node.map(|node| &node.shape) {
        Some(Shape::Scalar(style @ (Style::Single | Style::Double), _)) => *style,
        _ => Style::Plain,
    };
    match &node.shape {
        Shape::List(_, members) => (Style::Plain, quotes(members.last())),
        Shape::Map(_, pairs) => (quotes(pairs.last().map(|(key, _)| key)), Style::Plain),
        Shape::Scalar(..) | Shape::Alias(_) => (Style::Plain, Style::Plain),
    }
}

/// The comma behind a member that ends at `from`: only blanks and comments stand before it.
fn comma(text: &str, from: usize, to: usize) -> Option<usize> {
    let mut at = from;
    loop {
        at = to - text[at..to].trim_start().len();
        let rest = &text[at..to];
        let skip = if rest.starts_with("/*") {
            rest.find("*/").map(|end| end + 2)
        } else if rest.starts_with("//") || rest.starts_with('#') {
            rest.find('\n')
        } else {
            return rest.starts_with(',').then_some(at);
        };
        at += skip?;
    }
}

/// `value` in the flow style of YAML.
fn yaml(value: &Value, style: Style) -> String {
    match value {
        Value::List(members) => {
            let members: Vec<String> = members.iter().map(|it| yaml(it, style)).collect();
            format!("[{}]", members.join(", "))
        }
        Value::Map(pairs) => {
            let pair = |(key, value): &(String, Value)| {
                format!("{}: {}", scalar::write_in_flow(key, Style::Plain), yaml(value, style))
            };
            format!("{{{}}}", pairs.iter().map(pair).collect::<Vec<_>>().join(", "))
        }
        Value::String(text) => scalar::write_in_flow(text, style),
        other => other.to_string(),
    }
}
