//! All hosts of the installation, and the modules of each.

use std::collections::{BTreeMap, BTreeSet};

use engine::data::install_config::InstallConfig;
use engine::prelude::*;

/// The modules of install.config, which are groups of the inventory.
const MODULES: [&str; 31] = [
    "paas",
    "iam",
    "ssm",
    "usermgr",
    "gse",
    "license",
    "redis",
    "redis_cluster",
    "consul",
    "es7",
    "monitorv3",
    "apigw",
    "nginx",
    "mongodb",
    "rabbitmq",
    "appo",
    "appt",
    "influxdb",
    "beanstalk",
    "iam_search_engine",
    "cmdb",
    "job",
    "mysql",
    "zk",
    "kafka",
    "log",
    "nodeman",
    "auth",
    "etcd",
    "lesscode",
    "fta",
];

/// The hosts that have a module. A flag such as `--hosts` names others.
///
/// # Errors
/// Exit 2: the inventory has no module, or no host is left.
pub(crate) fn everywhere<'a>(cx: &'a Context, flag: Option<&str>) -> Result<Hosts<'a>> {
    if let Some(expression) = flag {
        return cx.hosts(expression);
    }
    let known = |name: &&&str| cx.inventory.group(name).is_some();
    let groups: Vec<String> = MODULES.iter().filter(known).map(|name| format!("@{name}")).collect();
    if groups.is_empty() {
        return Err(Fault::usage("no group of the inventory is a module of BlueKing")
            .hint("import the file: [import] install_config = \"/data/install/install.config\"")
            .into());
    }
    cx.hosts(&groups.join(","))
}

/// install.config on the control machine: the layout that the vendor's tools use.
#[derive(Debug)]
pub(crate) struct Layout {
    path: String,
    /// Its addresses in order, each with its host of the inventory.
    hosts: Vec<(String, Option<String>)>,
    /// The modules and projects, `monitorv3` and `monitorv3_monitor`, each with its addresses; none when a dry run
    /// cannot know them.
    placed: Option<BTreeMap<String, BTreeSet<String>>>,
}

impl Layout {
    /// Reads it, in one round trip. A note names an address that is no host of the inventory.
    ///
    /// # Errors
    /// Refused when there is no such file; usage when a line of it is wrong.
    pub(crate) fn read(cx: &Context, control: &Host<'_>, install_dir: &AbsPath) -> Result<Self> {
        let path = format!("{install_dir}/install.config");
        let entry =
            control.look("read install.config", |reader| reader.read(path.as_str().into()))?;
        let file = match entry {
            Entry::File(file) => file,
            Entry::Unknown(_) => return Ok(Self { path, hosts: Vec::new(), placed: None }),
            Entry::Absent | Entry::Directory => {
                let fault = Fault::refused(format!("no {path} on {}", control.name()));
                return Err(fault.hint("name its directory with --install-dir").into());
            }
        };
        let config = InstallConfig::parse(&path, &String::from_utf8_lossy(&file.bytes))?;
        let mut hosts: Vec<(String, Option<String>)> = Vec::new();
        let mut placed = BTreeMap::<String, BTreeSet<String>>::new();
        for line in config.lines {
            let address = line.address.to_string();
            for group in line.modules.iter().flat_map(|module| module.groups()) {
                placed.entry(group).or_default().insert(address.clone());
            }
            if hosts.iter().any(|(other, _)| *other == address) {
                continue;
            }
            let known = cx.inventory.at(&address);
            if known.is_none() {
                cx.note(&format!(
                    "{address} of {path} is no host of the inventory: nothing is looked at there"
                ));
            }
            hosts.push((address, known.map(|host| host.name.clone())));
        }
        Ok(Self { path, hosts, placed: Some(placed) })
    }

    /// The hosts of the file that the inventory has, each once.
    pub(crate) fn hosts(&self) -> Vec<String> {
        let mut names: Vec<String> = Vec::new();
        for name in self.hosts.iter().filter_map(|(_, name)| name.as_ref()) {
            if !names.contains(name) {
                names.push(name.clone());
            }
        }
        names
    }

    /// The hosts of a module as a host set; none when a dry run cannot know them. The file decides: the vendor's tools
    /// work where it says. The group of the inventory counts when the inventory does not know each of these addresses.
    pub(crate) fn hosts_of(&self, cx: &Context, module: &str) -> Option<String> {
        let group = cx.inventory.group(module).map(|_| format!("@{module}"));
        let Some(placed) = &self.placed else { return group };
        let on = |address: &String| placed.get(module).is_some_and(|all| all.contains(address));
        let names: Option<Vec<&str>> = (self.hosts.iter().filter(|(address, _)| on(address)))
            .map(|(_, name)| name.as_deref())
            .collect();
        match names {
            Some(names) if !names.is_empty() => Some(names.join(",")),
            _ => Some(format!("@{module}")),
        }
    }

    /// Each of these modules has a host (X4.19, X4.20).
    ///
    /// # Errors
    /// Refused when one has none.
    pub(crate) fn demand(&self, modules: impl Iterator<Item = &'static str>) -> Result<()> {
        let Some(placed) = &self.placed else { return Ok(()) };
        let missing: Vec<&str> = modules.filter(|name| !placed.contains_key(*name)).collect();
        if missing.is_empty() {
            return Ok(());
        }
        let missing = missing.join(" and ");
        Err(Fault::refused(format!("{} has no host for {missing}", self.path))
            .hint("give it one: cargo xtask bk-upgrade install-config")
            .into())
    }

    /// The addresses of `whole`, a module with projects, that are none of `project` (X4.55).
    pub(crate) fn without(&self, whole: &str, project: &str) -> Vec<&str> {
        let Some(all) = self.placed.as_ref().and_then(|placed| placed.get(whole)) else {
            return Vec::new();
        };
        let own = self.placed.as_ref().and_then(|placed| placed.get(project));
        let is_other = |address: &&String| own.is_none_or(|own| !own.contains(*address));
        all.iter().filter(is_other).map(String::as_str).collect()
    }
}

/// The hosts of install.config on the control machine, the control machine itself, and those of `module` in the
/// inventory: the document's `pcmd -m all`.
///
/// # Errors
/// Refused without the file.
pub(crate) fn hosts<'a>(
    cx: &'a Context,
    control: &Host<'_>,
    install_dir: &AbsPath,
    module: &str,
) -> Result<Hosts<'a>> {
    let mut names = BTreeSet::from([control.name().to_owned()]);
    names.extend(cx.all_hosts(&format!("@{module}"))?.names().into_iter().map(str::to_owned));
    names.extend(Layout::read(cx, control, install_dir)?.hosts());
    cx.hosts(&names.into_iter().collect::<Vec<_>>().join(","))
}
