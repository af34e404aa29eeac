//! BK-74: the modules that are installed on each host, compared with install.config (X4.63).

use engine::data::install_config::Module;
use engine::prelude::*;

use super::placed::{self, Placed};
use super::work::Work;

const INSTALLED: Snippet = snippet!("bk-upgrade/topo_installed");
/// The name of the capture.
const CAPTURE: &str = "installed-module";

/// Captures the lists of all hosts at once, compares them, and asks for the OK of a person.
pub(super) fn run(work: &Work<'_>) -> Result<()> {
    let hosts = placed::read(work)?;
    let capture = Capture::new(CAPTURE, INSTALLED, [("FILE", file(work).into())]);
    let captured = placed::each(work, &hosts, |host| host.capture(&capture))?;
    let lists: Vec<Vec<&str>> = captured.iter().map(|list| list.text.lines().collect()).collect();
    let missing = missing(&hosts, &lists);
    if !missing.is_empty() {
        let what = format!("modules of install.config are not in {}", file(work));
        return Err(Fault::refused(what)
            .detail("missing", missing.join("\n"))
            .hint("install them first: `rebuild` registers a host by this list only")
            .into());
    }
    for line in moved(&hosts, &lists) {
        work.cx.note(&format!("{line}; `rebuild` registers both: correct the list"));
    }
    let (count, file) = (hosts.len(), file(work));
    let what = format!(
        "compare {file} of {count} hosts with the modules that they serve: `rebuild` registers each host by its list"
    );
    let mapping = Manual::new("topo-mapping", what).evidence("your findings, and your name").once();
    let changed = captured.iter().any(Captured::differs);
    work.control.manual(&mapping.again(changed)).map(drop)
}

/// The installed modules of these hosts, in their order.
pub(super) fn lists(work: &Work<'_>, hosts: &[Placed<'_>]) -> Result<Vec<Vec<String>>> {
    let values = [("FILE", Value::from(file(work)))];
    placed::each(work, hosts, |host| {
        let look = |reader: &Reader<'_>| reader.ask(INSTALLED, values.clone());
        let said = host.look("read the installed modules", look)?;
        Ok(said.lines().map(str::to_owned).collect())
    })
}

/// The list of installed modules on each host.
fn file(work: &Work<'_>) -> String {
    let own = work.args.file.as_ref().map(ToString::to_string);
    own.unwrap_or_else(|| format!("{}/.installed_module", work.args.install_path))
}

/// The modules of install.config that are not in the list of their host.
fn missing(hosts: &[Placed<'_>], lists: &[Vec<&str>]) -> Vec<String> {
    let mut found = Vec::new();
    for (placed, list) in hosts.iter().zip(lists) {
        for module in &placed.modules {
            if !names(module).iter().any(|name| list.contains(&name.as_str())) {
                let module = module.groups().pop().unwrap_or_default();
                found.push(format!("{}: {module}", placed.host.name()));
            }
        }
    }
    found
}

/// The modules in the list of a host that install.config places on other hosts only: nothing ever removes a line.
fn moved(hosts: &[Placed<'_>], lists: &[Vec<&str>]) -> Vec<String> {
    let places = |placed: &Placed<'_>, line: &str| {
        placed.modules.iter().any(|module| names(module).iter().any(|name| name == line))
    };
    let mut found = Vec::new();
    for (placed, list) in hosts.iter().zip(lists) {
        for line in list.iter().filter(|line| !places(placed, line)) {
            let now = hosts.iter().filter(|other| places(other, line));
            let now: Vec<&str> = now.map(|other| other.host.name()).collect();
            if !now.is_empty() {
                let (name, now) = (placed.host.name(), fold(now));
                found.push(format!("{name} lists {line}, and install.config places it on {now}"));
            }
        }
    }
    found
}

/// The lines that stand for a module: `nodeman(nodeman)` is `nodeman`, `monitorv3(monitor)` is `monitorv3_monitor`,
/// `log(api)` is `bklog-api`, `apigw` is `apigateway`.
fn names(module: &Module) -> Vec<String> {
    let Module { name, project } = module;
    let mut found = vec![name.clone(), format!("bk{name}")];
    if name == "apigw" {
        found.push("apigateway".to_owned());
    }
    if let Some(project) = project {
        for prefix in ["", "bk"] {
            found.extend(['_', '-'].map(|sign| format!("{prefix}{name}{sign}{project}")));
        }
    }
    found
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_module_has_the_names_of_the_deploy_scripts() {
        let module = |name: &str, project: Option<&str>| Module {
            name: name.into(),
            project: project.map(Into::into),
        };
        for (line, module) in [
            ("nodeman", module("nodeman", Some("nodeman"))),
            ("monitorv3_influxdb-proxy", module("monitorv3", Some("influxdb-proxy"))),
            ("bklog-api", module("log", Some("api"))),
            ("cmdb", module("cmdb", None)),
        ] {
            assert!(names(&module).contains(&line.to_owned()), "{line}");
        }
        assert!(!names(&module("log", Some("api"))).contains(&"bklog-grafana".to_owned()));
    }
}
