//! A tree copied once.

use anyhow::Result;
use camino::{Utf8Path, Utf8PathBuf};

use super::action::Action;
use super::file::absolute;
use super::plan::Planned;
use super::reader::Reader;
use super::{Need, Op, State, Undo};
use crate::data::fault::Fault;
use crate::snippet;
use crate::text::snippet::{Snippet, Value};

const TREE: Snippet = snippet!("/../../snippets/", "ops/tree");

/// Copies a directory under another name, whole or not at all, and never into an existing directory
/// (X0.2). An equal copy is kept; anything else at the target is left alone.
#[derive(Debug, Clone)]
pub struct TreeCopy {
    source: Utf8PathBuf,
    targets: Vec<Utf8PathBuf>,
}

/// The state of source and target.
struct Found<'a> {
    target: &'a Utf8Path,
    equal: bool,
    files: u64,
    kilobytes: u64,
    hash: String,
}

impl TreeCopy {
    /// `target` becomes a copy of `source`; its parent directory must be there.
    pub fn once(source: impl Into<Utf8PathBuf>, target: impl Into<Utf8PathBuf>) -> Self {
        Self { source: source.into(), targets: vec![target.into()] }
    }

    /// The next name to try when the earlier ones are taken.
    #[must_use]
    pub fn or_else(mut self, target: impl Into<Utf8PathBuf>) -> Self {
        self.targets.push(target.into());
        self
    }

    /// The path of the copy: the target that is equal, else the first free one.
    ///
    /// # Errors
    /// When every target is in the way.
    pub fn target(&self, host: &Reader<'_>) -> Result<Utf8PathBuf> {
        match host.planned(&self.source) {
            Some(_) => Ok(self.targets[0].clone()),
            None => Ok(self.look(host)?.target.to_owned()),
        }
    }

    fn values(&self, target: &Utf8Path, hash: &str) -> [(&'static str, Value); 4] {
        // Without empty parts, so that no path holds the sign between them.
        let bare = |path: &Utf8Path| path.components().collect::<Utf8PathBuf>().into_string();
        let targets: Vec<_> = self.targets.iter().map(|target| bare(target)).collect();
        [
            ("SOURCE", bare(&self.source).into()),
            ("TARGETS", targets.join("//").into()),
            ("TARGET", bare(target).into()),
            ("HASH", hash.into()),
        ]
    }

    /// The first target that is an equal copy, else the first that is free.
    fn look<'a>(&'a self, host: &Reader<'_>) -> Result<Found<'a>> {
        absolute(&self.source)?;
        for target in &self.targets {
            absolute(target)?;
            if target.starts_with(&self.source) {
                let what = format!("{target} is inside of {}, its own source", self.source);
                return Err(Fault::usage(what).into());
            }
        }
        let said = host.ask(TREE, self.values(&self.targets[0], ""))?;
        let mut lines = said.lines();
        let words: Vec<_> = lines.next().unwrap_or_default().split_whitespace().collect();
        let number = |at: usize| words.get(at).and_then(|word| word.parse().ok()).unwrap_or(0);
        let found = |target: &'a Utf8PathBuf, equal| Found {
            target,
            equal,
            files: number(0),
            kilobytes: number(1),
            hash: words.get(2).copied().unwrap_or_default().to_owned(),
        };
        let mut free = None;
        for (target, state) in self.targets.iter().zip(lines) {
            match state {
                "equal" => return Ok(found(target, true)),
                "absent" if host.planned(target).is_none() => {
                    free.get_or_insert(target);
                }
                _ => {}
            }
        }
        Ok(free.map(|target| found(target, false)).ok_or_else(|| self.in_the_way())?)
    }

    fn in_the_way(&self) -> Fault {
        let names: Vec<_> = self.targets.iter().map(|target| target.as_str()).collect();
        let what = format!("{} is there and differs from {}", names.join(", "), self.source);
        Fault::refused(what)
            .hint(format!("compare them: diff -rq {} {}", self.source, names[0]))
            .hint("give the copy another name, or move the old one away by hand")
    }
}

impl Op for TreeCopy {
    fn describe(&self) -> String {
        format!("copy {} to {}", self.source, self.targets[0])
    }

    fn probe(&self, host: &Reader<'_>) -> Result<State> {
        if let Some(planned) = host.planned(&self.source) {
            return Ok(State::Unknown(match planned {
                Planned::Unknown(because) => because,
                _ => format!("{} is made by an earlier operation", self.source),
            }));
        }
        let found = self.look(host)?;
        if found.files == 0 {
            let what = format!("{} holds no file; there is nothing to copy", self.source);
            return Err(Fault::refused(what).into());
        }
        if found.equal {
            return Ok(State::Kept);
        }
        let (source, target) = (&self.source, found.target);
        let planned = Planned::Unknown(format!("{target} is made by an earlier operation"));
        Ok(State::Needed(Need {
            diff: format!("{source} -> {target}: {} files, {} KiB\n", found.files, found.kilobytes),
            after: vec![(target.to_string(), planned)],
        }))
    }

    fn change(&self, host: &Reader<'_>) -> Result<Vec<Action>> {
        let found = self.look(host)?;
        Ok(vec![Action::change(TREE, self.values(found.target, &found.hash))])
    }

    fn undo(&self, host: &Reader<'_>) -> Result<Option<Vec<Undo>>> {
        let found = self.look(host)?;
        let action = Action::undo(TREE, self.values(found.target, &found.hash));
        Ok(Some(vec![Undo::new(found.target.as_str(), action)]))
    }
}
