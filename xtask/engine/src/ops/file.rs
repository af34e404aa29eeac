//! A file with a given content.

use anyhow::Result;
use camino::Utf8PathBuf;

use super::action::Action;
use super::builders::target_builders;
use super::plan::Planned;
use super::reader::{Entry, File, Reader, hash};
use super::{Need, Op, State, Undo};
use crate::data::fault::Fault;
use crate::snippet;
use crate::text::diff;
use crate::text::mask::Mask;
use crate::text::snippet::{Snippet, Value};

const FILE: Snippet = snippet!("/../../snippets/", "ops/file");

/// A file holds exactly these bytes.
///
/// The new file is written beside the old one and moved over it, with the mode and owner of the old one.
/// A file that changed since it was read is left alone. A symbolic link stays; its target is written. The
/// directory must exist.
#[derive(Debug, Clone)]
pub struct FileContent {
    target: Target,
    bytes: Vec<u8>,
}

target_builders!(FileContent);

impl FileContent {
    /// `path` (absolute) holds `bytes`; a new file gets mode 644.
    pub fn new(path: impl Into<Utf8PathBuf>, bytes: impl Into<Vec<u8>>) -> Self {
        Self { target: Target::new(path.into()), bytes: bytes.into() }
    }

    /// Octal permissions of a new file: `755`.
    #[must_use]
    pub fn mode(mut self, mode: impl Into<String>) -> Self {
        self.target.mode = mode.into();
        self
    }

    /// Owner and group of a new file: `root:keepalived`. The default is the user of the session.
    #[must_use]
    pub fn owner(mut self, owner: impl Into<String>) -> Self {
        self.target.owner = owner.into();
        self
    }
}

impl Op for FileContent {
    fn describe(&self) -> String {
        format!("write {}", self.target.path)
    }

    fn probe(&self, host: &Reader<'_>) -> Result<State> {
        Ok(match self.target.before(host)? {
            Before::Is(file) => self.target.state(file.as_ref(), &self.bytes),
            Before::Unknown(because) => State::Unknown(because),
        })
    }

    fn change(&self, host: &Reader<'_>) -> Result<Vec<Action>> {
        let before = self.target.before(host)?.known(&self.target)?;
        Ok(vec![self.target.write(before.as_ref(), &self.bytes)])
    }

    fn undo(&self, host: &Reader<'_>) -> Result<Option<Vec<Undo>>> {
        let before = self.target.before(host)?.known(&self.target)?;
        Ok(Some(vec![self.target.restore(before.as_ref(), &self.bytes)]))
    }
}

/// A file with a content that an operation decides: its place, and the parts of it that may be shown.
#[derive(Debug, Clone)]
pub(super) struct Target {
    pub(super) path: Utf8PathBuf,
    pub(super) mode: String,
    owner: String,
    pub(super) secret: bool,
    words: Vec<String>,
    pub(super) check: Vec<String>,
}

/// The state of the path before the change.
pub(super) enum Before {
    /// This file, or none.
    Is(Option<File>),
    /// A dry run cannot know, and why.
    Unknown(String),
}

impl Before {
    /// The file before a change.
    pub(super) fn known(self, target: &Target) -> Result<Option<File>> {
        match self {
            Self::Is(file) => Ok(file),
            Self::Unknown(because) => Err(Fault::refused(format!(
                "the content of {} is unknown until the earlier operations have run",
                target.path
            ))
            .detail("because", because)
            .into()),
        }
    }
}

impl Target {
    pub(super) fn new(path: Utf8PathBuf) -> Self {
        let mode = "644".to_owned();
        Self {
            path,
            mode,
            owner: String::new(),
            secret: false,
            words: Vec::new(),
            check: Vec::new(),
        }
    }

    pub(super) fn mask<W: Into<String>>(&mut self, words: impl IntoIterator<Item = W>) {
        self.words.extend(words.into_iter().map(Into::into));
    }

    fn is_secret(&self) -> bool {
        self.secret || !self.words.is_empty()
    }

    pub(super) fn before(&self, host: &Reader<'_>) -> Result<Before> {
        absolute(&self.path)?;
        match host.read(&self.path)? {
            Entry::File(file) => Ok(Before::Is(Some(file))),
            Entry::Absent => Ok(Before::Is(None)),
            Entry::Unknown(because) => Ok(Before::Unknown(because)),
            Entry::Directory => {
                Err(Fault::refused(format!("{} is a directory, not a file", self.path)).into())
            }
        }
    }

    pub(super) fn state(&self, before: Option<&File>, want: &[u8]) -> State {
        if before.is_some_and(|file| file.bytes == want) {
            return State::Kept;
        }
        let diff = self.diff(before, want);
        State::Needed(Need {
            diff,
            after: vec![(self.path.to_string(), Planned::Text(want.to_vec()))],
        })
    }

    fn diff(&self, before: Option<&File>, want: &[u8]) -> String {
        let old = before.map(|file| file.bytes.as_slice());
        if self.secret && self.words.is_empty() {
            let text = |bytes| String::from_utf8_lossy(bytes).into_owned();
            let lines = diff::summary(old.map(text).as_deref(), Some(&text(want)));
            return format!("{}: secret content, {lines} lines\n", self.path);
        }
        let mask = self.words.iter().fold(Mask::new(), |mask, word| mask.word(word));
        mask.text(&diff::unified_bytes(self.path.as_str(), old, Some(want)))
    }

    pub(super) fn write(&self, before: Option<&File>, want: &[u8]) -> Action {
        self.action(before.map_or_else(|| "absent".to_owned(), File::hash), want, self.is_secret())
    }

    fn action(&self, was: String, want: &[u8], keep: bool) -> Action {
        Action::change(FILE, self.values(was, hash(want), keep)).stdin(want, self.is_secret())
    }

    /// Undo from the old bytes; those of a secret file are only on the host.
    pub(super) fn restore(&self, before: Option<&File>, wrote: &[u8]) -> Undo {
        let was = before.map_or_else(|| "absent".to_owned(), File::hash);
        let values = self.values(was, hash(wrote), self.is_secret());
        let action = match before {
            Some(file) if !self.is_secret() => self.action(hash(wrote), &file.bytes, false),
            _ => Action::undo(FILE, values.clone()),
        };
        Undo::checked_by(self.path.as_str(), Action::undone(FILE, values), action)
    }

    fn values(&self, was: String, hash: String, keep: bool) -> Vec<(&'static str, Value)> {
        let keep = if keep { "yes" } else { "no" };
        vec![
            ("FILE", Value::from(self.path.as_str())),
            ("WAS", was.into()),
            ("HASH", hash.into()),
            ("MODE", self.mode.as_str().into()),
            ("OWNER", self.owner.as_str().into()),
            ("KEEP", keep.into()),
            ("CHECK", Value::List(self.check.clone())),
        ]
    }
}

/// Restores a removed file.
pub(super) fn bring_back(path: &str, file: &File) -> Undo {
    let target = Target {
        mode: file.mode.clone(),
        owner: file.owner.clone(),
        ..Target::new(Utf8PathBuf::from(path))
    };
    let look = Action::undone(FILE, target.values(file.hash(), "absent".to_owned(), false));
    Undo::checked_by(path, look, target.write(None, &file.bytes))
}

/// Refuses relative paths, paths with `..`, and a newline at the end: a shell would cut it off.
pub(super) fn absolute(path: &camino::Utf8Path) -> Result<(), Fault> {
    let up = path.components().any(|part| part.as_str() == "..");
    let ends = path.as_str().ends_with('\n');
    if path.is_absolute() && !up && !ends && path.file_name().is_some() {
        return Ok(());
    }
    Err(Fault::usage(format!("{path:?} is not an absolute path of one file or directory"))
        .hint("give an absolute path without `..`"))
}
