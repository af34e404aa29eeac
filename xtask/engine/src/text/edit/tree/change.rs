//! The changes of a document: the wanted ones, and those that a present document needs for them.

use super::node::Address;
use super::value::Value;
use crate::data::key_path::{KeyPath, Step};

/// A wanted state of one place.
#[derive(Debug, Clone, PartialEq)]
pub struct Change {
    /// The place.
    pub path: KeyPath,
    /// What is there.
    pub want: Want,
}

/// The state of a place.
#[derive(Debug, Clone, PartialEq)]
pub enum Want {
    /// It holds the value; a missing place is made.
    Set(Value),
    /// It holds the value; a missing place is an error.
    Update(Value),
    /// Nothing is there.
    Remove,
    /// It is a list that ends with the value.
    Append(Value),
    /// It is a list that holds the value.
    Member(Value),
    /// It is a list without the value, or is not there.
    NoMember(Value),
}

impl Change {
    /// For the plan, without the value: `set log-opts.max-size`.
    pub fn describe(&self) -> String {
        let path = &self.path;
        match self.want {
            Want::Set(_) | Want::Update(_) => format!("set {path}"),
            Want::Remove => format!("remove {path}"),
            Want::Append(_) | Want::Member(_) => format!("add to {path}"),
            Want::NoMember(_) => format!("remove from {path}"),
        }
    }

    /// The value, but for a removal of a place.
    pub fn value(&self) -> Option<&Value> {
        match &self.want {
            Want::Set(value) | Want::Update(value) => Some(value),
            Want::Append(value) | Want::Member(value) | Want::NoMember(value) => Some(value),
            Want::Remove => None,
        }
    }
}

/// One change of a tree.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Move {
    /// Another value at this place.
    Replace(Address, Value),
    /// One more member, or pair, at the end of this list or map.
    Push(Address, Option<String>, Value),
    /// This list or map without its member, or pair, of this number.
    Delete(Address, usize),
}

impl Move {
    /// The changed place.
    pub(super) fn address(&self) -> &[usize] {
        let (Self::Replace(address, _) | Self::Push(address, ..) | Self::Delete(address, _)) = self;
        address
    }
}

/// `value` inside of what `steps` need around it. `Err` is the number of the step that makes nothing.
pub(super) fn nested(steps: &[Step], value: Value) -> Result<Value, usize> {
    steps.iter().enumerate().rev().try_fold(value, |value, (at, step)| match step {
        Step::Key(key) => Ok(Value::Map(vec![(key.clone(), value)])),
        Step::Member(keys, text) if !keys.is_empty() => {
            Ok(Value::List(vec![member(keys, text, value).ok_or(at)?]))
        }
        _ => Err(at),
    })
}

/// A list member that is selected by `text` at `keys`, with what is in `value`.
pub(super) fn member(keys: &[String], text: &str, value: Value) -> Option<Value> {
    let Value::Map(rest) = value else { return None };
    let (first, inner) = keys.split_first()?;
    let inner = inner
        .iter()
        .rev()
        .fold(Value::from(text), |value, key| Value::Map(vec![(key.clone(), value)]));
    Some(Value::Map([vec![(first.clone(), inner)], rest].concat()))
}
