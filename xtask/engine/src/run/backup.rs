//! Proved backups: the only key to a change that destroys something.

use anyhow::Result;

use super::context::Context;
use super::hosts::Host;
use super::record::backed::Backed;
use super::record::entry::Entry;
use crate::data::fault::Fault;
use crate::data::outcome::Outcome;
use crate::ops::backup::{self, Facts};
use crate::ops::ensure::{Event, Found, Intent, Observer};
use crate::ops::quorum::{Departure, Leave, Quorum};
use crate::ops::reader::Output;
use crate::ops::{Action, Backup, Demand, Doomed, Op};

/// Backups that were proved on the hosts that store them, for one step. There is no other way to one than
/// [`Host::proven`] and [`Host::make_backup`]; no flag takes its place.
#[derive(Debug)]
#[must_use = "it is the argument of the step that destroys something"]
pub struct ProvenBackup<'a> {
    proofs: Vec<Proof<'a>>,
}

/// One backup and its check.
#[derive(Debug)]
struct Proof<'a> {
    host: Host<'a>,
    backup: Backup,
    demand: Demand,
    /// SHA-256 of its manifest; none in a dry run whose earlier operations would make the backup.
    manifest: Option<String>,
}

impl<'a> ProvenBackup<'a> {
    /// Both: a step can need several.
    pub fn and(mut self, other: Self) -> Self {
        self.proofs.extend(other.proofs);
        self
    }

    /// The first backup that was proved for something else.
    fn stranger(&self, doomed: &[Doomed]) -> Option<&Proof<'a>> {
        self.proofs.iter().find(|proof| !proof.demand.covers(doomed))
    }
}

impl<'a> Host<'a> {
    /// The identity of the machine: its machine-id; without one, its name.
    ///
    /// # Errors
    /// When the host cannot answer.
    pub fn machine(&self) -> Result<String> {
        self.look("read the machine-id", backup::machine)
    }

    /// Proves a backup that is stored on this host. Every byte is read again. The proof is a line of the report and of
    /// the record.
    ///
    /// # Errors
    /// Exit 6 with the reason and the command that makes a backup. In a dry run whose earlier operations would make it,
    /// the proof is still to come.
    pub fn proven(&self, backup: &Backup, demand: &Demand) -> Result<ProvenBackup<'a>> {
        let planned = self.look("look for the backup in the plan", |reader| {
            Ok(reader.planned(backup.manifest()).is_some() || reader.blind().is_some())
        })?;
        let manifest = if planned {
            let place = format!("{}:{}", self.name(), backup.dir());
            self.cx.report.inform(&format!(
                "backup: {}, {place}: proved only after the earlier operations have run",
                backup.thing()
            ));
            None
        } else {
            Some(self.prove(backup, demand, false)?.manifest)
        };
        let (backup, demand) = (backup.clone(), demand.clone());
        Ok(ProvenBackup { proofs: vec![Proof { host: *self, backup, demand, manifest }] })
    }

    /// Writes the manifest of a backup whose files are there, and proves it.
    ///
    /// # Errors
    /// Those of the change, and of [`Host::proven`].
    pub fn make_backup(&self, backup: &Backup, demand: &Demand) -> Result<ProvenBackup<'a>> {
        self.ensure(&backup.sealed())?;
        self.proven(backup, demand)
    }

    /// Applies `op`, which destroys something. Directly before its first action each backup is proved once more: one
    /// that was lost or altered meanwhile refuses.
    ///
    /// # Errors
    /// As [`Host::ensure`]; exit 6 when a backup is not the one that was proved, or was proved for something else.
    pub fn destroy(&self, op: &dyn Op, backups: &ProvenBackup<'_>) -> Result<Outcome> {
        if let Some(proof) = backups.stranger(&op.destroys()) {
            let what =
                format!("the backup of {} was proved for another step", proof.backup.thing());
            let fault = Fault::refused(what).detail("step", op.describe());
            return Err(fault.hint("this is an error of the program: report it").into());
        }
        self.cx.ensure_seen_by(self.handle, op, &Guarded { cx: self.cx, backups: Some(backups) })
    }

    /// Looks, judges, reports, records. `again`: directly before the change.
    fn prove(&self, backup: &Backup, demand: &Demand, again: bool) -> Result<Facts> {
        let what = format!("prove the backup of {}", backup.thing());
        let facts = self.look(&what, |reader| {
            let facts = backup.prove(reader, demand)?;
            let same = self.cx.one_machine(&facts, demand, self.name())?;
            same.map_or(Ok(facts), |found| {
                Err(backup.refused(reader, "in what goes away", &found).into())
            })
        })?;
        let checks = backup.checks(demand);
        if !again {
            let (thing, words) = (backup.thing(), facts.words());
            let place = format!("{}:{}", self.name(), backup.dir());
            self.cx
                .report
                .inform(&format!("backup: {thing}, {place}: {words}; {}", checks.join(", ")));
        }
        let doomed = demand.doomed().iter().map(ToString::to_string).collect();
        let entry = Entry::Backup(Backed {
            host: self.name().to_owned(),
            place: backup.dir().to_string(),
            thing: facts.thing.clone(),
            cluster: facts.cluster.clone(),
            manifest: facts.manifest.clone(),
            made: facts.when(),
            age: facts.age.as_secs(),
            files: facts.files,
            bytes: facts.bytes,
            checks,
            doomed,
            again,
        });
        self.cx.journal(&entry, again)?;
        Ok(facts)
    }
}

impl Context {
    /// Whether a host that goes away is, by its pin, the machine that stores the backup: one machine can have two
    /// names. Paths of the host of the backup itself, `store`, were compared.
    fn one_machine(&self, facts: &Facts, demand: &Demand, store: &str) -> Result<Option<String>> {
        let Some(machine) = &facts.machine else { return Ok(None) };
        let pins = self.guard.pins.read()?;
        let is_it =
            |host: &str| pins.get(host).and_then(|pin| pin.machine_id.as_ref()) == Some(machine);
        let mut unseen = demand.doomed().iter().filter(|gone| !gone.is_compared_on(store));
        let same = unseen.find(|gone| is_it(gone.host()));
        Ok(same.map(|gone| {
            format!("its machine is that of {}, and the step destroys {gone}", gone.host())
        }))
    }

    /// Applies an operation without a proved backup: a destroying one may only be kept.
    pub(super) fn ensure_unproved(
        &self,
        handle: &super::session_pool::HostHandle,
        op: &dyn Op,
    ) -> Result<Outcome> {
        let outcome = self.ensure_seen_by(handle, op, &Guarded { cx: self, backups: None })?;
        match outcome {
            Outcome::Kept | Outcome::Changed => Ok(outcome),
            _ => Err(unproved(&op.describe()).into()),
        }
    }
}

fn unproved(what: &str) -> Fault {
    Fault::refused(format!("no proved backup: {what}"))
        .hint("this is an error of the program: report it")
}

/// The observer of a change that destroys something.
struct Guarded<'a> {
    cx: &'a Context,
    backups: Option<&'a ProvenBackup<'a>>,
}

impl Quorum for Guarded<'_> {
    fn foresee(&self, leave: &Leave<'_>) -> Result<String> {
        Quorum::foresee(self.cx, leave)
    }

    fn leave<'a>(&'a self, leave: &Leave<'_>) -> Result<Option<Box<dyn Departure + 'a>>> {
        Quorum::leave(self.cx, leave)
    }
}

impl Observer for Guarded<'_> {
    fn begin(&self) -> u64 {
        self.cx.begin()
    }

    fn admit(&self, host: &str) -> Result<bool> {
        Observer::admit(self.cx, host)
    }

    fn found(&self, found: &Found<'_>) -> Result<()> {
        Observer::found(self.cx, found)
    }

    /// The last moment before the first action.
    fn intent(&self, intent: &Intent<'_>) -> Result<()> {
        let backups = self.backups.ok_or_else(|| unproved(intent.what))?;
        for proof in &backups.proofs {
            let now = proof.host.prove(&proof.backup, &proof.demand, true)?;
            if proof.manifest.as_ref() != Some(&now.manifest) {
                let thing = proof.backup.thing();
                return Err(Fault::refused(format!(
                    "the backup of {thing} is not the one that was proved"
                ))
                .detail("at", format!("{}:{}", proof.host.name(), proof.backup.dir()))
                .hint("somebody has made it again meanwhile; run this again")
                .into());
            }
        }
        self.cx.intent(intent)
    }

    fn output(&self, host: &str, action: &Action, output: &mut Output) -> Result<Option<String>> {
        self.cx.output(host, action, output)
    }

    fn done(&self, event: &Event<'_>) -> Result<()> {
        self.cx.done(event)
    }

    fn note(&self, text: &str) {
        Observer::note(self.cx, text);
    }

    fn emit(&self, what: &str, actions: &[Action]) -> Result<()> {
        if self.backups.is_none() {
            return Err(unproved(what).into());
        }
        let comment = "# the backup was proved when this script was printed; prove it again before you run it\n";
        self.cx.report.emit("backup", comment);
        Observer::emit(self.cx, what, actions)
    }
}
