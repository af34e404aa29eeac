//! All hosts of the installation.

use std::collections::BTreeSet;

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

/// The hosts of install.config on the control machine, the control machine itself, and those of `module`: the
/// document's `pcmd -m all`. A note names an address that is no host of the inventory.
///
/// # Errors
/// Refused without the file.
pub(crate) fn hosts<'a>(
    cx: &'a Context,
    control: &Host<'_>,
    install_dir: &AbsPath,
    module: &str,
) -> Result<Hosts<'a>> {
    let path = format!("{install_dir}/install.config");
    let entry = control.look("read install.config", |reader| reader.read(path.as_str().into()))?;
    let Entry::File(file) = entry else {
        let fault = Fault::refused(format!("no {path} on {}", control.name()));
        return Err(fault.hint("name its directory with --install-dir").into());
    };
    let config = InstallConfig::parse(&path, &String::from_utf8_lossy(&file.bytes))?;
    let mut names = BTreeSet::from([control.name().to_owned()]);
    names.extend(cx.all_hosts(&format!("@{module}"))?.names().into_iter().map(str::to_owned));
    for line in config.lines {
        let address = line.address.to_string();
        match cx.inventory.hosts.iter().find(|host| host.target() == address) {
            Some(host) => drop(names.insert(host.name.clone())),
            None => cx.note(&format!("{address} of {path} is no host of the inventory: left out")),
        }
    }
    cx.hosts(&names.into_iter().collect::<Vec<_>>().join(","))
}
