//! Which module of a BlueKing is on which host.

/// The machine that works on the hosts; the program runs there.
pub const CONTROL: &str = "firstbox";

/// A site.
#[derive(Debug)]
pub struct Layout {
    /// Its hosts, in the order in which a lab plans them.
    pub hosts: &'static [Place],
    /// Modules that 6.2 adds, as hosts.toml names them, each with its hosts.
    pub added: &'static [(&'static str, &'static [&'static str])],
}

/// A host, and what it has.
#[derive(Debug)]
pub struct Place {
    /// Its name in the lab.
    pub name: &'static str,
    /// As in install.config, of 6.1.
    pub modules: &'static str,
    /// The same as roles of a lab: stand-ins and old services.
    pub roles: &'static str,
    /// Units of 6.2 that were there before, under this name, as no container.
    pub new: &'static str,
}

/// That of the document (L110-114). An installation of 6.1 has paas on the third host.
pub const DOCUMENT: Layout = Layout {
    hosts: &[
        Place {
            name: "paas1",
            modules: "iam,ssm,usermgr,gse,license,redis,consul,es7,monitorv3(influxdb-proxy),monitorv3(monitor),monitorv3(grafana),monitorv3(ingester)",
            roles: "bk-iam,bk-usermgr,bk-gse,bk-monitor",
            new: "bk-iam bk-usermgr bk-gse-cluster bk-gse-data bk-gse-file bk-gse-proc bk-gse-task bk-monitor bk-apigw apisix",
        },
        Place {
            name: "paas2",
            modules: "nginx,consul,mongodb,rabbitmq,appo,influxdb(bkmonitorv3),monitorv3(transfer),beanstalk,monitorv3(unify-query)",
            roles: "bk-nginx,bk-mongodb,bk-search",
            new: "bk-iam-search-engine",
        },
        Place {
            name: "paas3",
            modules: "cmdb,job,mysql,zk(config),kafka(config),appt,consul,log(api),nodeman(nodeman),log(grafana),paas",
            roles: "bk-cmdb,bk-job,bk-mysql,bk-log,bk-nodeman,bk-paas,bk-auth,bk-redis",
            new: "bk-cmdb bk-job bk-log-api bk-nodeman bk-paas bk-paas-plugins bk-auth redis-cluster etcd",
        },
    ],
    added: &[
        ("redis_cluster", &["paas3"]),
        ("auth", &["paas3"]),
        ("etcd", &["paas3"]),
        ("apigw", &["paas1"]),
        ("iam_search_engine", &["paas2"]),
    ],
};

/// Each of the six modules with old services on a host of its own, the others spread; a Redis cluster and an etcd of three.
pub const SIX: Layout = Layout {
    hosts: &[
        Place {
            name: "paas1",
            modules: "gse,iam,ssm,license,consul",
            roles: "bk-gse,bk-iam,bk-redis",
            new: "bk-iam bk-gse-cluster bk-gse-data bk-gse-file bk-gse-proc bk-gse-task bk-apigw apisix redis-cluster",
        },
        Place {
            name: "paas2",
            modules: "usermgr,nginx,consul,redis,es7",
            roles: "bk-usermgr,bk-nginx,bk-redis,bk-search",
            new: "bk-usermgr bk-iam-search-engine redis-cluster",
        },
        Place {
            name: "paas3",
            modules: "paas,mysql,consul,appo",
            roles: "bk-paas,bk-mysql,bk-redis,bk-auth",
            new: "bk-paas bk-paas-plugins bk-auth redis-cluster",
        },
        Place {
            name: "webservice0",
            modules: "nodeman(nodeman),cmdb,mongodb,rabbitmq,zk(config)",
            roles: "bk-nodeman,bk-cmdb,bk-mongodb",
            new: "bk-nodeman bk-cmdb etcd",
        },
        Place {
            name: "webservice1",
            modules: "monitorv3(influxdb-proxy),monitorv3(monitor),monitorv3(grafana),monitorv3(transfer),influxdb(bkmonitorv3),beanstalk",
            roles: "bk-monitor",
            new: "bk-monitor etcd",
        },
        Place {
            name: "node1",
            modules: "log(api),log(grafana),job,kafka(config),appt",
            roles: "bk-log,bk-job",
            new: "bk-log-api bk-job etcd",
        },
    ],
    added: &[
        ("redis_cluster", &["paas1", "paas2", "paas3"]),
        ("auth", &["paas3"]),
        ("etcd", &["webservice0", "webservice1", "node1"]),
        ("apigw", &["paas1"]),
        ("iam_search_engine", &["paas2"]),
    ],
};

impl Layout {
    /// The control machine, then all hosts.
    pub fn all(&self) -> Vec<&'static str> {
        let hosts = self.hosts.iter().map(|place| place.name);
        std::iter::once(CONTROL).chain(hosts).collect()
    }

    /// The host of a module that only one host has.
    pub fn host_of(&self, module: &str) -> Option<&'static str> {
        let has = |place: &&Place| place.modules.split(',').any(|name| name == module);
        self.hosts.iter().find(has).map(|place| place.name)
    }
}
