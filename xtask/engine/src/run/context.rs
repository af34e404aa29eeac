//! The context of a step: hosts, stages, secrets, questions.

mod found;
mod given;
mod parts;
#[cfg(test)]
mod unrecorded;

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use anyhow::Result;
use camino::Utf8Path;
use jiff::Zoned;

pub use self::given::Parts;
use self::parts::Within;
use super::Options;
use super::acks::Acks;
use super::gate;
use super::guard::Guard;
use super::known_items::Items;
use super::locks::{self, RunbookLock};
use super::notify::Notices;
use super::pins::PinFile;
use super::policy;
use super::quorum::Clusters;
use super::record::summary::is_command;
use super::record::times;
use super::record::{New, Opening, Record, Shells, origin};
use super::report::Report;
use super::run_summary::{Ending, RunSummary};
use super::saved::Saved;
use super::select;
use super::session_pool::{HostHandle, SessionPool};
use crate::data::fault::{Fault, Kind};
use crate::data::inventory::Inventory;
use crate::data::outcome::Outcome;
use crate::ops::Op;
use crate::ops::ensure::{ExecContext, Mode};
use crate::text::mask::Mask;
use crate::transport::channel::Settings;
use crate::transport::secret::{self, Secret};

/// One run of one step.
#[derive(Debug)]
pub struct Context {
    /// The flags.
    pub options: Options,
    /// The hosts, groups, variables.
    pub inventory: Inventory,
    /// The output for people.
    pub report: Arc<Report>,
    pub(super) pool: SessionPool,
    pub(super) settings: Settings,
    pub(super) record: Option<Record>,
    pub(super) summary: Mutex<RunSummary>,
    pub(super) mode: Mode,
    begun: Zoned,
    /// Gives a hash of each snippet by its name.
    pub(super) snippets: fn() -> Shells,
    pub(super) rehearsal: bool,
    pub(super) pending: AtomicBool,
    /// The answer about irreversible operations; `None` before the question.
    pub(super) confirmed: Mutex<Option<bool>>,
    pub(super) acks: Acks,
    pub(super) guard: Guard,
    pub(super) items: Items,
    pub(super) clusters: Clusters,
    /// The run that is taken back.
    pub(super) undoing: OnceLock<String>,
    /// The current work was confirmed as a whole.
    pub(super) preconfirmed: AtomicBool,
    within: Mutex<Within>,
    pub(super) saved: Saved,
    pub(super) notices: Notices,
}

/// The state of the failure budget of a stage.
pub(super) enum Budget {
    /// Continue with further hosts.
    Continue,
    /// Finish running operations and start no others.
    Stop,
}

impl Context {
    /// Starts a run; a real one starts its record first.
    pub fn begin(parts: Parts) -> Result<Self> {
        let Parts {
            options,
            inventory,
            pool,
            settings,
            step,
            words,
            alias,
            snippets,
            rehearsal,
            opening,
            runbook,
            saved,
        } = parts;
        let mode = match &options {
            options if options.emit.is_some() => Mode::Emit,
            options if options.dry_run => Mode::Plan,
            _ => Mode::Run,
        };
        let mask = secret::at_hand(&inventory);
        let report = Report::new(&options, step.clone(), mode).heeding(&settings.interrupt);
        report.hide(|_| mask.clone());
        gate::check(&options, mode, rehearsal, &report)?;
        select::check(&inventory, &options)?;
        saved.is_for(&inventory)?;
        policy::has_reason(&options)?;
        let changes = mode == Mode::Run && !rehearsal && runbook.is_some();
        let overridden = match changes {
            true => policy::check(&inventory.policy, &options, &Zoned::now())?,
            false => Vec::new(),
        };
        let clusters = Clusters::new(&inventory, &options)?;
        let runbook = runbook.filter(|_| mode == Mode::Run);
        let lock = RunbookLock::of(runbook, &inventory, &options, rehearsal, &settings, &report)?;
        let acks = Acks::new(&options, opening.acks()?);
        let started = opening.begun();
        let begun = saved.begun().unwrap_or_else(|| started.clone());
        let shows_items = !matches!(opening, Opening::Undo(_)) && !is_command(&step);
        let new = New {
            step: &step,
            begun: &started,
            words,
            alias,
            snippets,
            inventory: &inventory,
            rehearsal,
            ticket: options.ticket.as_ref().map(ToString::to_string),
            reason: options.reason.as_ref().map(ToString::to_string),
            plan: saved.of_run(),
        };
        let record = (mode == Mode::Run).then(|| Record::open(opening, new, &mask)).transpose()?;
        let run = record.as_ref().and_then(|record| record.dir().file_name()).unwrap_or_default();
        let pins = PinFile::beside(&inventory.path, &options.inventory);
        let holder = locks::holder(&mask, &Zoned::now(), run, &options);
        let guard = Guard::new(holder, lock, pins)?;
        let items = Items::new(origin::inventory(&inventory), rehearsal);
        let cx = Self {
            options,
            inventory,
            report: Arc::new(report),
            pool,
            settings,
            record,
            summary: Mutex::default(),
            mode,
            begun,
            snippets,
            rehearsal,
            pending: AtomicBool::new(false),
            confirmed: Mutex::default(),
            acks,
            guard,
            items,
            clusters,
            undoing: OnceLock::new(),
            preconfirmed: AtomicBool::new(false),
            within: Mutex::default(),
            saved,
            notices: Notices::new(changes),
        };
        if let Some(dir) = cx.record_dir().map(Utf8Path::to_owned) {
            cx.report.expect(move || times::of_the_same(&dir).ok()?);
        }
        cx.overridden(overridden)?;
        cx.notify_start();
        if shows_items {
            cx.show_open_items();
        }
        Ok(cx)
    }

    /// A secret of `[secrets]`; from now on it is masked in everything that is shown or recorded.
    pub fn secret(&self, name: &str) -> Result<Secret> {
        let source = self.inventory.secret(name)?;
        let secret = secret::fetch(name, source, &self.settings.interrupt)?;
        self.hide(secret.expose());
        Ok(secret)
    }

    /// Hides a value of a host, as a secret, in all later output and in the record.
    pub fn hide(&self, value: &str) {
        self.report.hide(|mask| mask.clone().value(value));
    }

    /// The secrets that must not be shown.
    pub fn mask(&self) -> Arc<Mask> {
        self.report.mask()
    }

    /// Shows a note to a person: a trap that the step cannot handle by itself.
    pub fn note(&self, text: &str) {
        self.report.note(text);
    }

    /// The day of this run as `YYYYMMDD`, the same for all hosts (trap XX.12).
    pub fn date8(&self) -> String {
        crate::text::stamp::date8(&self.begun)
    }

    /// The start of this run, as `YYYYMMDD-HHMMSS`, the same for all hosts.
    pub fn stamp(&self) -> String {
        crate::text::stamp::stamp(&self.begun)
    }

    /// The start of this run, also when another process resumes it.
    pub fn begun(&self) -> jiff::Timestamp {
        self.begun.timestamp()
    }

    /// Whether this run changes hosts.
    pub fn is_real(&self) -> bool {
        self.mode == Mode::Run
    }

    /// Whether the hosts are throw-away ones.
    pub fn is_rehearsal(&self) -> bool {
        self.rehearsal
    }

    /// In a dry run: whether an earlier operation on any host would have changed something.
    pub fn is_pending(&self) -> bool {
        self.pending.load(Ordering::Relaxed)
    }

    /// The record of a real run.
    pub(super) fn record(&self) -> Option<&Record> {
        self.record.as_ref()
    }

    /// Its directory.
    pub(super) fn record_dir(&self) -> Option<&Utf8Path> {
        self.record.as_ref().map(Record::dir)
    }

    pub(super) fn summary(&self) -> MutexGuard<'_, RunSummary> {
        self.summary.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn ensure(&self, handle: &HostHandle, op: &dyn Op) -> Result<Outcome> {
        if op.destroys().is_empty() {
            self.ensure_seen_by(handle, op, self)
        } else {
            self.ensure_unproved(handle, op)
        }
    }

    /// Starts nothing after a stop was requested.
    pub(super) fn may_begin(&self, what: &str) -> Result<(), Fault> {
        let interrupted = |kind: Kind| Fault::new(kind, format!("{} before: {what}", kind.word()));
        self.settings.interrupt.asked().map_or(Ok(()), |kind| Err(interrupted(kind)))
    }

    pub(super) fn exec<'a>(&'a self, handle: &'a HostHandle, mask: &'a Mask) -> ExecContext<'a> {
        ExecContext {
            name: &handle.host.name,
            channel: &handle.channel,
            settings: &self.settings,
            timeout: Some(self.options.limit()),
            mask,
            overlay: &handle.overlay,
            mode: self.mode,
            salts: "",
            holder: Some(&self.guard.holder),
        }
    }

    /// Whether another of the `total` hosts may start: without `--max-fail` every host of a stage gets its turn.
    pub(super) fn budget(&self, total: usize) -> Budget {
        let failed = self.summary().failed();
        match self.options.max_fail.map(|amount| amount.of(total)) {
            Some(most) if failed > most => Budget::Stop,
            _ if self.settings.interrupt.asked().is_some() => Budget::Stop,
            _ => Budget::Continue,
        }
    }
}
