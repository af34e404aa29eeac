//! `[notify]` and `[metrics]`: who hears of a run that changes hosts.

use camino::Utf8PathBuf;

/// The receivers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Notify {
    /// The log of this machine.
    pub journal: bool,
    /// The log of each changed host.
    pub hosts: bool,
    /// A program of this machine, with its arguments.
    pub command: Option<Program>,
    /// A web address.
    pub webhook: Option<Webhook>,
    /// The moments that command and webhook hear of.
    pub on: Vec<Moment>,
    /// The text file of node_exporter.
    pub textfile: Option<Utf8PathBuf>,
}

/// A program of this machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Program {
    /// Its path or name, and its arguments.
    pub words: Vec<String>,
    /// The directory of the file that names it.
    pub dir: Utf8PathBuf,
}

/// Where the address of a webhook comes from.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Webhook {
    /// The file has it.
    Url(String),
    /// The secret of this name has it: who knows the address can write there.
    Secret(String),
}

/// A moment of a run.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// It starts.
    Start,
    /// It ends with exit 0.
    Done,
    /// It ends with another exit code.
    Failed,
}

impl Moment {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Start, Self::Done, Self::Failed];

    /// Its word.
    pub const fn word(self) -> &'static str {
        match self {
            Self::Start => "start",
            Self::Done => "done",
            Self::Failed => "failed",
        }
    }
}

impl Default for Notify {
    fn default() -> Self {
        Self {
            journal: true,
            hosts: false,
            command: None,
            webhook: None,
            on: Moment::ALL.to_vec(),
            textfile: None,
        }
    }
}
