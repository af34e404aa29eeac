//! The lock of a runbook on this machine, who we are in every lock, and waiting for one.

use std::fs::{DirBuilder, File, OpenOptions};
use std::io::{Read as _, Write as _};
use std::os::unix::fs::{DirBuilderExt as _, OpenOptionsExt as _};
use std::time::{Duration, Instant};

use anyhow::{Context as _, Result};
use camino::{Utf8Path, Utf8PathBuf};
use rustix::fs::{FlockOperation, flock};
use rustix::io::Errno;

use super::options::Options;
use super::record::{origin, state_dir};
use super::report::Report;
use crate::data::fault::{Fault, Kind};
use crate::data::holder::Holder;
use crate::data::inventory::Inventory;
use crate::ops::reader::hash;
use crate::text::mask::Mask;
use crate::text::quote;
use crate::transport::channel::Settings;
use crate::transport::interrupt::Interrupt;

/// How long it is from one question to the next while we wait.
const PACE: Duration = Duration::from_secs(1);

/// Only one run of a runbook at a time changes the hosts of one inventory (trap XX.13). Held as long as the value
/// lives; a file without a holder, as a killed run leaves it, is nobody's.
#[derive(Debug)]
pub(super) struct RunbookLock {
    file: File,
    path: Utf8PathBuf,
}

impl RunbookLock {
    /// Takes the lock of `runbook` over the hosts of `inventory`; none without a runbook.
    ///
    /// # Errors
    /// [`Kind::Locked`] with who has it, when nobody has given it back within `--wait`.
    pub(super) fn of(
        runbook: Option<&str>,
        inventory: &Inventory,
        options: &Options,
        rehearsal: bool,
        settings: &Settings,
        report: &Report,
    ) -> Result<Option<Self>> {
        let tell = |text: &str| report.note(text);
        let mut poll = Poll::new(options.wait, &settings.interrupt, &tell);
        let take = |runbook| Self::take(runbook, &inventory.path, rehearsal, &mut poll);
        runbook.map(take).transpose()
    }

    fn take(
        runbook: &str,
        inventory: &Utf8Path,
        rehearsal: bool,
        poll: &mut Poll<'_>,
    ) -> Result<Self> {
        let dir = state_dir()?.join("locks");
        let made = DirBuilder::new().recursive(true).mode(0o700).create(&dir);
        made.with_context(|| format!("making {dir}"))?;
        let full = inventory.canonicalize_utf8().unwrap_or_else(|_| inventory.to_owned());
        let kind = if rehearsal { ".rehearsal" } else { "" };
        let path =
            dir.join(format!("{runbook}.{}{kind}.lock", &hash(full.as_str().as_bytes())[..12]));
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
            let fault = held(&Holder::parse(&said));
            if !poll.spend(&what, &fault)? {
                return Err(fault.into());
            }
        }
    }

    /// Writes down who has it.
    pub(super) fn describe(&mut self, holder: &Holder) -> Result<()> {
        let text = format!("{holder}\n");
        let written = self.file.set_len(0).and_then(|()| self.file.write_all(text.as_bytes()));
        written.with_context(|| format!("writing {}", self.path))
    }
}

impl Drop for RunbookLock {
    fn drop(&mut self) {
        // An empty file is as good as none; whoever comes next writes it anew.
        drop(self.file.set_len(0));
    }
}

/// Who we are, for whoever comes upon our lock.
pub(super) fn holder(mask: &Mask, since: &jiff::Zoned, run: &str) -> Holder {
    Holder {
        who: origin::user(),
        from: origin::from(),
        process: std::process::id().to_string(),
        what: command_line(mask),
        since: since.timestamp().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
        run: run.to_owned(),
        shell: String::new(),
    }
}

/// The command line for a lock file: one line, masked.
fn command_line(mask: &Mask) -> String {
    let words: Vec<String> = std::env::args().skip(1).map(|word| mask.text(&word)).collect();
    quote::join(&words).unwrap_or_else(|_| words.join(" "))
}

/// Somebody has the lock: who, what, since when, from where.
pub(super) fn held(holder: &Holder) -> Fault {
    if !holder.is_known() {
        return Fault::new(Kind::Locked, "locked by a run that does not say whose it is");
    }
    let since = holder.since.parse::<jiff::Timestamp>().map_or_else(
        |_| holder.since.clone(),
        |at| at.to_zoned(jiff::tz::TimeZone::system()).strftime("%F %T %Z").to_string(),
    );
    Fault::new(Kind::Locked, format!("locked by {} on {}", holder.who, holder.from))
        .detail("runs", &*holder.what)
        .detail("since", since)
        .detail("process", &*holder.process)
        .detail("record", &*holder.run)
        .hint("wait for it with --wait SECS, or ask that person")
}

/// How long we wait for locks; told once.
pub(super) struct Poll<'a> {
    until: Instant,
    interrupt: &'a Interrupt,
    tell: &'a dyn Fn(&str),
    told: bool,
}

impl<'a> Poll<'a> {
    pub(super) fn new(seconds: u64, interrupt: &'a Interrupt, tell: &'a dyn Fn(&str)) -> Self {
        let until = Instant::now() + Duration::from_secs(seconds.min(u64::from(u32::MAX)));
        Self { until, interrupt, tell, told: false }
    }

    /// Waits until it is time to ask again; false when the limit has passed.
    pub(super) fn spend(&mut self, what: &str, fault: &Fault) -> Result<bool> {
        let left = self.until.saturating_duration_since(Instant::now());
        if left.is_zero() {
            return Ok(false);
        }
        if !self.told {
            (self.tell)(&format!("waiting for {what}: {}", fault.message));
            self.told = true;
        }
        nap(PACE.min(left), self.interrupt)?;
        Ok(true)
    }
}

/// Sleeps, but wakes up when asked to stop.
pub(super) fn nap(time: Duration, interrupt: &Interrupt) -> Result<()> {
    let until = Instant::now() + time;
    while Instant::now() < until {
        interrupt.check()?;
        let left = until.saturating_duration_since(Instant::now());
        std::thread::sleep(Duration::from_millis(50).min(left));
    }
    Ok(interrupt.check()?)
}
