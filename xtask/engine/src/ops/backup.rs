//! Backups: a manifest that is written last, and the check that proves it.
//!
//! The manifest has the thing, its cluster, the time, and a line per file with size and SHA-256. The check reads every
//! byte again. `ProvenBackup` of the floor above is the word that it was done.

use std::time::Duration;

use anyhow::Result;
use camino::{Utf8Path, Utf8PathBuf};

use super::action::Action;
use super::entry::Entry;
use super::plan::Planned;
use super::reader::Reader;
use super::{Need, Op, State, Undo};
use crate::data::fault::Fault;
use crate::snippet;
use crate::text::snippet::{Function, Snippet, Value};

mod content;
mod demand;
mod facts;

pub use content::Content;
pub use demand::{Demand, Doomed};
pub use facts::Facts;

const BACKUP: Snippet = snippet!("/../../snippets/", "ops/backup");
const MACHINE: Snippet = snippet!("/../../snippets/", "ops/machine");

/// The place and the identity of a backup. Nothing is known of it yet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Backup {
    thing: String,
    cluster: String,
    dir: Utf8PathBuf,
    names: Vec<String>,
    manifest: Utf8PathBuf,
    content: Option<Content>,
    made_by: String,
    timeout: Option<Duration>,
}

impl Backup {
    /// Everything in `dir`. `thing` is what was backed up (`webservice0's files`), `cluster` the identity of its cluster
    /// or machine: both stand in the manifest, and must be the same later. `made_by` is the step that makes it, with its
    /// arguments: `webservice backup-node-files --node webservice0`.
    pub fn directory(
        thing: impl Into<String>,
        cluster: impl Into<String>,
        dir: impl Into<Utf8PathBuf>,
        made_by: impl Into<String>,
    ) -> Self {
        let dir = dir.into();
        let manifest = dir.join(".xtask-manifest");
        Self {
            thing: thing.into(),
            cluster: cluster.into(),
            dir,
            names: vec![".".to_owned()],
            manifest,
            content: None,
            made_by: made_by.into(),
            timeout: None,
        }
    }

    /// Only these files or directories of the directory: `webservice0.img`, `webservice0.xml`. The manifest is beside
    /// them: `NAME.xtask-manifest`, with the first name.
    #[must_use]
    pub fn only<S: Into<String>>(mut self, names: impl IntoIterator<Item = S>) -> Self {
        self.names = names.into_iter().map(Into::into).collect();
        let first = self.names.first().map(String::as_str).unwrap_or_default();
        self.manifest = self.dir.join(format!("{first}.xtask-manifest"));
        self
    }

    /// The manifest is beside the directory, which stays equal to its source.
    #[must_use]
    pub fn beside(mut self) -> Self {
        self.manifest = format!("{}.xtask-manifest", self.dir).into();
        self
    }

    /// What a program must find in it, beyond its bytes.
    #[must_use]
    pub fn with(mut self, content: Content) -> Self {
        self.content = Some(content);
        self
    }

    /// The time limit of each reading, instead of the run's `--timeout`: a disk image takes longer than a file.
    #[must_use]
    pub const fn within(mut self, limit: Duration) -> Self {
        self.timeout = Some(limit);
        self
    }

    /// What was backed up.
    pub fn thing(&self) -> &str {
        &self.thing
    }

    /// The identity of its cluster or machine.
    pub fn cluster(&self) -> &str {
        &self.cluster
    }

    /// Its directory.
    pub fn dir(&self) -> &Utf8Path {
        &self.dir
    }

    /// The step that makes it, with its arguments.
    pub fn made_by(&self) -> &str {
        &self.made_by
    }

    /// Its manifest.
    pub fn manifest(&self) -> &Utf8Path {
        &self.manifest
    }

    /// The last operation of a step that makes it: writes the manifest.
    pub fn sealed(&self) -> Sealed<'_> {
        Sealed { backup: self, once: false }
    }

    /// The same for files that nothing can make a second time: once sealed, altered ones are refused.
    pub fn sealed_once(&self) -> Sealed<'_> {
        Sealed { backup: self, once: true }
    }

    /// Whether it is complete and readable, whatever its age.
    ///
    /// # Errors
    /// When the host cannot answer.
    pub fn is_whole(&self, host: &Reader<'_>) -> Result<bool> {
        Ok(host.answer(&self.action(Function::Probe, &[])?)?.0)
    }

    /// Proves it on the host that stores it: complete, readable, of this thing and cluster, and as `demand` says.
    ///
    /// # Errors
    /// [`crate::data::fault::Kind::Refused`] with the reason, and the command that makes one.
    pub fn prove(&self, host: &Reader<'_>, demand: &Demand) -> Result<Facts> {
        if let Some(gone) = demand.doomed.iter().find(|gone| gone.is_host(host.name)) {
            let found = format!("it is stored on {}, and the step destroys {gone}", host.name);
            return Err(self.refused(host, "in what goes away", &found).into());
        }
        let (good, said) = host.answer(&self.action(Function::Probe, &demand.on(host.name))?)?;
        let (first, rest) = said.split_once('\n').unwrap_or_default();
        if !good {
            let word = match first {
                "incomplete" => "incomplete",
                "damaged" => "damaged",
                "inside" => "in what goes away",
                _ => return Err(self.refused(host, "not readable", &said).into()),
            };
            return Err(self.refused(host, word, rest.trim_end()).into());
        }
        let facts = Facts::parse(&said)
            .ok_or_else(|| self.refused(host, "incomplete", "its manifest cannot be understood"))?;
        match facts.objection(self, demand) {
            Some((word, found)) => Err(self.refused(host, word, &found).into()),
            None => Ok(facts),
        }
    }

    /// The checks that a proof consists of.
    pub fn checks(&self, demand: &Demand) -> Vec<String> {
        let mut checks =
            vec!["complete".to_owned(), "readable".to_owned(), "of this cluster".to_owned()];
        checks.extend(demand.max_age.map(|_| "young enough".to_owned()));
        checks.extend((!demand.doomed.is_empty()).then(|| "outside of what goes away".to_owned()));
        checks.extend(self.content.as_ref().map(|content| format!("{} is sound", content.name)));
        checks
    }

    /// The refusal: what is wrong, where, and the command that makes a backup.
    pub fn refused(&self, host: &Reader<'_>, word: &str, found: &str) -> Fault {
        Fault::refused(format!("the backup of {} is {word}", self.thing))
            .detail("at", format!("{}:{}", host.name, self.dir))
            .detail("found", host.mask().text(found))
            .hint(format!("make one: cargo xtask {}", self.made_by))
    }

    fn action(&self, function: Function, gone: &[&Doomed]) -> Result<Action, Fault> {
        let paths = |disk: bool| {
            let paths = gone.iter().filter_map(|gone| gone.path(disk));
            Value::List(paths.map(ToString::to_string).collect())
        };
        let content = self.content.as_ref().map_or(Ok(String::new()), Content::script)?;
        let values = [
            ("DIR", self.dir.as_str().into()),
            ("NAMES", Value::List(self.names.clone())),
            ("MANIFEST", self.manifest.as_str().into()),
            ("THING", self.thing.as_str().into()),
            ("CLUSTER", self.cluster.as_str().into()),
            ("CONTENT", content.into()),
            ("GONE", paths(false)),
            ("DISKS", paths(true)),
        ];
        let action = Action::new(BACKUP, function, values);
        Ok(Action { timeout: self.timeout, ..action })
    }
}

/// The identity of the machine that a host is: its machine-id; without one, its name.
///
/// # Errors
/// When the host cannot answer.
pub fn machine(host: &Reader<'_>) -> Result<String> {
    host.ask(MACHINE, [])
}

/// A backup has its manifest, and is what the manifest says.
#[derive(Debug)]
pub struct Sealed<'a> {
    backup: &'a Backup,
    once: bool,
}

impl Op for Sealed<'_> {
    fn describe(&self) -> String {
        format!("write the manifest of {}", self.backup.dir)
    }

    fn probe(&self, host: &Reader<'_>) -> Result<State> {
        let (whole, said) = host.answer(&self.backup.action(Function::Probe, &[])?)?;
        if whole {
            let facts = Facts::parse(&said);
            let objection =
                facts.and_then(|facts| facts.objection(self.backup, &Demand::default()));
            return objection.map_or(Ok(State::Kept), |(word, found)| {
                let fault = self.backup.refused(host, word, &found);
                Err(fault.hint("move that one away first: it is left alone").into())
            });
        }
        let (_, found) = said.split_once('\n').unwrap_or_default();
        if self.once && matches!(host.read(&self.backup.manifest)?, Entry::File(_)) {
            let what = format!("{} is not as its manifest says", self.backup.thing());
            return Err(Fault::refused(what)
                .detail("at", format!("{}:{}", host.name, self.backup.manifest))
                .detail("found", found)
                .hint("bring the files back as they were")
                .hint(
                    "only if you know that they are good: remove the manifest, and run this again",
                )
                .into());
        }
        Ok(State::Needed(Need { diff: found.to_owned(), after: self.leaves() }))
    }

    fn change(&self, _: &Reader<'_>) -> Result<Vec<Action>> {
        Ok(vec![self.backup.action(Function::Change, &[])?])
    }

    fn undo(&self, _: &Reader<'_>) -> Result<Option<Vec<Undo>>> {
        let undo = self.backup.action(Function::Undo, &[])?;
        Ok(Some(vec![Undo::new(self.backup.manifest.as_str(), undo)]))
    }

    fn leaves(&self) -> Vec<(String, Planned)> {
        let because = format!("known only after this has run: {}", self.describe());
        vec![(self.backup.manifest.to_string(), Planned::Unknown(because))]
    }
}
