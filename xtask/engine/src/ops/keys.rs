//! Values inside of a JSON or YAML file.

use anyhow::Result;
use camino::Utf8PathBuf;

use super::action::Action;
use super::builders::target_builders;
use super::edit::Edit;
use super::file::Target;
use super::reader::Reader;
use super::{Op, State, Undo};
use crate::data::fault::Fault;
use crate::data::key_path::KeyPath;
use crate::text::edit::tree::{self, Change, Format, Selector, Value, Want};

/// The values at some paths of a JSON or YAML file. Every other byte of the file stays.
///
/// ```
/// use engine::ops::key;
///
/// key::yaml("/srv/app/compose.yaml")
///     .update("services.web.image", "web:2.1")
///     .member("services.web.ports", "8080:80");
/// ```
///
/// All changes are one edit: one round trip, one diff, one undo. A present value keeps its type, and a text its
/// quotes; a value of another type is refused. [`KeyPath`] has the form of a path. A place that other places share (an
/// anchor with aliases) is refused. So is a key that stands there twice. A missing file is an error, unless
/// [`Keys::or_create`] is set.
#[derive(Clone)]
pub struct Keys {
    target: Target,
    format: Format,
    create: bool,
    changes: Vec<(Option<Selector>, Change)>,
    document: Option<Selector>,
    /// The paths of values that nobody may see.
    secrets: Vec<KeyPath>,
    /// A path or a selection that cannot be read.
    fault: Option<Fault>,
}

// Written by hand: a derived form would print the secrets.
impl std::fmt::Debug for Keys {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Keys").field("what", &self.describe()).finish_non_exhaustive()
    }
}

target_builders!(Keys);

impl Keys {
    /// No change yet of the file at `path` (absolute).
    pub fn new(path: impl Into<Utf8PathBuf>, format: Format) -> Self {
        Self {
            target: Target::new(path.into()),
            format,
            create: false,
            changes: Vec::new(),
            document: None,
            secrets: Vec::new(),
            fault: None,
        }
    }

    /// Sets the value at `path`. A missing place is made behind its neighbours, also a list member that is
    /// selected by a key.
    #[must_use]
    pub fn set(
        self,
        path: impl TryInto<KeyPath, Error: Into<Fault>>,
        value: impl Into<Value>,
    ) -> Self {
        self.with(path, Want::Set(value.into()))
    }

    /// Sets the value at `path`. A missing place is an error.
    #[must_use]
    pub fn update(
        self,
        path: impl TryInto<KeyPath, Error: Into<Fault>>,
        value: impl Into<Value>,
    ) -> Self {
        self.with(path, Want::Update(value.into()))
    }

    /// Sets a secret value at `path`. The diff hides it and the one before. The file counts as secret.
    #[must_use]
    pub fn set_secret(
        mut self,
        path: impl TryInto<KeyPath, Error: Into<Fault>>,
        value: impl Into<String>,
    ) -> Self {
        let value = value.into();
        self.target.hidden.push(value.clone());
        self = self.with(path, Want::Set(Value::String(value)));
        let path = self.changes.last().map(|(_, change)| change.path.clone());
        self.secrets.extend(path);
        self
    }

    /// Removes the place at `path`, with its line.
    #[must_use]
    pub fn remove(self, path: impl TryInto<KeyPath, Error: Into<Fault>>) -> Self {
        self.with(path, Want::Remove)
    }

    /// The list at `path` ends with `value`.
    #[must_use]
    pub fn append(
        self,
        path: impl TryInto<KeyPath, Error: Into<Fault>>,
        value: impl Into<Value>,
    ) -> Self {
        self.with(path, Want::Append(value.into()))
    }

    /// The list at `path` holds `value`; a new one goes to the end.
    #[must_use]
    pub fn member(
        self,
        path: impl TryInto<KeyPath, Error: Into<Fault>>,
        value: impl Into<Value>,
    ) -> Self {
        self.with(path, Want::Member(value.into()))
    }

    /// The list at `path` does not hold `value`.
    #[must_use]
    pub fn no_member(
        self,
        path: impl TryInto<KeyPath, Error: Into<Fault>>,
        value: impl Into<Value>,
    ) -> Self {
        self.with(path, Want::NoMember(value.into()))
    }

    /// The changes after this one are for the document that has these values:
    /// `kind=Deployment,metadata.name=web`. Needed for a YAML file with several documents.
    #[must_use]
    pub fn in_document(mut self, selector: &str) -> Self {
        match selector.parse() {
            Ok(selector) => self.document = Some(selector),
            Err(fault) => self.fault = self.fault.or(Some(fault)),
        }
        self
    }

    /// Makes a missing file, with these octal permissions.
    #[must_use]
    pub fn or_create(mut self, mode: impl Into<String>) -> Self {
        self.target.mode = mode.into();
        self.create = true;
        self
    }

    fn with(mut self, path: impl TryInto<KeyPath, Error: Into<Fault>>, want: Want) -> Self {
        match path.try_into() {
            Ok(path) => self.changes.push((self.document.clone(), Change { path, want })),
            Err(fault) => self.fault = self.fault.or(Some(fault.into())),
        }
        self
    }

    fn edit(&self) -> Result<Edit> {
        if let Some(fault) = &self.fault {
            return Err(fault.clone().detail("in", self.target.path.as_str()).into());
        }
        let (format, changes, secrets) = (self.format, self.changes.clone(), self.secrets.clone());
        let edit = move |text: &str| tree::apply(format, text, &changes);
        let edit = Edit::of(self.target.clone(), self.create, self.describe(), edit);
        Ok(edit.hiding(move |text| tree::texts(format, text, &secrets)))
    }
}

impl Op for Keys {
    fn describe(&self) -> String {
        let what: Vec<String> = self.changes.iter().map(|(_, change)| change.describe()).collect();
        let what = match &what[..] {
            [] => "change nothing".into(),
            what => what.join(", "),
        };
        format!("{what} in {}", self.target.path)
    }

    fn probe(&self, host: &Reader<'_>) -> Result<State> {
        self.edit()?.probe(host)
    }

    fn change(&self, host: &Reader<'_>) -> Result<Vec<Action>> {
        self.edit()?.change(host)
    }

    fn undo(&self, host: &Reader<'_>) -> Result<Option<Vec<Undo>>> {
        self.edit()?.undo(host)
    }
}
