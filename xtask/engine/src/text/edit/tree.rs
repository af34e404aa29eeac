//! Values inside of JSON and YAML; every other byte stays.
//!
//! A wanted state is reached by moves: another value, one more member, one member less. Each move writes only its own
//! bytes. Then the text is read again: it must be the old document with exactly this move, else the edit is refused.

mod block;
mod change;
mod comments;
mod find;
mod flow;
mod json;
mod node;
mod place;
mod plan;
mod proof;
mod render;
mod replace;
mod scalar;
mod select;
mod skip;
mod sound;
mod value;
mod write;
mod yaml;

pub use self::change::{Change, Want};
pub use self::node::Format;
pub use self::select::Selector;
pub use self::value::Value;

use self::change::Move;
use self::find::Page;
use self::node::Node;
use crate::data::fault::Fault;
use crate::data::key_path::KeyPath;

/// Larger files are refused, in bytes.
const LARGEST: usize = 10 << 20;
/// More equal members are not removed from a list at once.
const MOVES: usize = 100;

/// `text` with all `changes`, each in the document that its selector means.
///
/// # Errors
/// The text is no such document, or a change does not fit it. Each fault has line and column.
pub fn apply(
    format: Format,
    text: &str,
    changes: &[(Option<Selector>, Change)],
) -> Result<String, Fault> {
    let (mark, body) = split(text)?;
    let mut file = File { format, text: body.to_owned(), documents: read(format, body)? };
    for (selector, change) in changes {
        file.make(selector.as_ref(), change)?;
    }
    Ok(format!("{mark}{}", file.text))
}

/// A text that was read.
struct File {
    format: Format,
    text: String,
    documents: Vec<Node>,
}

impl File {
    /// One change, by as many moves as it needs.
    fn make(&mut self, selector: Option<&Selector>, change: &Change) -> Result<(), Fault> {
        let path = &change.path;
        if !change.value().is_none_or(Value::is_finite) {
            return Err(Fault::usage(format!("the value of {path} is no finite number")));
        }
        if let Some(key) = change.value().and_then(Value::repeated) {
            return Err(Fault::usage(format!("the value of {path} has the key {key} twice")));
        }
        let at = select::document(&self.text, &self.documents, selector)?;
        // A value may be in a list several times; all else is done in one move.
        let most = if matches!(change.want, Want::NoMember(_)) { MOVES } else { 1 };
        for done in 0..=most {
            let nothing = Node::nothing(self.text.len());
            let document = self.documents.get(at).unwrap_or(&nothing);
            let planned = Page::new(&self.text, self.format, document).plan(change);
            let step = match planned {
                Ok(None) => break,
                Ok(Some(step)) if done < most => step,
                Err(fault) if done == 0 => return Err(fault),
                _ => return Err(again(change)),
            };
            let (text, documents) = self.moved(document, at, &step, change)?;
            (self.text, self.documents) = (text, documents);
        }
        match selector {
            Some(_) if select::document(&self.text, &self.documents, selector) != Ok(at) => {
                Err(again(change))
            }
            _ => Ok(()),
        }
    }

    /// The file after `step`, read again and compared.
    fn moved(
        &self,
        document: &Node,
        at: usize,
        step: &Move,
        change: &Change,
    ) -> Result<(String, Vec<Node>), Fault> {
        let (text, format) = (&self.text, self.format);
        let new = write::write(text, format, document, step)?;
        let unsure = || {
            let place = document.at(step.address()).start;
            let what = format!("{} cannot be changed here without another change", change.path);
            place::wrong(text, place, what).hint("change it by hand, then run this again")
        };
        let after = read(format, &new).map_err(|_| unsure())?;
        let nothing = Node::nothing(new.len());
        let changed = after.get(at).unwrap_or(&nothing);
        let count = self.documents.len().max(1) == after.len().max(1);
        let others = self.documents.iter().zip(&after).enumerate();
        let same = count && others.filter(|(it, _)| *it != at).all(|(_, (old, new))| old.same(new));
        let strict = format == Format::Yaml || !json::is_strict(text) || json::is_strict(&new);
        let old = comments::comments(text, format, &self.documents);
        let left = comments::comments(&new, format, &after);
        // Comments go with a removed place, and with a replaced list or map.
        let going = match step {
            Move::Push(..) => false,
            Move::Delete(..) => true,
            Move::Replace(address, _) => document.at(address).text().is_none(),
        };
        let kept = left == old || going && comments::are_left(&left, &old);
        if !same || !strict || !kept || !proof::holds(document, changed, step, format) {
            return Err(unsure());
        }
        Ok((new, after))
    }
}

/// The change takes away the key by which its place is selected: done twice, it would do something else.
fn again(change: &Change) -> Fault {
    let what = format!("the change of {} takes away what selects its place", change.path);
    Fault::usage(what).hint("select the member or document by another key")
}

/// The value at `path`; `None` when it is not there. A plain scalar of YAML that readers take differently is a text.
///
/// # Errors
/// The text is no such document, or the path does not fit it.
pub fn get(format: Format, text: &str, path: &KeyPath) -> Result<Option<Value>, Fault> {
    let (_, body) = split(text)?;
    let documents = read(format, body)?;
    let at = select::document(body, &documents, None)?;
    let Some(document) = documents.get(at) else { return Ok(None) };
    let page = Page::new(body, format, document);
    let found = page.find(path)?;
    Ok((found.depth == path.steps().len()).then(|| found.node.value(format)))
}

/// The texts at `paths` in all documents, for a mask; a text that cannot be read has none.
pub fn texts(format: Format, text: &str, paths: &[KeyPath]) -> Vec<String> {
    let documents = split(text).and_then(|(_, body)| read(format, body)).unwrap_or_default();
    let mut found = Vec::new();
    for document in &documents {
        let page = Page::new(text, format, document);
        let there = |path: &&KeyPath| {
            page.find(path).ok().filter(|found| found.depth == path.steps().len()).map(|it| it.node)
        };
        found.extend(paths.iter().filter_map(|path| there(&path)?.text().map(str::to_owned)));
    }
    found
}

/// The byte order mark, and the rest.
fn split(text: &str) -> Result<(&str, &str), Fault> {
    if text.len() > LARGEST {
        let what = format!("the file has more than {} MiB", LARGEST >> 20);
        return Err(Fault::refused(what).hint("change a file of this size by hand"));
    }
    Ok(text.split_at(if text.starts_with('\u{FEFF}') { '\u{FEFF}'.len_utf8() } else { 0 }))
}

/// The documents of a text.
fn read(format: Format, text: &str) -> Result<Vec<Node>, Fault> {
    match format {
        Format::Json => Ok(json::read(text)?.into_iter().collect()),
        Format::Yaml => yaml::read(text),
    }
}

#[cfg(test)]
mod tests;
