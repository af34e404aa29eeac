//! Document section 7.6.
//!
//! - Hosts: the control machine; those of the permission center are read; the host of MySQL, for its dump
//! - Changes: fetches the vendor's script, migrates the group data, then upgrades the permission center and its SaaS
//! - Proof: checksum, the vendor's `check`, version equal on every host, `bkcli status` and `bkcli check` report no fault
//! - Undo: up to `fetch-script`: removes the script; from `migrate` on no: restore the dump of MySQL
//!
//! ```sh
//! ./bkcli upgrade bkiam
//! ./bkcli status bkiam
//! ./bkcli check bkiam
//! ./bkcli install saas-o bk_iam
//! curl -L -o /data/migrate_subject_system_group.py https://bkopen-1252002024.file.myqcloud.com/ce/3c2955e/migrate_subject_system_group.py
//! /opt/py36/bin/pip3 install PyMySQL
//! /opt/py36/bin/python3 /data/migrate_subject_system_group.py -H ${BK_MYSQL_IP} -P 3306 -u ${BK_MYSQL_ADMIN_USER} -p ${BK_MYSQL_ADMIN_PASSWORD} -D bkiam migrate
//! /opt/py36/bin/python3 /data/migrate_subject_system_group.py -H ${BK_MYSQL_IP} -P 3306 -u ${BK_MYSQL_ADMIN_USER} -p ${BK_MYSQL_ADMIN_PASSWORD} -D bkiam check
//! ```

pub(super) mod release;
mod script;

use engine::prelude::*;

use super::common::bkcli::Bkcli;
use super::common::dumps::{self, Dumps};
use super::common::migration::{Migration, Mode};
use super::common::module::{self, Work};
use super::common::site::Site;
use crate::common::args::WaitTimeout;

/// The document upgrades first. The vendor wants the data migrated before, so the order here is:
/// fetch-script, migrate, upgrade, check, saas (X4.43). `migrate` runs the vendor's `migrate`, then its
/// `check`; both may be repeated (X4.46). The password of MySQL goes over standard input only (XX.1).
///
/// `migrate` needs a proved dump of MySQL: `bk-upgrade mysql-backup`. Nobody may change groups in the
/// permission center between `migrate` and `upgrade`; `upgrade` checks again.
///
/// Examples:
///   cargo xtask bk-upgrade iam -n
///   cargo xtask bk-upgrade iam fetch-script --url file:///root/migrate_subject_system_group.py --offline /root/PyMySQL-1.0.2-py3-none-any.whl
///   cargo xtask bk-upgrade iam migrate --mode check
///   cargo xtask bk-upgrade iam --from upgrade
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub struct Args {
    #[command(flatten)]
    stages: Stages<Stage>,
    /// The migration script of the vendor
    #[arg(
        long,
        value_name = "URL",
        default_value = "https://bkopen-1252002024.file.myqcloud.com/ce/3c2955e/migrate_subject_system_group.py"
    )]
    url: String,
    /// Its SHA-256. Without it, a person accepts the file once
    #[arg(long, value_name = "HEX", value_parser = script::sha256)]
    sha256: Option<String>,
    /// Its path on the control machine
    #[arg(long, value_name = "FILE", default_value = "/data/migrate_subject_system_group.py")]
    script: AbsPath,
    /// A wheel of PyMySQL on the control machine, instead of pypi.org
    #[arg(long, value_name = "WHEEL")]
    offline: Option<AbsPath>,
    /// Directory of Python and pip
    #[arg(long, value_name = "DIR", default_value = "/opt/py36/bin")]
    python_dir: AbsPath,
    /// What `migrate` does
    #[arg(long, value_enum, default_value = "both")]
    mode: Mode,
    /// The database
    #[arg(long, value_name = "NAME", default_value = "bkiam")]
    db: NodeName,
    /// Its server [default: BK_MYSQL_IP0]
    #[arg(long, value_name = "ADDRESS")]
    db_host: Option<NodeName>,
    /// The port of the server
    #[arg(long, value_name = "PORT", default_value_t = 3306)]
    db_port: u16,
    /// Its administrator [default: BK_MYSQL_ADMIN_USER]
    #[arg(long, value_name = "NAME")]
    db_user: Option<NodeName>,
    /// Host of MySQL in the inventory, which stores the dump [default: the host of BK_MYSQL_IP0]
    #[arg(long, value_name = "HOST")]
    mysql_host: Option<NodeName>,
    /// Directory of the dumps on that host
    #[arg(long, value_name = "DIR", default_value = "/data/dbbak")]
    backup_dir: AbsPath,
    /// Age limit of the dump in hours
    #[arg(long, value_name = "HOURS", default_value_t = 24)]
    max_backup_age: u16,
    /// Upgrade although the data is not migrated
    #[arg(long)]
    allow_before_migrate: bool,
    /// Directory of the BlueKing installation
    #[arg(long, value_name = "DIR", default_value = "/data/bkce")]
    install_path: AbsPath,
    /// Directory of the deploy scripts on the control machine
    #[arg(long, value_name = "DIR", default_value = "/data/install")]
    install_dir: AbsPath,
    /// Directory of the new packages on the control machine
    #[arg(long, value_name = "DIR", default_value = "/data/src")]
    src_dir: AbsPath,
    /// Seconds before a deployment that timed out is tried again
    #[arg(long, value_name = "SECS", default_value_t = 60)]
    retry_wait: u64,
    #[command(flatten)]
    wait: WaitTimeout<300>,
}

/// The stages, in the order of the vendor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub(crate) enum Stage {
    /// Fetch the migration script and PyMySQL
    FetchScript,
    /// Migrate the group data, and check it
    Migrate,
    /// Upgrade to the 6.2 package: `bkcli upgrade`
    Upgrade,
    /// Wait until the permission center is healthy
    Check,
    /// Deploy its SaaS application
    Saas,
}

/// The selected stages.
pub fn run(cx: &Context, args: &Args) -> Result<()> {
    let at = At { cx, args, control: cx.one_host("control")?, hosts: cx.hosts("@iam")? };
    at.confirm()?;
    cx.stage(&args.stages, Stage::FetchScript, || at.fetch())?;
    cx.stage(&args.stages, Stage::Migrate, || at.migrate())?;
    cx.stage(&args.stages, Stage::Upgrade, || at.upgrade())?;
    cx.stage(&args.stages, Stage::Check, || at.control.ensure(&at.bkcli().healthy()).map(drop))?;
    cx.stage(&args.stages, Stage::Saas, || at.saas())
}

/// A run with its hosts.
struct At<'a> {
    cx: &'a Context,
    args: &'a Args,
    control: Host<'a>,
    hosts: Hosts<'a>,
}

impl<'a> At<'a> {
    fn confirm(&self) -> Result<()> {
        let has = |stage| self.args.stages.has(&stage);
        let migrates = has(Stage::Migrate) && self.args.mode != Mode::Check;
        let mut what = Vec::new();
        if migrates {
            what.push("migrates the group data: nobody may change groups until `upgrade` is done");
        }
        if has(Stage::Upgrade) {
            what.push("interrupts the permission center");
        }
        if has(Stage::Saas) {
            what.push("replaces its SaaS application");
        }
        if what.is_empty() {
            return Ok(());
        }
        self.hosts.confirm(&format!("{}; irreversible", what.join("; ")))
    }

    fn bkcli(&self) -> Bkcli<'_> {
        Bkcli {
            cx: self.cx,
            module: &module::BKIAM,
            hosts: &self.hosts,
            layout: None,
            poll: self.args.wait.poll(),
            install_dir: &self.args.install_dir,
            src_dir: &self.args.src_dir,
            install_path: &self.args.install_path,
            container: "",
        }
    }

    fn migration(&self) -> Result<Migration<'a>> {
        let (args, site) = (self.args, Site::read(self.cx, &self.args.install_dir)?);
        let or = |given: &Option<NodeName>, name: &str| match given {
            Some(given) => Ok(given.to_string()),
            None => site.get(name).map(str::to_owned),
        };
        let mysql = self.mysql()?;
        Ok(Migration {
            script: &args.script,
            python: self.program("python3"),
            server: or(&args.db_host, "BK_MYSQL_IP0")?,
            port: args.db_port,
            user: or(&args.db_user, "BK_MYSQL_ADMIN_USER")?,
            password: site.secret("BK_MYSQL_ADMIN_PASSWORD")?.to_owned(),
            database: args.db.as_str(),
            data: Doomed::path_on(mysql.name(), format!("{}/public/mysql", args.install_path)),
        })
    }

    fn mysql(&self) -> Result<Host<'a>> {
        let (args, named) = (self.args, self.args.mysql_host.as_ref());
        dumps::host(self.cx, &args.install_dir, dumps::Kind::MySql, named)
    }

    /// Before the upgrade only: later the new version has written to the tables (X4.43).
    fn migrate(&self) -> Result<()> {
        let migration = self.migration()?;
        if self.args.mode == Mode::Check {
            return self.control.ensure(&migration.checked()).map(drop);
        }
        self.accepted()?;
        let upgraded = self.upgraded()?;
        let mode = if upgraded.is_some() { Mode::Migrate } else { self.args.mode };
        let op = migration.done(mode);
        if self.control.look("look for the migration", |reader| op.probe(reader))? == State::Kept {
            // The vendor's check has just agreed.
            return self.control.ensure(&migration.done(Mode::Migrate)).map(drop);
        }
        if let Some((host, version)) = upgraded {
            return Err(Fault::refused(release::is_new(host, &version))
                .hint("go back to the old package and the dump of MySQL, or ask the vendor")
                .hint(
                    "was it migrated by hand? see: cargo xtask bk-upgrade iam migrate --mode check",
                )
                .into());
        }
        let demand = Demand::new(
            Duration::from_secs(3600 * u64::from(self.args.max_backup_age)),
            op.destroys(),
        );
        let proof = self.dump(&demand)?;
        self.control.destroy(&op, &proof).map(drop)
    }

    /// The newest sealed dump that has the database, proved.
    fn dump(&self, demand: &Demand) -> Result<ProvenBackup<'a>> {
        let (mysql, dir, db) = (self.mysql()?, &self.args.backup_dir, self.args.db.as_str());
        let dumps = Dumps::read(dumps::Kind::MySql, &mysql, dir)?;
        let has = |dump: &&dumps::Dump| dump.sealed && dump.databases.iter().any(|name| name == db);
        match dumps.whole.iter().find(has) {
            Some(dump) => mysql.proven(&dumps::mysql(&mysql, dir, &dump.name)?, demand),
            // The one that an earlier step of this plan makes.
            None if self.cx.is_pending() => {
                let name = format!("bk_mysql_alldata.{}", self.cx.stamp());
                mysql.proven(&dumps::mysql(&mysql, dir, &name)?, demand)
            }
            None => Err(Fault::refused("no backup of the databases of BlueKing is there")
                .detail("at", format!("{}:{dir}", mysql.name()))
                .detail("wanted", format!("a sealed dump with {db}"))
                .hint("make one: cargo xtask bk-upgrade mysql-backup")
                .into()),
        }
    }

    /// The first host that has the new version, and its version.
    fn upgraded(&self) -> Result<Option<(&'a str, String)>> {
        release::new_on(&self.hosts, &self.args.install_path)
    }

    /// Refused before the data is migrated; the vendor's check decides (X4.43).
    fn upgrade(&self) -> Result<()> {
        if self.args.allow_before_migrate {
            self.cx.note(
                "whether the data is migrated was not checked: --allow-before-migrate (X4.43)",
            );
        } else if self.upgraded()?.is_none() {
            self.control.ensure(&self.migration()?.checked())?;
        }
        self.control.ensure(&self.bkcli().updated()).map(drop)
    }

    fn saas(&self) -> Result<()> {
        let (args, wait) = (self.args, self.args.retry_wait.to_string());
        let (install, src) = (args.install_dir.as_str(), args.src_dir.as_str());
        let words = ["--install-dir", install, "--src-dir", src, "--retry-wait", &wait];
        let args = module::given(&module::BKIAM, &words)?;
        let (cx, control, hosts) = (self.cx, self.control, &self.hosts);
        let work = Work {
            cx,
            module: &module::BKIAM,
            control,
            hosts,
            old: hosts,
            layout: None,
            args: &args,
        };
        (module::SAAS.does)(&work)
    }
}
