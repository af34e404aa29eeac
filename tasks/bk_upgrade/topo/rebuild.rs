//! BK-79: the whole job platform in the tool (X4.67), the scripts on all hosts, and the topology of 6.2.

use std::collections::{BTreeMap, BTreeSet};

use engine::prelude::*;

use super::export::count;
use super::installed;
use super::patch;
use super::placed;
use super::work::Work;
use crate::bk_upgrade::common::topology::Answers;
use crate::bk_upgrade::common::{bkcli, output};

const MODULES: Snippet = snippet!("bk-upgrade/topo_modules");
const RUN: Snippet = snippet!("bk-upgrade/bkcli_run");
/// Lines of .installed_module that the tool does not register.
const IGNORED: [&str; 7] = ["python", "nfs", "yum", "notty", "There", "tderr", "lesscode"];

/// The interpreter reads the changed tool before anything is registered with it.
pub(super) fn run(work: &Work<'_>) -> Result<()> {
    if !work.cx.is_pending() {
        nothing_is_left(work)?;
    }
    let file = tool(work);
    work.control.ensure(&patch(work))?;
    let table =
        work.control.look("read the modules of the tool", |reader| table(reader, work, &file))?;
    let hosts = placed::read(work)?;
    let lists = installed::lists(work, &hosts)?;
    let wanted = hosts.into_iter().zip(&lists);
    let wanted = wanted.map(|(placed, list)| (placed.address, registered(list, &table))).collect();
    let job = Detached::job("bkcli-initdata-topo").rerun_when_cut();
    work.control.ensure(&Rebuilt { work, wanted, job }).map(drop)
}

/// The tool that registers hosts.
pub(super) fn tool(work: &Work<'_>) -> String {
    format!("{}/bin/create_blueking_set.py", work.args.install_dir)
}

/// The modules of the whole job platform in the tool.
fn patch(work: &Work<'_>) -> Edit {
    let (file, modules) = (tool(work), work.args.job_modules.clone());
    let what = format!("set the {} of the job platform in {file}", count(modules.len(), "module"));
    Edit::new(file, what, move |text| patch::patched(text, &modules))
}

/// Refuses a tool without the one list of job modules, before anything is deleted.
pub(super) fn can_patch(work: &Work<'_>) -> Result<()> {
    work.control
        .look("read the tool that registers hosts", |reader| patch(work).probe(reader).map(drop))
}

/// The old topology would stay beside the new one.
fn nothing_is_left(work: &Work<'_>) -> Result<()> {
    let proved = work.proved(&[])?;
    let left = proved.left();
    if !left.has_structure() {
        return Ok(());
    }
    Err(Fault::refused(format!("the former topology of {} is not deleted yet", work.business()))
        .detail("left", left.to_string())
        .hint("delete it first: cargo xtask bk-upgrade topo --from transfer-idle")
        .into())
}

/// The modules that the tool registers for a name of .installed_module.
type Table = BTreeMap<String, Vec<String>>;

fn table(reader: &Reader<'_>, work: &Work<'_>, file: &str) -> Result<Table> {
    let values = [("PYTHON", Value::from(work.args.python.as_str())), ("FILE", file.into())];
    let said = reader.ask(MODULES, values)?;
    let odd = |why: &dyn std::fmt::Display| {
        Fault::failed(format!("{file} has no table of modules: {why}")).detail("said", &*said)
    };
    let mut table: Table = serde_json::from_str(&said).map_err(|error| odd(&error))?;
    let wanted = &work.args.job_modules;
    if reader.planned(file.into()).is_some() {
        table.insert("job".to_owned(), wanted.clone());
    }
    let sorted = |list: &[String]| list.iter().cloned().collect::<BTreeSet<_>>();
    match table.get("job") {
        Some(found) if sorted(found) == sorted(wanted) => Ok(table),
        found => {
            Err(odd(&format!("its interpreter reads the modules of `job` as {found:?}")).into())
        }
    }
}

/// The modules in which the tool registers a host with these lines.
fn registered(lines: &[String], table: &Table) -> BTreeSet<String> {
    let lines = lines.iter().filter(|line| !IGNORED.iter().any(|word| line.contains(word)));
    let modules = lines.flat_map(|line| {
        let name =
            if line.contains("monitorv3") { line.replace("monitorv3_", "") } else { line.clone() };
        table.get(&name).cloned().unwrap_or_else(|| vec![name])
    });
    modules.collect()
}

/// Every host is in all of its modules.
struct Rebuilt<'a> {
    work: &'a Work<'a>,
    /// The modules, by the address of the host.
    wanted: BTreeMap<String, BTreeSet<String>>,
    job: Detached,
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
        Ok(if lines.is_empty() { State::Kept } else { State::needed(lines.join("\n")) })
    }

    fn change(&self, _: &Reader<'_>) -> Result<Vec<Action>> {
        let limit = self.work.cx.options.limit();
        let run = |verb: &str, module: &str| {
            let values = [
                ("INSTALL_DIR", Value::from(self.work.args.install_dir.to_string())),
                ("MODULE", module.into()),
                ("VERBS", Value::list([verb])),
                ("ALLOW", output::allowed(&[])),
            ];
            Action::change(RUN, values).within(limit)
        };
        Ok(vec![run("sync", "common"), run("initdata", "topo").detached(self.job.clone())])
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_registered_as_the_tool_does_it() {
        let table = [("zk".to_owned(), vec!["zookeeper".to_owned()])].into();
        let lines = ["python", "zk", "monitorv3_grafana", "mysql"].map(str::to_owned);
        let found: Vec<String> = registered(&lines, &table).into_iter().collect();
        assert_eq!(found, ["grafana", "mysql", "zookeeper"]);
    }
}
