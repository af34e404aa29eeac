//! The file of a saved plan.

use std::collections::BTreeMap;

use anyhow::Result;
use camino::Utf8Path;
use serde::{Deserialize, Serialize};

use crate::data::fault::Fault;
use crate::data::identity::Identity;
use crate::ops::Action;
use crate::ops::reader::hash;
use crate::run::record::intent;
use crate::text::{quote, words};
use crate::transport::replace;
use crate::transport::trust::Consent;

/// The version of the file's format.
const SCHEMA: u32 = 1;

/// The JSON Schema of the file.
pub const SCHEMA_JSON: &str = include_str!("plan.schema.json");

/// The largest file that is read.
const LARGEST: u64 = 1 << 30;

/// A dry run, written down. Secrets are not in it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Plan {
    /// The version of the format.
    pub schema: u32,
    /// The start of the dry run, RFC 3339 in UTC. Names with a date in them are those of this time.
    pub made: String,
    /// Version and commit of the program.
    pub program: String,
    /// The step, as typed.
    pub step: String,
    /// The command line of the real run behind the program's name, masked.
    pub args: Vec<String>,
    /// The alias that stood for a part of it.
    pub alias: Option<String>,
    /// The working directory.
    pub cwd: String,
    /// The path of the inventory; none for the sample.
    pub inventory: Option<String>,
    /// SHA-256 of the text of all inventories, in hexadecimal.
    pub inventory_sha256: String,
    /// SHA-256 of the resolved hosts, where imports have a say in them.
    pub hosts_sha256: Option<String>,
    /// The person who made it.
    pub user: String,
    /// The control machine.
    pub from: String,
    /// The ticket of the change.
    pub ticket: Option<String>,
    /// Why it is made, masked.
    pub reason: Option<String>,
    /// The hosts are throw-away ones.
    pub rehearsal: bool,
    /// The hosts with their operations.
    pub hosts: Vec<PlannedHost>,
    // Last, because a person reads the file.
    /// A hash (16 hexadecimal digits) of each snippet of the program and each own file by its name.
    pub snippets: BTreeMap<String, String>,
}

/// One host of a plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PlannedHost {
    /// Its name.
    pub host: String,
    /// Its identity; none for a host that has none to show.
    pub identity: Option<Identity>,
    /// Its operations, in their order.
    pub operations: Vec<Planned>,
}

/// One operation of a plan.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Planned {
    /// The stage; empty for a step without stages.
    pub stage: String,
    /// The operation.
    pub what: String,
    /// `kept`, `needed` or `unknown`.
    pub state: String,
    /// The change, masked; of an unknown state the reason, or the change as the host is before the earlier ones.
    pub diff: String,
    /// The commands, a readable script each; none where they are not known yet.
    pub commands: Option<Vec<String>>,
    /// SHA-256 over the commands and their standard input, without secrets; none where they are not known yet.
    pub hash: Option<String>,
    /// Whether it can be undone; none where nothing changes.
    pub undo: Option<bool>,
}

/// The whole file: the plan and a hash over it, against accidents. It is no signature.
#[derive(Debug, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    plan: Plan,
    sha256: String,
}

/// The hash of the actions of an operation: the same in a dry run and in a real one.
pub(super) fn fingerprint(actions: &[Action]) -> Result<String, Fault> {
    let actions: Vec<Action> = actions.iter().map(Action::without_proof).collect();
    intent::fingerprint(&actions)
}

impl Plan {
    /// The version of the format that is written.
    pub(super) const SCHEMA: u32 = SCHEMA;

    /// SHA-256 over the plan, in hexadecimal: its name in the record.
    pub fn sha256(&self) -> String {
        hash(&serde_json::to_vec(self).unwrap_or_default())
    }

    /// Writes the file: private, whole or not at all, and never over another one.
    pub(super) fn write(&self, path: &Utf8Path) -> Result<()> {
        let file = File { plan: self.clone(), sha256: self.sha256() };
        let text = serde_json::to_string_pretty(&file)? + "\n";
        replace::create_synced(path, text.as_bytes(), 0o600).map_err(|error| {
            Fault::failed(format!("cannot write the plan {path}: {error}"))
                .hint("name another file")
        })?;
        Ok(())
    }

    /// Reads the file.
    ///
    /// # Errors
    /// Exit 2 for a file that cannot be read or is no plan, exit 6 for one that was changed since it was written.
    pub fn read(path: &Utf8Path) -> Result<Self, Fault> {
        let wrong = |why: String| {
            Fault::usage(format!("{path} is not a saved plan: {why}"))
                .hint("make one: cargo xtask STEP -n --save FILE")
        };
        let unread = |error: &dyn std::fmt::Display| {
            Fault::usage(format!("cannot read the plan {path}: {error}"))
                .hint("make one: cargo xtask STEP -n --save FILE")
        };
        let size = std::fs::metadata(path).map_err(|error| unread(&error))?.len();
        if size > LARGEST {
            return Err(wrong(format!("it has {size} bytes")));
        }
        // The person has named it: that is consent, unless everybody may write it.
        let consent = Consent::of(&[path.to_owned()]);
        let text = consent.read(path).map_err(|error| match error.downcast::<Fault>() {
            Ok(fault) => fault.detail("plan", path.as_str()),
            Err(error) => unread(&error),
        })?;
        let value: serde_json::Value =
            serde_json::from_str(&text).map_err(|error| wrong(error.to_string()))?;
        if let Some(schema) = value["plan"]["schema"].as_u64().filter(|it| *it != u64::from(SCHEMA))
        {
            return Err(Fault::refused(format!(
                "{path} has format {schema}, and this program reads {SCHEMA}"
            ))
            .hint("make a new plan with this program"));
        }
        let file: File = serde_json::from_value(value).map_err(|error| wrong(error.to_string()))?;
        file.plan.made().map_err(|error| wrong(format!("`made`: {error}")))?;
        if file.plan.sha256() != file.sha256 {
            return Err(Fault::refused(format!("{path} was changed after it was written"))
                .detail("written", file.sha256.clone())
                .detail("found", file.plan.sha256())
                .hint("make a new plan, and have that one reviewed"));
        }
        Ok(file.plan)
    }

    /// The start of the dry run.
    ///
    /// # Errors
    /// When the text is no time; [`Plan::read`] refuses such a file.
    pub fn made(&self) -> Result<jiff::Timestamp, jiff::Error> {
        self.made.parse()
    }

    /// The hint with the command for a new plan.
    pub fn remedy(&self) -> String {
        let mut words = self.args.clone();
        words::insert(&mut words, ["-n", "--save", "FILE"].map(str::to_owned));
        let words: Vec<&str> = words.iter().map(String::as_str).collect();
        let line = quote::join(&words).unwrap_or_default();
        format!("make a new plan, and have it reviewed:  cargo xtask {line}")
    }

    /// The part of a host.
    pub(super) fn host(&self, name: &str) -> Option<&PlannedHost> {
        self.hosts.iter().find(|host| host.host == name)
    }
}
