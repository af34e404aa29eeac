//! Document section 5.1 开始备份.
//!
//! - Hosts: the host of MySQL; the control machine is read
//! - Changes: writes a dump under a new name, its description, and a manifest
//! - Proof: the dump ends with its mark, has each database once, and is what its manifest says
//! - Undo: removes dump, description and manifest
//!
//! ```sh
//! bash dbbackup_mysql.sh
//! grep 'CREATE DATABASE' bk_mysql_alldata.sql
//! ```

use engine::prelude::*;

use super::common::backups::{self, Dump, Dumps};
use super::common::mysql::MySql;
use crate::common::args::WaitTimeout;

const DUMP: Snippet = snippet!("bk-upgrade/mysql_backup");
const RELEASE: Snippet = snippet!("bk-upgrade/mysql_backup_release");

/// Runs `dbbackup_mysql.sh` as a job of its own, then proves the dump: its last line, each wanted database
/// once, its place in the binary log, nothing on standard error, its size beside the dump before (X4.10).
/// A manifest with its hash seals it. A complete dump of the same release and the same databases is kept
/// for a day.
///
/// The dump is of the moment when it begins; that of MongoDB is of another one (X4.71). Redis,
/// Elasticsearch, InfluxDB, ZooKeeper, Consul and /data/bkce are in no backup of this runbook (X4.70).
///
/// Examples:
///   cargo xtask bk-upgrade mysql-backup -n
///   cargo xtask bk-upgrade mysql-backup --defaults-file /root/.my.cnf
///   cargo xtask bk-upgrade mysql-backup --force-new
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub struct Args {
    #[command(flatten)]
    mysql: MySql,
    /// Directory whose VERSION is the release that the databases are of, on the control machine
    #[arg(long, value_name = "DIR", default_value = "/data/src")]
    src_dir: AbsPath,
    /// Make a new dump in any case
    #[arg(long)]
    force_new: bool,
    /// Age limit of a dump that is kept, in hours
    #[arg(long, value_name = "HOURS", default_value_t = 24)]
    max_age: u16,
    /// Accept a dump of less than half the size of the one before
    #[arg(long)]
    accept_smaller: bool,
    #[command(flatten)]
    wait: WaitTimeout<14400>,
}

/// Checks, dumps, compares with the last dump, seals.
pub fn run(cx: &Context, args: &Args) -> Result<()> {
    let mysql = args.mysql.host(cx)?;
    mysql.ensure(&args.mysql.ready())?;
    args.is_the_script(&mysql)?;
    let release = release(&cx.one_host("control")?, &args.src_dir)?;
    let databases = args.mysql.databases(&mysql)?;
    let dumps = Dumps::read(&mysql, args.mysql.dir())?;
    let name = match (&dumps.part, args.kept(&dumps, &release, &databases)) {
        (Some(part), _) => part.clone(),
        (None, Some(kept)) => kept.name.clone(),
        (None, None) => format!("bk_mysql_alldata.{}", cx.stamp()),
    };
    if !dumps.whole.iter().any(|dump| dump.name == name) {
        mysql.ensure(&args.mysql.room())?;
        cx.note("a dump reads all databases: it is a load for MySQL");
    }
    mysql.ensure(&args.dump(&name, &release))?;
    if cx.is_real() {
        args.compare(cx, &Dumps::read(&mysql, args.mysql.dir())?, &name)?;
    }
    mysql.ensure(&backups::mysql(&mysql, args.mysql.dir(), &name)?.sealed())?;
    cx.note("not saved by this runbook: redis, elasticsearch, influxdb, zookeeper, consul, /data/bkce (X4.70)");
    Ok(())
}

impl Args {
    /// The script on the host is the one that `mysql-backup-script` writes with these arguments.
    fn is_the_script(&self, mysql: &Host<'_>) -> Result<()> {
        let (path, text) = (self.mysql.script_path(), self.mysql.script()?);
        mysql.look("read the script", |reader| match reader.read(path.as_str().into())? {
            Entry::File(file) if file.bytes == text.as_bytes() => Ok(()),
            Entry::Unknown(_) => Ok(()),
            found => {
                let what = if matches!(found, Entry::File(_)) { "is not that of these arguments" } else { "is missing" };
                Err(Fault::refused(format!("{path} {what}"))
                    .hint("first, with the same arguments: cargo xtask bk-upgrade mysql-backup-script")
                    .into())
            }
        })
    }

    /// The newest dump, if it is young enough, and of the same release and databases.
    fn kept<'a>(&self, dumps: &'a Dumps, release: &str, databases: &[String]) -> Option<&'a Dump> {
        let newest = dumps.whole.first().filter(|_| !self.force_new)?;
        let limit = i64::from(self.max_age) * 3600;
        let young = dumps.now - newest.begun.0 <= limit;
        (young && newest.release == release && newest.databases == databases).then_some(newest)
    }

    /// What was cut short leaves parts only: it runs again.
    fn dump(&self, name: &str, release: &str) -> Shell {
        let (dir, script) = (self.mysql.dir().to_string(), self.mysql.script_path());
        let file = format!("{dir}/{name}.sql");
        let values = [("SCRIPT", script.into()), ("DIR", dir.into()), ("NAME", name.into()), ("RELEASE", release.into())];
        Shell::new(DUMP, values)
            .called(format!("dump the databases to {file}"))
            .makes(file)
            .within(self.wait.limit())
            .detached(Detached::job("mysql-backup").rerun_when_cut())
    }

    /// Refuses a dump that is much smaller than the one before: data may be gone.
    fn compare(&self, cx: &Context, dumps: &Dumps, name: &str) -> Result<()> {
        let Some(at) = dumps.whole.iter().position(|dump| dump.name == name) else { return Ok(()) };
        let dump = &dumps.whole[at];
        if dump.not_transactional > 0 {
            cx.note(&format!(
                "{} tables are not transactional: a write during the dump can be in one of them, and not in another",
                dump.not_transactional
            ));
        }
        cx.note(&format!("the dump is of {}; that of MongoDB is of another moment (X4.71)", dump.begun.1));
        let Some(before) = dumps.whole[at + 1..].iter().find(|before| before.sealed) else { return Ok(()) };
        if self.accept_smaller || dump.sealed || dump.bytes >= before.bytes / 2 {
            return Ok(());
        }
        Err(Fault::refused(format!("the dump {name} has less than half the size of the one before"))
            .detail("now", format!("{} bytes, {} databases", dump.bytes, dump.databases.len()))
            .detail("before", format!("{}: {} bytes, {} databases", before.name, before.bytes, before.databases.len()))
            .hint("find out what is gone; if that is right: --accept-smaller")
            .into())
    }
}

/// The release of BlueKing, for the description of a dump: a later one is of upgraded databases.
fn release(control: &Host<'_>, src: &AbsPath) -> Result<String> {
    control.look("read VERSION", |reader| {
        reader.ask(RELEASE, [("FILE", Value::from(format!("{src}/VERSION")))])
    })
}
