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
use crate::transport::launch::token;

const FILE: Snippet = snippet!("/../../snippets/", "ops/file");
/// The hash of no file.
const ABSENT: &str = "absent";

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
        Ok(vec![self.target.write(host, before.as_ref(), &self.bytes)?])
    }

    fn undo(&self, host: &Reader<'_>) -> Result<Option<Vec<Undo>>> {
        let before = self.target.before(host)?.known(&self.target)?;
        Ok(Some(vec![self.target.restore(host, before.as_ref(), &self.bytes)?]))
    }
}

/// A file with a content that an operation decides: its place, and the parts of it that may be shown.
#[derive(Clone)]
pub(super) struct Target {
    pub(super) path: Utf8PathBuf,
    pub(super) mode: String,
    owner: String,
    pub(super) secret: bool,
    words: Vec<String>,
    /// Secrets that the diff hides wherever they stand.
    pub(super) hidden: Vec<String>,
    pub(super) check: Vec<String>,
}

// Written by hand: a derived form would print the secrets.
impl std::fmt::Debug for Target {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Target").field("path", &self.path).finish_non_exhaustive()
    }
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
            hidden: Vec::new(),
            check: Vec::new(),
        }
    }

    pub(super) fn mask<W: Into<String>>(&mut self, words: impl IntoIterator<Item = W>) {
        self.words.extend(words.into_iter().map(Into::into));
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
        let mask = self.hidden.iter().fold(mask, Mask::value);
        mask.text(&diff::unified_bytes(self.path.as_str(), old, Some(want)))
    }

    pub(super) fn write(
        &self,
        host: &Reader<'_>,
        before: Option<&File>,
        want: &[u8],
    ) -> Result<Action> {
        let proof = self.proof(host, before, want)?;
        let fresh = proof.fresh.as_ref().map(|salt| format!("{salt}\n")).unwrap_or_default();
        let (values, keep) = (self.values(&proof), proof.keep);
        let bytes = [fresh.as_bytes(), want].concat();
        Ok(Action::change(FILE, values).stdin(bytes, keep))
    }

    /// Undo from the old bytes; those of a secret file are only on the host.
    pub(super) fn restore(
        &self,
        host: &Reader<'_>,
        before: Option<&File>,
        wrote: &[u8],
    ) -> Result<Undo> {
        let proof = Proof { fresh: None, ..self.proof(host, before, wrote)? };
        let look = Action::undone(FILE, self.values(&proof));
        let action = match before {
            Some(file) if !proof.keep => {
                let back = Proof { was: proof.hash.clone(), hash: proof.was.clone(), ..proof };
                Action::change(FILE, self.values(&back)).stdin(&*file.bytes, false)
            }
            _ => Action::undo(FILE, self.values(&proof)),
        };
        Ok(Undo::checked_by(self.path.as_str(), look, action))
    }

    /// A file is secret when the step says so, and when a known secret is in it.
    fn proof(&self, host: &Reader<'_>, before: Option<&File>, want: &[u8]) -> Result<Proof> {
        let old = before.map(|file| file.bytes.as_slice());
        let known = || host.mask.finds(want) || old.is_some_and(|old| host.mask.finds(old));
        if !self.secret && self.words.is_empty() && self.hidden.is_empty() && !known() {
            return Ok(Proof::plain(old, want));
        }
        let open = Proof { keep: true, salts: host.salts.to_owned(), ..Proof::default() };
        let Some((salt, fresh)) = self.salt(host, &open)? else { return Ok(open) };
        let salted = |bytes: &[u8]| hash(&[salt.as_bytes(), b"\n", bytes].concat());
        Ok(Proof {
            was: old.map_or_else(|| ABSENT.to_owned(), salted),
            hash: salted(want),
            fresh: fresh.then_some(salt),
            ..open
        })
    }

    /// The salt of the host, and whether it is a new one. None in a dry run, whose hashes nobody compares.
    fn salt(&self, host: &Reader<'_>, open: &Proof) -> Result<Option<(String, bool)>> {
        if host.overlay.is_some() {
            return Ok(None);
        }
        let found = host.ask(FILE, self.values(open))?;
        if !found.is_empty() {
            return Ok(Some((found, false)));
        }
        if host.fresh.get().is_none() {
            drop(host.fresh.set(token()?));
        }
        Ok(host.fresh.get().map(|salt| (salt.clone(), true)))
    }

    fn values(&self, proof: &Proof) -> Vec<(&'static str, Value)> {
        vec![
            ("FILE", Value::from(self.path.as_str())),
            ("WAS", proof.was.as_str().into()),
            ("HASH", proof.hash.as_str().into()),
            ("MODE", self.mode.as_str().into()),
            ("OWNER", self.owner.as_str().into()),
            ("KEEP", if proof.keep { "yes" } else { "no" }.into()),
            ("CHECK", Value::List(self.check.clone())),
            ("SALTS", proof.salts.as_str().into()),
            ("FRESH", if proof.fresh.is_some() { "yes" } else { "" }.into()),
        ]
    }
}

/// What shows the host that a file is the one that was read, or written. It is recorded: for a secret file its hashes
/// begin with a salt that only the host has. A plain hash would confirm a guess of a short secret.
#[derive(Default)]
struct Proof {
    was: String,
    hash: String,
    /// The content is secret: the host keeps the old file.
    keep: bool,
    /// The directory of the salt; empty: that of the user.
    salts: String,
    /// The salt, when the host has none yet.
    fresh: Option<String>,
}

impl Proof {
    fn plain(before: Option<&[u8]>, want: &[u8]) -> Self {
        let was = before.map_or_else(|| ABSENT.to_owned(), hash);
        Self { was, hash: hash(want), ..Self::default() }
    }
}

/// Restores a removed file.
pub(super) fn bring_back(path: &str, file: &File) -> Undo {
    let target = Target {
        mode: file.mode.clone(),
        owner: file.owner.clone(),
        ..Target::new(Utf8PathBuf::from(path))
    };
    let gone = Proof { was: file.hash(), hash: ABSENT.to_owned(), ..Proof::default() };
    let look = Action::undone(FILE, target.values(&gone));
    let back = Action::change(FILE, target.values(&Proof::plain(None, &file.bytes)));
    Undo::checked_by(path, look, back.stdin(&*file.bytes, false))
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
