//! JSON and YAML as one small tree with places.

use std::ops::Range;

use super::ansible::Value;
use super::found::Word;

pub(super) use json::read as json;
pub(super) use yaml::read as yaml;

mod json;
mod yaml;

/// Lists and maps inside each other. Deeper ones are refused.
const DEPTH: usize = 64;

/// A value of a document.
#[derive(Debug, Clone)]
pub(super) struct Node {
    /// Its bytes in the file.
    pub(super) span: Range<usize>,
    pub(super) shape: Shape,
}

/// The kinds of values.
#[derive(Debug, Clone)]
pub(super) enum Shape {
    /// `null`, or nothing at all.
    Null,
    /// A text, a number, `true`, `false`.
    One(String),
    List(Vec<Node>),
    Map(Vec<(Word, Node)>),
    /// A value with a tag: an encrypted text.
    Tagged,
}

/// A mistake: its first byte and a sentence. What stands there may be a password.
pub(super) type Wrong = (usize, String);

impl Node {
    /// A value that is not there.
    pub(super) const fn nothing() -> Self {
        Self { span: 0..0, shape: Shape::Null }
    }

    /// The entries of a map. Nothing at all is an empty map; `None` for any other kind.
    pub(super) fn entries(&self) -> Option<&[(Word, Self)]> {
        match &self.shape {
            Shape::Map(entries) => Some(entries),
            Shape::Null => Some(&[]),
            _ => None,
        }
    }

    /// The members of a list. Nothing at all is an empty list; `None` for any other kind.
    pub(super) fn members(&self) -> Option<&[Self]> {
        match &self.shape {
            Shape::List(members) => Some(members),
            Shape::Null => Some(&[]),
            _ => None,
        }
    }

    /// As the value of a variable.
    pub(super) fn value(&self) -> Value {
        match &self.shape {
            Shape::Null => Value::Null,
            Shape::One(text) => Value::One(Word::new(text, self.span.clone())),
            _ => Value::Other,
        }
    }

    /// As a name.
    pub(super) fn word(&self) -> Option<Word> {
        match &self.shape {
            Shape::One(text) => Some(Word::new(text, self.span.clone())),
            _ => None,
        }
    }
}
