//! A run that follows a plan.

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use anyhow::Result;
use camino::{Utf8Path, Utf8PathBuf};

use super::own::{Own, Progress};
use super::plan::fingerprint;
use super::plan::{Plan, Planned};
use super::refusal::{differs, stranger};
use crate::data::fault::Fault;
use crate::data::inventory::Inventory;
use crate::data::outcome::Outcome;
use crate::ops::ensure::Found;
use crate::ops::reader::hash;
use crate::run::context::Context;
use crate::run::record::Shells;
use crate::run::record::entry::Followed;
use crate::text::mask::Mask;

/// A plan and the place of each host in it.
#[derive(Debug)]
pub struct Follow {
    path: Utf8PathBuf,
    plan: Plan,
    own: Own,
    /// Version and commit of the program.
    program: &'static str,
    /// The shell of now. An own file is read when the command line is.
    shells: fn() -> Shells,
    /// The command line that makes a new plan.
    remedy: String,
    hosts: Mutex<BTreeMap<String, Place>>,
    /// The hosts that were asked who they are. Nothing is done on one that is not that of the plan, or did not answer.
    known: Mutex<BTreeMap<String, Option<Fault>>>,
}

/// How far a host is.
#[derive(Debug, Default, Clone, Copy)]
struct Place {
    /// The number of the present operation in the run.
    op: u64,
    /// Its place in the plan.
    at: usize,
    /// The next place.
    next: usize,
    /// Operations that could be compared by their commands only, or by their names only.
    unknown: usize,
}

impl Follow {
    /// Begins to follow the plan of this file.
    ///
    /// # Errors
    /// When the records of earlier runs cannot be read.
    pub fn new(
        path: &Utf8Path,
        plan: Plan,
        program: &'static str,
        shells: fn() -> Shells,
    ) -> Result<Self> {
        let own = Own::of(&plan.sha256())?;
        let remedy = format!("look at the host, then {}", plan.remedy());
        let (path, hosts) = (path.to_owned(), Mutex::default());
        Ok(Self { path, plan, own, program, shells, remedy, hosts, known: Mutex::default() })
    }

    /// The plan.
    pub const fn plan(&self) -> &Plan {
        &self.plan
    }

    /// The plan for the record of its run.
    pub(in crate::run) fn of_run(&self) -> Followed {
        let full = self.path.canonicalize_utf8().unwrap_or_else(|_| self.path.clone());
        Followed { path: full.into_string(), sha256: self.plan.sha256() }
    }

    /// This host was asked; with a `fault` nothing is done there.
    pub(super) fn knows(&self, host: &str, fault: Option<Fault>) {
        let mut known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        known.insert(host.to_owned(), fault);
    }

    /// Whether this host was asked.
    pub(super) fn is_known(&self, host: &str) -> bool {
        self.known.lock().unwrap_or_else(PoisonError::into_inner).contains_key(host)
    }

    /// The hint for a host that differs.
    pub(super) fn remedy(&self) -> &str {
        &self.remedy
    }

    /// Compares an operation with the plan.
    ///
    /// # Errors
    /// Exit 6 with the planned and the found state.
    pub(super) fn compare(
        &self,
        found: &Found<'_>,
        mask: &Mask,
        note: &dyn Fn(&str),
    ) -> Result<()> {
        let hint = self.remedy.as_str();
        let known = self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(Some(fault)) = known.get(found.host) {
            return Err(fault.clone().into());
        }
        drop(known);
        let Some(host) = self.plan.host(found.host) else {
            return Err(stranger(None, found, hint).into());
        };
        let what = mask.text(found.what);
        let mut hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        let place = hosts.entry(found.host.to_owned()).or_default();
        let again = found.op != 0 && place.op == found.op;
        let from = if again { place.at } else { place.next };
        // An operation without any work may be left out, as one that an earlier run of this plan has done.
        let done =
            |planned: &Planned| self.own.progress(found.host, planned) == Some(Progress::Done);
        let idle = |planned: &Planned| planned.state == Outcome::Kept.word() || done(planned);
        let ahead = host.operations.iter().enumerate().skip(from);
        let next = ahead.clone().find(|(_, planned)| planned.what == what || !idle(planned));
        let Some((at, planned)) = next.filter(|(_, planned)| planned.what == what) else {
            return Err(stranger(host.operations.get(from), found, hint).into());
        };
        (place.op, place.at, place.next) = (found.op, at, at + 1);
        if planned.state == Outcome::Unknown.word() && !again {
            place.unknown += 1;
        }
        drop(hosts);
        let said = |_: &str| {};
        self.judge(planned, found, if again { &said } else { note })
    }

    fn judge(&self, planned: &Planned, found: &Found<'_>, note: &dyn Fn(&str)) -> Result<()> {
        let hash = found.actions.map(fingerprint).transpose()?;
        let other = |left: Option<&String>, right: Option<&String>| {
            left.zip(right).is_some_and(|(left, right)| left != right)
        };
        let other_way = planned.undo.zip(found.undo).is_some_and(|(left, right)| left != right);
        let other_work = other(planned.hash.as_ref(), hash.as_ref());
        let own = self.own.progress(found.host, planned);
        let verdict = match (planned.state.as_str(), found.state) {
            ("kept" | "unknown", Outcome::Kept) => Ok(None),
            ("needed", Outcome::Kept) if own.is_some() => Ok(Some("done")),
            ("unknown", _) if !other_work => Ok(None),
            // What is left of it is another change than the whole.
            ("needed", Outcome::Needed) if own == Some(Progress::Begun) => Ok(Some("begun")),
            ("needed", Outcome::Needed) if planned.diff != found.diff => {
                Err("another change than planned")
            }
            ("needed", Outcome::Needed) | ("unknown", _) if other_work => {
                Err("other commands than planned")
            }
            ("needed", Outcome::Needed) if other_way => Err("another way back than planned"),
            ("needed", Outcome::Needed) => Ok(None),
            _ => Err("another state than planned"),
        };
        let word = verdict.map_err(|why| differs(why, planned, found, &self.remedy))?;
        if let Some(word) = word {
            note(&format!(
                "{}: an earlier run of this plan has {word}: {}",
                found.host, found.what
            ));
        }
        Ok(())
    }

    /// Whether program, snippets and inventory are those of the plan.
    ///
    /// # Errors
    /// Exit 6 with everything that differs, and the command for a new plan.
    pub(super) fn is_for(&self, inventory: &Inventory) -> Result<(), Fault> {
        let (plan, path) = (&self.plan, &inventory.path);
        let mut differences = Vec::new();
        if plan.program != self.program {
            differences.push(format!("program {} -> {}", plan.program, self.program));
        }
        let hashes = (self.shells)().hashes;
        let changed = plan.snippets.iter().filter(|(name, hash)| hashes.get(*name) != Some(hash));
        differences.extend(changed.map(|(name, _)| changed_file(name)));
        if plan.inventory_sha256 != hash(inventory.text.as_bytes()) {
            differences.push(format!("{path} has changed"));
        }
        if plan.hosts_sha256 != inventory.resolved().map(|text| hash(text.as_bytes())) {
            differences.push(format!("the hosts that {path} imports have changed"));
        }
        if differences.is_empty() {
            return Ok(());
        }
        Err(Fault::refused(format!("the plan {} does not fit what is here now", self.path))
            .detail("differs", differences.join("\n"))
            .hint(plan.remedy()))
    }

    /// What a person should know at the end: operations that could not be compared as a whole.
    fn rest(&self) -> Option<String> {
        let hosts = self.hosts.lock().unwrap_or_else(PoisonError::into_inner);
        let unknown: usize = hosts.values().map(|place| place.unknown).sum();
        let plural = if unknown == 1 { " was" } else { "s were" };
        (unknown > 0).then(|| {
            format!("{unknown} operation{plural} unknown in the plan: compared by name, and by commands where the plan has them")
        })
    }
}

/// A file of shell that is not that of the plan.
fn changed_file(name: &str) -> String {
    match name.strip_prefix("own/") {
        Some(own) => format!("the own step steps/{own} has changed"),
        None => format!("snippets/{name}.sh has changed"),
    }
}

impl Context {
    /// At the end of a run that follows a plan.
    pub(in crate::run) fn followed(&self) {
        if let super::Saved::Following(follow) = &self.saved
            && let Some(rest) = follow.rest()
        {
            self.note(&rest);
        }
    }
}
