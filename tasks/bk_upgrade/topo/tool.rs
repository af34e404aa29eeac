//! create_blueking_set.py, the tool of the deploy scripts that registers templates, sets and hosts.

use std::collections::{BTreeMap, BTreeSet};

use engine::ops::Stdin;
use engine::prelude::*;

use super::work::Work;

const MODULES: Snippet = snippet!("bk-upgrade/topo_modules");
const TOOL: Snippet = snippet!("bk-upgrade/topo_tool");
/// Lines of .installed_module that the tool does not register.
const IGNORED: [&str; 7] = ["python", "nfs", "yum", "notty", "There", "tderr", "lesscode"];

/// Its path.
pub(super) fn path(work: &Work<'_>) -> String {
    format!("{}/bin/create_blueking_set.py", work.args.install_dir)
}

/// One of its actions: `--delete`, `--create-set`. It gets the secret on standard input.
pub(super) fn action(work: &Work<'_>, action: &str) -> Action {
    let cmdb = &work.cmdb;
    let mut options = vec!["-c".to_owned(), cmdb.code.clone()];
    // The document has neither; the tool has the same defaults.
    if cmdb.esb != "paas.service.consul:80" {
        options.extend(["-p".to_owned(), cmdb.esb.clone()]);
    }
    if cmdb.biz != 2 {
        options.extend(["-b".to_owned(), cmdb.biz.to_string()]);
    }
    let values = [
        ("PYTHON", Value::from(work.args.python.as_str())),
        ("FILE", path(work).into()),
        ("OPTIONS", Value::list(options)),
        ("ACTION", action.into()),
    ];
    let stdin = Stdin { bytes: cmdb.secret.clone().into_bytes(), secret: true };
    Action { stdin: Some(stdin), ..Action::change(TOOL, values) }
}

/// The modules that it registers for a name of .installed_module.
#[derive(Debug)]
pub(super) struct Table(BTreeMap<String, Vec<String>>);

impl Table {
    /// As its interpreter reads it. The modules of `job` must be those of the arguments (X4.67); in a dry run an earlier
    /// operation sets them.
    pub(super) fn read(reader: &Reader<'_>, work: &Work<'_>) -> Result<Self> {
        let file = path(work);
        let values =
            [("PYTHON", Value::from(work.args.python.as_str())), ("FILE", file.as_str().into())];
        let said = reader.ask(MODULES, values)?;
        let odd = |why: &dyn std::fmt::Display| {
            Fault::failed(format!("{file} has no table of modules: {why}")).detail("said", &*said)
        };
        let mut table: BTreeMap<String, Vec<String>> =
            serde_json::from_str(&said).map_err(|error| odd(&error))?;
        let wanted = &work.args.job_modules;
        if reader.planned(file.as_str().into()).is_some() {
            table.insert("job".to_owned(), wanted.clone());
        }
        let sorted = |list: &[String]| list.iter().cloned().collect::<BTreeSet<_>>();
        match table.get("job") {
            Some(found) if sorted(found) == sorted(wanted) => Ok(Self(table)),
            found => Err(odd(&format!("its interpreter reads `job` as {found:?}")).into()),
        }
    }

    /// The modules in which it registers a host with these lines.
    pub(super) fn registered(&self, lines: &[String]) -> BTreeSet<String> {
        let lines = lines.iter().filter(|line| !IGNORED.iter().any(|word| line.contains(word)));
        let modules = lines.flat_map(|line| {
            let name = line.replace("monitorv3_", "");
            self.0.get(&name).cloned().unwrap_or_else(|| vec![name])
        });
        modules.collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_is_registered_as_the_tool_does_it() {
        let table = Table([("zk".to_owned(), vec!["zookeeper".to_owned()])].into());
        let lines = ["python", "zk", "monitorv3_grafana", "mysql"].map(str::to_owned);
        let found: Vec<String> = table.registered(&lines).into_iter().collect();
        assert_eq!(found, ["grafana", "mysql", "zookeeper"]);
    }
}
