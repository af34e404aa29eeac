//! A plan while its dry run is under way.

use std::sync::{Mutex, PoisonError};

use anyhow::Result;

use super::plan::{Plan, Planned, PlannedHost, fingerprint};
use super::{Saved, Saving};
use crate::data::fault::Fault;
use crate::data::outcome::Outcome;
use crate::ops::ensure::Found;
use crate::ops::reader::hash;
use crate::run::context::Context;
use crate::run::emit;
use crate::run::record::origin;
use crate::text::mask::Mask;

/// The operations so far.
#[derive(Debug)]
pub struct Draft {
    pub(super) saving: Saving,
    hosts: Mutex<Vec<PlannedHost>>,
}

impl Draft {
    pub(super) fn new(saving: Saving) -> Result<Self> {
        let path = &saving.path;
        if path.symlink_metadata().is_ok() {
            return Err(Fault::usage(format!(
                "{path} is there already, and no plan is written over it"
            ))
            .hint(format!("name another file, or remove it: rm {path}"))
            .into());
        }
        let dir = path.parent().filter(|dir| !dir.as_str().is_empty());
        if dir.is_some_and(|dir| !dir.is_dir()) {
            return Err(Fault::usage(format!("cannot write the plan {path}: no such directory"))
                .hint("name a file in a directory that is there")
                .into());
        }
        Ok(Self { saving, hosts: Mutex::default() })
    }

    /// Writes an operation down.
    pub(super) fn add(&self, stage: String, found: &Found<'_>, mask: &Mask) -> Result<()> {
        let commands = |actions: &[_]| {
            let script = |action| Ok(mask.text(&emit::script(action)?));
            actions.iter().map(script).collect::<Result<Vec<_>>>()
        };
        // An earlier change of the host decides what is left of it.
        let state = if found.may_differ { Outcome::Unknown } else { found.state };
        let planned = Planned {
            stage,
            what: mask.text(found.what),
            state: state.word().to_owned(),
            diff: found.diff.to_owned(),
            commands: found.actions.map(commands).transpose()?,
            hash: found.actions.map(fingerprint).transpose()?,
            undo: found.undo,
        };
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        match hosts.iter_mut().find(|host| host.host == found.host) {
            Some(host) => host.operations.push(planned),
            None => hosts.push(PlannedHost {
                host: found.host.to_owned(),
                identity: None,
                operations: vec![planned],
            }),
        }
        Ok(())
    }
}

impl Context {
    /// Saves the dry run that is over, if that was asked for.
    ///
    /// # Errors
    /// Those of the dry run; when it has a failure, is not exact, or cannot be written.
    pub(in crate::run) fn save(&self, result: Result<()>) -> Result<()> {
        let Saved::Writing(draft) = &self.saved else { return result };
        let path = &draft.saving.path;
        let failed = self.summary().failures().next().is_some();
        if result.is_err() || failed || self.settings.interrupt.asked().is_some() {
            self.note(&format!("the plan is not saved: {path} would not have all of the work"));
            return result;
        }
        if draft.saving.words.iter().any(|word| self.mask().text(word) != *word) {
            let message = "the plan cannot be saved: a secret stands in the command line";
            return Err(Fault::refused(message).hint("name its source in [secrets]").into());
        }
        let mut hosts = draft.hosts.lock().unwrap_or_else(PoisonError::into_inner).clone();
        hosts.sort_by_key(|planned| {
            self.inventory.hosts.iter().position(|it| it.name == planned.host)
        });
        let names: Vec<&str> = hosts.iter().map(|host| host.host.as_str()).collect();
        let mut identities = self.identities(&names)?;
        for host in &mut hosts {
            host.identity = identities.remove(&host.host);
        }
        let plan = self.plan(&draft.saving, hosts);
        plan.write(path)?;
        let count: usize = plan.hosts.iter().map(|host| host.operations.len()).sum();
        let plural = if count == 1 { "" } else { "s" };
        self.report.inform(&format!(
            "saved {count} operation{plural} in {path}, valid for 24 h; when it is reviewed:  cargo xtask apply {path}"
        ));
        Ok(())
    }

    fn plan(&self, saving: &Saving, hosts: Vec<PlannedHost>) -> Plan {
        let mask = self.mask();
        let masked = |text: &dyn ToString| mask.text(&text.to_string());
        Plan {
            schema: Plan::SCHEMA,
            made: self.begun().strftime("%Y-%m-%dT%H:%M:%SZ").to_string(),
            program: saving.program.to_owned(),
            snippets: saving.snippets.clone(),
            step: saving.step.clone(),
            args: saving.words.clone(),
            alias: saving.alias.clone(),
            cwd: std::env::current_dir().unwrap_or_default().to_string_lossy().into_owned(),
            inventory: origin::inventory(&self.inventory),
            inventory_sha256: hash(self.inventory.text.as_bytes()),
            hosts_sha256: self.inventory.resolved().map(|text| hash(text.as_bytes())),
            user: origin::user(),
            from: origin::from(),
            ticket: self.options.ticket.as_ref().map(|it| masked(it)),
            reason: self.options.reason.as_ref().map(|it| masked(it)),
            rehearsal: self.rehearsal,
            hosts,
        }
    }

    /// A dry run that cannot know its work exactly is shown, and not saved.
    ///
    /// # Errors
    /// Exit 6 with the reason, when it is to be saved.
    pub(in crate::run) fn is_inexact(&self, because: &str) -> Result<(), Fault> {
        match &self.saved {
            Saved::Writing(_) => {
                Err(Fault::refused(format!("the plan cannot be saved: {because}"))
                    .hint("save the plans of its steps, one after the other; see them with --map"))
            }
            _ => Ok(()),
        }
    }
}
