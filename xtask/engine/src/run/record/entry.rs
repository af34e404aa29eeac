//! The lines of the journal, as they are written and read. `journal.schema.json` says the same for
//! programs.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The version of the journal's format.
pub const SCHEMA: u32 = 2;

/// The JSON Schema of a line.
pub const SCHEMA_JSON: &str = include_str!("journal.schema.json");

/// What one line tells.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "event", rename_all = "lowercase")]
pub enum Entry {
    /// The run begins.
    Start(Start),
    /// Another process goes on with the run.
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
    /// A host has shown who it is.
    Identity {
        /// The host.
        host: String,
        /// Its machine-id.
        machine_id: String,
        /// The fingerprint of its host key.
        host_key: String,
        /// Against what was known: `new`, `match` or `changed`.
        pin: String,
    },
    /// A host is somewhere else from here on.
    Moved {
        /// The host.
        host: String,
        /// Where; none where the inventory has it.
        address: Option<String>,
    },
    /// A person has acknowledged a manual operation.
    Ack {
        /// The operation.
        name: String,
        /// What the person says about it.
        text: String,
        /// Who.
        user: String,
    },
    /// A question was answered.
    Confirm {
        /// The question.
        what: String,
        /// The answer.
        answer: String,
    },
    /// Changes of this run were taken back by another.
    Undone {
        /// The run that took them back.
        by: String,
        /// The hosts it has done with.
        hosts: Vec<String>,
        /// The stage that it went back to; none when everything was taken back.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        to: Option<String>,
        /// The number of the operation that it did not go past; none when none was in the way.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        after: Option<u64>,
    },
    /// The run is over.
    End {
        /// Its exit code.
        exit: u8,
        /// What went wrong and belongs to no host.
        #[serde(default, skip_serializing_if = "Option::is_none")]
        error: Option<String>,
    },
    /// A later version of the program has written something else.
    #[serde(other)]
    Other,
}

impl Entry {
    /// The number of the operation it is about.
    pub fn operation(&self) -> Option<u64> {
        match self {
            Self::Intent(intent) => Some(intent.op),
            Self::Result(done) => Some(done.op),
            _ => None,
        }
    }
}

/// How a run began.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Start {
    /// Format of this journal.
    pub schema: u32,
    /// The id of the run: the name of its directory.
    pub run: String,
    /// The step, as typed: `bk-upgrade paas`.
    pub step: String,
    /// The command line behind the program's name, masked.
    pub args: Vec<String>,
    /// A hash (16 hexadecimal digits) of each snippet of the program by its name, `ops/file`.
    #[serde(default)]
    pub snippets: BTreeMap<String, String>,
    /// Who runs it.
    pub user: String,
    /// The control machine, and where the person sits who is logged in there.
    pub from: String,
    /// The process.
    pub pid: u32,
    /// The version of the program.
    pub program: String,
    /// The directory it was started in.
    pub cwd: String,
    /// The inventory; none for the sample that comes with the program.
    pub inventory: Option<String>,
    /// SHA-256 of its text, in hexadecimal; the text is beside the journal.
    pub inventory_sha256: String,
    /// The hosts are throw-away ones.
    pub rehearsal: bool,
    /// The run that this one takes back.
    pub undoes: Option<String>,
}

/// Why a process goes on with a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Again {
    /// Everything once more from the beginning; what is done is kept.
    Resume,
    /// Only the hosts that are not done.
    Retry,
}

/// How another process goes on.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Resume {
    /// With what aim.
    pub kind: Again,
    /// The command line behind the program's name, masked.
    pub args: Vec<String>,
    /// Who runs it.
    pub user: String,
    /// As in [`Start`].
    pub from: String,
    /// The process.
    pub pid: u32,
    /// The hosts it is about; none for all of the run.
    pub only: Option<Vec<String>>,
    /// The half line that the process before left behind.
    pub torn: Option<String>,
}

/// What an operation is about to do.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Intent {
    /// The operation's number, unique in the journal.
    pub op: u64,
    /// The host.
    pub host: String,
    /// The operation.
    pub what: String,
    /// What will change, masked.
    pub diff: String,
    /// SHA-256 over the scripts and what they are fed, in hexadecimal. Secrets are left out.
    pub hash: String,
    /// How to take it back, in the order of doing so; none marks a point of no return.
    pub undo: Option<Vec<Undo>>,
}

/// One step back. The scripts are whole: any later version of the program can run them.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Undo {
    /// How errors name it: `ops/units undo START=a.service`.
    pub ran: String,
    /// What it is about, for example a path.
    pub thing: String,
    /// A script that reads. Its exit code is 0 when the thing is as before the change, 1 when it is as
    /// the change left it, anything else when somebody has changed it since.
    pub look: Option<String>,
    /// The script that brings it back.
    pub script: String,
    /// File below `before/` with the bytes for the script's standard input.
    pub feed: Option<String>,
    /// It comes after all others of its host.
    pub last: bool,
    /// How long it may take.
    pub seconds: Option<u64>,
}

/// How an operation ended.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Done {
    /// The operation's number; that of its intent when there was one.
    pub op: u64,
    /// The host.
    pub host: String,
    /// The operation; empty for what befell the host outside any.
    pub what: String,
    /// `kept`, `changed`, or the kind of failure.
    pub outcome: String,
    /// How long it took, to the millisecond.
    pub seconds: f64,
    /// What went wrong.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub error: Option<String>,
    /// What its commands printed: files below `outputs/`, without `.out` and `.err`.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub outputs: Vec<String>,
}

/// A duration as the journal has it.
pub fn seconds(took: std::time::Duration) -> f64 {
    (took.as_secs_f64() * 1000.0).round() / 1000.0
}
