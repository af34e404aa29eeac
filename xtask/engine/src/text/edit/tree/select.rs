//! One of several documents of a YAML file: `kind=Deployment,metadata.name=web`.

use std::fmt;
use std::str::FromStr;

use super::node::{Node, Shape};
use super::place::{detailed, wrong};
use crate::data::fault::Fault;
use crate::data::key_path::{KeyPath, Step};

/// Values of keys that exactly one document of a file has, separated by commas.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Selector {
    text: String,
    conditions: Vec<(Vec<String>, String)>,
}

impl FromStr for Selector {
    type Err = Fault;

    fn from_str(text: &str) -> Result<Self, Fault> {
        let condition = |part: &str| match format!("[{}]", part.trim()).parse::<KeyPath>()?.steps()
        {
            [Step::Member(keys, value)] if !keys.is_empty() => Ok((keys.clone(), value.clone())),
            _ => Err(Fault::usage(format!("`{part}` selects no document"))),
        };
        let conditions = text.split(',').map(condition).collect::<Result<_, Fault>>();
        let conditions = conditions.map_err(|fault| {
            fault.hint("select a document by keys: kind=Deployment,metadata.name=web")
        })?;
        Ok(Self { text: text.to_owned(), conditions })
    }
}

impl fmt::Display for Selector {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Selector {
    fn fits(&self, document: &Node) -> bool {
        self.conditions.iter().all(|(keys, value)| {
            let found = keys.iter().try_fold(document, |node, key| match &node.shape {
                Shape::Map(_, pairs) => {
                    pairs.iter().find(|(it, _)| it.text() == Some(key)).map(|(_, it)| it)
                }
                _ => None,
            });
            found.and_then(Node::text) == Some(value)
        })
    }
}

/// The number of the document that `selector` means; without one, the file has one at most.
pub(super) fn document(
    text: &str,
    all: &[Node],
    selector: Option<&Selector>,
) -> Result<usize, Fault> {
    let Some(selector) = selector else {
        return match all {
            [_, second, ..] => {
                let what = format!("the file holds {} documents", all.len());
                Err(wrong(text, second.span.start, what)
                    .hint("select one by its keys: kind=Deployment,metadata.name=web"))
            }
            _ => Ok(0),
        };
    };
    let found: Vec<usize> = (0..all.len()).filter(|&at| selector.fits(&all[at])).collect();
    match found[..] {
        [one] => Ok(one),
        [] => Err(Fault::refused(format!("no document of the file has {selector}"))
            .hint("correct the selection, or the file by hand")),
        [one, two, ..] => {
            let fault =
                wrong(text, all[one].span.start, format!("several documents have {selector}"));
            Err(detailed(fault, text, all[two].span.start).hint("select one by more of its keys"))
        }
    }
}
