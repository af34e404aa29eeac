//! The view of a host that operations have: read only.

use std::cell::{Cell, OnceCell, RefCell};
use std::collections::BTreeMap;
use std::io::Read as _;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use camino::Utf8Path;

use super::action::Action;
use super::detached::Detached;
use super::entry::entry;
pub use super::entry::{Entry, File};
use super::failure::failure;
pub use super::hash::hash;
use super::job;
use super::plan::{Overlay, Planned};
use super::standing::Standing;
use crate::data::fault::{Fault, Kind};
use crate::snippet;
use crate::text::mask::Mask;
use crate::text::snippet::{Snippet, Value};
use crate::transport::call::{Call, End, Pair, Sink};
use crate::transport::channel::{Channel, Settings};
use crate::transport::spool::Spool;

const READ: Snippet = snippet!("/../../snippets/", "ops/read");
/// The size limit of a file that is edited as text.
const FILE_LIMIT: u64 = 8 * 1024 * 1024;
/// The size limit of the output of a probe for a person.
const TEXT_LIMIT: usize = 64 * 1024;

/// A way to run one script over a channel.
type Way = fn(&Channel, &Call<'_>, &mut dyn Sink, &Settings) -> Result<End>;

/// Reads one host: files, and the `probe` functions of snippets.
#[derive(Debug)]
pub struct Reader<'a> {
    /// The host's name in the inventory.
    pub name: &'a str,
    pub(super) channel: &'a Channel,
    pub(super) settings: &'a Settings,
    pub(super) timeout: Option<Duration>,
    pub(super) mask: &'a Mask,
    pub(super) overlay: Option<&'a Mutex<Overlay>>,
    pub(super) verifying: bool,
    /// The directory of the host's salt; empty: that of the user.
    pub(super) salts: &'a str,
    /// A new salt for a host without one: change and undo of one operation use the same.
    pub(super) fresh: OnceCell<String>,
    /// Earlier answers by script: probe, change and undo of one operation see the same state.
    pub(super) seen: RefCell<BTreeMap<String, Vec<u8>>>,
    /// The job of the operation; the first command of the probe also looks at it.
    pub(super) job: Cell<Option<&'a Detached>>,
    pub(super) standing: RefCell<Option<Standing>>,
}

/// The result of a command.
#[derive(Debug)]
pub struct Output {
    /// Its exit code.
    pub code: i32,
    /// Its standard output.
    pub out: Spool,
    /// Its standard error.
    pub err: Spool,
    /// Its duration.
    pub took: Duration,
    /// Why it did not finish; its output until then is still here.
    pub(super) cut: Option<anyhow::Error>,
    /// To be done once the result is in the record.
    pub(super) after: Option<Action>,
}

impl Reader<'_> {
    /// The content of `path`, or in a dry run its future content.
    pub fn read(&self, path: &Utf8Path) -> Result<Entry> {
        if let Some(planned) = self.planned(path) {
            return Ok(match planned {
                Planned::Gone => Entry::Absent,
                Planned::Directory => Entry::Directory,
                Planned::Unknown(because) => Entry::Unknown(because),
                Planned::Text(bytes) => {
                    Entry::File(File { bytes, mode: "644".into(), owner: "0:0".into() })
                }
            });
        }
        let action = Action::probe(READ, [("FILE", Value::from(path.as_str()))]);
        entry(path, self.look(&action).with_context(|| format!("reading {path}"))?)
    }

    /// Asks a snippet's `probe` a yes-or-no question: true = kept.
    ///
    /// # Errors
    /// When the probe itself fails (any exit code but 0 and 1).
    pub fn kept(
        &self,
        snippet: Snippet,
        values: impl Into<Vec<(&'static str, Value)>>,
    ) -> Result<bool> {
        Ok(self.answer(&Action::probe(snippet, values))?.0)
    }

    /// The same with the masked output of the probe: a good probe prints the missing parts.
    ///
    /// # Errors
    /// When the probe itself fails (any exit code but 0 and 1).
    pub fn answer(&self, action: &Action) -> Result<(bool, String)> {
        let mut output = self.run(action)?;
        if !(0..=1).contains(&output.code) {
            return Err(failure("cannot probe", action, &mut output, self.mask));
        }
        let text = output.out.tail(TEXT_LIMIT, self.mask)?;
        Ok((output.code == 0, text))
    }

    /// Runs a snippet's `probe` for its output.
    ///
    /// # Errors
    /// When its exit code is not 0.
    pub fn capture(&self, action: &Action) -> Result<Output> {
        let mut output = self.run(action)?;
        if output.code == 0 {
            return Ok(output);
        }
        Err(failure("cannot read", action, &mut output, self.mask))
    }

    /// The same, as text without the final newline.
    pub fn ask(
        &self,
        snippet: Snippet,
        values: impl Into<Vec<(&'static str, Value)>>,
    ) -> Result<String> {
        let bytes = self.look(&Action::probe(snippet, values))?;
        Ok(String::from_utf8_lossy(&bytes).trim_end_matches('\n').to_owned())
    }

    /// The output of a probe, read once.
    fn look(&self, action: &Action) -> Result<Vec<u8>> {
        let script = action.script()?;
        if let Some(bytes) = self.seen.borrow().get(&script) {
            return Ok(bytes.clone());
        }
        let mut output = self.capture(action)?;
        if output.out.len() > FILE_LIMIT {
            let size = output.out.len();
            return Err(Fault::refused(format!("{size} bytes are too many to edit as text")).into());
        }
        let bytes = output.out.bytes()?;
        self.seen.borrow_mut().insert(script, bytes.clone());
        Ok(bytes)
    }

    /// Whether this is the probe after the change.
    pub fn is_verifying(&self) -> bool {
        self.verifying
    }

    /// In a dry run: the first operation of this step that would change this host. A probe may find
    /// another state after it.
    pub fn pending(&self) -> Option<String> {
        let overlay = self.overlay?.lock().unwrap_or_else(PoisonError::into_inner);
        overlay.pending().map(str::to_owned)
    }

    /// In a dry run: the future state of `path` when an earlier operation changes it.
    pub fn planned(&self, path: &Utf8Path) -> Option<Planned> {
        let overlay = self.overlay?.lock().unwrap_or_else(PoisonError::into_inner);
        overlay.at(path.as_str()).cloned()
    }

    /// In a dry run: the paths in `directory` that earlier operations change.
    pub fn planned_in(&self, directory: &str) -> Vec<(String, Planned)> {
        let Some(overlay) = self.overlay else { return Vec::new() };
        let overlay = overlay.lock().unwrap_or_else(PoisonError::into_inner);
        let found = overlay.in_directory(directory);
        found.map(|(path, planned)| (path.to_owned(), planned.clone())).collect()
    }

    /// In a dry run: why this host is unknown from now on.
    pub fn blind(&self) -> Option<String> {
        let overlay = self.overlay?.lock().unwrap_or_else(PoisonError::into_inner);
        overlay.blind().map(str::to_owned)
    }

    /// Secrets must not be shown: this hides them.
    pub fn mask(&self) -> &Mask {
        self.mask
    }

    pub(super) fn run(&self, action: &Action) -> Result<Output> {
        let (mut script, job) = (action.script()?, self.job.take());
        if let Some(job) = job {
            script = format!("(\n{}) || exit 21\n{script}", job::look(job)?);
        }
        let mut output = self.call(action, &script, Channel::call)?;
        if job.is_some() {
            let mut said = Vec::new();
            output.err.reader()?.take(TEXT_LIMIT as u64).read_to_end(&mut said)?;
            self.standing.replace(Standing::read(&String::from_utf8_lossy(&said)));
        }
        output.cut.take().map_or(Ok(output), Err)
    }

    /// Runs an action that changes the host, only over the session with its lock. [`Output::cut`] says why an
    /// action was cut short.
    pub(super) fn change(&self, action: &Action) -> Result<Output> {
        self.call(action, &action.script()?, Channel::change)
    }

    fn call(&self, action: &Action, script: &str, way: Way) -> Result<Output> {
        let timeout = action.timeout.or(self.timeout);
        let call = Call {
            script,
            data: action.stdin.as_ref().map(|stdin| stdin.bytes.as_slice()),
            timeout,
            terminal: action.terminal.as_ref(),
            prompt: false,
        };
        let mut sink = Pair(Spool::default(), Spool::default());
        let started = Instant::now();
        let end = way(self.channel, &call, &mut sink, self.settings);
        let (code, cut) = match end {
            Ok(End::Exit(code)) => (code, None),
            Ok(End::TimedOut) => {
                let seconds = timeout.unwrap_or_default().as_secs();
                let fault = Fault::new(
                    Kind::TimedOut,
                    format!("the command was stopped after {seconds} s"),
                );
                let said = sink.1.tail(400, self.mask)?;
                let fault = fault.detail("ran", self.mask.text(&action.name()));
                let fault = fault.detail("stderr", said);
                let fault = match action.terminal {
                    // It may have waited for an answer all the time.
                    Some(_) => fault.detail("last words", sink.0.tail(400, self.mask)?.trim_end()),
                    None => fault,
                };
                (Kind::TimedOut.code().into(), Some(fault.into()))
            }
            Ok(End::Interrupted(kind)) => {
                (kind.code().into(), Some(Fault::new(kind, kind.word()).into()))
            }
            Err(error) => (Kind::Unreachable.code().into(), Some(error)),
        };
        Ok(Output { code, out: sink.0, err: sink.1, took: started.elapsed(), cut, after: None })
    }
}
