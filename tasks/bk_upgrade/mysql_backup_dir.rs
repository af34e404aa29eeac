//! Document section 5.1 备份mysql.
//!
//! - Hosts: the host of MySQL; the control machine is read
//! - Changes: makes the directory of the dumps, for its owner only
//! - Proof: MySQL answers, and the directory has room for a dump
//! - Undo: removes the directory while it is empty
//!
//! ```sh
//! source /data/install/utils.fc
//! ssh $BK_MYSQL_IP
//! mkdir -p /data/dbbak
//! cd /data/dbbak
//! ```

use engine::prelude::*;

use super::common::mysql::MySql;

/// Makes the directory with mode 700 on the host of BK_MYSQL_IP. An empty variable is refused: the
/// document then works on the control machine (X4.5). A dump needs the size of all data and indexes, and a
/// fifth more; without that room, or without a binary log, nothing is made.
///
/// Examples:
///   cargo xtask bk-upgrade mysql-backup-dir -n
///   cargo xtask bk-upgrade mysql-backup-dir --defaults-file /root/.my.cnf
#[derive(clap::Args, Debug)]
#[command(verbatim_doc_comment)]
pub struct Args {
    #[command(flatten)]
    mysql: MySql,
}

/// Checks first, then makes it.
pub fn run(cx: &Context, args: &Args) -> Result<()> {
    let mysql = args.mysql.host(cx)?;
    mysql.ensure(&args.mysql.ready())?;
    mysql.ensure(&args.mysql.room())?;
    let dir = Directory::present(args.mysql.dir().to_string()).mode("700");
    mysql.ensure(&dir).map(drop)
}
