//! From a wanted state to the next move in a present document.

use super::change::{Change, Move, Want, member, nested};
use super::find::{Found, Page, Shared};
use super::node::{Node, Shape};
use super::place::wrong;
use super::value::Value;
use crate::data::fault::Fault;
use crate::data::key_path::{KeyPath, Step};

impl Page<'_> {
    /// The move that brings the document nearer to `change`; `None` when it is as wanted.
    ///
    /// # Errors
    /// The change does not fit the document, or other places would change with it.
    pub(super) fn plan(&self, change: &Change) -> Result<Option<Move>, Fault> {
        let path = &change.path;
        if let (Want::Remove, Some(Step::Index(_))) = (&change.want, path.steps().last()) {
            return Err(Fault::usage(format!("{path} removes another member each time"))
                .hint("select the member by a key, `[name=web]`, or by its value, `[=80]`"));
        }
        let found = self.find(path)?;
        let there = found.depth == path.steps().len();
        let next = match &change.want {
            Want::Set(value) | Want::Update(value) if there => self.replace(path, &found, value)?,
            Want::Update(_) => return Err(self.missing(path, &found)),
            Want::Set(value) => Some(self.make(path, &found, value.clone())?),
            Want::Remove if there => Some(self.remove(path, &found)?),
            Want::Append(value) | Want::Member(value) if !there => {
                Some(self.make(path, &found, Value::List(vec![value.clone()]))?)
            }
            Want::Append(value) => self.add(path, &found, value, |all| {
                all.last().is_some_and(|last| last.is(value, self.format))
            })?,
            Want::Member(value) => {
                self.add(path, &found, value, |all| all.iter().any(|it| it.is(value, self.format)))?
            }
            Want::NoMember(value) if there && !found.node.is_null() => {
                let members = self.members(path, &found)?;
                let at = members.iter().position(|it| it.is(value, self.format));
                at.map(|at| self.own(path, &members[at]).map(|()| at))
                    .transpose()?
                    .map(|at| Move::Delete(found.address.clone(), at))
            }
            Want::Remove | Want::NoMember(_) => None,
        };
        match (next, found.shared) {
            (Some(Move::Delete(to, at)), Some(Shared::Alias(_))) if change.want == Want::Remove => {
                Ok(Some(Move::Delete(to, at)))
            }
            (Some(Move::Push(to, key, value)), Some(Shared::Merged(_))) if there => {
                Ok(Some(Move::Push(to, key, value)))
            }
            (Some(_), Some(shared)) => Err(self.shared(path, shared)),
            (next, _) => Ok(next),
        }
    }

    fn replace(
        &self,
        path: &KeyPath,
        found: &Found<'_>,
        value: &Value,
    ) -> Result<Option<Move>, Fault> {
        let node = found.node;
        if node.is(value, self.format) {
            return Ok(None);
        }
        // A key of the map itself counts more than the one that a merge brings.
        if let (Some(Shared::Merged(_)), Some(Step::Key(key))) = (found.shared, path.steps().last())
            && found.address.len() + 1 == path.steps().len()
        {
            return Ok(Some(Move::Push(found.address.clone(), Some(key.clone()), value.clone())));
        }
        self.own(path, node)?;
        if let Some(tag) = &node.tag {
            return Err(wrong(self.text, node.span.start, format!("{path} has the tag {tag}"))
                .hint("change it by hand"));
        }
        if !node.takes(value, self.format) {
            let what = format!("{path} is {}, not {}", node.name(self.format), value.name());
            return Err(wrong(self.text, node.start, what).hint(
                "give a value of the same type; to change the type, remove the place first",
            ));
        }
        Ok(Some(Move::Replace(found.address.clone(), value.clone())))
    }

    fn remove(&self, path: &KeyPath, found: &Found<'_>) -> Result<Move, Fault> {
        let whole = found.address.len() == path.steps().len();
        match (found.shared, found.address.split_last()) {
            // The alias goes, and its anchor stays.
            (Some(Shared::Alias(_)), Some((last, rest))) if whole => {
                Ok(Move::Delete(rest.to_vec(), *last))
            }
            (Some(shared), _) => Err(self.shared(path, shared)),
            (None, Some((last, rest))) => {
                self.own(path, found.node)?;
                Ok(Move::Delete(rest.to_vec(), *last))
            }
            (None, None) => Err(Fault::usage(format!("{path} is the whole document"))),
        }
    }

    /// The rest of the path, with `value` at its end.
    fn make(&self, path: &KeyPath, found: &Found<'_>, value: Value) -> Result<Move, Fault> {
        let rest = &path.steps()[found.depth..];
        let cannot = |at: usize| {
            let what = format!("{} is not there", path.start(found.depth + at + 1));
            wrong(self.text, found.node.start, what)
                .hint("only keys and members selected by a key are made: append to the list")
        };
        let inner = nested(&rest[1..], value).map_err(|at| cannot(at + 1))?;
        let address = found.address.clone();
        let (key, value) = match &rest[0] {
            Step::Key(key) => (Some(key.clone()), inner),
            Step::Member(keys, text) => (None, member(keys, text, inner).ok_or_else(|| cannot(0))?),
            Step::Index(_) => return Err(cannot(0)),
        };
        if let Some(key) = value.repeated() {
            return Err(Fault::usage(format!("the path {path} names the key {key} twice")));
        }
        Ok(match key {
            _ if !found.node.is_null() => Move::Push(address, key, value),
            Some(key) => Move::Replace(address, Value::Map(vec![(key, value)])),
            None => Move::Replace(address, Value::List(vec![value])),
        })
    }

    fn add(
        &self,
        path: &KeyPath,
        found: &Found<'_>,
        value: &Value,
        has: impl Fn(&[Node]) -> bool,
    ) -> Result<Option<Move>, Fault> {
        let address = found.address.clone();
        if found.node.is_null() {
            return Ok(Some(Move::Replace(address, Value::List(vec![value.clone()]))));
        }
        let full = has(self.members(path, found)?);
        Ok((!full).then(|| Move::Push(address, None, value.clone())))
    }

    fn members<'a>(&self, path: &KeyPath, found: &Found<'a>) -> Result<&'a [Node], Fault> {
        match &found.node.shape {
            Shape::List(_, members) => Ok(members),
            _ => {
                let what = format!("{path} is {}, not a list", found.node.name(self.format));
                Err(wrong(self.text, found.node.start, what)
                    .hint("correct the path, or the file by hand"))
            }
        }
    }

    /// No alias elsewhere stands for a part of a value that goes.
    fn own(&self, path: &KeyPath, value: &Node) -> Result<(), Fault> {
        let mut inside = Vec::new();
        value.all(&mut inside);
        match inside.iter().find(|node| self.is_used(node)) {
            Some(node) => Err(self.shared(path, Shared::Anchor(node.anchor, node.span.start))),
            None => Ok(()),
        }
    }
}
