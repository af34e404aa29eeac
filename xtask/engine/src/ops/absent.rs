//! A path with nothing at it.

use anyhow::Result;
use camino::Utf8PathBuf;

use super::action::Action;
use super::file::{absolute, bring_back};
use super::plan::Planned;
use super::reader::{Entry, File, Reader};
use super::{Need, Op, State, Undo};
use crate::data::fault::Fault;
use crate::snippet;
use crate::text::snippet::{Snippet, Value};

const ABSENT: Snippet = snippet!("/../../snippets/", "ops/absent");
const LINK: Snippet = snippet!("/../../snippets/", "ops/link");
/// A larger file is moved aside on its host instead of being kept for undo here.
const KEPT_HERE: u64 = 1024 * 1024;

/// Removes a path without loss. Undo has the content of a file. A tree, a large file or a secret file
/// moves aside to `PATH.xtask-removed`, or the next free number.
#[derive(Debug, Clone)]
pub struct Absent {
    path: Utf8PathBuf,
    tree: bool,
    secret: bool,
}

/// The thing to remove.
enum Found {
    Nothing,
    Link(String),
    File,
    /// Moves aside, to this name.
    Aside(String),
}

impl Absent {
    /// No file and no link at `path` (absolute, without `..`); a directory is refused.
    pub fn new(path: impl Into<Utf8PathBuf>) -> Self {
        Self { path: path.into(), tree: false, secret: false }
    }

    /// A directory goes too, with all that is in it.
    #[must_use]
    pub fn tree(mut self) -> Self {
        self.tree = true;
        self
    }

    /// The content must not leave the host: the file moves aside.
    #[must_use]
    pub fn secret(mut self) -> Self {
        self.secret = true;
        self
    }

    fn look(&self, host: &Reader<'_>) -> Result<Found> {
        absolute(&self.path)?;
        let said = host.ask(ABSENT, self.values("", ""))?;
        let (kind, rest) = said.split_once(' ').unwrap_or((&said, ""));
        match kind {
            "absent" => Ok(Found::Nothing),
            "link" => Ok(Found::Link(rest.to_owned())),
            "directory" if !self.tree => {
                let what = format!("{} is a directory, not a file", self.path);
                Err(Fault::refused(what).hint("check its content first").into())
            }
            // A step never owns a whole directory such as `/usr`.
            "directory" if self.path.components().count() <= 2 => {
                Err(Fault::refused(format!("{} is too close to the root to be removed", self.path))
                    .into())
            }
            "directory" => Ok(Found::Aside(rest.to_owned())),
            _ => {
                let (size, aside) = rest.split_once(' ').unwrap_or((rest, ""));
                let small = size.parse().is_ok_and(|size: u64| size <= KEPT_HERE);
                // The record would keep its bytes.
                let secret = |file: &File| host.mask().finds(&file.bytes);
                let here = small
                    && !self.secret
                    && (host.mask().is_empty()
                        || !self.file(host)?.is_some_and(|file| secret(&file)));
                Ok(if here { Found::File } else { Found::Aside(aside.to_owned()) })
            }
        }
    }

    fn thing(&self) -> &str {
        self.path.as_str().trim_end_matches('/')
    }

    /// The inputs of the snippet: the name to move to, or the expected hash of a file to remove.
    fn values(&self, aside: &str, was: &str) -> [(&'static str, Value); 3] {
        [("THING", self.thing().into()), ("ASIDE", aside.into()), ("WAS", was.into())]
    }

    /// The file with the content for undo.
    fn file(&self, host: &Reader<'_>) -> Result<Option<File>> {
        Ok(match host.read(&self.path)? {
            Entry::File(file) => Some(file),
            _ => None,
        })
    }
}

impl Op for Absent {
    fn describe(&self) -> String {
        format!("remove {}", self.path)
    }

    fn probe(&self, host: &Reader<'_>) -> Result<State> {
        let found = match host.planned(&self.path) {
            Some(Planned::Gone) => Found::Nothing,
            Some(_) => Found::File,
            None => self.look(host)?,
        };
        let diff = match found {
            Found::Nothing => return Ok(State::Kept),
            Found::Link(target) => format!("{} -> {target}: removed\n", self.path),
            Found::File => format!("{}: removed\n", self.path),
            Found::Aside(aside) => format!("{}: moved aside to {aside}\n", self.path),
        };
        let after = vec![(self.thing().to_owned(), Planned::Gone)];
        Ok(State::Needed(Need { diff, after }))
    }

    fn change(&self, host: &Reader<'_>) -> Result<Vec<Action>> {
        let values = match self.look(host)? {
            Found::Aside(aside) => self.values(&aside, ""),
            Found::File => {
                let was = self.file(host)?.as_ref().map(File::hash).unwrap_or_default();
                self.values("", &was)
            }
            Found::Nothing | Found::Link(_) => self.values("", ""),
        };
        Ok(vec![Action::change(ABSENT, values)])
    }

    fn undo(&self, host: &Reader<'_>) -> Result<Option<Vec<Undo>>> {
        Ok(Some(match self.look(host)? {
            Found::Nothing => Vec::new(),
            Found::Link(target) => {
                vec![link_again(self.thing(), &target)]
            }
            Found::Aside(aside) => {
                vec![Undo::new(self.thing(), Action::undo(ABSENT, self.values(&aside, "")))]
            }
            Found::File => {
                self.file(host)?.iter().map(|file| bring_back(self.thing(), file)).collect()
            }
        }))
    }
}

/// Makes a removed link again.
pub(super) fn link_again(path: &str, target: &str) -> Undo {
    let values = [("LINK", path.into()), ("TARGET", target.into())];
    Undo::checked_by(path, Action::undone(LINK, values.clone()), Action::change(LINK, values))
}
