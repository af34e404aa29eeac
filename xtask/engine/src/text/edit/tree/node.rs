//! A document as a tree whose parts know their bytes.

use std::ops::Range;

use super::scalar::{self, Kind};
use super::value::Value;

/// The two formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Format {
    /// JSON, also with comments and commas at the end.
    Json,
    /// YAML 1.1 or 1.2.
    Yaml,
}

/// A value and its place.
#[derive(Debug, Clone)]
pub(super) struct Node {
    /// Its bytes, with anchor and tag. A block ends with the content of its last member.
    pub(super) span: Range<usize>,
    /// The first byte behind anchor and tag.
    pub(super) start: usize,
    pub(super) shape: Shape,
    /// The number of its anchor, from 1; 0 without one.
    pub(super) anchor: usize,
    pub(super) tag: Option<String>,
}

#[derive(Debug, Clone)]
pub(super) enum Shape {
    Scalar(Style, String),
    List(Layout, Vec<Node>),
    Map(Layout, Vec<(Node, Node)>),
    /// The number of the anchor.
    Alias(usize),
}

/// How a scalar is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Style {
    Plain,
    Single,
    Double,
    /// `|`
    Literal,
    /// `>`
    Folded,
}

/// How a list or map is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Layout {
    /// In brackets.
    Flow,
    /// By indentation.
    Block,
}

/// A place in a tree: the number of the member, or pair, on each level.
pub(super) type Address = Vec<usize>;

impl Node {
    /// A value that is not there, at this byte.
    pub(super) fn nothing(at: usize) -> Self {
        let shape = Shape::Scalar(Style::Plain, String::new());
        Self { span: at..at, start: at, shape, anchor: 0, tag: None }
    }

    /// The value at `address` below this one.
    pub(super) fn at(&self, address: &[usize]) -> &Self {
        address.iter().fold(self, |node, &member| match &node.shape {
            Shape::List(_, members) => &members[member],
            Shape::Map(_, pairs) => &pairs[member].1,
            Shape::Scalar(..) | Shape::Alias(_) => node,
        })
    }

    /// Its text, when it is a scalar.
    pub(super) fn text(&self) -> Option<&str> {
        match &self.shape {
            Shape::Scalar(_, text) => Some(text),
            _ => None,
        }
    }

    /// All values below this one, keys too, and itself.
    pub(super) fn all<'a>(&'a self, found: &mut Vec<&'a Self>) {
        found.push(self);
        match &self.shape {
            Shape::List(_, members) => members.iter().for_each(|member| member.all(found)),
            Shape::Map(_, pairs) => pairs.iter().for_each(|(key, value)| {
                key.all(found);
                value.all(found);
            }),
            Shape::Scalar(..) | Shape::Alias(_) => {}
        }
    }

    /// Whether it is empty or null.
    pub(super) fn is_null(&self) -> bool {
        self.tag.is_none()
            && matches!(&self.shape, Shape::Scalar(Style::Plain, text) if scalar::kind(text) == Kind::Null)
    }

    /// What it is, for messages.
    pub(super) fn name(&self, format: Format) -> &'static str {
        match &self.shape {
            Shape::List(..) => "a list",
            Shape::Map(..) => "a map",
            Shape::Alias(_) => "an alias",
            Shape::Scalar(Style::Plain, text) => match scalar::kind(text) {
                Kind::Odd if format == Format::Json => "a number",
                kind => kind.name(),
            },
            Shape::Scalar(..) => "a text",
        }
    }

    /// Whether every reader takes it for `value`. Numbers are compared as numbers, maps without their order.
    pub(super) fn is(&self, value: &Value, format: Format) -> bool {
        if self.tag.is_some() {
            return false;
        }
        match (&self.shape, value) {
            (Shape::List(_, members), Value::List(values)) => {
                members.len() == values.len()
                    && members.iter().zip(values).all(|(member, value)| member.is(value, format))
            }
            (Shape::Map(_, pairs), Value::Map(values)) => {
                pairs.len() == values.len()
                    && values.iter().all(|(key, value)| {
                        let mut same = pairs.iter().filter(|(it, _)| it.text() == Some(key));
                        same.next().is_some_and(|(_, it)| it.is(value, format))
                            && same.next().is_none()
                    })
            }
            (Shape::Scalar(Style::Plain, text), value) => plain_is(text, value, format),
            (Shape::Scalar(_, text), Value::String(value)) => text == value,
            _ => false,
        }
    }

    /// Whether `value` has its type, or some reader may take it for that type.
    pub(super) fn takes(&self, value: &Value, format: Format) -> bool {
        let text = match &self.shape {
            _ if *value == Value::Null => return true,
            Shape::List(..) => return matches!(value, Value::List(_)),
            Shape::Map(..) => return matches!(value, Value::Map(_)),
            Shape::Alias(_) => return false,
            Shape::Scalar(Style::Plain, text) => text,
            Shape::Scalar(..) => return matches!(value, Value::String(_)),
        };
        let number = matches!(value, Value::Integer(_) | Value::Float(_));
        let (string, truth) = (matches!(value, Value::String(_)), matches!(value, Value::Bool(_)));
        match scalar::kind(text) {
            Kind::Null => true,
            Kind::Truth => truth || string && !scalar::is_true_or_false(text),
            Kind::Number | Kind::Octal | Kind::Hex => number,
            Kind::Odd if format == Format::Json => number,
            Kind::Clock => number || string,
            Kind::Date | Kind::Text => string,
            Kind::Odd => number || truth || string,
        }
    }

    /// Its value; a plain scalar that readers take differently as its text.
    pub(super) fn value(&self, format: Format) -> Value {
        match &self.shape {
            Shape::List(_, members) => {
                Value::list(members.iter().map(|member| member.value(format)))
            }
            Shape::Map(_, pairs) => Value::map(
                pairs
                    .iter()
                    .map(|(key, value)| (key.text().unwrap_or_default(), value.value(format))),
            ),
            Shape::Alias(_) => Value::Null,
            Shape::Scalar(Style::Plain, text) => {
                let integer = text.parse().map(Value::Integer).ok();
                let float = || text.parse().map(Value::Float).ok();
                let odd = format == Format::Json;
                match scalar::kind(text) {
                    Kind::Null => Value::Null,
                    Kind::Truth if scalar::is_true_or_false(text) => {
                        Value::Bool(text.starts_with(['t', 'T']))
                    }
                    Kind::Number => integer.or_else(float).unwrap_or_else(|| text.clone().into()),
                    Kind::Odd if odd => float().unwrap_or_else(|| text.clone().into()),
                    _ => text.clone().into(),
                }
            }
            Shape::Scalar(_, text) => text.clone().into(),
        }
    }

    /// Whether `other` is the same but for its place.
    pub(super) fn same(&self, other: &Self) -> bool {
        if self.tag != other.tag || self.anchor != other.anchor {
            return false;
        }
        match (&self.shape, &other.shape) {
            (Shape::Scalar(style, text), Shape::Scalar(style2, text2)) => {
                style == style2 && text == text2
            }
            (Shape::List(layout, one), Shape::List(layout2, two)) => {
                layout == layout2
                    && one.len() == two.len()
                    && one.iter().zip(two).all(|(one, two)| one.same(two))
            }
            (Shape::Map(layout, one), Shape::Map(layout2, two)) => {
                let pair = |(one, two): (&(Self, Self), &(Self, Self))| {
                    one.0.same(&two.0) && one.1.same(&two.1)
                };
                layout == layout2 && one.len() == two.len() && one.iter().zip(two).all(pair)
            }
            (Shape::Alias(one), Shape::Alias(two)) => one == two,
            _ => false,
        }
    }
}

/// Whether every reader takes the plain scalar `text` for `value`.
fn plain_is(text: &str, value: &Value, format: Format) -> bool {
    let kind = scalar::kind(text);
    let numeric = kind == Kind::Number || format == Format::Json && kind == Kind::Odd;
    match value {
        Value::Null => kind == Kind::Null,
        Value::Bool(value) => {
            scalar::is_true_or_false(text) && text.eq_ignore_ascii_case(&value.to_string())
        }
        Value::Integer(value) => match text.parse::<i128>() {
            Ok(number) => numeric && number == *value,
            Err(_) => {
                numeric && text.parse() == Ok(*value as f64) && value.unsigned_abs() < 1 << 53
            }
        },
        Value::Float(value) => numeric && text.parse() == Ok(*value),
        Value::String(value) => kind == Kind::Text && text == value,
        Value::List(_) | Value::Map(_) => false,
    }
}
