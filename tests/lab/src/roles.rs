//! The roles of hosts, as data: their stand-ins, their files, and the shell that readies them after boot.

use anyhow::{Context as _, Result};

use crate::host::Host;

/// One role.
#[derive(Debug)]
pub struct Role {
    /// Its name, as in a plan.
    pub name: &'static str,
    /// Its purpose.
    pub about: &'static str,
    /// The groups of the inventory it belongs to.
    pub groups: &'static [&'static str],
    /// Roles of tests/standins/placement whose files it gets.
    pub seed: &'static [&'static str],
    /// Shell that runs on the new host once it has booted.
    pub ready: &'static str,
}

/// Stand-ins only for software that cannot be had: the rest is the real daemon of the distribution.
pub const ROLES: &[Role] = &[
    Role {
        name: "control",
        about: "BlueKing's control machine: bkcli and its files, stand-ins",
        groups: &["control"],
        seed: &["control"],
        ready: "",
    },
    Role {
        name: "firstbox",
        about: "the firstbox of a QingCloud-like platform, stand-ins",
        groups: &[],
        seed: &["firstbox"],
        ready: include_str!("roles/firstbox.sh"),
    },
    Role {
        name: "paas",
        about: "six bk-paas-*.service as real units, virtual environments, directories",
        groups: &["paas"],
        seed: &["paas"],
        ready: include_str!("roles/paas.sh"),
    },
    Role {
        name: "physical",
        about: "a physical host: virsh with state, a stand-in",
        groups: &["physical"],
        seed: &["physical"],
        ready: "",
    },
    Role {
        name: "webservice",
        about: "a webservice node: keepalived, rc.local",
        groups: &["webservice"],
        seed: &[],
        ready: include_str!("roles/webservice.sh"),
    },
    Role { name: "uecm", about: "keepalived", groups: &["phy_servers"], seed: &[], ready: "" },
    Role {
        name: "etcd",
        about: "one etcd member on its address",
        groups: &["etcd"],
        seed: &[],
        ready: include_str!("roles/etcd.sh"),
    },
    Role {
        name: "nginx",
        about: "nginx",
        groups: &["proxies"],
        seed: &[],
        ready: "systemctl enable --now nginx",
    },
    Role {
        name: "supervisor",
        about: "supervisord",
        groups: &["supervisor"],
        seed: &[],
        ready: "systemctl enable --now supervisor",
    },
    Role {
        name: "mariadb",
        about: "MariaDB",
        groups: &["mysql"],
        seed: &[],
        ready: "systemctl enable --now mariadb",
    },
    Role {
        name: "docker",
        about: "dockerd with an image `tiny`",
        groups: &["docker"],
        seed: &[],
        ready: include_str!("roles/docker.sh"),
    },
    Role {
        name: "pacemaker",
        about: "pcsd, for a cluster of pacemaker and corosync; the password of hacluster is `lab`",
        groups: &["pacemaker"],
        seed: &[],
        // The package brings the configuration of a cluster, which is in the way of a new one.
        ready: "rm -f /etc/corosync/corosync.conf; echo hacluster:lab | chpasswd; systemctl enable --now pcsd",
    },
    Role {
        name: "bk-control",
        about: "the control machine of a BlueKing 6.1 (`lab::blueking`)",
        groups: &[],
        seed: &["control"],
        ready: "",
    },
    bk("bk-auth", &["auth"]),
    bk("bk-cmdb", &["cmdb"]),
    bk("bk-gse", &["gse"]),
    bk("bk-iam", &["iam"]),
    bk("bk-job", &["job"]),
    bk("bk-log", &["log", "log_api"]),
    bk("bk-mongodb", &["mongodb"]),
    bk("bk-monitor", &["monitorv3", "monitorv3_monitor"]),
    bk("bk-mysql", &["mysql"]),
    bk("bk-nginx", &["nginx"]),
    bk("bk-nodeman", &["nodeman"]),
    bk("bk-paas", &["paas"]),
    bk("bk-redis", &["redis_cluster"]),
    bk("bk-search", &["iam_search_engine"]),
    bk("bk-usermgr", &["usermgr"]),
];

/// A module of a BlueKing 6.1, as a part of a host of `lab::blueking`.
const fn bk(name: &'static str, seed: &'static [&'static str]) -> Role {
    Role {
        name,
        about: "a module of a BlueKing 6.1 (`lab::blueking`)",
        groups: &[],
        seed,
        ready: "",
    }
}

/// The roles of a host.
pub fn of(host: &Host) -> Result<Vec<&'static Role>> {
    host.roles.iter().map(|name| find(name)).collect()
}

/// A role by its name.
pub fn find(name: &str) -> Result<&'static Role> {
    let names = || ROLES.iter().map(|role| role.name).collect::<Vec<_>>().join(", ");
    ROLES
        .iter()
        .find(|role| role.name == name)
        .with_context(|| format!("no role `{name}`; there are: {}", names()))
}
