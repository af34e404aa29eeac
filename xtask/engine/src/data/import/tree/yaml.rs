//! YAML as a tree: the first document of a text.

use std::collections::HashMap;
use std::ops::Range;

use saphyr_parser::{Event, Parser, ScalarStyle, Span};

use super::super::found::Word;
use super::super::literal::{self, Literal};
use super::{DEPTH, Node, Shape, Wrong};

/// The values of a document, aliases written out. More of them are no inventory.
const MOST: usize = 1_000_000;

/// A list or a map that is not closed.
struct Open {
    node: Node,
    anchor: usize,
    /// A key that waits for its value.
    key: Option<Word>,
}

#[derive(Default)]
struct Builder {
    open: Vec<Open>,
    anchors: HashMap<usize, (Node, usize)>,
    count: usize,
    done: Option<Node>,
}

/// Reads a document. `yes` and `no` are truth values, as in Ansible (YAML 1.1).
pub(in crate::data::import) fn read(text: &str) -> Result<Node, Wrong> {
    let bytes = Bytes::of(text);
    let mut builder = Builder::default();
    for event in Parser::new_from_str(text) {
        let (event, span) = event.map_err(|error| {
            let at = bytes.at(error.marker().index());
            (at, format!("not YAML: {}", error.info()))
        })?;
        builder.event(event, bytes.span(span))?;
        if builder.done.is_some() {
            break;
        }
    }
    Ok(builder.done.unwrap_or(Node { span: 0..0, shape: Shape::Null }))
}

impl Builder {
    fn event(&mut self, event: Event<'_>, span: Range<usize>) -> Result<(), Wrong> {
        match event {
            Event::Scalar(text, style, anchor, tag) => {
                let shape = match (style, &*text) {
                    _ if tag.is_some_and(|tag| !tag.is_yaml_core_schema()) => Shape::Tagged,
                    (ScalarStyle::Plain, "" | "~" | "null" | "Null" | "NULL") => Shape::Null,
                    (ScalarStyle::Plain, text) => Shape::One(plain(text)),
                    (_, text) => Shape::One(text.to_owned()),
                };
                self.add(Node { span, shape }, anchor, 1)
            }
            Event::Alias(anchor) => {
                let (node, size) = self
                    .anchors
                    .get(&anchor)
                    .cloned()
                    .unwrap_or_else(|| (Node { span: span.clone(), shape: Shape::Null }, 1));
                self.add(node, 0, size)
            }
            Event::SequenceStart(anchor, _) => self.begin(span, Shape::List(Vec::new()), anchor),
            Event::MappingStart(anchor, _) => self.begin(span, Shape::Map(Vec::new()), anchor),
            Event::SequenceEnd | Event::MappingEnd => match self.open.pop() {
                Some(Open { node, anchor, .. }) => self.add(node, anchor, 1),
                None => Ok(()),
            },
            _ => Ok(()),
        }
    }

    fn begin(&mut self, span: Range<usize>, shape: Shape, anchor: usize) -> Result<(), Wrong> {
        if self.open.len() >= DEPTH {
            return Err((
                span.start,
                format!("more than {DEPTH} lists and maps inside each other"),
            ));
        }
        self.open.push(Open { node: Node { span, shape }, anchor, key: None });
        Ok(())
    }

    /// Adds a value of this many nodes to what is open.
    fn add(&mut self, node: Node, anchor: usize, size: usize) -> Result<(), Wrong> {
        self.count += size;
        if self.count > MOST {
            return Err((node.span.start, format!("more than {MOST} values")));
        }
        if anchor != 0 {
            self.anchors.insert(anchor, (node.clone(), nodes(&node)));
        }
        let Some(open) = self.open.last_mut() else {
            self.done = Some(node);
            return Ok(());
        };
        match (&mut open.node.shape, open.key.take()) {
            (Shape::List(members), _) => members.push(node),
            (Shape::Map(entries), Some(key)) if key.text == "<<" => merge(entries, node),
            (Shape::Map(entries), Some(key)) => {
                // A key behind `<<` replaces what came with it.
                entries.retain(|(old, _)| old.text != key.text);
                entries.push((key, node));
            }
            (_, None) => match node.word() {
                Some(key) => open.key = Some(key),
                None => return Err((node.span.start, "a key that is no text".to_owned())),
            },
            _ => {}
        }
        Ok(())
    }
}

/// `<<: *other`: the entries of other maps that are not here.
fn merge(entries: &mut Vec<(Word, Node)>, node: Node) {
    let maps = match node.shape {
        Shape::List(members) => members,
        shape => vec![Node { span: node.span, shape }],
    };
    for (key, value) in maps.iter().filter_map(Node::entries).flatten() {
        if !entries.iter().any(|(old, _)| old.text == key.text) {
            entries.push((key.clone(), value.clone()));
        }
    }
}

fn nodes(node: &Node) -> usize {
    1 + match &node.shape {
        Shape::List(members) => members.iter().map(nodes).sum::<usize>(),
        Shape::Map(entries) => entries.iter().map(|(_, value)| 1 + nodes(value)).sum(),
        _ => 0,
    }
}

/// A plain scalar as Ansible reads it, by YAML 1.1: a truth value, a number, else the text.
fn plain(text: &str) -> String {
    match text.to_ascii_lowercase().as_str() {
        "yes" | "on" | "true" => "true".to_owned(),
        "no" | "off" | "false" => "false".to_owned(),
        _ => number(text).unwrap_or_else(|| text.to_owned()),
    }
}

/// A number as Ansible prints it: 4.1 for `4.10`, 15 for `017`.
fn number(text: &str) -> Option<String> {
    let digits = text.trim_start_matches(['-', '+']);
    if !digits.starts_with(|c: char| c.is_ascii_digit()) || text.len() > digits.len() + 1 {
        return None;
    }
    let octal = digits.strip_prefix('0').filter(|rest| {
        rest.starts_with(|c: char| c.is_ascii_digit())
            && rest.chars().all(|c| ('0'..'8').contains(&c) || c == '_')
    });
    let lower = digits.to_ascii_lowercase();
    let exponent = !lower.starts_with("0x") && lower.contains('e');
    let good = !exponent || lower.contains('.') && (lower.contains("e+") || lower.contains("e-"));
    let text = match octal {
        Some(rest) => format!("{}0o{rest}", &text[..text.len() - digits.len()]),
        None => text.to_owned(),
    };
    let bare = good && !text.contains(['#', ' ', ',']);
    match literal::read(&text).filter(|_| bare)? {
        Literal::One(number) => Some(number),
        _ => None,
    }
}

/// From characters, which the parser counts, to bytes.
struct Bytes {
    /// The byte of each character; none for ASCII.
    starts: Vec<usize>,
    len: usize,
}

impl Bytes {
    fn of(text: &str) -> Self {
        let starts = text.char_indices().map(|(at, _)| at);
        let starts = if text.is_ascii() { Vec::new() } else { starts.collect() };
        Self { starts, len: text.len() }
    }

    fn at(&self, index: usize) -> usize {
        let at = if self.starts.is_empty() { Some(index) } else { self.starts.get(index).copied() };
        at.unwrap_or(self.len).min(self.len)
    }

    fn span(&self, span: Span) -> Range<usize> {
        self.at(span.start.index())..self.at(span.end.index())
    }
}
