//! Document section 5.2 开始备份 MongoDB.
//!
//! - Hosts: the host of MongoDB; the control machine is read
//! - Changes: writes a dump into a new directory, with its description and a manifest
//! - Proof: each database has files, each file can be unpacked, the oplog is there, `mongorestore --dryRun` reads it
//! - Undo: removes the directory of the dump
//!
//! ```sh
//! source /data/install/utils.fc
//! mongodump --host $BK_MONGODB_IP -u $BK_MONGODB_ADMIN_USER -p $BK_MONGODB_ADMIN_PASSWORD --oplog --gzip --out /data/mongodb_bak
//! ```

use engine::prelude::*;

use super::common::dumps::{self, Dumps, Kind, Making, Wanted};
use super::common::mongodb::MongoDb;

/// Runs `mongodump --oplog --gzip` as a job of its own, into a directory of its own (X4.11), then proves the
/// dump. Its password comes to the host over the session, and to the tools in a file of mode 600, which is
/// removed again. A complete dump of the same release and the same databases is kept for a day.
///
/// With the oplog all databases are of one moment: the end of the dump. That of MySQL is of another
/// moment (X4.71).
///
/// Examples:
///   cargo xtask bk-upgrade mongodb-backup -n
///   cargo xtask bk-upgrade mongodb-backup --force-new
///   cargo xtask bk-upgrade mongodb-backup --no-oplog
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub struct Args {
    #[command(flatten)]
    mongodb: MongoDb,
    #[command(flatten)]
    making: Making,
}

/// Checks, dumps, compares with the last dump, seals, proves.
pub fn run(cx: &Context, args: &Args) -> Result<()> {
    let (server, dir) = (args.mongodb.server(cx)?, args.mongodb.dir());
    let databases = args.mongodb.databases(&server)?;
    has_directory(&server.host, dir)?;
    let wanted =
        Wanted { release: args.making.release(cx)?, databases, oplog: args.mongodb.oplog() };
    let dumps = Dumps::read(Kind::MongoDb, &server.host, dir)?;
    let name = args.making.name(cx, &dumps, &wanted, "");
    let limit = args.making.limit();
    server.host.ensure(&args.mongodb.dump(&server, &name, &wanted.release, limit))?;
    if cx.is_real() {
        let dumps = Dumps::read(Kind::MongoDb, &server.host, dir)?;
        args.making.compare(&dumps, &name)?;
        if let Some(dump) = dumps.named(&name) {
            let moment = if dump.oplog { "one moment, its end" } else { "no one moment" };
            cx.note(&format!(
                "the dump was begun {} and is of {moment}; that of MySQL is of another moment (X4.71)",
                dump.begun.1
            ));
            cx.note(dumps::NOT_SAVED);
        }
    }
    let backup = dumps::mongodb(&server.host, dir, &name)?;
    server.host.make_backup(&backup, &Demand::default()).map(drop)
}

/// Refuses to dump into a directory that `mongodb-backup-dir` has not made: it may be open to all.
fn has_directory(host: &Host<'_>, dir: &AbsPath) -> Result<()> {
    host.look("look for the directory", |reader| match reader.read(dir.as_str().into())? {
        Entry::Directory | Entry::Unknown(_) => Ok(()),
        _ => Err(Fault::refused(format!("there is no directory {dir}"))
            .hint("first: cargo xtask bk-upgrade mongodb-backup-dir")
            .into()),
    })
}
