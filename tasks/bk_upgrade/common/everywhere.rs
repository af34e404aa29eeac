//! All hosts of the installation.

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
