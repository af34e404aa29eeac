//! Document section 5.2 备份 MongoDB.
//!
//! - Hosts: the host of MongoDB; the control machine is read
//! - Changes: makes the directory of the dumps, for its owner only
//! - Proof: MongoDB answers, can be dumped, and the directory has room for it
//! - Undo: removes the directory while it is empty
//!
//! ```sh
//! source /data/install/utils.fc
//! ssh $BK_MONGODB_IP
//! mkdir -p /data/mongodb_bak
//! ```

use engine::prelude::*;

use super::common::mongodb::MongoDb;

/// Makes the directory with mode 700 on the host of BK_MONGODB_IP. An empty variable is refused: the
/// document then works on the control machine (X4.5). Refused are also a server without a replica set, a user
/// without the role `backup`, and a directory without room: a dump would fail (X4.11).
///
/// Examples:
///   cargo xtask bk-upgrade mongodb-backup-dir -n
///   cargo xtask bk-upgrade mongodb-backup-dir --dir /backup/mongodb
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub struct Args {
    #[command(flatten)]
    mongodb: MongoDb,
}

/// Checks first, then makes it.
pub fn run(cx: &Context, args: &Args) -> Result<()> {
    let server = args.mongodb.server(cx)?;
    args.mongodb.databases(&server)?;
    let dir = Directory::present(args.mongodb.dir().to_string()).mode("700");
    server.host.ensure(&dir).map(drop)
}
