//! The lines of the journal. `journal.schema.json` says the same for programs.

use serde::{Deserialize, Serialize};

use super::backed::Backed;
use super::finding::Finding;
pub use super::standing::{READ, Standing};
pub use super::start::{Again, Followed, Resume, Start};
use crate::data::loss::Loss;

/// The version of the journal's format.
pub const SCHEMA: u32 = 2;

/// The JSON Schema of a line.
pub const SCHEMA_JSON: &str = include_str!("journal.schema.json");

/// The content of one line.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "lowercase")]
pub enum Entry {
    /// The run begins.
    Start(Start),
    /// Another process resumes the run.
    Resume(Resume),
    /// These hosts belong to the run too.
    Hosts {
        /// Their names.
        hosts: Vec<String>,
    },
    /// A stage begins.
    Stage {
        /// Its name on the command line.
        name: String,
        /// How many stages were asked for.
        #[serde(default)]
        of: usize,
    },
    /// An operation is about to change a host.
    Intent(Intent),
    /// An operation is over.
    Result(Done),
    /// A host has shown its identity.
    Identity {
        /// The host.
        host: String,
        /// Its machine-id.
        machine_id: String,
        /// The fingerprint of its host key.
        host_key: String,
        /// Compared with the pin: `new`, `match` or `changed`.
        pin: String,
    },
    /// A host has another address from here on.
    Moved {
        /// The host.
        host: String,
        /// The address; none for that of the inventory.
        address: Option<String>,
    },
    /// A person has acknowledged a manual operation.
    Ack {
        /// The operation.
        name: String,
        /// The evidence.
        text: String,
        /// The person.
        user: String,
    },
    /// A backup was proved, for a step that destroys something.
    Backup(Backed),
    /// The change that comes next leaves something open on purpose.
    Opened {
        /// The operation with the change.
        op: u64,
        /// The host.
        host: String,
        /// The name of the item, the same in every run.
        name: String,
        /// What is open.
        what: String,
        /// The step that closes it, with its arguments.
        closes: String,
    },
    /// An open item is closed: the closing change was verified, or the opening one was undone. In the journals of both
    /// runs.
    Closed {
        /// The host.
        host: String,
        /// The name of the item.
        name: String,
        /// The run that opened it.
        run: String,
        /// The run that closed it.
        by: String,
    },
    /// What the step has found out.
    Finding(Finding),
    /// A question was answered.
    Confirm {
        /// The question.
        what: String,
        /// The answer.
        answer: String,
    },
    /// A cluster was asked, before or after one of its members was away.
    Cluster {
        /// Its name.
        name: String,
        /// The host that goes.
        host: String,
        /// `before` or `after`; `accepted` when a loss was accepted that would be refused.
        when: String,
        /// Its reading in one line.
        reading: String,
    },
    /// Another run undid changes of this one.
    Undone {
        /// The run that undid them.
        by: String,
        /// The hosts that it has finished.
        hosts: Vec<String>,
        /// The stage that it went back to; none when everything was undone.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<String>,
        /// The number of the irreversible operation that it stopped at; none without one.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        after: Option<u64>,
    },
    /// The run is over.
    End {
        /// Its exit code.
        exit: u8,
        /// The error that belongs to no host.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        error: Option<String>,
        /// The hosts of a step; none for other commands, and in records of earlier versions.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        hosts: Option<Standing>,
    },
    /// An entry of a later version of the program.
    #[serde(other)]
    Other,
}

impl Entry {
    /// The number of its operation.
    pub fn operation(&self) -> Option<u64> {
        match self {
            Self::Intent(intent) => Some(intent.op),
            Self::Result(done) => Some(done.op),
            _ => None,
        }
    }
}

/// An operation that is about to change a host.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Intent {
    /// The operation's number, unique in the journal.
    pub op: u64,
    /// The host.
    pub host: String,
    /// The operation.
    pub what: String,
    /// The change, masked.
    pub diff: String,
    /// SHA-256 over the scripts and their standard input, in hexadecimal. Secrets are left out.
    pub hash: String,
    /// The undo, in the order of execution; none for an irreversible operation.
    pub undo: Option<Vec<Undo>>,
}

/// One part of an undo. The scripts are whole: any later version of the program can run them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Undo {
    /// Its name in errors: `ops/units undo START=a.service`.
    pub ran: String,
    /// Its subject, for example a path.
    pub thing: String,
    /// A script that only reads. Exit 0: the state before the change. Exit 1: the state after it. Any other code: a
    /// later change.
    pub look: Option<String>,
    /// The script that restores it.
    pub script: String,
    /// File below `before/` with the bytes for the script's standard input.
    pub feed: Option<String>,
    /// It runs after all others of its host.
    pub last: bool,
    /// Its time limit.
    pub seconds: Option<u64>,
    /// What it takes away from clusters.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub takes: Vec<Loss>,
}

/// The end of an operation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Done {
    /// The operation's number; that of its intent when there was one.
    pub op: u64,
    /// The host.
    pub host: String,
    /// The operation; empty for a failure outside any.
    pub what: String,
    /// `kept`, `changed`, or the kind of failure.
    pub outcome: String,
    /// Its duration, to the millisecond.
    pub seconds: f64,
    /// The error.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// The output of its commands: files below `outputs/`, without `.out` and `.err`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub outputs: Vec<String>,
}

/// A duration in the form of the journal.
pub fn seconds(took: std::time::Duration) -> f64 {
    (took.as_secs_f64() * 1000.0).round() / 1000.0
}
