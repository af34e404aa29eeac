//! The arguments of `restore`.

use engine::prelude::*;

use crate::bk_upgrade::common::mongodb::MongoDb;
use crate::bk_upgrade::common::mysql::{Login, MySql};
use crate::common::args::WaitTimeout;

/// The stages, in this order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Stage {
    /// Stop and disable the services of BlueKing on all hosts
    Stop,
    /// Bring back the packages and deploy scripts of 6.1
    Trees,
    /// Load the dump of MySQL
    Mysql,
    /// Load the dump of MongoDB
    Mongodb,
    /// Bring back the unit files that `remove-units` removed
    Units,
    /// Send the deploy scripts to all hosts: `bkcli sync common`
    Sync,
}

/// Takes the newest proved backups of 6.1, proves them again, and lists what cannot be brought back, before
/// anything is touched. Databases that 6.2 has made are listed, and stay without --drop-new. Nothing is lost in
/// silence: the trees of 6.2 stay beside those of 6.1, and both databases are dumped once more before a dump is
/// loaded, to `before-restore.…`. A second run finds nothing to do: it loads no dump twice.
///
/// This is as far as the backups reach. The virtual environments and packages below /data/bkce, and the
/// data of Redis, Elasticsearch, InfluxDB, ZooKeeper and Consul, are in none (X4.70). So the services stay
/// stopped: code of 6.2 must not start on databases of 6.1. At the end, and in each later run, it names for
/// each host the packages that are not those of 6.1, and how to start the services that it has stopped.
///
/// Examples:
///   cargo xtask bk-upgrade restore -n
///   cargo xtask bk-upgrade restore
///   cargo xtask bk-upgrade restore mysql --mysql-dump bk_mysql_alldata.20260102-030405
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub struct Args {
    #[command(flatten)]
    pub(super) stages: Stages<Stage>,
    /// Dump of MySQL [default: the newest proved one of 6.1]
    #[arg(long, value_name = "NAME")]
    pub(super) mysql_dump: Option<String>,
    /// Dump of MongoDB [default: the newest proved one of 6.1]
    #[arg(long, value_name = "NAME")]
    pub(super) mongodb_dump: Option<String>,
    /// Copy of the deploy scripts [default: the newest of `backup-install-dir`]
    #[arg(long, value_name = "DIR")]
    pub(super) install_copy: Option<AbsPath>,
    /// The packages of 6.1
    #[arg(long, value_name = "DIR", default_value = "/data/src.bak")]
    pub(super) src_copy: AbsPath,
    /// Host of MySQL [default: the host of BK_MYSQL_IP0]
    #[arg(long, value_name = "HOST")]
    pub(super) mysql_host: Option<NodeName>,
    /// Directory of the dumps of MySQL
    #[arg(long, value_name = "DIR", default_value = "/data/dbbak")]
    pub(super) mysql_dir: AbsPath,
    #[command(flatten)]
    pub(super) login: Login,
    /// Host of MongoDB [default: the host of BK_MONGODB_IP0]
    #[arg(long, value_name = "HOST")]
    pub(super) mongodb_host: Option<NodeName>,
    /// Port of MongoDB
    #[arg(long, value_name = "PORT", default_value_t = 27017)]
    pub(super) mongodb_port: u16,
    /// Directory of the dumps of MongoDB
    #[arg(long, value_name = "DIR", default_value = "/data/mongodb_bak")]
    pub(super) mongodb_dir: AbsPath,
    /// Drop the databases of MySQL that the dump does not have
    #[arg(long)]
    pub(super) drop_new: bool,
    /// Do not dump the present databases before: they are broken, or there is no time
    #[arg(long)]
    pub(super) no_dump: bool,
    /// Load MongoDB without the oplog of the dump: its replay needs more than the role `restore`
    #[arg(long)]
    pub(super) no_oplog_replay: bool,
    /// Hosts whose services stop [default: all hosts with a module]
    #[arg(long, value_name = "HOSTSET")]
    pub(super) hosts: Option<String>,
    /// Directory of the deploy scripts
    #[arg(long, value_name = "DIR", default_value = "/data/install")]
    pub(super) install_dir: AbsPath,
    /// Directory of the packages
    #[arg(long, value_name = "DIR", default_value = "/data/src")]
    pub(super) src_dir: AbsPath,
    /// Directory of the BlueKing installation, on all hosts
    #[arg(long, value_name = "DIR", default_value = "/data/bkce")]
    pub(super) install_path: AbsPath,
    #[command(flatten)]
    pub(super) wait: WaitTimeout<14400>,
}

impl Args {
    /// MySQL and its dumps.
    pub(super) fn mysql(&self) -> MySql {
        let (host, dir) = (self.mysql_host.clone(), self.mysql_dir.clone());
        MySql::of(host, dir, self.login.clone(), self.install_dir.clone())
    }

    /// MongoDB and its dumps; those of a single server are without the oplog.
    pub(super) fn mongodb(&self, no_oplog: bool) -> MongoDb {
        let (host, dir) = (self.mongodb_host.clone(), self.mongodb_dir.clone());
        MongoDb::of(host, self.mongodb_port, dir, no_oplog, self.install_dir.clone())
    }
}
