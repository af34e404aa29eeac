//! YAML: the documents of a text, from the events of a parser.

use std::borrow::Cow;

use saphyr_parser::{Event, Marker, Parser, ScalarStyle, Span};

use super::node::{Layout, Node, Shape, Style};
use super::place::{indent, is_first, line_start, wrong};
use super::skip::{behind_blanks, behind_bracket, behind_colon, behind_properties, behind_quote};
use super::sound;
use crate::data::fault::Fault;

/// Lists and maps inside each other. Deeper ones are refused.
pub(super) const DEPTH: usize = 200;
/// Lines in brackets that are not indented; more are refused.
const RETRIES: usize = 200;

/// All documents of `text`, in order; none when nothing but blanks and comments is in it.
pub(super) fn read(text: &str) -> Result<Vec<Node>, Fault> {
    let mut shadow = Cow::Borrowed(text);
    for _ in 0..RETRIES {
        let mut reader =
            Reader { text, bytes: Bytes::default(), open: Vec::new(), documents: Vec::new() };
        let Some((at, why)) = reader.all(&shadow)? else {
            sound::check(text, &reader.documents)?;
            tabs(text, &reader.documents)?;
            return Ok(reader.documents);
        };
        match joined(&shadow, at).filter(|_| why.starts_with("invalid indentation")) {
            Some(joined) => shadow = Cow::Owned(joined),
            None if indent(text, at).contains('\t') => {
                return Err(tab(
                    text,
                    line_start(text, at) + indent(text, at).find('\t').unwrap_or(0),
                ));
            }
            None => {
                return Err(wrong(text, at, format!("the file is no YAML: {why}"))
                    .hint("correct the file by hand, then run this again"));
            }
        }
    }
    Err(wrong(text, 0, "too many lines in brackets are not indented").hint("indent them by hand"))
}

/// `text` with a blank in place of the line end before `at`. In brackets, both mean the same. The parser wants the
/// lines there indented, as the standard does; most other readers do not.
fn joined(text: &str, at: usize) -> Option<String> {
    let start = line_start(text, at);
    let before = &text[line_start(text, start.checked_sub(1)?)..start];
    (is_first(text, at) && !before.contains('#')).then(|| {
        let ends = before.len() - before.trim_end_matches(['\r', '\n']).len();
        format!("{}{}{}", &text[..start - ends], " ".repeat(ends), &text[start..])
    })
}

/// From characters, which the parser counts, to bytes. Places come almost in order.
#[derive(Default)]
struct Bytes {
    chars: usize,
    bytes: usize,
}

impl Bytes {
    fn of(&mut self, text: &str, mark: Marker) -> usize {
        while self.chars > mark.index() {
            let before = text[..self.bytes].chars().next_back().map_or(0, char::len_utf8);
            (self.chars, self.bytes) = (self.chars - 1, self.bytes - before);
        }
        for c in text[self.bytes..].chars().take(mark.index() - self.chars) {
            (self.chars, self.bytes) = (self.chars + 1, self.bytes + c.len_utf8());
        }
        self.bytes
    }
}

struct Reader<'a> {
    text: &'a str,
    bytes: Bytes,
    /// Lists and maps that are not closed, with their members so far.
    open: Vec<(Node, Vec<Node>)>,
    documents: Vec<Node>,
}

impl Reader<'_> {
    /// Takes all events of `shadow`, which has the places of the text. A mistake of the text is its byte and reason.
    fn all(&mut self, shadow: &str) -> Result<Option<(usize, String)>, Fault> {
        for event in Parser::new_from_str(shadow) {
            match event {
                Ok((event, span)) => self.event(event, span)?,
                Err(error) => {
                    let at = Bytes::default().of(shadow, *error.marker());
                    return Ok(Some((at, error.info().to_owned())));
                }
            }
        }
        Ok(None)
    }

    fn event(&mut self, event: Event<'_>, span: Span) -> Result<(), Fault> {
        let start = self.bytes.of(self.text, span.start);
        let end = self.bytes.of(self.text, span.end);
        let tagged = |tag: Option<_>| tag.map(|tag: Cow<'_, saphyr_parser::Tag>| tag.to_string());
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let tag = tagged(tag);
                let style = style_of(style);
                let node = self.scalar(start..end, style, text.into_owned(), anchor, tag);
                self.add(node);
            }
            Event::Alias(anchor) => {
                let shape = Shape::Alias(anchor);
                self.add(Node { span: start..end, start, shape, anchor: 0, tag: None });
            }
            Event::SequenceStart(anchor, tag) => self.begin(start, anchor, tagged(tag), true)?,
            Event::MappingStart(anchor, tag) => self.begin(start, anchor, tagged(tag), false)?,
            Event::SequenceEnd | Event::MappingEnd => self.end(end),
            _ => {}
        }
        Ok(())
    }

    fn scalar(
        &self,
        span: std::ops::Range<usize>,
        style: Style,
        text: String,
        anchor: usize,
        tag: Option<String>,
    ) -> Node {
        let (mut start, mut end) = (span.start, span.end);
        let empty = style == Style::Plain && text.is_empty();
        match style {
            // The end of a block is that of its last line with content.
            Style::Literal | Style::Folded => {
                end = start + self.text[start..end].trim_end_matches([' ', '\t', '\r', '\n']).len();
            }
            _ if empty && anchor == 0 && tag.is_none() => {
                // Behind `? ` the parser names places where no dash is.
                let place = self.nothing().filter(|at| self.text.is_char_boundary(*at));
                start = place.unwrap_or(start);
                return Node::nothing(start);
            }
            _ => start = behind_properties(self.text, start..end),
        }
        // The parser counts blanks and a comment behind a quote, too.
        if let Style::Single | Style::Double = style {
            end = behind_quote(self.text, start).unwrap_or(end);
        }
        Node { span: span.start..end, start, shape: Shape::Scalar(style, text), anchor, tag }
    }

    /// The place of an empty value: behind its colon or dash. The parser names a later one.
    fn nothing(&self) -> Option<usize> {
        let (node, members) = self.open.last()?;
        match (&node.shape, members.last()) {
            (Shape::Map(..), Some(key)) if members.len() % 2 == 1 => {
                behind_colon(self.text, key.span.end)
            }
            (Shape::List(Layout::Block, _), None) => Some(node.start + 1),
            (Shape::List(Layout::Block, _), Some(last)) => {
                Some(behind_blanks(self.text, last.span.end, self.text.len()) + 1)
            }
            _ => None,
        }
    }

    fn begin(
        &mut self,
        at: usize,
        anchor: usize,
        tag: Option<String>,
        list: bool,
    ) -> Result<(), Fault> {
        if self.open.len() >= DEPTH {
            return Err(wrong(self.text, at, format!("the file has more than {DEPTH} levels"))
                .hint("change the file by hand"));
        }
        let mut start = behind_properties(self.text, at..self.text.len());
        let bare = anchor == 0 && tag.is_none();
        // The parser gives a list on the level of its key the place of its first member.
        let key = self.open.last().filter(|(node, _)| matches!(node.shape, Shape::Map(..)));
        let key = key.and_then(|(_, members)| members.last().filter(|_| members.len() % 2 == 1));
        if let Some(key) = key.filter(|_| list) {
            let colon = behind_colon(self.text, key.span.end).unwrap_or(start);
            let first = behind_blanks(self.text, colon.min(start), start);
            let first = behind_properties(self.text, first..start);
            // A bracket is that of the list itself, unless a dash stands before it.
            if !self.text[start..].starts_with('[') || self.text[first..].starts_with('-') {
                start = first;
            }
        }
        let flow = self.text[start..].starts_with(if list { '[' } else { '{' });
        let layout = if flow { Layout::Flow } else { Layout::Block };
        let shape = if list { Shape::List(layout, vec![]) } else { Shape::Map(layout, vec![]) };
        let at = if bare { start } else { at };
        self.open.push((Node { span: at..at, start, shape, anchor, tag }, Vec::new()));
        Ok(())
    }

    fn end(&mut self, end: usize) {
        let Some((mut node, members)) = self.open.pop() else { return };
        let last = members.last().map_or(node.start, |last| last.span.end);
        node.span.end = last;
        // The parser gives a map the comma before its bracket.
        let inside = members.last().map_or(node.start + 1, |last| last.span.end);
        let end = behind_bracket(self.text, inside).unwrap_or(end);
        match &mut node.shape {
            Shape::List(layout, list) => {
                *list = members;
                if *layout == Layout::Flow {
                    node.span.end = end;
                }
            }
            Shape::Map(layout, pairs) => {
                let mut members = members.into_iter();
                while let (Some(key), Some(value)) = (members.next(), members.next()) {
                    pairs.push((key, value));
                }
                if *layout == Layout::Flow {
                    node.span.end = end;
                }
            }
            Shape::Scalar(..) | Shape::Alias(_) => {}
        }
        self.add(node);
    }

    fn add(&mut self, node: Node) {
        match self.open.last_mut() {
            Some((_, members)) => members.push(node),
            None => self.documents.push(node),
        }
    }
}

fn style_of(style: ScalarStyle) -> Style {
    match style {
        ScalarStyle::Plain => Style::Plain,
        ScalarStyle::SingleQuoted => Style::Single,
        ScalarStyle::DoubleQuoted => Style::Double,
        ScalarStyle::Literal => Style::Literal,
        ScalarStyle::Folded => Style::Folded,
    }
}

fn tab(text: &str, at: usize) -> Fault {
    wrong(text, at, "a tab indents this line; YAML takes blanks only")
        .hint("replace the tab by blanks, then run this again")
}

/// Readers differ in what a tab at the start of a line means: refused, but inside of a scalar.
fn tabs(text: &str, documents: &[Node]) -> Result<(), Fault> {
    if !text.contains('\t') {
        return Ok(());
    }
    let mut nodes = Vec::new();
    documents.iter().for_each(|document| document.all(&mut nodes));
    let scalars: Vec<_> = nodes.iter().filter(|node| node.text().is_some()).collect();
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        let body = line.trim_start_matches([' ', '\t']);
        let tab = line[..line.len() - body.len()].find('\t').map(|tab| at + tab);
        let content = !body.trim_end().is_empty() && !body.starts_with('#');
        if let Some(tab) = tab.filter(|_| content) {
            let index = scalars.partition_point(|node| node.span.end <= tab);
            if scalars.get(index).is_none_or(|node| node.span.start > tab) {
                return Err(self::tab(text, tab));
            }
        }
        at += line.len();
    }
    Ok(())
}
