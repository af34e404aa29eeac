//! What a step works with: hosts, stages, secrets, questions.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use anyhow::Result;
use jiff::Zoned;

use super::ask::check_gate;
use super::fleet::{Fleet, Station};
use super::hosts::{Host, Hosts};
use super::manual::Acks;
use super::record::entry::Entry;
use super::record::{New, Opening, Record};
use super::report::Report;
use super::tally::Tally;
use super::{Options, Stages};
use crate::carry::channel::Settings;
use crate::carry::secret::{self, Secret};
use crate::data::fault::{Fault, Kind};
use crate::data::inventory::Inventory;
use crate::data::outcome::Outcome;
use crate::data::range::fold;
use crate::ops::Op;
use crate::ops::ensure::{Mode, Site};
use crate::text::hostset;
use crate::text::mask::Mask;

/// One run of one step.
#[derive(Debug)]
pub struct Context {
    /// The flags.
    pub options: Options,
    /// The hosts, groups, variables.
    pub inventory: Inventory,
    /// What is told to people.
    pub report: Arc<Report>,
    pub(super) fleet: Fleet,
    pub(super) settings: Settings,
    pub(super) record: Option<Record>,
    pub(super) mask: Mutex<Arc<Mask>>,
    pub(super) tally: Mutex<Tally>,
    pub(super) mode: Mode,
    begun: Zoned,
    pub(super) rehearsal: bool,
    pub(super) pending: AtomicBool,
    /// Whether somebody agreed to what cannot be taken back; `None` when nobody was asked.
    pub(super) confirmed: Mutex<Option<bool>>,
    pub(super) acks: Acks,
}

/// The parts a context is made of.
#[derive(Debug)]
pub struct Parts {
    /// The flags.
    pub options: Options,
    /// The inventory.
    pub inventory: Inventory,
    /// Sessions.
    pub fleet: Fleet,
    /// What sessions have in common.
    pub settings: Settings,
    /// The name of the step, as typed: `bk-upgrade paas`.
    pub step: String,
    /// The hosts are throw-away ones.
    pub rehearsal: bool,
    /// Where a real run is recorded.
    pub opening: Opening,
    /// The command line behind the program's name, with what the environment adds.
    pub words: Vec<String>,
    /// A hash of each snippet by its name.
    pub snippets: BTreeMap<String, String>,
}

/// How far the failure budget of a stage has been used.
pub(super) enum Budget {
    /// Go on with further hosts.
    GoOn,
    /// Finish what runs and start nothing else.
    Stop,
}

impl Context {
    /// Begins a run; a real one begins its record first.
    pub fn begin(parts: Parts) -> Result<Self> {
        let Parts {
            options,
            inventory,
            fleet,
            settings,
            step,
            words,
            snippets,
            rehearsal,
            opening,
        } = parts;
        let mode = match &options {
            options if options.emit.is_some() => Mode::Emit,
            options if options.dry_run => Mode::Plan,
            _ => Mode::Run,
        };
        let mask = Mask::new();
        let report = Report::new(&options, step.clone(), mode);
        check_gate(&options, mode, rehearsal, &report)?;
        let acks = Acks::new(&options, opening.acks()?);
        let begun = opening.begun();
        let new =
            New { step: &step, begun: &begun, words, snippets, inventory: &inventory, rehearsal };
        let record = (mode == Mode::Run).then(|| Record::open(opening, new, &mask)).transpose()?;
        let (mask, tally) = (Mutex::new(Arc::new(mask)), Mutex::default());
        Ok(Self {
            options,
            inventory,
            report: Arc::new(report),
            fleet,
            settings,
            record,
            mask,
            tally,
            mode,
            begun,
            rehearsal,
            pending: AtomicBool::new(false),
            confirmed: Mutex::default(),
            acks,
        })
    }

    /// The hosts of an expression such as `@paas`, less what `--only` and `--exclude` leave out.
    ///
    /// # Errors
    /// Exit 2 when the expression is wrong or no host is left.
    pub fn hosts(&self, expression: &str) -> Result<Hosts<'_>> {
        let mut names = self.names(expression)?;
        if let Some(only) = self.options.emit.as_ref().or(self.options.only.as_ref()) {
            let only = self.names(only)?;
            names.retain(|name| only.contains(name));
        }
        if let Some(exclude) = &self.options.exclude {
            let exclude = self.names(exclude)?;
            names.retain(|name| !exclude.contains(name));
        }
        // A script for one host leaves out what the step does elsewhere.
        if names.is_empty() && self.mode != Mode::Emit {
            let fault =
                Fault::usage(format!("no host of {expression} is left after --only and --exclude"));
            return Err(fault.hint("see: cargo xtask hosts list").into());
        }
        self.takes_part(&names)?;
        Ok(Hosts::new(self, self.fleet.of(&names)))
    }

    /// All hosts of an expression, whatever `--only` and `--exclude` say: for what is true of a group
    /// only as a whole, such as "runs nowhere else".
    ///
    /// # Errors
    /// Exit 2 when the expression is wrong.
    pub fn every(&self, expression: &str) -> Result<Hosts<'_>> {
        Ok(Hosts::new(self, self.fleet.of(&self.names(expression)?)))
    }

    /// Notes the hosts of the run, so that the record knows also those that had no turn.
    pub(super) fn takes_part(&self, names: &[&str]) -> Result<()> {
        let hosts = self.tally().narrowed(names);
        if hosts.is_empty() { Ok(()) } else { self.journal(&Entry::Hosts { hosts }, false) }
    }

    fn names(&self, expression: &str) -> Result<Vec<&str>> {
        Ok(hostset::resolve(&self.inventory, expression)?
            .into_iter()
            .map(|host| host.name.as_str())
            .collect())
    }

    /// The one host with a role: a host of this name, or the only member of the group.
    ///
    /// # Errors
    /// Exit 2 when there is none, or more than one.
    pub fn the(&self, role: &str) -> Result<Host<'_>> {
        let station =
            |name: &str| self.fleet.stations().iter().find(|station| station.host.name == name);
        if let Some(station) = station(role) {
            return Ok(Host::new(self, station));
        }
        let members: Vec<&str> = self
            .inventory
            .group(role)
            .map(|group| self.inventory.members(group).map(|host| host.name.as_str()).collect())
            .unwrap_or_default();
        match members[..] {
            [name] => {
                Ok(Host::new(self, station(name).expect("a group has only hosts of the inventory")))
            }
            [] => {
                let fault = Fault::usage(format!("{} has no host `{role}`", self.inventory.path));
                Err(fault
                    .hint(format!("add it: [hosts.{role}], or a group `{role}` with one host"))
                    .into())
            }
            _ => Err(Fault::usage(format!("`{role}` must be one host, and is {}", fold(&members)))
                .into()),
        }
    }

    /// A host by its name.
    pub fn host(&self, name: &str) -> Result<Host<'_>> {
        self.hosts(name)?.only()
    }

    /// Runs one stage of a step, when it is asked for.
    pub fn stage<S: clap::ValueEnum + Send + Sync + 'static>(
        &self,
        stages: &Stages<S>,
        stage: S,
        work: impl FnOnce() -> Result<()>,
    ) -> Result<()> {
        if !stages.has(&stage) {
            return Ok(());
        }
        let of = stages.count();
        self.tally().staged = of > 1;
        let name = Stages::name(&stage);
        self.report.stage(&name);
        self.journal(&Entry::Stage { name, of }, false)?;
        work()
    }

    /// A secret of `[secrets]`; from now on it is masked in everything that is shown or recorded.
    pub fn secret(&self, name: &str) -> Result<Secret> {
        let secret = secret::fetch(name, self.inventory.secret(name)?)?;
        let mut mask = self.mask.lock().unwrap_or_else(PoisonError::into_inner);
        *mask = Arc::new(Mask::clone(&mask).value(secret.expose()));
        Ok(secret)
    }

    /// What must not be shown.
    pub fn mask(&self) -> Arc<Mask> {
        Arc::clone(&self.mask.lock().unwrap_or_else(PoisonError::into_inner))
    }

    /// Tells something that a person should know before or while the step runs: a trap that can
    /// only be surfaced.
    pub fn note(&self, text: &str) {
        self.report.note(&self.mask().text(text));
    }

    /// The day of this run as `YYYYMMDD`, the same for all hosts (trap XX.12).
    pub fn date8(&self) -> String {
        crate::text::stamp::date8(&self.begun)
    }

    /// When this run began, as `YYYYMMDD-HHMMSS`, the same for all hosts.
    pub fn stamp(&self) -> String {
        crate::text::stamp::stamp(&self.begun)
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

    pub(super) fn tally(&self) -> MutexGuard<'_, Tally> {
        self.tally.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn ensure(&self, station: &Station, op: &dyn Op) -> Result<Outcome> {
        // The script for one host has nothing of another.
        if self.options.emit.as_ref().is_some_and(|host| *host != station.host.name) {
            return Ok(Outcome::Kept);
        }
        self.may_begin(&op.describe())?;
        let mask = self.mask();
        let site = self.site(station, &mask);
        self.report.working(&station.host.name, &op.describe());
        let result = crate::ops::ensure::ensure(&site, op, self);
        self.report.idle(&station.host.name);
        result
    }

    /// Nothing begins once an end was asked for.
    pub(super) fn may_begin(&self, what: &str) -> Result<(), Fault> {
        let interrupted = |kind: Kind| Fault::new(kind, format!("{} before: {what}", kind.word()));
        self.settings.interrupt.asked().map_or(Ok(()), |kind| Err(interrupted(kind)))
    }

    pub(super) fn site<'a>(&'a self, station: &'a Station, mask: &'a Mask) -> Site<'a> {
        Site {
            name: &station.host.name,
            channel: &station.channel,
            settings: &self.settings,
            timeout: Some(self.options.limit()),
            mask,
            overlay: &station.overlay,
            mode: self.mode,
        }
    }

    /// How many hosts of `total` may fail: `None` lets every host of a stage have its turn.
    pub(super) fn budget(&self, total: usize) -> Budget {
        let failed = self.tally().failures().count();
        match self.options.max_fail.map(|amount| amount.of(total)) {
            Some(most) if failed > most => Budget::Stop,
            _ if self.settings.interrupt.asked().is_some() => Budget::Stop,
            _ => Budget::GoOn,
        }
    }

    /// Keeps what a command printed in the record; gives its name there.
    pub(super) fn keep_output(
        &self,
        host: &str,
        out: &mut crate::carry::spool::Spool,
        err: &mut crate::carry::spool::Spool,
    ) -> Result<Option<String>> {
        let kept = self.record.as_ref().map(|record| record.output(host, out, err, &self.mask()));
        Ok(kept.transpose()?.flatten())
    }

    pub(super) fn journal(&self, entry: &Entry, sync: bool) -> Result<()> {
        self.record.as_ref().map_or(Ok(()), |record| record.write(entry, sync))
    }
}
