//! The lines with which each process of a run begins.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

/// The start of a run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Start {
    /// Format of this journal.
    pub schema: u32,
    /// The id of the run: the name of its directory.
    pub run: String,
    /// Its place in the order of the runs, from 1; 0 in records of earlier versions.
    #[serde(default)]
    pub number: u64,
    /// The step, as typed: `bk-upgrade paas`.
    pub step: String,
    /// The command line behind the program's name, masked.
    pub args: Vec<String>,
    /// The alias that stood for a part of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub alias: Option<String>,
    /// A hash (16 hexadecimal digits) of each snippet of the program by its name, `ops/file`.
    #[serde(default)]
    pub snippets: BTreeMap<String, String>,
    /// The person who runs it.
    pub user: String,
    /// The control machine, and the address that the person is logged in from.
    pub from: String,
    /// The process.
    pub pid: u32,
    /// The version of the program.
    pub program: String,
    /// The working directory at the start.
    pub cwd: String,
    /// The inventory; none for the sample that comes with the program.
    pub inventory: Option<String>,
    /// SHA-256 of its text, in hexadecimal; the text is beside the journal.
    pub inventory_sha256: String,
    /// The hosts are throw-away ones.
    pub rehearsal: bool,
    /// The run that this one undoes.
    pub undoes: Option<String>,
    /// The ticket of the change.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<String>,
    /// Why it is made, masked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
    /// The saved plan that it follows.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub plan: Option<Followed>,
}

/// The saved plan that a run follows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Followed {
    /// Its file.
    pub path: String,
    /// SHA-256 over it, in hexadecimal.
    pub sha256: String,
}

/// Why a process resumes a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Again {
    /// The whole step again from the start; finished operations are kept.
    Resume,
    /// Only the unfinished hosts.
    Retry,
}

impl Again {
    /// The command.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Resume => "resume",
            Self::Retry => "retry",
        }
    }
}

/// Another process that resumes the run.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Resume {
    /// Its aim.
    pub kind: Again,
    /// The command line behind the program's name, masked.
    pub args: Vec<String>,
    /// The person who runs it.
    pub user: String,
    /// As in [`Start`].
    pub from: String,
    /// The process.
    pub pid: u32,
    /// Its hosts; none for all of the run.
    pub only: Option<Vec<String>>,
    /// The half line at the end of the previous process.
    pub torn: Option<String>,
    /// As in [`Start`]; none when it is still that of the process before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub ticket: Option<String>,
    /// As in [`Start`]; none when it is still that of the process before.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}
