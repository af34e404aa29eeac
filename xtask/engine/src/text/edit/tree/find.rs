//! The way along a path through a tree.

use std::collections::BTreeMap;

use super::node::{Address, Format, Node, Shape};
use super::place::{detailed, line_and_column, wrong};
use crate::data::fault::Fault;
use crate::data::key_path::{KeyPath, Step};
use crate::data::nearest::nearest;

/// Where a path leads to.
pub(super) struct Found<'a> {
    /// The value; that of the last step that is there.
    pub(super) node: &'a Node,
    /// Its address, up to the first place that others share.
    pub(super) address: Address,
    /// The number of steps that are there.
    pub(super) depth: usize,
    /// An anchor or alias on the way: other places share the value.
    pub(super) shared: Option<Shared>,
}

/// A value with more than one place.
#[derive(Clone, Copy)]
pub(super) enum Shared {
    /// The anchor with this number and place.
    Anchor(usize, usize),
    /// An alias at this place.
    Alias(usize),
    /// A key that `<<` at this place brings.
    Merged(usize),
}

/// A document with its text.
pub(super) struct Page<'a> {
    pub(super) text: &'a str,
    pub(super) format: Format,
    pub(super) root: &'a Node,
    anchors: BTreeMap<usize, &'a Node>,
    /// By the number of the anchor: the places of its aliases.
    aliases: BTreeMap<usize, Vec<usize>>,
}

impl<'a> Page<'a> {
    /// The document `root` of `text`.
    pub(super) fn new(text: &'a str, format: Format, root: &'a Node) -> Self {
        let mut page =
            Self { text, format, root, anchors: BTreeMap::new(), aliases: BTreeMap::new() };
        let mut all = Vec::new();
        root.all(&mut all);
        for node in all {
            if let Shape::Alias(anchor) = node.shape {
                page.aliases.entry(anchor).or_default().push(node.start);
            }
            if node.anchor > 0 {
                page.anchors.insert(node.anchor, node);
            }
        }
        page
    }

    /// Follows `path` to the last step that exists.
    ///
    /// # Errors
    /// The path does not fit the document: a list where it needs a map, a key that stands there twice.
    pub(super) fn find(&self, path: &KeyPath) -> Result<Found<'a>, Fault> {
        let mut found = Found { node: self.root, address: vec![], depth: 0, shared: None };
        self.share(&mut found);
        for step in path.steps() {
            let Some(member) = self.step(&mut found, path, step)? else { break };
            if found.shared.is_none() {
                found.address.push(member);
            }
            found.node = found.node.at(&[member]);
            found.depth += 1;
            self.share(&mut found);
        }
        Ok(found)
    }

    /// The number of the member that `step` leads to. It may lead through an alias or a merge first.
    fn step(
        &self,
        found: &mut Found<'a>,
        path: &KeyPath,
        step: &Step,
    ) -> Result<Option<usize>, Fault> {
        let here = path.start(found.depth);
        let node = found.node;
        let misfit = |want: &str| {
            let what = format!("{here} is {}, not {want}", node.name(self.format));
            let hint = format!("correct the path {path}, or the file by hand");
            Err(wrong(self.text, node.start, what).hint(hint))
        };
        match (step, &node.shape) {
            (Step::Key(key), Shape::Map(_, pairs)) => {
                let named = |key: &str| -> Vec<usize> {
                    let same = |at: &usize| pairs[*at].0.text() == Some(key);
                    (0..pairs.len()).filter(same).collect()
                };
                let spans = |at: usize| pairs[at].0.span.start;
                match named(key)[..] {
                    [] => self.merged(found, key, named("<<").first().map(|&at| &pairs[at])),
                    [at] => Ok(Some(at)),
                    [one, two, ..] => Err(self.twice(
                        &format!("{here} has the key {key}"),
                        spans(one),
                        spans(two),
                    )),
                }
            }
            (Step::Index(index), Shape::List(_, members)) if *index < members.len() => {
                Ok(Some(*index))
            }
            (Step::Index(index), Shape::List(_, members)) => {
                let what = format!("{here} has {} members; there is no [{index}]", members.len());
                Err(wrong(self.text, node.start, what)
                    .hint("indexes begin at 0; a new member is appended, not set"))
            }
            (Step::Member(keys, text), Shape::List(_, members)) => {
                let named = |at: &usize| value_at(&members[*at], keys) == Some(text);
                let found: Vec<usize> = (0..members.len()).filter(named).collect();
                match found[..] {
                    [] => Ok(None),
                    [at] => Ok(Some(at)),
                    [one, two, ..] => {
                        let what = format!("{here} has a member {}={text}", keys.join("."));
                        Err(self.twice(&what, members[one].span.start, members[two].span.start))
                    }
                }
            }
            (Step::Key(_) | Step::Member(..), _) if node.is_null() => Ok(None),
            (Step::Key(_), _) => misfit("a map"),
            (Step::Index(_) | Step::Member(..), _) => misfit("a list"),
        }
    }

    fn twice(&self, what: &str, one: usize, two: usize) -> Fault {
        let fault = wrong(self.text, one, format!("{what} twice"));
        detailed(fault, self.text, two)
            .hint("remove one of the two by hand: readers differ in the one they use")
    }

    /// A key that is not there itself: `<<` may bring it.
    fn merged(
        &self,
        found: &mut Found<'a>,
        key: &str,
        merge: Option<&'a (Node, Node)>,
    ) -> Result<Option<usize>, Fault> {
        let Some((merge, maps)) = merge else { return Ok(None) };
        let maps = match &maps.shape {
            Shape::List(_, members) => members.iter().collect(),
            _ => vec![maps],
        };
        for map in maps {
            let map = self.target(map);
            if let Shape::Map(_, pairs) = &map.shape
                && let Some(at) = pairs.iter().position(|(it, _)| it.text() == Some(key))
            {
                found.node = map;
                found.shared = found.shared.or(Some(Shared::Merged(merge.span.start)));
                return Ok(Some(at));
            }
        }
        Ok(None)
    }

    /// Remembers that other places share this value; behind an alias, continues with what it stands for.
    fn share(&self, found: &mut Found<'a>) {
        let node = found.node;
        if let Shape::Alias(_) = node.shape {
            found.shared = found.shared.or(Some(Shared::Alias(node.start)));
            found.node = self.target(node);
        } else if self.is_used(node) {
            found.shared = found.shared.or(Some(Shared::Anchor(node.anchor, node.span.start)));
        }
    }

    /// What an alias stands for; other values stand for themselves.
    fn target(&self, node: &'a Node) -> &'a Node {
        match node.shape {
            Shape::Alias(anchor) => self.anchors.get(&anchor).copied().unwrap_or(node),
            _ => node,
        }
    }

    /// Whether aliases stand for this value.
    pub(super) fn is_used(&self, node: &Node) -> bool {
        node.anchor > 0 && self.aliases.contains_key(&node.anchor)
    }

    /// A value that other places share cannot be changed for one of them.
    pub(super) fn shared(&self, path: &KeyPath, shared: Shared) -> Fault {
        match shared {
            Shared::Anchor(anchor, at) => {
                let others: Vec<String> = self
                    .aliases
                    .get(&anchor)
                    .into_iter()
                    .flatten()
                    .take(3)
                    .map(|&at| line_and_column(self.text, at).0.to_string())
                    .collect();
                let what = format!(
                    "{path} is part of an anchor; aliases use it on line {}",
                    others.join(", ")
                );
                wrong(self.text, at, what).hint("change it by hand, with all that the aliases mean")
            }
            Shared::Alias(at) => wrong(self.text, at, format!("{path} comes from an alias"))
                .hint("change the anchor by hand, or put the values in place of the alias"),
            Shared::Merged(at) => wrong(self.text, at, format!("{path} comes from a merge"))
                .hint("write the keys below this map by hand, or change the anchor"),
        }
    }

    /// A place that has to be there.
    pub(super) fn missing(&self, path: &KeyPath, found: &Found<'_>) -> Fault {
        let what = format!("{} is not there", path.start(found.depth + 1));
        let fault = wrong(self.text, found.node.start, what);
        let keys = match &found.node.shape {
            Shape::Map(_, pairs) => pairs.iter().filter_map(|(key, _)| key.text()).collect(),
            _ => vec![],
        };
        let near = match &path.steps()[found.depth] {
            Step::Key(key) => nearest(key, keys.iter().copied()),
            _ => None,
        };
        match near {
            Some(near) => fault.hint(format!("did you mean `{near}`?")),
            None => {
                fault.hint(format!("correct the path {path}, or add the place to the file by hand"))
            }
        }
    }
}

/// The text of a list member at these keys; of itself without keys.
fn value_at<'a>(member: &'a Node, keys: &[String]) -> Option<&'a String> {
    let node = keys.iter().try_fold(member, |node, key| match &node.shape {
        Shape::Map(_, pairs) => {
            pairs.iter().find(|(it, _)| it.text() == Some(key)).map(|(_, it)| it)
        }
        _ => None,
    })?;
    match &node.shape {
        Shape::Scalar(_, text) => Some(text),
        _ => None,
    }
}
