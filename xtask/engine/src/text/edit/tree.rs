//! Values inside of JSON and YAML; every other byte stays.
//!
//! A wanted state is reached by moves: another value, one more member, one member less. Each move writes only its own
//! bytes. Then the text is read again: it must be the old document with exactly this move, else the edit is refused.

mod block;
mod change;
mod find;
mod flow;
mod json;
mod node;
mod place;
mod plan;
mod proof;
mod render;
mod scalar;
mod select;
mod value;
mod write;
mod yaml;

pub use self::change::{Change, Want};
pub use self::node::Format;
pub use self::select::Selector;
pub use self::value::Value;

use self::find::Page;
use self::node::Node;
use crate::data::fault::Fault;
use crate::data::key_path::KeyPath;

/// Larger files are refused, in bytes.
const LARGEST: usize = 10 << 20;
/// More moves for one change are refused.
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
    let mut now = body.to_owned();
    let mut documents = read(format, &now)?;
    for (selector, change) in changes {
        if !change.value().is_none_or(Value::is_finite) {
            return Err(Fault::usage(format!("the value of {} is no finite number", change.path)));
        }
        if let Some(key) = change.value().and_then(Value::repeated) {
            return Err(Fault::usage(format!("the value of {} has the key {key} twice", change.path)));
        }
        let mut moves = 0;
        loop {
            let at = select::document(&now, &documents, selector.as_ref())?;
            if documents.is_empty() {
                documents.push(Node::nothing(now.len()));
            }
            let page = Page::new(&now, &documents[at]);
            let Some(step) = page.plan(change, format)? else { break };
            let new = write::write(&now, format, &documents[at], &step)?;
            let unsure = || {
                let fault = place::wrong(&now, documents[at].at(step.address()).start, format!(
                    "{} cannot be changed here without another change", change.path
                ));
                fault.hint("change it by hand, then run this again")
            };
            let mut after = read(format, &new).map_err(|_| unsure())?;
            if after.is_empty() {
                after.push(Node::nothing(new.len()));
            }
            let others = documents.len() == after.len()
                && (0..after.len()).all(|it| it == at || documents[it].same(&after[it]));
            let strict = format == Format::Yaml || !json::is_strict(&now) || json::is_strict(&new);
            moves += 1;
            if !others || !strict || moves > MOVES || !proof::holds(&documents[at], &after[at], &step, format) {
                return Err(unsure());
            }
            (now, documents) = (new, after);
        }
    }
    Ok(format!("{mark}{now}"))
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
    let page = Page::new(body, document);
    let found = page.find(path)?;
    Ok((found.depth == path.steps().len()).then(|| found.node.value(format)))
}

/// The texts at `paths` in all documents, for a mask; a text that cannot be read has none.
pub fn texts(format: Format, text: &str, paths: &[KeyPath]) -> Vec<String> {
    let documents = split(text).and_then(|(_, body)| read(format, body)).unwrap_or_default();
    let mut found = Vec::new();
    for document in &documents {
        let page = Page::new(text, document);
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
