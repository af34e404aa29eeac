//! An edit of a text file by a pure function.

use anyhow::Result;
use camino::Utf8PathBuf;

use super::action::Action;
use super::builders::target_builders;
use super::file::{Before, Target};
use super::reader::{File, Reader};
use super::{Op, State, Undo};
use crate::data::fault::Fault;

type Editor = dyn Fn(&str) -> Result<String, Fault> + Send + Sync;
type Note = dyn Fn(&str) -> Option<String> + Send + Sync;
type Secrets = dyn Fn(&str) -> Vec<String> + Send + Sync;

/// A text file that a function of its text leaves unchanged.
///
/// The function maps the current text to the wanted text. Writing works as with [`super::FileContent`].
/// A missing file is an error, unless [`Edit::or_create`] is set or the function keeps the empty text empty.
pub struct Edit {
    target: Target,
    what: String,
    edit: Box<Editor>,
    note: Option<Box<Note>>,
    secrets: Option<Box<Secrets>>,
    create: bool,
}

impl std::fmt::Debug for Edit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Edit").field("what", &self.what).finish_non_exhaustive()
    }
}

target_builders!(Edit);

impl Edit {
    /// `what` stands in the plan (`set port in /etc/x.conf`) and holds no secret.
    pub fn new(
        path: impl Into<Utf8PathBuf>,
        what: impl Into<String>,
        edit: impl Fn(&str) -> Result<String, Fault> + Send + Sync + 'static,
    ) -> Self {
        Self::of(Target::new(path.into()), false, what.into(), edit)
    }

    /// The same for a `target` with its builders; with `create`, a missing file is made.
    pub(super) fn of(
        target: Target,
        create: bool,
        what: String,
        edit: impl Fn(&str) -> Result<String, Fault> + Send + Sync + 'static,
    ) -> Self {
        Self { target, what, edit: Box::new(edit), note: None, secrets: None, create }
    }

    /// Makes a missing file, with these octal permissions.
    #[must_use]
    pub fn or_create(mut self, mode: impl Into<String>) -> Self {
        self.target.mode = mode.into();
        self.create = true;
        self
    }

    /// A note on the present text for the reader of the plan; it holds no secret.
    #[must_use]
    pub fn noting(mut self, note: impl Fn(&str) -> Option<String> + Send + Sync + 'static) -> Self {
        self.note = Some(Box::new(note));
        self
    }

    /// The diff hides these parts of the present text. The content counts as secret.
    #[must_use]
    pub fn hiding(mut self, secrets: impl Fn(&str) -> Vec<String> + Send + Sync + 'static) -> Self {
        self.secrets = Some(Box::new(secrets));
        self
    }

    /// The target, with the secrets of the present text.
    fn target(&self, before: Option<&File>) -> Result<Target> {
        let mut target = self.target.clone();
        if let (Some(secrets), Some(file)) = (&self.secrets, before) {
            target.hidden.extend(secrets(file.text(&target.path)?));
        }
        Ok(target)
    }

    /// The state with the note above the diff.
    fn noted(&self, state: State, before: Option<&File>) -> Result<State> {
        match (state, &self.note, before) {
            (State::Needed(mut need), Some(note), Some(file)) => {
                if let Some(note) = note(file.text(&self.target.path)?) {
                    need.diff = format!("note: {note}\n{}", need.diff);
                }
                Ok(State::Needed(need))
            }
            (state, ..) => Ok(state),
        }
    }

    /// The wanted text; `None` when no file exists and none is needed.
    fn want(&self, before: Option<&File>) -> Result<Option<String>> {
        let path = &self.target.path;
        let edit =
            |text: &str| (self.edit)(text).map_err(|fault| fault.detail("in", path.as_str()));
        match before {
            Some(file) => Ok(Some(edit(file.text(path)?)?)),
            None if self.create => Ok(Some(edit("")?)),
            None => match (self.edit)("") {
                Ok(text) if text.is_empty() => Ok(None),
                _ => Err(Fault::failed(format!("{path} is not there"))
                    .detail("wanted", &self.what)
                    .hint("install the package of this file, then run this again")
                    .into()),
            },
        }
    }

    /// Before and after; an error where there is nothing to change.
    fn plan(&self, host: &Reader<'_>) -> Result<(Option<File>, String)> {
        let before = self.target.before(host)?.known(&self.target)?;
        let want = self.want(before.as_ref())?.unwrap_or_default();
        Ok((before, want))
    }
}

impl Op for Edit {
    fn describe(&self) -> String {
        self.what.clone()
    }

    fn probe(&self, host: &Reader<'_>) -> Result<State> {
        let before = match self.target.before(host)? {
            Before::Is(before) => before,
            Before::Unknown(because) => return Ok(State::Unknown(because)),
        };
        let want = match (self.want(before.as_ref()), host.pending()) {
            (Err(_), Some(pending)) if before.is_none() => {
                let path = &self.target.path;
                return Ok(State::Unknown(format!(
                    "{path} is not there yet; an earlier operation may bring it: {pending}"
                )));
            }
            (want, _) => want?,
        };
        let Some(want) = want else { return Ok(State::Kept) };
        let target = self.target(before.as_ref())?;
        self.noted(target.state(before.as_ref(), want.as_bytes()), before.as_ref())
    }

    fn change(&self, host: &Reader<'_>) -> Result<Vec<Action>> {
        let (before, want) = self.plan(host)?;
        Ok(vec![self.target(before.as_ref())?.write(host, before.as_ref(), want.as_bytes())?])
    }

    fn undo(&self, host: &Reader<'_>) -> Result<Option<Vec<Undo>>> {
        let (before, want) = self.plan(host)?;
        Ok(Some(vec![self.target(before.as_ref())?.restore(
            host,
            before.as_ref(),
            want.as_bytes(),
        )?]))
    }
}
