//! BK-74: the modules that are installed on each host, compared with install.config (X4.63).

use std::collections::BTreeMap;
use std::sync::{Mutex, PoisonError};

use engine::data::install_config::{InstallConfig, Module};
use engine::prelude::*;

use super::work::Work;

const INSTALLED: Snippet = snippet!("bk-upgrade/topo_installed");
/// The name of the capture.
const CAPTURE: &str = "installed-module";

/// A host of install.config.
pub(super) struct Placed<'a> {
    pub(super) address: String,
    /// The modules that install.config places on it.
    modules: Vec<Module>,
    pub(super) host: Host<'a>,
    /// The lines of its .installed_module, and whether they have changed since the first capture.
    pub(super) lines: Vec<String>,
    differs: bool,
}

/// Captures the lists of all hosts at once, compares them, and asks for the OK of a person.
pub(super) fn run(work: &Work<'_>) -> Result<()> {
    let capture = Capture::new(CAPTURE, INSTALLED, [("FILE", file(work).into())]);
    let hosts = read(work, |host| {
        let captured = host.capture(&capture)?;
        Ok((captured.differs(), captured.text))
    })?;
    let mut missing = Vec::new();
    let mut moved = Vec::new();
    for placed in &hosts {
        let name = placed.host.name();
        let absent = placed
            .modules
            .iter()
            .filter(|module| !names(module).iter().any(|name| placed.lines.contains(name)));
        missing.extend(
            absent.map(|module| format!("{name}: {}", module.groups().pop().unwrap_or_default())),
        );
        for line in placed.lines.iter().filter(|line| !placed.places(line)) {
            let now: Vec<&str> = hosts
                .iter()
                .filter(|other| other.places(line))
                .map(|other| other.host.name())
                .collect();
            if !now.is_empty() {
                moved.push(format!(
                    "{name} lists {line}, and install.config places it on {}",
                    fold(now)
                ));
            }
        }
    }
    if !missing.is_empty() {
        let what = format!("modules of install.config are not in {}", file(work));
        return Err(Fault::refused(what)
            .detail("missing", missing.join("\n"))
            .hint("install them first; `rebuild` registers a host by this list only")
            .into());
    }
    for line in &moved {
        work.cx.note(&format!(
            "{line}: `rebuild` registers both; correct the list if the module has moved"
        ));
    }
    let count = hosts.len();
    let what = format!(
        "compare {} of {count} hosts with the modules that they serve: `rebuild` registers each host by its list",
        file(work)
    );
    let mapping = Manual::new("topo-mapping", what).evidence("your findings, and your name").once();
    let again = hosts.iter().any(|placed| placed.differs);
    work.control.manual(&mapping.again(again)).map(drop)
}

/// The lists of all hosts of install.config, without a capture.
pub(super) fn lists<'a>(work: &Work<'a>) -> Result<Vec<Placed<'a>>> {
    let values = [("FILE", Value::from(file(work)))];
    read(work, |host| {
        let look = |reader: &Reader<'_>| reader.ask(INSTALLED, values.clone());
        Ok((false, host.look("read the installed modules", look)?))
    })
}

/// All hosts of install.config at once; `look` gives whether the list has changed, and the list.
fn read<'a>(
    work: &Work<'a>,
    look: impl Fn(&Host<'a>) -> Result<(bool, String)> + Sync,
) -> Result<Vec<Placed<'a>>> {
    let path = format!("{}/install.config", work.args.install_dir);
    let text = work.control.look("read install.config", |reader| {
        match reader.read(path.as_str().into())? {
            Entry::File(file) => Ok(file.text(path.as_str().into())?.to_owned()),
            _ => Err(Fault::refused(format!("there is no {path}")).into()),
        }
    })?;
    let mut modules: BTreeMap<_, Vec<Module>> = BTreeMap::new();
    for line in InstallConfig::parse(&path, &text)?.lines {
        modules.entry(line.address).or_default().extend(line.modules);
    }
    let name_of = |address: &str| {
        let known =
            work.cx.inventory.hosts.iter().find(|host| host.address.as_deref() == Some(address));
        known.map(|host| host.name.clone()).ok_or_else(|| {
            Fault::refused(format!("{address} of install.config is no host of the inventory")).hint(
                format!("import the file in hosts.toml: [import] install_config = \"{path}\""),
            )
        })
    };
    let placed = modules.into_iter().map(|(address, modules)| {
        let address = address.to_string();
        name_of(&address).map(|name| (name, (address, modules)))
    });
    let placed: BTreeMap<String, _> = placed.collect::<Result<_, Fault>>()?;
    let hosts = work.cx.all_hosts(&placed.keys().cloned().collect::<Vec<_>>().join(","))?;
    let found = Mutex::new(BTreeMap::new());
    hosts.look_each(|host| {
        let (differs, text) = look(host)?;
        let entry = (text.split_whitespace().map(str::to_owned).collect::<Vec<_>>(), differs);
        found.lock().unwrap_or_else(PoisonError::into_inner).insert(host.name(), entry);
        Ok(())
    })?;
    let mut found = found.into_inner().unwrap_or_else(PoisonError::into_inner);
    let joined = hosts.iter().filter_map(|host| {
        let (address, modules) = placed.get(host.name())?.clone();
        let (lines, differs) = found.remove(host.name())?;
        Some(Placed { address, modules, host, lines, differs })
    });
    Ok(joined.collect())
}

/// The list of installed modules on each host.
fn file(work: &Work<'_>) -> String {
    let own = work.args.file.as_ref().map(ToString::to_string);
    own.unwrap_or_else(|| format!("{}/.installed_module", work.args.install_path))
}

impl Placed<'_> {
    /// Whether install.config places the module of this line here.
    fn places(&self, line: &str) -> bool {
        self.modules.iter().any(|module| names(module).iter().any(|name| name == line))
    }
}

/// The lines that stand for a module: `nodeman(nodeman)` is `nodeman`, `monitorv3(monitor)` is `monitorv3_monitor`, `log(api)` is
/// `bklog-api`.
fn names(module: &Module) -> Vec<String> {
    let Module { name, project } = module;
    let alone = [name.clone(), format!("bk{name}")];
    let joined = project.iter().flat_map(|project| {
        ["", "bk"]
            .into_iter()
            .flat_map(move |prefix| ['_', '-'].map(|sign| format!("{prefix}{name}{sign}{project}")))
    });
    alone.into_iter().chain(joined).collect()
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
