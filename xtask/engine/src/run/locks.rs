//! The lock of a runbook on this machine, the holder in every lock, and waiting for one.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use camino::{Utf8Path, Utf8PathBuf};
use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;
use rustix::process::{Pid, test_kill_process};

use super::options::Options;
use super::record::{origin, state_dir};
use super::report::Report;
use crate::data::fault::{Fault, Kind};
use crate::data::holder::Holder;
use crate::data::inventory::Inventory;
use crate::ops::reader::hash;
use crate::ops::{Pauses, Poll};
use crate::text::mask::Mask;
use crate::text::quote;
use crate::transport::channel::Settings;
use crate::transport::interrupt::Interrupt;

/// The file of a killed run is free a moment later.
const SETTLE: Poll = Poll { interval: Duration::from_millis(100), limit: Duration::from_secs(2) };

/// Only one run of a runbook at a time changes the hosts of one inventory (trap XX.13). The lock lives as long as
/// the value; the file of a killed run is free.
#[derive(Debug)]
pub(super) struct RunbookLock {
    file: File,
    path: Utf8PathBuf,
}

impl RunbookLock {
    /// Takes the lock of `runbook` over the hosts of `inventory`; none without a runbook.
    ///
    /// # Errors
    /// [`Kind::Locked`] with the holder, when the lock is not free within `--wait`.
    pub(super) fn of(
        runbook: Option<&str>,
        inventory: &Inventory,
        options: &Options,
        rehearsal: bool,
        settings: &Settings,
        report: &Report,
    ) -> Result<Option<Self>> {
        let tell = |text: &str| report.note(text);
        let mut wait = LockWait::new(options.wait, &settings.interrupt, &tell);
        let take = |runbook| Self::take(runbook, &inventory.path, rehearsal, &mut wait);
        runbook.map(take).transpose()
    }

    fn take(
        runbook: &str,
        inventory: &Utf8Path,
        rehearsal: bool,
        wait: &mut LockWait<'_>,
    ) -> Result<Self> {
        let dir = state_dir()?.join("locks");
        let made = DirBuilder::new().recursive(true).mode(0o700).create(&dir);
        made.with_context(|| format!("making {dir}"))?;
        let full = inventory.canonicalize_utf8().unwrap_or_else(|_| inventory.to_owned());
        let kind = if rehearsal { ".rehearsal" } else { "" };
        let path =
            dir.join(format!("{runbook}.{}{kind}.lock", &hash(full.as_str().as_bytes())[..12]));
        let (started, mut settle) = (Instant::now(), SETTLE.pauses());
        loop {
            let mut options = OpenOptions::new();
            let options = options.read(true).write(true).create(true).truncate(false).mode(0o600);
            let mut file = options.open(&path).with_context(|| format!("locking {path}"))?;
            match flock(&file, FlockOperation::NonBlockingLockExclusive) {
                Ok(()) => return Ok(Self { file, path }),
                Err(Errno::WOULDBLOCK) => {}
                Err(error) => return Err(error).with_context(|| format!("locking {path}")),
            }
            let mut said = String::new();
            file.read_to_string(&mut said).with_context(|| format!("reading {path}"))?;
            let what = format!("the runbook {runbook} with {inventory}");
            let holder = Holder::parse(&said);
            let fault = held(&holder);
            if wait.spend(&what, &fault)? {
                continue;
            }
            // Killed while it started a process: that one has the file until it becomes another program.
            let pause = settle.after(started.elapsed()).filter(|_| is_gone(&holder));
            wait.interrupt.rest(pause.ok_or(fault)?, false)?;
        }
    }

    /// Writes the holder into the file.
    pub(super) fn describe(&mut self, holder: &Holder) -> Result<()> {
        let text = format!("{holder}\n");
        let written = self.file.set_len(0).and_then(|()| self.file.write_all(text.as_bytes()));
        written.with_context(|| format!("writing {}", self.path))
    }
}

impl Drop for RunbookLock {
    fn drop(&mut self) {
        // An empty file is as good as none; the next holder writes it.
        drop(self.file.set_len(0));
    }
}

/// This run, for other runs that find its lock.
pub(super) fn holder(mask: &Mask, since: &jiff::Zoned, run: &str, options: &Options) -> Holder {
    let shown = |text: Option<String>| text.map(|text| mask.text(&text)).unwrap_or_default();
    Holder {
        who: origin::user(),
        from: origin::from(),
        process: std::process::id().to_string(),
        what: command_line(mask),
        since: since.timestamp().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        run: run.to_owned(),
        ticket: shown(options.ticket.as_ref().map(ToString::to_string)),
        reason: shown(options.reason.as_ref().map(ToString::to_string)),
        shell: String::new(),
    }
}

/// The command line for a lock file: one line, masked.
fn command_line(mask: &Mask) -> String {
    let words: Vec<String> = std::env::args().skip(1).map(|word| mask.text(&word)).collect();
    quote::join(&words).unwrap_or_else(|_| words.join(" "))
}

/// Whether the process of this holder has ended. Lock files are of this machine.
fn is_gone(holder: &Holder) -> bool {
    let process = holder.process.parse().ok().and_then(Pid::from_raw);
    process.is_some_and(|process| test_kill_process(process) == Err(Errno::SRCH))
}

/// The error for a held lock, with its holder.
pub(super) fn held(holder: &Holder) -> Fault {
    if !holder.is_known() {
        return Fault::new(Kind::Locked, "locked by an unknown run");
    }
    let since = holder.since.parse::<jiff::Timestamp>().map_or_else(
        |_| holder.since.clone(),
        |at| at.to_zoned(jiff::tz::TimeZone::system()).strftime("%F %T %Z").to_string(),
    );
    let mut fault =
        Fault::new(Kind::Locked, format!("locked by {} on {}", holder.who, holder.from))
            .detail("runs", &*holder.what);
    for (name, text) in [("ticket", &holder.ticket), ("reason", &holder.reason)] {
        if !text.is_empty() {
            fault = fault.detail(name, &**text);
        }
    }
    fault
        .detail("since", since)
        .detail("process", &*holder.process)
        .detail("record", &*holder.run)
        .hint("wait for it with --wait SECS, or ask that person")
}

/// The time to wait for locks; the wait is announced once.
pub(super) struct LockWait<'a> {
    started: Instant,
    pauses: Pauses,
    interrupt: &'a Interrupt,
    note: &'a dyn Fn(&str),
    noted: bool,
}

impl<'a> LockWait<'a> {
    pub(super) fn new(seconds: u64, interrupt: &'a Interrupt, note: &'a dyn Fn(&str)) -> Self {
        let pauses = Poll::seconds(seconds).pauses();
        Self { started: Instant::now(), pauses, interrupt, note, noted: false }
    }

    /// Waits until the next attempt; false when the limit has passed.
    pub(super) fn spend(&mut self, what: &str, fault: &Fault) -> Result<bool> {
        let Some(pause) = self.pauses.after(self.started.elapsed()) else { return Ok(false) };
        if !self.noted {
            (self.note)(&format!("waiting for {what}: {}", fault.message));
            self.noted = true;
        }
        self.interrupt.rest(pause, false)?;
        Ok(true)
    }
}
