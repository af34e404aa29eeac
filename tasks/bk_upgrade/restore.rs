//! The document has no way back (X4.69).
//!
//! - Hosts: the control machine, the hosts of MySQL and MongoDB, all hosts with a module
//! - Changes: stops the services of BlueKing, brings back trees, databases and unit files of 6.1
//! - Proof: each backup is proved before anything is touched; tables and documents are those of the dumps
//! - Undo: no: what was written since the dumps is gone; run the upgrade again

mod databases;
mod plan;
mod trees;
mod units;

use engine::prelude::*;

use self::plan::Plan;
use super::common::dumps;
use super::common::everywhere::everywhere;
use super::common::mongodb::MongoDb;
use super::common::mysql::{Login, MySql};
use super::sync_common::Sent;
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
/// anything is touched. Databases that 6.2 has made are listed, and stay without --drop-new. The trees of 6.2
/// stay beside those of 6.1. A second run finds nothing to do: it loads no dump twice.
///
/// This is as far as the backups reach. The virtual environments and packages below /data/bkce, and the
/// data of Redis, Elasticsearch, InfluxDB, ZooKeeper and Consul, are in none (X4.70). So the services stay
/// stopped: install each module of 6.1 again with `bkcli`.
///
/// Examples:
///   cargo xtask bk-upgrade restore -n
///   cargo xtask bk-upgrade restore
///   cargo xtask bk-upgrade restore mysql --mysql-dump bk_mysql_alldata.20260102-030405
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub struct Args {
    #[command(flatten)]
    stages: Stages<Stage>,
    /// Dump of MySQL [default: the newest proved one of 6.1]
    #[arg(long, value_name = "NAME")]
    mysql_dump: Option<String>,
    /// Dump of MongoDB [default: the newest proved one of 6.1]
    #[arg(long, value_name = "NAME")]
    mongodb_dump: Option<String>,
    /// Copy of the deploy scripts [default: the newest of `backup-install-dir`]
    #[arg(long, value_name = "DIR")]
    install_copy: Option<AbsPath>,
    /// The packages of 6.1
    #[arg(long, value_name = "DIR", default_value = "/data/src.bak")]
    src_copy: AbsPath,
    /// Host of MySQL [default: the host of BK_MYSQL_IP0]
    #[arg(long, value_name = "HOST")]
    mysql_host: Option<NodeName>,
    /// Directory of the dumps of MySQL
    #[arg(long, value_name = "DIR", default_value = "/data/dbbak")]
    mysql_dir: AbsPath,
    #[command(flatten)]
    login: Login,
    /// Host of MongoDB [default: the host of BK_MONGODB_IP0]
    #[arg(long, value_name = "HOST")]
    mongodb_host: Option<NodeName>,
    /// Port of MongoDB
    #[arg(long, value_name = "PORT", default_value_t = 27017)]
    mongodb_port: u16,
    /// Directory of the dumps of MongoDB
    #[arg(long, value_name = "DIR", default_value = "/data/mongodb_bak")]
    mongodb_dir: AbsPath,
    /// Drop the databases of MySQL that the dump does not have
    #[arg(long)]
    drop_new: bool,
    /// Load MongoDB without the oplog of the dump: its replay needs more than the role `restore`
    #[arg(long)]
    no_oplog_replay: bool,
    /// Hosts whose services stop [default: all hosts with a module]
    #[arg(long, value_name = "HOSTSET")]
    hosts: Option<String>,
    /// Directory of the deploy scripts
    #[arg(long, value_name = "DIR", default_value = "/data/install")]
    install_dir: AbsPath,
    /// Directory of the packages
    #[arg(long, value_name = "DIR", default_value = "/data/src")]
    src_dir: AbsPath,
    #[command(flatten)]
    wait: WaitTimeout<14400>,
}

/// Finds and proves everything first, lists what is lost, asks, then works stage by stage.
pub fn run(cx: &Context, args: &Args) -> Result<()> {
    let hosts = everywhere(cx, args.hosts.as_deref())?;
    let plan = Plan::make(cx, args)?;
    let kept = units::Kept::find(cx, args, &hosts)?;
    if plan.is_done() && kept.is_empty() {
        cx.note("the trees and databases are those of 6.1: nothing is stopped");
        plan.trees(&args.stages)?;
        return plan.databases(cx, &args.stages);
    }
    plan.tell(cx);
    kept.tell(cx);
    cx.confirm(&format!("{}; irreversible", plan.words()))?;
    cx.stage(&args.stages, Stage::Stop, || units::stop(&hosts))?;
    plan.trees(&args.stages)?;
    plan.databases(cx, &args.stages)?;
    cx.stage(&args.stages, Stage::Units, || kept.bring_back(cx))?;
    cx.stage(&args.stages, Stage::Sync, || {
        let control = cx.one_host("control")?;
        control.ensure(&Sent::to(&hosts, &args.install_dir, args.wait.limit())).map(drop)
    })?;
    cx.note("the services of BlueKing are stopped and disabled; bring each module of 6.1 back, on the control machine: ./bkcli sync MODULE; ./bkcli install MODULE; ./bkcli start MODULE");
    cx.note(dumps::NOT_SAVED);
    Ok(())
}

impl Args {
    fn mysql(&self) -> MySql {
        let (host, dir) = (self.mysql_host.clone(), self.mysql_dir.clone());
        MySql::of(host, dir, self.login.clone(), self.install_dir.clone())
    }

    fn mongodb(&self) -> MongoDb {
        let (host, dir) = (self.mongodb_host.clone(), self.mongodb_dir.clone());
        MongoDb::of(host, self.mongodb_port, dir, self.install_dir.clone())
    }
}
