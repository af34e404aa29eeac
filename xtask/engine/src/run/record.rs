//! The run record: what a run is about to do and what came of it, on this machine.
//!
//! `$XDG_STATE_HOME/xtask/runs/<id>/`, mode 0700:
//! - `journal.jsonl`: one JSON object a line, `event` = `start`, `intent`, `result`, `confirm`,
//!   `ack`, `end`. An intent
//!   is on disk before its operation changes anything.
//! - `outputs/NNNN.HOST.out` and `.err`: what each action printed, secrets masked.
//! - `before/NNNN`: bytes that an undo needs; the intent names them.

use std::fs::{self, File, OpenOptions};
use std::io::Write as _;
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Mutex, PoisonError};

use anyhow::{Context as _, Result};
use camino::{Utf8Path, Utf8PathBuf};
use serde::Serialize;

use crate::carry::spool::Spool;
use crate::data::fault::Fault;
use crate::ops;
use crate::ops::undo::Look;
use crate::text::mask::Mask;
use crate::text::stamp;

/// The version of the journal's format.
const SCHEMA: u32 = 1;

/// One run, being written.
#[derive(Debug)]
pub struct Record {
    dir: Utf8PathBuf,
    journal: Mutex<File>,
    number: AtomicU64,
}

/// One line of the journal.
#[derive(Debug, Serialize)]
#[serde(tag = "event", rename_all = "lowercase")]
pub enum Entry<'a> {
    /// The run begins.
    Start {
        /// Format of this journal.
        schema: u32,
        /// The step.
        step: &'a str,
        /// The command line, masked.
        args: Vec<String>,
        /// Who runs it.
        user: String,
    },
    /// A host has said who it is, before its first change.
    Identity {
        /// The host.
        host: &'a str,
        /// `/etc/machine-id`.
        machine_id: Option<&'a str>,
        /// Its host key with its fingerprint.
        host_key: Option<&'a str>,
        /// `new`, `match` or `changed`.
        pin: &'a str,
    },
    /// An operation is about to change a host.
    Intent {
        /// The host.
        host: &'a str,
        /// The operation.
        what: &'a str,
        /// What will change, masked.
        diff: &'a str,
        /// How to take it back; none marks a point of no return.
        undo: Option<Vec<Undo>>,
    },
    /// An operation is over.
    Result {
        /// The host.
        host: &'a str,
        /// The operation.
        what: &'a str,
        /// `kept`, `changed`, or the kind of failure.
        outcome: &'a str,
        /// How long it took.
        seconds: f64,
        /// What went wrong.
        #[serde(skip_serializing_if = "Option::is_none")]
        error: Option<String>,
    },
    /// A question was answered.
    Confirm {
        /// What was asked, masked.
        what: &'a str,
        /// What was typed, or `--yes`.
        answer: &'a str,
    },
    /// A person has done a manual operation.
    Ack {
        /// The operation.
        name: &'a str,
        /// The evidence, masked; may be empty.
        text: &'a str,
        /// Who says so.
        user: String,
    },
    /// The run is over.
    End {
        /// Its exit code.
        exit: u8,
    },
}

/// One thing to take back, with the very scripts that do it.
#[derive(Debug, Serialize)]
pub struct Undo {
    /// How the action is named in errors.
    ran: String,
    /// What it is about.
    thing: String,
    /// Exit status 0: as before the change, 1: as the change left it, anything else: changed since.
    look: Option<String>,
    /// What takes it back.
    script: String,
    /// File below `before/` with the bytes for standard input.
    feed: Option<String>,
    /// After everything else of its host.
    last: bool,
    /// Its time limit.
    seconds: Option<u64>,
}

/// Where runs are recorded: `$XDG_STATE_HOME/xtask`, else `~/.local/state/xtask`.
pub fn state_dir() -> Result<Utf8PathBuf> {
    let set = |name: &str| {
        std::env::var(name).ok().filter(|value| value.starts_with('/')).map(Utf8PathBuf::from)
    };
    let base = set("XDG_STATE_HOME").or_else(|| set("HOME").map(|home| home.join(".local/state")));
    let base = base.ok_or_else(|| {
        Fault::usage("neither XDG_STATE_HOME nor HOME is set: no place for the run record")
    })?;
    Ok(base.join("xtask"))
}

impl Record {
    /// Begins the record of a run of `step`.
    ///
    /// # Errors
    /// When it cannot be written: what cannot be recorded is not changed.
    pub fn start(step: &str, mask: &Mask) -> Result<Self> {
        let runs = state_dir()?.join("runs");
        let id = stamp::run_id(&jiff::Zoned::now(), step);
        let dir =
            make_dir(&runs, &id).with_context(|| format!("starting a run record in {runs}"))?;
        let journal = private().append(true).create_new(true).open(dir.join("journal.jsonl"));
        let journal = journal.with_context(|| format!("starting a run record in {dir}"))?;
        let record = Self { dir, journal: Mutex::new(journal), number: AtomicU64::new(0) };
        let args = std::env::args().skip(1).map(|word| mask.text(&word)).collect();
        record.write(&Entry::Start { schema: SCHEMA, step, args, user: user() }, true)?;
        Ok(record)
    }

    /// The directory of this run.
    pub fn dir(&self) -> &Utf8Path {
        &self.dir
    }

    /// Adds a line; with `sync` it is on disk when this returns.
    pub fn write(&self, entry: &Entry<'_>, sync: bool) -> Result<()> {
        #[derive(Serialize)]
        struct Line<'a, 'b> {
            at: String,
            #[serde(flatten)]
            entry: &'a Entry<'b>,
        }
        let at = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%S%.3fZ").to_string();
        let mut line = serde_json::to_vec(&Line { at, entry })?;
        line.push(b'\n');
        let mut journal = self.journal.lock().unwrap_or_else(PoisonError::into_inner);
        let written =
            journal.write_all(&line).and_then(|()| if sync { journal.sync_data() } else { Ok(()) });
        written.with_context(|| format!("writing the run record {}", self.dir))
    }

    /// The undo actions as they go into an intent; their bytes are on disk before it is.
    pub fn undo(&self, undo: &[ops::Undo]) -> Result<Vec<Undo>> {
        undo.iter().map(|undo| self.undo_one(undo)).collect()
    }

    fn undo_one(&self, undo: &ops::Undo) -> Result<Undo> {
        let action = &undo.action;
        let feed = match &action.feed {
            Some(feed) if !feed.secret => Some(self.keep_before(&feed.bytes)?),
            _ => None,
        };
        Ok(Undo {
            ran: action.name(),
            thing: undo.thing.clone(),
            look: undo.look.as_ref().map(Look::script).transpose()?,
            script: action.script()?,
            feed,
            last: undo.last,
            seconds: action.timeout.map(|limit| limit.as_secs()),
        })
    }

    fn keep_before(&self, bytes: &[u8]) -> Result<String> {
        let name = format!("{:04}", self.number.fetch_add(1, Ordering::Relaxed));
        let path = self.sub("before")?.join(&name);
        let mut file = private()
            .write(true)
            .create_new(true)
            .open(&path)
            .with_context(|| format!("writing {path}"))?;
        file.write_all(bytes)
            .and_then(|()| file.sync_data())
            .with_context(|| format!("writing {path}"))?;
        Ok(name)
    }

    /// Keeps what a command printed, masked.
    pub fn output(&self, host: &str, out: &mut Spool, err: &mut Spool, mask: &Mask) -> Result<()> {
        let number = self.number.fetch_add(1, Ordering::Relaxed);
        for (spool, ending) in [(out, "out"), (err, "err")] {
            if spool.is_empty() {
                continue;
            }
            let path = self.sub("outputs")?.join(format!("{number:04}.{host}.{ending}"));
            let mut file = private()
                .write(true)
                .create_new(true)
                .open(&path)
                .with_context(|| format!("writing {path}"))?;
            match spool.small() {
                Some(bytes) => file.write_all(&mask.bytes(bytes))?,
                // Large output is copied as it came: it is masked line by line so that it stays on disk.
                None => mask_lines(spool, &mut file, mask)?,
            }
        }
        Ok(())
    }

    fn sub(&self, name: &str) -> Result<Utf8PathBuf> {
        let path = self.dir.join(name);
        if !path.exists() {
            let made = fs::DirBuilder::new().mode(0o700).create(&path);
            if let Err(error) = made
                && error.kind() != std::io::ErrorKind::AlreadyExists
            {
                return Err(error).with_context(|| format!("making {path}"));
            }
        }
        Ok(path)
    }
}

fn mask_lines(spool: &mut Spool, file: &mut File, mask: &Mask) -> Result<()> {
    use std::io::{BufRead as _, BufReader, BufWriter};
    let mut reader = BufReader::with_capacity(1 << 16, spool.reader()?);
    let mut writer = BufWriter::with_capacity(1 << 16, file);
    if mask.is_empty() {
        std::io::copy(&mut reader, &mut writer)?;
        return Ok(writer.flush()?);
    }
    let mut line = Vec::new();
    while reader.read_until(b'\n', &mut line)? > 0 {
        writer.write_all(&mask.bytes(&line))?;
        line.clear();
    }
    Ok(writer.flush()?)
}

/// Who runs this: the person behind `sudo`, where there is one.
pub(super) fn user() -> String {
    std::env::var("SUDO_USER")
        .or_else(|_| std::env::var("USER"))
        .unwrap_or_else(|_| rustix::process::getuid().as_raw().to_string())
}

fn private() -> OpenOptions {
    let mut options = OpenOptions::new();
    options.mode(0o600);
    options
}

/// Makes `runs/<id>`, with a number behind the id when there is one of this second already.
fn make_dir(runs: &Utf8Path, id: &str) -> std::io::Result<Utf8PathBuf> {
    fs::DirBuilder::new().recursive(true).mode(0o700).create(runs)?;
    for number in 1.. {
        let name = if number == 1 { id.to_owned() } else { format!("{id}-{number}") };
        let dir = runs.join(name);
        match fs::DirBuilder::new().mode(0o700).create(&dir) {
            Err(error) if error.kind() == std::io::ErrorKind::AlreadyExists => {}
            made => return made.map(|()| dir),
        }
    }
    unreachable!("one of the numbers is free")
}
