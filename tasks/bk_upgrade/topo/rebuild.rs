//! BK-79: the whole job platform in the tool (X4.67), the scripts on all hosts, and the topology of 6.2.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Mutex, PoisonError};

use engine::prelude::*;

use super::export::count;
use super::patch::patched;
use super::placed;
use super::tool::{self, Table};
use super::work::Work;
use super::{installed, work};
use crate::bk_upgrade::common::topology::{Answers, Topology};
use crate::bk_upgrade::common::{bkcli, output};

const REBUILD: Snippet = snippet!("bk-upgrade/topo_rebuild");

/// The interpreter reads the changed tool before anything is registered with it.
pub(super) fn run(work: &Work<'_>) -> Result<()> {
    if !work.cx.is_pending() {
        nothing_is_left(work)?;
    }
    work.control.ensure(&patch(work))?;
    let table =
        work.control.look("read the modules of the tool", |reader| Table::read(reader, work))?;
    let hosts = placed::read(work)?;
    let lists = installed::lists(work, &hosts)?;
    let wanted = hosts.into_iter().zip(&lists);
    let wanted = wanted.map(|(placed, list)| (placed.address, table.registered(list))).collect();
    let job = Detached::job("bkcli-initdata-topo").rerun_when_cut();
    work.control.ensure(&Rebuilt { work, wanted, job, seen: Mutex::default() }).map(drop)
}

/// The modules of the whole job platform in the tool.
fn patch(work: &Work<'_>) -> Edit {
    let (file, modules) = (tool::path(work), work.args.job_modules.clone());
    let what = format!("set the {} of the job platform in {file}", count(modules.len(), "module"));
    Edit::new(file, what, move |text| patched(text, &modules))
}

/// Refuses a tool without the one list of job modules, before anything is deleted.
pub(super) fn can_patch(work: &Work<'_>) -> Result<()> {
    work.control
        .look("read the tool that registers hosts", |reader| patch(work).probe(reader).map(drop))
}

/// The old topology would stay beside the new one.
fn nothing_is_left(work: &Work<'_>) -> Result<()> {
    let work::Proved { exported, now, .. } = &work.proved(&[])?;
    let left = super::export::Left::of(exported, now);
    if !left.has_structure() {
        return Ok(());
    }
    Err(Fault::refused(format!("the former topology of {} is not deleted yet", work.business()))
        .detail("left", left.to_string())
        .hint("delete it first: cargo xtask bk-upgrade topo --from transfer-idle")
        .into())
}

/// Every host is in all of its modules.
struct Rebuilt<'a> {
    work: &'a Work<'a>,
    /// The modules, by the address of the host.
    wanted: BTreeMap<String, BTreeSet<String>>,
    job: Detached,
    /// The topology of the last probe.
    seen: Mutex<Topology>,
}

impl Op for Rebuilt<'_> {
    fn describe(&self) -> String {
        format!("register the hosts of {} with bkcli initdata topo", self.work.business())
    }

    fn probe(&self, host: &Reader<'_>) -> Result<State> {
        if self.work.cx.is_pending() {
            return Ok(State::Unknown(bkcli::LATER.to_owned()));
        }
        let now = Answers::read(host, &self.work.cmdb)?.topology()?;
        let mut lines = Vec::new();
        for (address, wanted) in &self.wanted {
            let found = now.modules_of(address);
            let missing: Vec<&str> =
                wanted.iter().map(String::as_str).filter(|name| !found.contains(name)).collect();
            if !missing.is_empty() {
                lines.push(format!("+ {address}: {}", missing.join(" ")));
            }
        }
        *self.seen.lock().unwrap_or_else(PoisonError::into_inner) = now;
        Ok(if lines.is_empty() { State::Kept } else { State::needed(lines.join("\n")) })
    }

    /// The tool cannot make a template that is there. So what a former run has left half made is completed, or removed
    /// while no set uses it.
    fn change(&self, _: &Reader<'_>) -> Result<Vec<Action>> {
        let seen = self.seen.lock().unwrap_or_else(PoisonError::into_inner);
        let has_sets = !seen.sets.is_empty();
        let first = match (has_sets, seen.is_empty()) {
            (true, _) => Some("--create-set"),
            (false, false) => Some("--delete"),
            (false, true) => None,
        };
        let values = [
            ("INSTALL_DIR", Value::from(self.work.args.install_dir.to_string())),
            ("ALLOW", output::allowed(&[])),
            ("ONLY_HOSTS", if has_sets { "1" } else { "" }.into()),
        ];
        let rebuild = Action::change(REBUILD, values).within(self.work.cx.options.limit());
        let first = first.map(|action| tool::action(self.work, action));
        Ok(first.into_iter().chain([rebuild.detached(self.job.clone())]).collect())
    }

    fn undo(&self, _: &Reader<'_>) -> Result<Option<Vec<Undo>>> {
        Ok(None)
    }

    fn detached(&self) -> Option<&Detached> {
        Some(&self.job)
    }

    fn poll(&self) -> Poll {
        self.work.args.wait.poll()
    }
}
