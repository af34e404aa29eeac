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

use super::common::dumps::{self, Dump, Dumps, Kind, Making, Wanted};
use super::common::mysql::MySql;

const PROOF: Snippet = snippet!("bk-upgrade/mysql_restore_proof");

/// Runs `dbbackup_mysql.sh` as a job of its own, then proves the dump: its last line, each wanted database
/// once, its place in the binary log, nothing on standard error, its size beside the dump before (X4.10).
/// A manifest with its hash seals it. A complete dump of the same release and the same databases is kept
/// for a day. --restore-proof also loads its schema, without rows, into a scratch server of the same program, which
/// has its files beside the dump, no network, and ends with the proof.
///
/// The dump is of the moment when it begins; that of MongoDB is of another one (X4.71). Redis,
/// Elasticsearch, InfluxDB, ZooKeeper, Consul and /data/bkce are in no backup of this runbook (X4.70).
///
/// Examples:
///   cargo xtask bk-upgrade mysql-backup -n
///   cargo xtask bk-upgrade mysql-backup --defaults-file /root/.my.cnf
///   cargo xtask bk-upgrade mysql-backup --force-new --restore-proof
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub struct Args {
    #[command(flatten)]
    mysql: MySql,
    #[command(flatten)]
    making: Making,
    /// Also load the schema of the dump into a scratch server beside it
    #[arg(long)]
    restore_proof: bool,
}

/// Checks, dumps, compares with the last dump, seals, proves.
pub fn run(cx: &Context, args: &Args) -> Result<()> {
    let (mysql, dir) = (args.mysql.host(cx)?, args.mysql.dir());
    mysql.ensure(&args.mysql.ready())?;
    args.is_the_script(&mysql)?;
    let (release, databases) = (args.making.release(cx)?, args.mysql.databases(&mysql)?);
    let dumps = Dumps::read(Kind::MySql, &mysql, dir)?;
    let wanted = Wanted { release, databases, oplog: false };
    let name = args.making.name(cx, &dumps, &wanted, "bk_mysql_alldata.");
    if dumps.named(&name).is_none() {
        mysql.ensure(&args.mysql.room())?;
        cx.note("a dump reads all databases: it is a load for MySQL");
    }
    mysql.ensure(&args.mysql.dump(&name, &wanted.release, args.making.limit()))?;
    if cx.is_real() {
        let dumps = Dumps::read(Kind::MySql, &mysql, dir)?;
        dumps.named(&name).inspect(|dump| surface(cx, dump));
        args.making.compare(&dumps, &name)?;
    }
    let backup = dumps::mysql(&mysql, dir, &name)?;
    mysql.make_backup(&backup, &Demand::default()).map(drop)?;
    if args.restore_proof {
        mysql.ensure(&args.loaded(&backup, &name))?;
    }
    Ok(())
}

impl Args {
    /// The schema can be loaded. The scratch server has no network and no rows.
    fn loaded(&self, backup: &Backup, name: &str) -> Shell {
        let at = |end: &str| format!("{}/{name}.{end}", self.mysql.dir());
        let values = [
            self.mysql.credentials(),
            ("FILE", at("sql").into()),
            ("ABOUT", at("about").into()),
            ("MANIFEST", backup.manifest().as_str().into()),
            ("PROOF", at("proof").into()),
        ];
        Shell::new(PROOF, values)
            .called(format!("load the schema of {} into a scratch server", at("sql")))
            .within(self.making.limit())
            .detached(Detached::job("mysql-restore-proof").rerun_when_cut())
    }

    /// The script on the host is the one that `mysql-backup-script` writes with these arguments.
    fn is_the_script(&self, mysql: &Host<'_>) -> Result<()> {
        let (path, text) = (self.mysql.script_path(), self.mysql.script()?);
        mysql.look("read the script", |reader| {
            let what = match reader.read(path.as_str().into())? {
                Entry::File(file) if file.bytes == text.as_bytes() => return Ok(()),
                Entry::Unknown(_) => return Ok(()),
                Entry::File(_) => "is not that of these arguments",
                _ => "is missing",
            };
            Err(Fault::refused(format!("{path} {what}"))
                .hint("first, with the same arguments: cargo xtask bk-upgrade mysql-backup-script")
                .into())
        })
    }
}

/// What a person must know of the dump (X4.70, X4.71).
fn surface(cx: &Context, dump: &Dump) {
    if dump.not_transactional > 0 {
        cx.note(&format!(
            "{} tables are not transactional: a write during the dump can be in one of them, and not in another",
            dump.not_transactional
        ));
    }
    cx.note(&format!(
        "the dump is of {}; that of MongoDB is of another moment (X4.71)",
        dump.begun.1
    ));
    cx.note(dumps::NOT_SAVED);
}
